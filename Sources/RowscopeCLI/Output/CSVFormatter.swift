/// Comma-separated values as in RFC 4180: a header, CRLF after every line, quotes where necessary.
///
/// Null is an empty cell and the empty text is `""`, so that readers can tell them apart. In a
/// single column null is `""` too, since readers skip empty lines. Text is written byte for byte.
struct CSVFormatter: RowFormatter {
  private let columns: [String]

  init(columns: [String]) {
    self.columns = columns
  }

  func begin(_ out: inout [UInt8]) { append(columns.map(TextCell.text), to: &out) }

  func append(_ row: [TextCell], to out: inout [UInt8]) {
    for (index, cell) in row.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      switch cell {
      case .null: if row.count == 1 { out.append(contentsOf: "\"\"".utf8) }
      case .integer(let value): out.append(contentsOf: String(value).utf8)
      case .real(let value): out.append(contentsOf: TextCell.decimal(value).utf8)
      case .text(var text): text.withUTF8 { append($0, to: &out) }
      case .malformedText(let bytes): bytes.withUnsafeBufferPointer { append($0, to: &out) }
      case .blob(let bytes): out.append(contentsOf: TextCell.hexadecimal(bytes).utf8)
      }
    }
    out += [0x0d, 0x0a]
  }

  private func append(_ bytes: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
    let quote = UInt8(ascii: "\"")
    let needsQuotes =
      bytes.isEmpty
      || bytes.contains { $0 == quote || $0 == UInt8(ascii: ",") || $0 == 0x0a || $0 == 0x0d }
    guard needsQuotes else {
      out.append(contentsOf: bytes)
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
