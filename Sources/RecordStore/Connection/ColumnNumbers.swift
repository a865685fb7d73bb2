package import RecordFilter
import RowscopeModel

/// A number for each thing of a schema that a statement may read: the columns of its tables, their
/// row ids, and the use of a table without a column.
///
/// A set of them is then a set of bits. All profiles of a schema share the numbers, which are found
/// by the C strings that SQLite passes; the names are held once.
package final class ColumnNumbers: Sendable {
  /// For each key, by its hash.
  private let numbers: [UInt64: [(key: AuthorizedEvents.Key, number: Int)]]
  /// For each number, the hash of its key.
  let hashes: [UInt64]
  /// The number of the use of each table, in the schema's order; those of its columns follow.
  private let uses: [Int]
  /// The number of each table's row id under SQLite's own name for it.
  private let rowIDs: [Int]
  /// Of `json_each`, with its columns.
  let members: Range<Int>
  /// The tables and views with the numbers of their use.
  let tables: [(name: Name, use: Int)]
  /// Those of ``tables`` that are views: their bodies read more than the views themselves.
  let views: [(name: Name, use: Int)]

  /// - Complexity: linear in the number of columns.
  package init(of schema: Schema) {
    var numbering = Numbering()
    var uses: [Int] = []
    var rowIDs: [Int] = []
    for table in schema.tables {
      uses.append(numbering.count)
      numbering.append(table.name, column: "")
      for field in table.fields { numbering.append(table.name, column: field.name.string) }
      rowIDs.append(numbering.append(table.name, column: "rowid"))
    }
    let first = numbering.count
    for column in ["", "key", "value", "type", "atom", "id", "json", "root"] {
      numbering.append("json_each", column: column)
    }
    members = first..<numbering.count
    (numbers, hashes) = (numbering.numbers, numbering.hashes)
    self.uses = uses
    self.rowIDs = rowIDs
    tables = zip(schema.tables, uses).map { ($0.name, $1) }
    views = zip(schema.tables, tables).filter { $0.0.kind == .view }.map(\.1)
  }

  /// Numbers for these columns alone; every table may be a view.
  init(_ tables: [Name: Set<Name>]) {
    var numbering = Numbering()
    var used: [(name: Name, use: Int)] = []
    for (table, columns) in tables {
      used.append((table, numbering.append(table, column: "")))
      for column in columns { numbering.append(table, column: column.string) }
    }
    (numbers, hashes) = (numbering.numbers, numbering.hashes)
    uses = []
    rowIDs = []
    members = 0..<0
    self.tables = used
    views = used
  }

  var count: Int { hashes.count }

  func use(of table: TableID) -> Int { uses[table.index] }

  func column(_ field: FieldReference) -> Int { uses[field.table.index] + 1 + field.field.index }

  func rowID(of table: TableID) -> Int { rowIDs[table.index] }

  /// - Complexity: linear in the length of the key.
  func number(of key: AuthorizedEvents.Key) -> Int? {
    numbers[AuthorizedEvents.hash(key)]?.first { $0.key == key }?.number
  }

  /// The keys of some numbers.
  func keys(_ isWanted: (Int) -> Bool) -> Set<AuthorizedEvents.Key> {
    var keys: Set<AuthorizedEvents.Key> = []
    for (key, number) in numbers.values.joined() where isWanted(number) { keys.insert(key) }
    return keys
  }

  private struct Numbering {
    var numbers: [UInt64: [(key: AuthorizedEvents.Key, number: Int)]] = [:]
    var hashes: [UInt64] = []

    var count: Int { hashes.count }

    /// Gives a number of its own even to what has one already; only the first one is ever found.
    ///
    /// - Returns: the number that is found.
    @discardableResult
    mutating func append(_ table: Name, column: String) -> Int {
      let key = AuthorizedEvents.key(AuthorizedEvents.readKind, table.string, column, nil)
      let hash = AuthorizedEvents.hash(key)
      let number = hashes.count
      hashes.append(hash)
      if let known = numbers[hash]?.first(where: { $0.key == key }) { return known.number }
      numbers[hash, default: []].append((key, number))
      return number
    }
  }
}
