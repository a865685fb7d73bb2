@testable import AccessProfiles
@testable import DataFiles
@testable import Documents
@testable import RecordEngine
@testable import RecordFilter
@testable import RecordStore
@testable import Rowscope
@testable import RowscopeModel
@testable import Workspaces

/// Profile documents. One with mistakes is reported with all of them; one without is checked
/// against a schema and never shows what it excludes, neither the field itself nor fields that
/// derive from it.
final class ProfileTarget: FuzzTarget {
  /// Every text cell names its own table and column, but for the keys that tasks hold too.
  private static let tables = """
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, title, owner, status, client REFERENCES clients (name), note, loud AS (note || '!'), louder AS (loud || title) STORED);
    INSERT INTO tasks (title, owner, status, client, note) VALUES
      ('~tasks.title~', 3, 'To do', 'Ada', '~tasks.note~'),
      ('~tasks.title~', 4, NULL, NULL, '~tasks.note~');
    CREATE TABLE clients (id INTEGER PRIMARY KEY, name UNIQUE, region, tax_id);
    INSERT INTO clients (name, region, tax_id) VALUES ('Ada', '~clients.region~', '~clients.tax_id~');
    CREATE TABLE payables ("amount" TEXT PRIMARY KEY, "supplier name");
    INSERT INTO payables VALUES ('~payables.amount~', '~payables.supplier name~');
    CREATE VIEW notes AS SELECT t.id, t.note AS text, t.louder, c.tax_id FROM tasks t JOIN clients c ON c.name = t.client;
    """
  private static let names = ["tasks", "clients", "payables", "notes"]
  private static let columns = [
    "tasks": ["title", "note"], "clients": ["region", "tax_id"],
    "payables": ["amount", "supplier name"],
  ]
  private static let users = [
    Desk.bia, User(id: "ext", profile: "p", userType: "guest", invitations: []),
    User(id: 1, profile: "p", seat: "developer", userType: "admin"), User(id: 4, profile: "p"),
  ]

  private let service: RecordService
  private let schema: Schema

  init() throws {
    let connection = try Connection(.inMemory)
    try connection.execute(Self.tables)
    schema = try connection.readSchema().schema
    service = RecordService(
      pool: try ConnectionPool(.image(try connection.image()), capacity: 1),
      profiles: try ProfileCatalog(texts: ["p": Desk.everything]), clock: { .fixed })
    let replies = Self.names.map { service.reply(to: ListRequest(table: $0), as: Self.users[0]) }
    for (table, columns) in Self.columns {
      for column in columns {
        require(
          replies.contains { $0.contains("~\(table).\(column)~") },
          "an unrestricted user does not see \(table).\(column)")
      }
    }
  }

  func run(_ input: [UInt8]) {
    let document = SourceDocument(name: "p.json", bytes: input)
    let problems = ProfileCheck.diagnostics(of: document, schema: schema)
    let profile: Profile
    do throws(Diagnostics) {
      profile = try Profile(document: document)
    } catch {
      require(error.list.contains { $0.severity == .error }, "refused without an error")
      require(problems.list.contains { $0.severity == .error }, "checked without an error")
      require(!error.description.isEmpty && !problems.description.isEmpty, "an empty message")
      return
    }
    let prepared = PreparedProfile(profile, schema: schema)
    require(
      prepared.hasErrors == problems.list.contains { $0.severity == .error },
      "the check finds something else: \(problems)")
    let hidden = hiddenMarks(of: document)
    for table in schema.tables.indices.map(TableID.init) {
      for user in Self.users {
        guard
          let access = try? prepared.access(
            to: table, for: ReferenceContext(user: user, clock: .fixed))
        else { continue }
        let name = schema[table].name.string
        for field in access.visibleFields {
          let mark = "~\(name).\(schema[table][field].name.string)~"
          require(!hidden.contains(mark), "\(mark) is excluded, but visible")
        }
      }
    }
    service.replaceProfiles(ProfileCatalog(["p": profile]))
    for user in Self.users {
      for name in Self.names {
        let reply = service.reply(to: ListRequest(table: name), as: user)
        guard reply.isPage else { continue }
        for mark in hidden { require(!reply.contains(mark), "\(mark) is shown: \(reply.text)") }
      }
    }
  }

  /// The marks of all fields that the document excludes, read from its tree without the profile
  /// parser.
  private func hiddenMarks(of document: SourceDocument) -> [String] {
    guard let tree = try? JSONReader.read(document, as: .relaxed) else { return [] }
    let disabled = names(tree["tables_disabled"]).map(lowercased)
    let enabled = tree["tables_enabled"]?.members ?? []
    return Self.columns.flatMap { table, columns in
      if disabled.contains(table) || disabled.contains("*") {
        return columns.map { "~\(table).\($0)~" }
      }
      let grant =
        enabled.first { lowercased($0.key.value) == table }
        ?? enabled.first { $0.key.value == "*" }
      let excluded = names(grant?.value["fields_excluded"]).map(lowercased)
      return columns.filter { excluded.contains($0) }.map { "~\(table).\($0)~" }
    }
  }

  /// A list of names, or the keys of a map.
  private func names(_ node: JSONNode?) -> [String] {
    node?.elements?.compactMap(\.string) ?? node?.members?.map(\.key.value) ?? []
  }

  /// Lower case as in SQLite's names: only ASCII.
  private func lowercased(_ name: String) -> String {
    String(decoding: name.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
  }
}
