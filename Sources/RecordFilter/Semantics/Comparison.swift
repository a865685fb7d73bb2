package import RowscopeModel

/// SQLite's rules for comparing two values, the single implementation for all that must agree with
/// them.
///
/// Source: "Datatypes In SQLite", sections 4.1 (sort order), 4.2 (type conversions prior to
/// comparison) and 7 (collating sequences), and where these are silent, the library's behaviour.
package enum Comparison {
  /// Compares without any conversion: NULL < numbers < text < blob. Integers and reals compare
  /// exactly, text by `collation`, blobs by bytes. Negative, zero or positive.
  ///
  /// Two NULLs are equal here, as in an order. Conditions handle NULL themselves.
  package static func order(_ left: Value, _ right: Value, collation: Collation) -> Int {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): sign(left, right)
    case (.real(let left), .real(let right)): sign(left, right)
    case (.integer(let left), .real(let right)): order(left, right)
    case (.real(let left), .integer(let right)): -order(right, left)
    case (.text(let left), .text(let right)):
      left.withBytes { left in
        right.withBytes { right in order(left, right, collation: collation) }
      }
    case (.blob(let left), .blob(let right)):
      left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { right in bytewise(left, right) }
      }
    default: sign(left.rank, right.rank)
    }
  }

  /// Compares an integer with a real, exactly: 2⁵³ + 1 is not 2⁵³, and every integer is less than
  /// infinity.
  package static func order(_ integer: Int64, _ real: Double) -> Int {
    if real < -0x1p63 { return 1 }
    if real >= 0x1p63 { return -1 }
    // In range, so only the fraction is lost.
    let truncated = Int64(real)
    if integer != truncated { return integer < truncated ? -1 : 1 }
    return sign(Double(truncated), real)
  }

  /// Compares two texts.
  package static func order(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>, collation: Collation
  ) -> Int {
    switch collation {
    case .binary: bytewise(left, right)
    case .nocase: caseless(left, right)
    case .rtrim: bytewise(trimmed(left), trimmed(right))
    }
  }

  private static func bytewise(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) -> Int {
    let shared = min(left.count, right.count)
    for index in 0..<shared where left[index] != right[index] {
      return left[index] < right[index] ? -1 : 1
    }
    return sign(left.count, right.count)
  }

  /// SQLite compares up to the first NUL that both texts share, then by length: what follows a NUL
  /// does not count.
  private static func caseless(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) -> Int {
    let shared = min(left.count, right.count)
    for index in 0..<shared {
      let (one, other) = (left[index].asciiLowercased, right[index].asciiLowercased)
      if one != other { return one < other ? -1 : 1 }
      if one == 0 { break }
    }
    return sign(left.count, right.count)
  }

  private static func trimmed(
    _ bytes: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    var end = bytes.count
    while end > 0, bytes[end - 1] == 0x20 { end -= 1 }
    return UnsafeBufferPointer(rebasing: bytes[..<end])
  }

  private static func sign<T: Comparable>(_ left: T, _ right: T) -> Int {
    left < right ? -1 : left == right ? 0 : 1
  }
}

extension Value {
  /// The rank of the storage class in the order of values.
  fileprivate var rank: Int {
    switch self {
    case .null: 0
    case .integer, .real: 1
    case .text: 2
    case .blob: 3
    }
  }
}
