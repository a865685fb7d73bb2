/// JSON written by hand, since it streams.
enum JSONText {
  private static let hexadecimal = Array("0123456789abcdef".utf8)

  static func append(_ string: String, to out: inout [UInt8]) {
    var string = string
    out.append(UInt8(ascii: "\""))
    string.withUTF8 { bytes in
      // What needs no escape is copied in runs.
      var start = 0
      for (index, byte) in bytes.enumerated()
      where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        out.append(contentsOf: bytes[start..<index])
        appendEscape(of: byte, to: &out)
        start = index + 1
      }
      out.append(contentsOf: bytes[start...])
    }
    out.append(UInt8(ascii: "\""))
  }

  private static func appendEscape(of byte: UInt8, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\\"))
    switch byte {
    case 0x0a: out.append(UInt8(ascii: "n"))
    case 0x0d: out.append(UInt8(ascii: "r"))
    case 0x09: out.append(UInt8(ascii: "t"))
    case 0..<0x20:
      out.append(contentsOf: "u00".utf8)
      out.append(hexadecimal[Int(byte >> 4)])
      out.append(hexadecimal[Int(byte & 15)])
    default: out.append(byte)
    }
  }

  static func string(_ string: String) -> String {
    var out: [UInt8] = []
    append(string, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// Malformed text is repaired (U+FFFD), as JSON is UTF-8; a blob is text in hexadecimal digits, `x'00ff'`.
  static func append(_ cell: Cell, to out: inout [UInt8]) {
    switch cell {
    case .null: out.append(contentsOf: "null".utf8)
    case .integer(let value): out.append(contentsOf: String(value).utf8)
    case .real(let value): out.append(contentsOf: Cell.decimal(value).utf8)
    case .text(let text): append(text, to: &out)
    case .malformedText(let bytes): append(String(decoding: bytes, as: UTF8.self), to: &out)
    case .blob(let bytes): append(Cell.hexadecimal(bytes), to: &out)
    }
  }
}
