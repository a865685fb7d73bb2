import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Workspaces

/// One of two databases: the world's tables with its own rows in its own order, and some of the
/// indexes.
struct TwinDatabase {
  var rows: [[[Value]]]
  var indexes: [String]

  /// - Throws: if the rows do not fit the tables.
  func connection(_ world: TwinWorld) throws -> Connection {
    let connection = try Connection(.inMemory)
    try connection.execute("BEGIN")
    for definition in world.definitions { try connection.execute(definition) }
    for (index, table) in world.tables.enumerated() where !rows[index].isEmpty {
      let columns = table.stored.map { table.columns[$0].name.quoted }.joined(separator: ", ")
      let marks = table.stored.map { _ in "?" }.joined(separator: ", ")
      let insert = try connection.statement(
        "INSERT INTO \(table.name.quoted) (\(columns)) VALUES (\(marks))", as: .unrestricted)
      for row in rows[index] {
        try insert.bind(row)
        _ = try insert.step()
      }
    }
    for index in indexes { try connection.execute(index) }
    try connection.execute("COMMIT")
    return connection
  }

  func service(
    _ world: TwinWorld, _ connection: borrowing Connection, profiles: ProfileCatalog,
    memory: MemoryPolicy = .none
  ) throws -> RecordService {
    RecordService(
      pool: try ConnectionPool(.image(try connection.image()), capacity: 1), profiles: profiles,
      workspace: try world.document, limits: .init(maximumSize: 100), memory: memory,
      clock: { .test })
  }
}

extension TwinWorld {
  var document: WorkspaceDocument {
    get throws {
      try WorkspaceDocument(
        document: SourceDocument(
          name: "workspace.json", text: workspace.replacing("PROFILES", with: "")))
    }
  }
}

/// Everything that one user can see of a database, found by plain SQL: the visible columns of the
/// records in scope.
///
/// By table: one text for each record, sorted; nil for a table that the user does not reach.
typealias VisibleRecords = [[String]?]

/// Finds them.
struct VisibleWorld {
  private let queries: [String?]

  init(_ world: TwinWorld, _ profile: TwinProfile, _ user: TwinUser) {
    queries = world.tables.indices.map { table in
      let visible = profile.visible(table, of: world)
      // A view without visible fields does not exist: its number of records could give away what is
      // hidden.
      guard profile.reaches(table), !(world.tables[table].isView && visible.isEmpty) else {
        return nil
      }
      let declared = world.tables[table]
      let expressions = visible.flatMap { column -> [String] in
        if let members = declared.columns[column].members {
          return [members.shown, members.others]
        }
        return ["\(declared.name.quoted).\(declared.columns[column].name.quoted)"]
      }
      let list = expressions.isEmpty ? "NULL" : expressions.joined(separator: ", ")
      let scope = profile.scope(table, of: world, for: user)
      return "SELECT \(list) FROM \(declared.name.quoted) WHERE \(scope)"
    }
  }

  func records(of connection: borrowing Connection) throws -> VisibleRecords {
    var records: VisibleRecords = []
    for query in queries {
      guard let query else {
        records.append(nil)
        continue
      }
      records.append(
        try connection.statement(query, as: .unrestricted).rows().map { row in
          row.map(\.sql).joined(separator: "|")
        }.sorted())
    }
    return records
  }
}

/// Two databases in which a user sees the same, while the rest differs.
struct TwinPair {
  var world: TwinWorld
  var profiles: [TwinProfile]
  var user: TwinUser
  var first: TwinDatabase
  var second: TwinDatabase
  /// The number of cells and rows that differ.
  private(set) var differences = 0

  private var profile: TwinProfile { profiles[user.profile] }

  /// - Throws: SQLite's error if the world is invalid, which is a mistake of the generator.
  init(
    _ world: TwinWorld, _ profiles: [TwinProfile], _ user: TwinUser, _ random: inout SeededGenerator
  ) throws {
    self.world = world
    self.profiles = profiles
    self.user = user
    let rows = world.tables.map(\.rows)
    first = TwinDatabase(
      rows: rows, indexes: world.indexes.filter { _ in Bool.random(using: &random) })
    second = TwinDatabase(
      rows: rows, indexes: world.indexes.filter { _ in Bool.random(using: &random) })
    let visible = VisibleWorld(world, profile, user)
    let seen = try visible.records(of: first.connection(world))
    for _ in 0..<48 {
      var changed = second
      guard Self.change(&changed, self, &random) else { continue }
      // A change that does not fit the tables, or is visible, is discarded.
      guard let after = try? visible.records(of: changed.connection(world)), after == seen
      else { continue }
      second = changed
      differences += 1
    }
  }

  /// Whether both are still twins.
  var isValid: Bool {
    let visible = VisibleWorld(world, profile, user)
    guard let first = try? visible.records(of: first.connection(world)),
      let second = try? visible.records(of: second.connection(world))
    else { return false }
    return first == second
  }

  private static func change(
    _ database: inout TwinDatabase, _ pair: TwinPair, _ random: inout SeededGenerator
  ) -> Bool {
    let tables = pair.world.tables.indices.filter { !pair.world.tables[$0].isView }
    guard let table = tables.randomElement(using: &random) else { return false }
    let stored = pair.world.tables[table].stored
    let key = Int.random(in: 1...30, using: &random)
    switch Int.random(in: 0..<10, using: &random) {
    case 0:
      database.rows[table].append(pair.world.row(of: table, key: key, &random))
    case 1:
      guard let index = database.rows[table].indices.randomElement(using: &random) else {
        return false
      }
      database.rows[table].remove(at: index)
    case 2:
      // The rows are in another order, with other row ids.
      database.rows[table].shuffle(using: &random)
    case 3:
      // Two records swap their keys.
      let rows = database.rows[table].indices.shuffled(using: &random).prefix(2)
      guard rows.count == 2, let key = pair.world.tables[table].key.first,
        let place = stored.firstIndex(of: key)
      else { return false }
      let kept = database.rows[table][rows[0]][place]
      database.rows[table][rows[0]][place] = database.rows[table][rows[1]][place]
      database.rows[table][rows[1]][place] = kept
    default:
      let hidden = pair.profile.hidden(pair.world)
      // Hidden cells first; any cell may be of a record out of scope.
      let columns = stored.indices.filter {
        !pair.profile.reaches(table) || hidden.contains(.init(table: table, column: stored[$0]))
      }
      let pool =
        columns.isEmpty || Int.random(in: 0..<3, using: &random) == 0
        ? Array(stored.indices) : columns
      guard let column = pool.randomElement(using: &random) else { return false }
      // Several cells of a hidden column at once, or one cell of another column, which must be of a
      // record out of scope.
      let lucky = database.rows[table].indices.randomElement(using: &random)
      for index in database.rows[table].indices
      where columns.contains(column) ? Bool.random(using: &random) : index == lucky {
        database.rows[table][index][column] = pair.world.value(
          of: table, stored[column], key: key + index, &random)
      }
    }
    return true
  }
}
