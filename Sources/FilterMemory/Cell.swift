public import RecordFilter

/// One value as it lies in memory, borrowed: what a loader hands over and what rows are compared by. Its bytes belong to
/// whoever made it and must outlive its use.
public struct Cell {
  public let storageClass: StorageClass
  /// An integer, or a real's bit pattern.
  let bits: UInt64
  /// Of text or a blob.
  package let bytes: UnsafeBufferPointer<UInt8>

  private init(_ storageClass: StorageClass, _ bits: UInt64, _ bytes: UnsafeBufferPointer<UInt8>) {
    self.storageClass = storageClass
    self.bits = bits
    self.bytes = bytes
  }

  private static var nothing: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: nil, count: 0)
  }

  public static var null: Cell { Cell(.null, 0, nothing) }
  public static func integer(_ integer: Int64) -> Cell {
    Cell(.integer, UInt64(bitPattern: integer), nothing)
  }
  public static func real(_ real: Double) -> Cell { Cell(.real, real.bitPattern, nothing) }
  public static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> Cell { Cell(.text, 0, bytes) }
  public static func blob(_ bytes: UnsafeBufferPointer<UInt8>) -> Cell { Cell(.blob, 0, bytes) }

  package var integer: Int64 { Int64(bitPattern: bits) }
  package var real: Double { Double(bitPattern: bits) }

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

  /// Where this cell stands in the order of values, without conversions. See ``Comparison``.
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
  /// The place in the order of values.
  var rank: Int {
    switch self {
    case .null: 0
    case .integer, .real: 1
    case .text: 2
    case .blob: 3
    }
  }
}
