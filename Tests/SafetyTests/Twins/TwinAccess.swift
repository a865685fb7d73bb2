import RecordFilter
import RecordStore
import Rowscope
import TestSupport

/// What a user has of a world by all of their profiles.
struct TwinAccess {
  /// What one of the user's profiles gives of a table, narrowed.
  struct Way {
    /// The condition for its records, and for those that may be edited and deleted; nil if none may.
    var scope: String
    var edited: String?
    var deleted: String?
    var visible: [Int]
    /// Those that the profile, or what narrows it, says are readonly.
    var readonly: Set<Int>
    /// The visible ones that may be written in the edited records.
    var written: Set<Int>
  }

  let world: TwinWorld
  /// By table; none for a table that the user does not reach.
  let ways: [[Way]]

  init(_ world: TwinWorld, _ profiles: [TwinProfile], _ user: TwinUser) {
    self.world = world
    let disabled = user.profiles.reduce(into: Set<Int>()) { $0.formUnion(profiles[$1].disabled) }
    let branches = user.profiles.map { index in
      // What one profile disables is gone for all.
      var profile = profiles[index]
      profile.disabled = disabled
      return [profile] + user.narrowing.map { profiles[$0] }
    }
    ways = world.tables.indices.map { table in
      branches.compactMap { Way(to: table, by: $0, of: world, for: user) }
    }
  }

  func reaches(_ table: Int) -> Bool { !ways[table].isEmpty }

  /// The columns of a table that the user sees in some record.
  func visible(_ table: Int) -> [Int] {
    Set(ways[table].flatMap(\.visible)).sorted()
  }

  /// Those that some profile shows and another one does not.
  func partlyVisible(_ table: Int) -> [Int] {
    visible(table).filter { column in ways[table].contains { !$0.visible.contains(column) } }
  }

  /// The columns that the user sees in no record, in any table.
  var hidden: Set<TwinWorld.Place> {
    let visible = world.tables.indices.map { Set(self.visible($0)) }
    return Set(world.places.filter { !visible[$0.table].contains($0.column) })
  }

  /// Whether each profile says that a column is readonly.
  func isReadonly(_ table: Int, _ column: Int) -> Bool {
    reaches(table) && ways[table].allSatisfy { $0.readonly.contains(column) }
  }

  /// The SQL condition for the user's records.
  func scope(_ table: Int) -> String {
    ways[table].isEmpty ? "0" : ways[table].map { "(\($0.scope))" }.joined(separator: " OR ")
  }
}

extension TwinAccess.Way {
  /// - Parameter profiles: one that gives, and those that narrow it.
  /// - Returns: nil if the table is not reached.
  fileprivate init?(
    to table: Int, by profiles: [TwinProfile], of world: TwinWorld, for user: TwinUser
  ) {
    guard profiles.allSatisfy({ $0.reaches(table) }) else { return nil }
    let declared = world.tables[table]
    let visible = profiles.map { Set($0.visible(table, of: world)) }
    let shown = visible.dropFirst().reduce(visible[0]) { $0.intersection($1) }
    // A view without visible fields does not exist: its number of records could give away what is
    // hidden.
    guard !declared.isView || !shown.isEmpty else { return nil }
    func scope(_ rules: (TwinProfile.Grant) -> [TwinRule]) -> String {
      profiles.map { profile in
        profile.scope(table, of: world, for: user, profile.grants[table].map(rules) ?? [])
      }.joined(separator: " AND ")
    }
    func all(_ flag: String, unsaid: Bool) -> Bool {
      !declared.isView
        && profiles.allSatisfy { profile in
          guard let grant = profile.grants[table], !grant.isEverything else { return true }
          return grant.flags[flag] ?? unsaid
        }
    }
    let readonly = Set(profiles.flatMap { $0.grants[table]?.readonly ?? [] })
    self.init(
      scope: scope { _ in [] },
      edited: all("can_edit", unsaid: true) ? scope(\.edited) : nil,
      deleted: all("can_delete", unsaid: false) ? scope(\.deleted) : nil,
      visible: shown.sorted(), readonly: readonly,
      written: shown.subtracting(readonly).filter { column in
        // Members that are not stored would tell that a hidden part of the key is null.
        declared.columns[column].kind != .link || declared.key.count == 1
          || shown.isSuperset(of: declared.key)
      })
  }
}

/// Everything that one user can see of a database, found by plain SQL: the shown cells of the
/// records in scope, and what may be done with each where that differs.
///
/// By table: one text for each record, sorted; nil for a table that the user does not reach.
typealias VisibleRecords = [[String]?]

/// Finds them.
struct VisibleWorld {
  /// What is read of a column.
  fileprivate struct Cell {
    var column: Int
    var sql: String
    /// Whether an answer shows it as such.
    var isShown = true
  }

  fileprivate struct Table {
    var ways: [TwinAccess.Way]
    var cells: [Cell]
    /// Whether what may be done differs by record.
    var hasActs: Bool
    var sql: String
  }

  private let tables: [Table?]

  init(_ access: TwinAccess) {
    tables = access.world.tables.indices.map { table in
      access.reaches(table)
        ? Table(access.ways[table], access.visible(table), of: access.world.tables[table]) : nil
    }
  }

  func records(of connection: borrowing Connection) throws -> VisibleRecords {
    var records: VisibleRecords = []
    for table in tables { records.append(try table?.records(of: connection)) }
    return records
  }

  /// The records of a table with what an answer shows of some columns.
  func records(
    of table: Int, showing columns: [Int], of connection: borrowing Connection
  ) throws -> [String] {
    try tables[table]?.records(of: connection, showing: columns) ?? []
  }

  /// What a cell that is not shown counts as; no value is written so.
  static let hidden = "hidden"

  /// Whether a record shows at least the cells of another one.
  static func shows(_ record: String, _ other: String) -> Bool {
    let (cells, others) = (record.split(separator: "|"), other.split(separator: "|"))
    return cells.count == others.count
      && zip(cells, others).allSatisfy { $0 == $1 || $1 == hidden }
  }
}

extension VisibleWorld.Table {
  fileprivate init(_ ways: [TwinAccess.Way], _ visible: [Int], of table: TwinWorld.Table) {
    self.ways = ways
    cells = visible.flatMap { column -> [VisibleWorld.Cell] in
      let declared = table.columns[column]
      guard let members = declared.members else {
        return [.init(column: column, sql: "\(table.name.quoted).\(declared.name.quoted)")]
      }
      return [
        .init(column: column, sql: members.shown),
        .init(column: column, sql: members.others, isShown: false),
      ]
    }
    var list = cells.map(\.sql) + ways.map { "(\($0.scope)) IS TRUE" }
    hasActs =
      ways.count > 1
      || [ways[0].edited, ways[0].deleted].contains { $0 != nil && $0 != ways[0].scope }
    if hasActs {
      list += ways.map { "(\($0.edited ?? "0")) IS TRUE" }
      list += ways.map { "(\($0.deleted ?? "0")) IS TRUE" }
    }
    sql = "SELECT \(list.joined(separator: ", ")) FROM \(table.name.quoted)"
  }

  /// - Parameter columns: those that count, without the acts; nil for all.
  fileprivate func records(
    of connection: borrowing Connection, showing columns: [Int]? = nil
  ) throws -> [String] {
    try connection.statement(sql, as: .unrestricted).rows().compactMap { row in
      func holds(_ block: Int) -> [Bool] {
        ways.indices.map { row[cells.count + block * ways.count + $0] == 1 }
      }
      let reaching = holds(0)
      guard reaching.contains(true) else { return nil }
      func isAny(_ held: [Bool], _ condition: (TwinAccess.Way) -> Bool) -> Bool {
        zip(ways, held).contains { $1 && condition($0) }
      }
      var parts: [String] = []
      for (cell, value) in zip(cells, row) {
        if let columns, !cell.isShown || !columns.contains(cell.column) { continue }
        let isShown = isAny(reaching) { $0.visible.contains(cell.column) }
        parts.append(isShown ? value.sql : VisibleWorld.hidden)
      }
      if columns == nil, hasActs {
        let (edited, deleted) = (holds(1), holds(2))
        parts.append("\(edited.contains(true)) \(deleted.contains(true))")
        parts += cells.map { cell in "\(isAny(edited) { $0.written.contains(cell.column) })" }
      }
      return parts.joined(separator: "|")
    }.sorted()
  }
}
