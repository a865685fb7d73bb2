package import RowscopeModel

/// Sixteen bytes as text of any common form: letters of either case, with or without dashes, in
/// braces or not.
package enum UUIDText {
  /// The bytes; nil for any other text.
  package static func bytes(of text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    var text = text[...]
    if text.first == UInt8(ascii: "{") {
      guard text.last == UInt8(ascii: "}"), text.count > 1 else { return nil }
      text = text.dropFirst().dropLast()
    }
    let hasDashes = text.count == 36
    guard hasDashes || text.count == 32 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16)
    var position = text.startIndex
    for index in 0..<16 {
      if hasDashes, index == 4 || index == 6 || index == 8 || index == 10 {
        guard text[position] == UInt8(ascii: "-") else { return nil }
        position += 1
      }
      guard let high = digit(text[position]), let low = digit(text[position + 1]) else {
        return nil
      }
      bytes.append(high << 4 | low)
      position += 2
    }
    return bytes
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  /// The canonical text: lower case, with dashes.
  package static func canonical(_ bytes: [UInt8]) -> Text {
    Text(bytes: spelled(bytes, "0123456789abcdef", hasDashes: true))
  }

  private static func spelled(
    _ bytes: [UInt8], _ digits: StaticString, hasDashes: Bool
  ) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for (index, byte) in bytes.enumerated() {
      if hasDashes, index == 4 || index == 6 || index == 8 || index == 10 {
        text.append(UInt8(ascii: "-"))
      }
      text.append(digits.utf8Start[Int(byte >> 4)])
      text.append(digits.utf8Start[Int(byte & 15)])
    }
    return text
  }

  /// The value that a column of this form stores.
  package static func stored(_ bytes: [UInt8], as form: UUIDForm) -> Value {
    let (lower, upper): (StaticString, StaticString) = ("0123456789abcdef", "0123456789ABCDEF")
    return switch form {
    case .lowerText: .text(Text(bytes: spelled(bytes, lower, hasDashes: true)))
    case .upperText: .text(Text(bytes: spelled(bytes, upper, hasDashes: true)))
    case .lowerDigits: .text(Text(bytes: spelled(bytes, lower, hasDashes: false)))
    case .upperDigits: .text(Text(bytes: spelled(bytes, upper, hasDashes: false)))
    case .blob: .blob(bytes)
    }
  }
}
