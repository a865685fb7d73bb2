import Documents
import RowscopeModel

/// A line for each field, for records with long texts or many fields: nothing is cut.
struct VerticalFormatter: RowFormatter {
  private let columns: [String]
  private let style: Style
  private var count = 0

  init(columns: [String], style: Style) {
    self.columns = columns
    self.style = style
  }

  mutating func append(_ row: [TextCell], to out: inout ByteBuffer) {
    count += 1
    out.append(utf8: (count > 1 ? "\n" : "") + style.dim("─── \(count) ───") + "\n")
    let facts = zip(columns, row).map { name, cell in
      let shown = TableCell(cell, limit: nil)
      // A text of several lines stays on several lines.
      let text = if case .text(let text) = cell { Printable.lines(text) } else { shown.text }
      return (name, shown.kind == .null ? style.dim(text) : text)
    }
    out.append(utf8: FactList(facts, style: style).text)
  }
}
