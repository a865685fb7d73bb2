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

/// Two databases in which a user sees the same, while the rest differs.
struct TwinPair {
  var world: TwinWorld
  var profiles: [TwinProfile]
  var user: TwinUser
  var first: TwinDatabase
  var second: TwinDatabase
  /// The number of cells and rows that differ.
  private(set) var differences = 0

  var access: TwinAccess { TwinAccess(world, profiles, user) }

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
    let access = access
    let visible = VisibleWorld(access)
    let seen = try visible.records(of: first.connection(world))
    for _ in 0..<48 {
      var changed = second
      guard Self.change(&changed, access, &random) else { continue }
      // A change that does not fit the tables, or is visible, is discarded.
      guard let after = try? visible.records(of: changed.connection(world)), after == seen
      else { continue }
      second = changed
      differences += 1
    }
  }

  /// Whether both are still twins.
  var isValid: Bool {
    let visible = VisibleWorld(access)
    guard let first = try? visible.records(of: first.connection(world)),
      let second = try? visible.records(of: second.connection(world))
    else { return false }
    return first == second
  }

  private static func change(
    _ database: inout TwinDatabase, _ access: TwinAccess, _ random: inout SeededGenerator
  ) -> Bool {
    let tables = access.world.tables.indices.filter { !access.world.tables[$0].isView }
    guard let table = tables.randomElement(using: &random) else { return false }
    let stored = access.world.tables[table].stored
    let key = Int.random(in: 1...30, using: &random)
    switch Int.random(in: 0..<10, using: &random) {
    case 0:
      database.rows[table].append(access.world.row(of: table, key: key, &random))
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
      guard rows.count == 2, let key = access.world.tables[table].key.first,
        let place = stored.firstIndex(of: key)
      else { return false }
      let kept = database.rows[table][rows[0]][place]
      database.rows[table][rows[0]][place] = database.rows[table][rows[1]][place]
      database.rows[table][rows[1]][place] = kept
    default:
      // Hidden cells first; any cell may be of a record out of scope.
      let visible = access.visible(table)
      let columns = stored.indices.filter { !visible.contains(stored[$0]) }
      let partly = access.partlyVisible(table)
      let pool =
        switch Int.random(in: 0..<6, using: &random) {
        case 0...2 where !partly.isEmpty: stored.indices.filter { partly.contains(stored[$0]) }
        case 2...5 where !columns.isEmpty: columns
        default: Array(stored.indices)
        }
      guard let column = pool.randomElement(using: &random) else { return false }
      // Several cells of a hidden column at once, or one cell of another column, which must be of a
      // record out of scope.
      let lucky = database.rows[table].indices.randomElement(using: &random)
      for index in database.rows[table].indices
      where columns.contains(column) ? Bool.random(using: &random) : index == lucky {
        database.rows[table][index][column] = access.world.value(
          of: table, stored[column], key: key + index, &random)
      }
    }
    return true
  }
}
