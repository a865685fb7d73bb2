import Documents

/// Values separated by tabs, a record a line, as PostgreSQL's COPY and MySQL's LOAD DATA read them:
/// null is `\N`; a tab, a line feed, a carriage return and a backslash in a text are `\t`, `\n`,
/// `\r` and `\\`. All other bytes are written as they are.
struct TSVFormatter: RowFormatter {
  private let columns: [String]

  init(columns: [String]) {
    self.columns = columns
  }

  func begin(_ out: inout ByteBuffer) { append(columns.map(TextCell.text), to: &out) }

  func append(_ row: [TextCell], to out: inout ByteBuffer) {
    for (index, cell) in row.enumerated() {
      if index > 0 { out.append(UInt8(ascii: "\t")) }
      switch cell {
      case .null, .hidden: out.append("\\N")
      case .integer(let value): out.append(utf8: String(value))
      case .real(let value): out.append(utf8: TextCell.decimal(value))
      case .text(let text): append(Array(text.utf8), to: &out)
      case .malformedText(let bytes): append(bytes, to: &out)
      case .blob(let bytes): out.append(utf8: TextCell.hexadecimal(bytes))
      }
    }
    out.append("\n")
  }

  private func append(_ bytes: [UInt8], to out: inout ByteBuffer) {
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\t"): out.append("\\t")
      case UInt8(ascii: "\n"): out.append("\\n")
      case UInt8(ascii: "\r"): out.append("\\r")
      case UInt8(ascii: "\\"): out.append("\\\\")
      default: out.append(byte)
      }
    }
  }
}
