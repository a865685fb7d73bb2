import Documents

/// Comma-separated values as in RFC 4180: a header, CRLF after every line, quotes where necessary.
///
/// Null is an empty cell and the empty text is `""`, so that readers can tell them apart. In a
/// single column null is `""` too, since readers skip empty lines. Text is written byte for byte.
struct CSVFormatter: RowFormatter {
  private let columns: [String]

  init(columns: [String]) {
    self.columns = columns
  }

  func begin(_ out: inout ByteBuffer) { append(columns.map(TextCell.text), to: &out) }

  func append(_ row: [TextCell], to out: inout ByteBuffer) {
    for (index, cell) in row.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      switch cell {
      case .null, .hidden: if row.count == 1 { out.append("\"\"") }
      case .integer(let value): out.append(utf8: String(value))
      case .real(let value): out.append(utf8: TextCell.decimal(value))
      case .text(var text): text.withUTF8 { append($0, to: &out) }
      case .malformedText(let bytes): bytes.withUnsafeBufferPointer { append($0, to: &out) }
      case .blob(let bytes): out.append(utf8: TextCell.hexadecimal(bytes))
      }
    }
    out.append("\r\n")
  }

  private func append(_ bytes: UnsafeBufferPointer<UInt8>, to out: inout ByteBuffer) {
    let quote = UInt8(ascii: "\"")
    let needsQuotes =
      bytes.isEmpty
      || bytes.contains { $0 == quote || $0 == UInt8(ascii: ",") || $0 == 0x0a || $0 == 0x0d }
    guard needsQuotes else {
      out.append(bytes)
      return
    }
    out.append(quote)
    for byte in bytes {
      if byte == quote { out.append(quote) }
      out.append(byte)
    }
    out.append(quote)
  }
}
