package import RecordFilter
package import RowscopeModel

/// A cell of a column.
package typealias Cell = BorrowedValue

extension Cell {
  /// A copy.
  package var value: Value {
    switch storageClass {
    case .null: .null
    case .integer: .integer(integer)
    case .real: .real(real)
    case .text: .text(Text(bytes: bytes))
    case .blob: .blob(Array(bytes))
    }
  }

  /// Compares two cells without conversions. See ``Comparison``.
  func order(_ other: Cell, collation: Collation) -> Int {
    switch (storageClass, other.storageClass) {
    case (.integer, .integer):
      return integer < other.integer ? -1 : integer == other.integer ? 0 : 1
    case (.text, .text): return Comparison.order(bytes, other.bytes, collation: collation)
    case (.blob, .blob): return Comparison.order(bytes, other.bytes, collation: .binary)
    case (.integer, .real): return Comparison.order(integer, other.real)
    case (.real, .integer): return -Comparison.order(other.integer, real)
    case (.real, .real): return real < other.real ? -1 : real == other.real ? 0 : 1
    default:
      let (left, right) = (storageClass.rank, other.storageClass.rank)
      return left < right ? -1 : left == right ? 0 : 1
    }
  }
}

extension StorageClass {
  /// The rank in the order of storage classes.
  var rank: Int {
    switch self {
    case .null: 0
    case .integer, .real: 1
    case .text: 2
    case .blob: 3
    }
  }
}
