import AccessProfiles
import Documents
import Foundation
import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel
import Workspaces

/// Notes that users reach by several roles, and the users with their roles in tables of the same
/// file: as many users as notes, fifty roles, and twice as many memberships.
struct UnionDatabase {
  let floor: FloorDatabase
  private let service: RecordService
  private let stored: RecordService

  /// Role `r1` reaches the notes of team 1, `r2` those of region 2, `r3` those of kind 3, `r4`
  /// those of owner 4, `r5` those of team 5, and so on.
  static func condition(ofRole role: Int) -> (field: String, value: String) {
    switch role % 4 {
    case 0: ("owner", "\(role)")
    case 1: ("team", "\(role)")
    case 2: ("region", "'g\(role)'")
    default: ("kind", "\(role)")
    }
  }

  static let roles = 1...50

  /// In the notation of the profile format.
  private static func profile(ofRole role: Int) -> String {
    let (field, value) = condition(ofRole: role)
    return
      #"{"tables_enabled": {"notes": {"data": [{"field": "\#(field)", "value": \#(value.replacing("'", with: "\""))}], "can_delete": true}}}"#
  }

  /// User 1 has the roles `r1` to `r5`, user 2 the role `r2`, and each other user two.
  static func tables(rows: Int) -> String {
    let documents = roles.map { role in
      "INSERT INTO roles VALUES ('r\(role)', '\(profile(ofRole: role).replacing("'", with: "''"))');"
    }
    return """
      CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT, owner INTEGER, team INTEGER,
        region TEXT, kind INTEGER, state TEXT, created TEXT, body TEXT, amount REAL);
      CREATE TABLE watchers (note INTEGER REFERENCES notes (id), person INTEGER);
      CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, active INTEGER);
      CREATE TABLE roles (name TEXT PRIMARY KEY, document TEXT);
      CREATE TABLE memberships (person INTEGER, role TEXT);
      CREATE TEMP TABLE n AS WITH RECURSIVE n (i) AS
        (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows)) SELECT i FROM n;
      INSERT INTO notes SELECT i, 'Note ' || i || ' of the ' || (i % 97) || 'th meeting',
        1 + i * 48271 / 64 % 1000, 1 + i * 16807 / 128 % 200, 'g' || (1 + i * 69621 / 256 % 50),
        1 + i * 39373 / 512 % 1000, CASE i * 7919 / 32 % 5 WHEN 0 THEN 'Open' WHEN 1 THEN 'Doing' ELSE 'Done' END,
        strftime('%Y-%m-%d %H:%M:%S', 1577836800 + i * 104729 % 189216000, 'unixepoch'),
        'The client of project ' || (i * 31 % 9973) || ' asks for a review of the draft',
        i * 7907 / 16 % 100000 / 20.0 FROM n;
      INSERT INTO watchers SELECT i, 1 + i * 16807 % 1009 FROM n WHERE i % 3 = 0;
      INSERT INTO people SELECT i, 'Person ' || i, 1 FROM n;
      INSERT INTO memberships SELECT i, 'r' || (1 + i * 48271 % 50) FROM n WHERE i > 2
        UNION ALL SELECT i, 'r' || (1 + (i * 48271 + 7) % 50) FROM n WHERE i > 2;
      INSERT INTO memberships VALUES (1, 'r1'), (1, 'r2'), (1, 'r3'), (1, 'r4'), (1, 'r5'),
        (2, 'r2');
      \(documents.joined(separator: "\n"))
      """
  }

  static let indexes = [
    "notes_created ON notes (created)", "notes_owner ON notes (owner, created)",
    "notes_team ON notes (team, created)", "notes_region ON notes (region, created)",
    "notes_kind ON notes (kind, created)", "watchers_person ON watchers (person)",
    "watchers_note ON watchers (note)", "memberships_person ON memberships (person)",
  ]

  private static let tables = #"""
    "tables": {"notes": {"fields": {"watchers": {"type": "users",
      "link": {"table": "watchers", "record": "note", "member": "person"}}}}}
    """#

  init(path: String) throws {
    floor = try FloorDatabase(path: path)
    var catalog = ProfileCatalog()
    func add(_ name: String, _ text: String) throws {
      catalog[name] = try Profile(document: SourceDocument(name: "\(name).json", text: text))
    }
    try add("all", #"{"tables_enabled": {"*": "*"}}"#)
    for role in Self.roles { try add("r\(role)", Self.profile(ofRole: role)) }
    service = RecordService(
      pool: try ConnectionPool(.readOnly(path: path), capacity: 1), profiles: catalog,
      workspace: try WorkspaceDocument(
        document: SourceDocument(
          name: "workspace.json", text: #"{"database": "x", \#(Self.tables)}"#)))
    let folder = URL(fileURLWithPath: path).deletingPathExtension()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(
      #"""
      {"database": "../\#(URL(fileURLWithPath: path).lastPathComponent)",
        "users": {"table": "people", "id_user": "id", "name": "name",
          "where": [{"field": "active", "value": 1}],
          "profiles": {"table": "memberships", "user": "person", "profile": "role"}},
        "profiles": {"table": "roles", "name": "name", "document": "document"}, \#(Self.tables)}
      """#.utf8
    ).write(to: folder.appendingPathComponent("workspace.json"))
    stored = try RecordService(workspace: .load(path: folder.path))
  }

  /// A page of a user, by a whole request, and the ids of its records.
  ///
  /// - Parameters:
  ///   - profiles: those that the user has; nil for those in the tables.
  ///   - page: the number of the page, which a cursor leads to.
  func page(
    _ json: String, of profiles: [String]?, user id: Int64 = 1, page: Int = 1
  ) async throws -> (answer: () async throws -> Answer, ids: [Int64]) {
    let service = profiles == nil ? stored : service
    let user: User =
      profiles.map { User(id: .integer(id), name: "Ana", profiles: $0) }
      ?? .inWorkspace(.integer(id))
    var request = try ListRequest(json: Array(json.utf8))
    if page > 1 {
      request.page = page - 1
      request.after = try await service.list(request, as: user).next
      request.page = 1
    }
    let ids = try await service.list(request, as: user).items.compactMap { $0["id"]?.integer }
    return (
      { [request] in Answer(records: try await service.list(request, as: user).items.count) }, ids
    )
  }
}
