import Documents

/// Writes JSON directly, so that it can be streamed.
enum JSONText {
  static func append(_ string: String, to out: inout [UInt8]) { out.append(jsonString: string) }

  static func string(_ string: String) -> String {
    var out: [UInt8] = []
    append(string, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// Malformed text is repaired with U+FFFD, since JSON is UTF-8; a blob becomes hexadecimal text,
  /// `x'00ff'`.
  static func append(_ cell: TextCell, to out: inout [UInt8]) {
    switch cell {
    case .null: out.append(contentsOf: "null".utf8)
    case .integer(let value): out.append(contentsOf: String(value).utf8)
    case .real(let value): out.append(contentsOf: TextCell.decimal(value).utf8)
    case .text(let text): append(text, to: &out)
    case .malformedText(let bytes): append(String(decoding: bytes, as: UTF8.self), to: &out)
    case .blob(let bytes): append(TextCell.hexadecimal(bytes), to: &out)
    }
  }
}
