import Documents
import RowscopeModel

/// Records as a table for people: aligned columns, numbers to the right, one line for each record.
///
/// The first rows (``sampleSize``) are buffered to measure the columns; later rows are written as
/// they come, at the same widths. On a terminal the table has the terminal's width: wide columns
/// are narrowed, texts are cut with `…`, and columns that do not fit are omitted, see
/// ``omittedColumns``. Elsewhere only long blobs are cut.
struct TableFormatter: RowFormatter {
  static let sampleSize = 1000
  private static let gap = "  "

  private let columns: [String]
  private let width: Int?
  private let style: Style
  private var sample: [[TableCell]] = []
  /// Nil while the sample is being collected.
  private var layout: TableLayout?

  init(columns: [String], width: Int?, style: Style) {
    self.columns = columns.map(Printable.text)
    self.width = width
    self.style = style
  }

  /// The columns that did not fit; known once rows are written.
  var omittedColumns: [String] { layout.map { Array(columns.dropFirst($0.columns.count)) } ?? [] }

  mutating func append(_ row: [TextCell], to out: inout ByteBuffer) {
    let cells = row.map { TableCell($0, limit: width) }
    guard let layout else {
      sample.append(cells)
      if sample.count == Self.sampleSize { writeSample(&out) }
      return
    }
    writeRow(cells, layout, &out)
  }

  mutating func end(_ out: inout ByteBuffer) {
    if layout == nil { writeSample(&out) }
  }

  private mutating func writeSample(_ out: inout ByteBuffer) {
    let layout = TableLayout(names: columns, rows: sample, width: width, gap: Self.gap.count)
    self.layout = layout
    writeHeader(layout, &out)
    for row in sample { writeRow(row, layout, &out) }
    sample = []
  }

  private func writeHeader(_ layout: TableLayout, _ out: inout ByteBuffer) {
    let names = zip(columns, layout.columns).map { name, column in
      (TableCell(.text(name), limit: width), column)
    }
    writeLine(names, &out) { style.bold($0) }
    let rules = layout.columns.map { String(repeating: "─", count: $0.width) }
    out.append(utf8: style.dim(rules.joined(separator: Self.gap)) + "\n")
  }

  private func writeRow(_ row: [TableCell], _ layout: TableLayout, _ out: inout ByteBuffer) {
    writeLine(zip(row, layout.columns), &out) { $0 }
  }

  private func writeLine(
    _ cells: some Sequence<(TableCell, TableLayout.Column)>, _ out: inout ByteBuffer,
    styled: (String) -> String
  ) {
    var line = ""
    // Padding is written before the next cell, so that no line ends with spaces.
    var pending = ""
    for (cell, column) in cells {
      let cell = width == nil ? cell : cell.cut(to: column.width)
      let padding = String(repeating: " ", count: max(0, column.width - cell.width))
      if cell.text.isEmpty {
        pending += padding + Self.gap
        continue
      }
      line += pending + (column.isNumeric ? padding : "")
      line += cell.kind == .null ? style.dim(cell.text) : styled(cell.text)
      pending = (column.isNumeric ? "" : padding) + Self.gap
    }
    out.append(utf8: line + "\n")
  }
}

/// A cell as shown in a table.
struct TableCell: Sendable, Equatable {
  enum Kind: Sendable { case null, number, text }

  private(set) var text: String
  private(set) var width: Int
  let kind: Kind

  /// Only as much of a text is processed as could fill `limit` columns, so that a huge text costs
  /// little.
  init(_ cell: TextCell, limit: Int?) {
    switch cell {
    case .null: (text, kind) = ("∅", .null)
    case .hidden: (text, kind) = ("▒", .null)
    case .integer(let value): (text, kind) = (String(value), .number)
    case .real(let value): (text, kind) = (TextCell.decimal(value), .number)
    case .text(let string): (text, kind) = (Self.printable(string, limit), .text)
    case .malformedText(let bytes):
      (text, kind) = (
        Self.printable(
          String(decoding: bytes.prefix(limit.map { $0 * 64 } ?? .max), as: UTF8.self), limit),
        .text
      )
    case .blob(let bytes): (text, kind) = (Self.shortened(bytes), .text)
    }
    width = Printable.isPlain(text) ? text.utf8.count : DisplayWidth.columns(of: text)
  }

  /// The cell in at most `limit` columns, with `…` in place of what does not fit.
  func cut(to limit: Int) -> TableCell {
    guard width > limit else { return self }
    var cut = self
    cut.text = ""
    cut.width = 1
    for character in text {
      let next = DisplayWidth.columns(of: character)
      guard cut.width + next <= limit else { break }
      cut.text.append(character)
      cut.width += next
    }
    cut.text += "…"
    return cut
  }

  /// The whole blob if it may be a key; its beginning and its size if it is longer. The other
  /// formats have all of it.
  private static func shortened(_ bytes: [UInt8]) -> String {
    guard bytes.count > 32 else { return TextCell.hexadecimal(bytes) }
    return "\(TextCell.hexadecimal(bytes.prefix(16)).dropLast())…' (\(bytes.count) bytes)"
  }

  private static func printable(_ text: String, _ limit: Int?) -> String {
    guard let limit, text.utf8.count > limit * 16 else { return Printable.text(text) }
    // Sixteen scalars a column allow for the longest emoji sequences in use.
    let beginning = Printable.text(String(text.unicodeScalars.prefix(limit * 16)))
    // Combining marks take no columns, so the cut text may look short: always show that it is cut.
    return DisplayWidth.columns(of: beginning) > limit ? beginning : beginning + "…"
  }
}
