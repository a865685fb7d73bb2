import Documents
import RowscopeModel

/// Output that is built as a whole before it is written.
extension OutputTarget {
  /// Rows in the target's format, which must not be JSON.
  func text(_ columns: [String], _ rows: [[TextCell]]) -> String {
    var formatter = formatter(columns: columns)
    var out = ByteBuffer()
    formatter.begin(&out)
    for row in rows { formatter.append(row, to: &out) }
    formatter.end(&out)
    return out.withBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// Names and their descriptions in the target's format.
  func text(_ facts: [(String, String)]) -> String {
    if format == .markdown || format == .html {
      return text(["", ""], facts.map { [.text($0), .text($1)] })
    }
    return FactList(facts.map { ($0, Printable.lines($1)) }, style: textStyle).text
  }

  /// Writes a list in the target's format: one element a line, one JSON document, or rows.
  ///
  /// - Parameters:
  ///   - document: the whole document for JSON.
  ///   - heading: facts shown above the rows in formats for people.
  func write(
    _ document: JSONTree, of elements: [JSONTree], heading: [(String, String)] = [],
    columns: [String], rows: [[TextCell]]
  ) throws(CommandError) {
    switch format {
    case .json: try write(document.text)
    case .jsonl: try write(elements.map(\.line).joined())
    case .csv, .tsv: try write(text(columns, rows))
    case .table, .vertical, .markdown, .html:
      let above = heading.isEmpty ? "" : text(heading) + "\n"
      try write(above + text(columns, rows))
    }
  }
}
