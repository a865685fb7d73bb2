import RecordFilter
import RowscopeModel
import TestSupport
import Testing

/// Values stored with each affinity, compared with SQLite's own columns.
@Suite struct AffinityStoringTests {
  private static let types: [(String, Affinity)] = [
    ("INTEGER", .integer), ("REAL", .real), ("NUMERIC", .numeric), ("TEXT", .text), ("", .blob),
  ]

  @Test(arguments: types)
  func storesAsSQLiteDoes(type: String, affinity: Affinity) throws {
    let oracle = try SQLiteOracle("CREATE TABLE t (c \(type))")
    for value in HostileValues.all + [.real(.nan), .integer(9_007_199_254_740_993)] {
      try oracle.rows("DELETE FROM t")
      try oracle.rows("INSERT INTO t VALUES (?)", [value])
      let stored = try oracle.value("SELECT c FROM t")
      let ours = affinity.stored(value)
      #expect(ours == stored, "\(value) in \(type)")
      // Only text shows the sign of a zero.
      #expect(
        try oracle.value("SELECT CAST(? AS TEXT)", [ours])
          == oracle.value("SELECT CAST(c AS TEXT) FROM t"), "\(value) in \(type), as text")
      #expect(affinity.stored(ours) == ours, "\(value) in \(type), stored twice")
    }
  }
}
