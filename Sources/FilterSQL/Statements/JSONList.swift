import RowscopeModel

/// A list of values as one JSON text, to be bound as one parameter.
enum JSONList {
  /// Nil if SQLite would not read back the same values: reals (its parser may be off by the last
  /// bit), blobs, and text with a NUL (where it ends) or with invalid UTF-8.
  static func encode(_ values: [Value]) -> Text? {
    var bytes: [UInt8] = [0x5B]
    bytes.reserveCapacity(values.count * 8)
    for (index, value) in values.enumerated() {
      if index > 0 { bytes.append(0x2C) }
      switch value {
      case .integer(let integer): append(integer, to: &bytes)
      case .text(let text):
        guard let string = text.validString, append(string, to: &bytes) else { return nil }
      case .null, .real, .blob: return nil
      }
    }
    bytes.append(0x5D)
    return Text(bytes: bytes)
  }

  /// As `String(integer)`, without making one.
  private static func append(_ integer: Int64, to bytes: inout [UInt8]) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { text in
      var start = text.count
      var rest = integer.magnitude
      repeat {
        let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
        start -= 1
        text[start] = 0x30 + UInt8(truncatingIfNeeded: digit)
        rest = quotient
      } while rest > 0
      if integer < 0 {
        start -= 1
        text[start] = 0x2D
      }
      bytes.append(contentsOf: text[start...])
    }
  }

  private static func append(_ string: String, to bytes: inout [UInt8]) -> Bool {
    bytes.append(0x22)
    for byte in string.utf8 {
      switch byte {
      case 0: return false
      case 0x22, 0x5C:
        bytes.append(0x5C)
        bytes.append(byte)
      case 0x01..<0x20:
        bytes.append(contentsOf: [0x5C, 0x75, 0x30, 0x30, byte < 0x10 ? 0x30 : 0x31])
        bytes.append(hexadecimalDigits[Int(byte & 0x0F)])
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
    return true
  }

  private static let hexadecimalDigits = Array("0123456789abcdef".utf8)
}
