import RowscopeModel
import TestSupport
import Testing

@testable import RecordFilter

@Suite("Comparison with a column, as SQLite has it")
struct ColumnComparisonTests {
  /// One column for each affinity and collation; each row is a hostile value as that column stores
  /// it.
  private static let columns: [(name: String, affinity: Affinity, collation: Collation)] = {
    var columns: [(String, Affinity, Collation)] = []
    for affinity in Affinity.allCases {
      for collation in Collation.allCases {
        columns.append(("\(affinity)_\(collation)", affinity, collation))
      }
    }
    return columns
  }()

  private static func filled() throws -> SQLiteOracle {
    let declarations = columns.map {
      "\($0.name) \($0.affinity == .blob ? "" : $0.affinity.rawValue) COLLATE \($0.collation.rawValue)"
    }
    let sqlite = try SQLiteOracle(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, \(declarations.joined(separator: ", ")))")
    let marks = columns.map { _ in "?1" }.joined(separator: ", ")
    for value in HostileValues.all {
      try sqlite.rows("INSERT INTO t VALUES (NULL, \(marks))", [value])
    }
    return sqlite
  }

  private func cells(_ sqlite: SQLiteOracle, _ column: String) throws -> [Value] {
    try sqlite.rows("SELECT \(column) FROM t ORDER BY id").map { $0[0] }
  }

  @Test func everyValueWithEveryColumn() throws {
    let sqlite = try Self.filled()
    for (name, affinity, collation) in Self.columns {
      let cells = try cells(sqlite, name)
      for value in HostileValues.all where !value.isNull {
        let orders = try sqlite.rows(
          "SELECT CASE WHEN \(name) < ?1 THEN -1 WHEN \(name) = ?1 THEN 0 WHEN \(name) > ?1 THEN 1 END "
            + "FROM t ORDER BY id", [value]
        ).map { $0[0] }
        for (cell, order) in zip(cells, orders) where !cell.isNull {
          let ours = Comparison.order(
            cell, value, affinity: affinity.whenComparedWithValue, collation: collation)
          #expect(order == .integer(Int64(ours)), "\(cell) with \(value) in \(name)")
        }
      }
    }
  }

  @Test func everyColumnWithEveryColumn() throws {
    let sqlite = try Self.filled()
    for (left, leftAffinity, collation) in Self.columns {
      for (right, rightAffinity, _) in Self.columns {
        let rows = try sqlite.rows(
          "SELECT a.\(left), b.\(right), CASE WHEN a.\(left) < b.\(right) THEN -1 "
            + "WHEN a.\(left) = b.\(right) THEN 0 ELSE 1 END FROM t a, t b "
            + "WHERE a.\(left) IS NOT NULL AND b.\(right) IS NOT NULL AND (a.id * 7 + b.id) % 11 = 0"
        )
        let affinity = leftAffinity.whenCompared(with: rightAffinity)
        for row in rows {
          let ours = Comparison.order(row[0], row[1], affinity: affinity, collation: collation)
          #expect(
            row[2] == .integer(Int64(ours)), "\(row[0]) of \(left) with \(row[1]) of \(right)")
        }
      }
    }
  }

  @Test func order() throws {
    let sqlite = try Self.filled()
    for (name, _, collation) in Self.columns {
      let sorted = try sqlite.rows("SELECT \(name) FROM t ORDER BY \(name), id").map { $0[0] }
      for (left, right) in zip(sorted, sorted.dropFirst()) {
        #expect(
          Comparison.order(left, right, collation: collation) <= 0, "\(left), \(right) in \(name)")
      }
    }
  }
}
