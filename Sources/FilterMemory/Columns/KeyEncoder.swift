package import RecordFilter
import RowscopeModel

/// Encodes values as bytes that are equal if and only if SQLite treats the values as equal when it
/// compares two columns.
package enum KeyEncoder {
  /// Encodes a text so that texts equal under the collation have the same bytes.
  static func append(
    _ text: UnsafeBufferPointer<UInt8>, _ collation: Collation, to key: inout [UInt8]
  ) {
    switch collation {
    case .binary: key.append(contentsOf: text)
    case .rtrim:
      var end = text.count
      while end > 0, text[end - 1] == 0x20 { end -= 1 }
      key.append(contentsOf: text[..<end])
    case .nocase:
      for byte in text {
        key.append(byte.asciiLowercased)
        // Of what follows a NUL, only the length counts.
        if byte == 0 {
          append(UInt64(text.count), to: &key)
          return
        }
      }
    }
  }

  /// Encodes one value of a key, unambiguously next to other storage classes and following values.
  /// Returns false for NULL, which equals nothing.
  ///
  /// - Parameter affinity: the affinity applied before comparing: numeric, or none.
  package static func append(
    _ cell: Cell, affinity: Affinity, collation: Collation, to key: inout [UInt8]
  ) -> Bool {
    switch cell.storageClass {
    case .null: return false
    case .integer: append(integer: cell.integer, to: &key)
    case .real: append(real: cell.real, to: &key)
    case .text:
      if affinity.isNumeric, let number = NumberText.value(of: cell.bytes) {
        switch number {
        case .integer(let integer): append(integer: integer, to: &key)
        case .real(let real): append(real: real, to: &key)
        case .null, .text, .blob: return false
        }
        return true
      }
      key.append(3)
      let lengthAt = key.count
      append(0, to: &key)
      append(cell.bytes, collation, to: &key)
      let length = UInt64(key.count - lengthAt - 8)
      for index in 0..<8 {
        key[lengthAt + index] = UInt8(truncatingIfNeeded: length >> UInt64(8 * index))
      }
    case .blob:
      key.append(4)
      append(UInt64(cell.bytes.count), to: &key)
      key.append(contentsOf: cell.bytes)
    }
    return true
  }

  private static func append(integer: Int64, to key: inout [UInt8]) {
    key.append(1)
    append(UInt64(bitPattern: integer), to: &key)
  }

  /// A whole real equals an integer and is encoded as one.
  private static func append(real: Double, to key: inout [UInt8]) {
    if let integer = Int64(whole: real) {
      append(integer: integer, to: &key)
    } else {
      key.append(2)
      append(real.bitPattern, to: &key)
    }
  }

  private static func append(_ word: UInt64, to key: inout [UInt8]) {
    for index in 0..<8 { key.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * index))) }
  }
}
