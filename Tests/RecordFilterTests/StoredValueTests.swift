import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@Suite("Values as columns store them")
struct StoredValueTests {
  @Test(arguments: [
    (Affinity.integer, "INTEGER"), (.real, "REAL"), (.numeric, "NUMERIC"), (.text, "TEXT"),
    (.blob, ""),
  ])
  func asSQLiteStoresThem(affinity: Affinity, type: String) throws {
    let oracle = try SQLiteOracle("CREATE TABLE t (c \(type))")
    for value in HostileValues.all + [.real(.nan), "3.0", "-0.0", " 12 ", 3.0, -3.0, 1e18, "1e18"] {
      try oracle.rows("DELETE FROM t")
      try oracle.rows("INSERT INTO t VALUES (?)", [value])
      let expected = try oracle.value("SELECT c FROM t")
      let found = value.borrowed { borrowed in
        borrowed.stored(as: affinity) { stored -> Value in
          switch stored.storageClass {
          case .null: .null
          case .integer: .integer(stored.integer)
          case .real: .real(stored.real)
          case .text: .text(Text(bytes: stored.bytes))
          case .blob: .blob(Array(stored.bytes))
          }
        }
      }
      #expect(found.isIdentical(to: expected), "\(value) in a column \(type)")
    }
  }
}

extension Value {
  /// Equal, and reals equal to the last bit: -0.0 is not 0.0.
  fileprivate func isIdentical(to other: Value) -> Bool {
    if case .real(let left) = self, case .real(let right) = other {
      return left.bitPattern == right.bitPattern
    }
    return self == other
  }
}
