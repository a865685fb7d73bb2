/// One value of a record, for output.
enum TextCell: Sendable, Equatable {
  case null
  /// The record does not show it.
  case hidden
  case integer(Int64)
  case real(Double)
  case text(String)
  /// Text that is not valid UTF-8, as its stored bytes.
  case malformedText([UInt8])
  case blob([UInt8])
}

extension TextCell {
  /// A real as the shortest decimal that reads back as the same number.
  static func decimal(_ value: Double) -> String {
    // SQLite stores infinities; its JSON functions write them like this.
    if value.isInfinite { return value < 0 ? "-9e999" : "9e999" }
    return value.description
  }

  /// A blob in SQL notation: `x'00ff'`.
  static func hexadecimal(_ bytes: some Collection<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = Array("x'".utf8)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self) + "'"
  }
}
