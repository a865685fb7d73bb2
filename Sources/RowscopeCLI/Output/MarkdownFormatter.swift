import Documents
import RowscopeModel

/// A table in GitHub Flavored Markdown. Markup is escaped, so that a cell shows what is stored; a
/// line break is `<br>` and null an empty cell.
struct MarkdownFormatter: RowFormatter {
  private let columns: [String]

  init(columns: [String]) {
    self.columns = columns
  }

  func begin(_ out: inout ByteBuffer) {
    append(columns.map(TextCell.text), to: &out)
    out.append(utf8: "|" + String(repeating: " --- |", count: columns.count) + "\n")
  }

  func append(_ row: [TextCell], to out: inout ByteBuffer) {
    var line = "|"
    for cell in row {
      let text = Self.text(cell)
      line += text.isEmpty ? " |" : " " + text + " |"
    }
    out.append(utf8: line + "\n")
  }

  private static let markup = Array("\\|`*[~_<&".utf8)

  private static func text(_ cell: TextCell) -> String {
    switch cell {
    case .null: ""
    case .hidden: "▒"
    case .integer(let value): String(value)
    case .real(let value): TextCell.decimal(value)
    case .text(let text): escaped(text)
    case .malformedText(let bytes): escaped(String(decoding: bytes, as: UTF8.self))
    case .blob(let bytes): TextCell.hexadecimal(bytes)
    }
  }

  private static func escaped(_ text: String) -> String {
    // Most cells hold only letters, digits and spaces.
    let needsNothing = text.utf8.allSatisfy {
      $0 >= 0x20 && $0 < 0x7f && !markup.contains($0)
    }
    if needsNothing { return text }
    var result = ""
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      switch scalar {
      case "\n": result += "<br>"
      case "\r":
        // In CRLF the line feed adds the break.
        if index + 1 == scalars.count || scalars[index + 1] != "\n" { result += "<br>" }
      case "\\", "|", "`", "*", "[", "~": result += "\\" + String(scalar)
      case "_":
        // Inside a word (`due_date`) an underscore is not markup.
        let isInside =
          index > 0 && index + 1 < scalars.count && scalars[index - 1].properties.isAlphabetic
          && scalars[index + 1].properties.isAlphabetic
        result += isInside ? "_" : "\\_"
      case "<": result += "&lt;"
      case "&": result += "&amp;"
      case _ where Printable.isUnsafe(scalar): Printable.appendEscape(of: scalar, to: &result)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
