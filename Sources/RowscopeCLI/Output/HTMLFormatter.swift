import Documents
import RowscopeModel

/// An HTML table, to paste into a page. What would be markup is escaped, a line break is `<br>` and
/// null an empty cell.
struct HTMLFormatter: RowFormatter {
  private let columns: [String]

  init(columns: [String]) {
    self.columns = columns
  }

  func begin(_ out: inout ByteBuffer) {
    let names = columns.map { "<th>\(Self.escaped($0))</th>" }.joined()
    out.append(utf8: "<table>\n<thead><tr>\(names)</tr></thead>\n<tbody>\n")
  }

  func append(_ row: [TextCell], to out: inout ByteBuffer) {
    out.append("<tr>")
    for cell in row { out.append(utf8: "<td>\(Self.text(cell))</td>") }
    out.append("</tr>\n")
  }

  func end(_ out: inout ByteBuffer) { out.append("</tbody>\n</table>\n") }

  private static func text(_ cell: TextCell) -> String {
    switch cell {
    case .null: ""
    case .hidden: "▒"
    case .integer(let value): String(value)
    case .real(let value): TextCell.decimal(value)
    case .text(let text): escaped(text)
    case .malformedText(let bytes): escaped(String(decoding: bytes, as: UTF8.self))
    case .blob(let bytes): escaped(TextCell.hexadecimal(bytes))
    }
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      switch scalar {
      case "\n": result += "<br>"
      case "\r":
        // In CRLF the line feed adds the break.
        if index + 1 == scalars.count || scalars[index + 1] != "\n" { result += "<br>" }
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case _ where Printable.isUnsafe(scalar): Printable.appendEscape(of: scalar, to: &result)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
