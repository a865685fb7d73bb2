import Documents
import RowscopeModel

/// Answers that are small enough to be made whole.
extension OutputTarget {
  /// Rows in the target's format, which is none of JSON's.
  func text(_ columns: [String], _ rows: [[TextCell]]) -> String {
    var formatter = formatter(columns: columns)
    var out = ByteBuffer()
    formatter.begin(&out)
    for row in rows { formatter.append(row, to: &out) }
    formatter.end(&out)
    return out.withBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// Names with what there is to say about each, in the target's format.
  func text(_ facts: [(String, String)]) -> String {
    if format == .markdown { return text(["", ""], facts.map { [.text($0), .text($1)] }) }
    return FactList(facts.map { ($0, Printable.lines($1)) }, style: textStyle).text
  }

  /// A list in the target's format: its elements one a line, all in one document, or as rows.
  ///
  /// - Parameters:
  ///   - document: the whole for JSON.
  ///   - heading: what stands above the rows, where a person reads them.
  func write(
    _ document: JSONTree, of elements: [JSONTree], heading: [(String, String)] = [],
    columns: [String], rows: [[TextCell]]
  ) throws(CommandError) {
    switch format {
    case .json: try write(document.text)
    case .jsonl: try write(elements.map(\.line).joined())
    case .csv: try write(text(columns, rows))
    case .table, .markdown:
      let above = heading.isEmpty ? "" : text(heading) + "\n"
      try write(above + text(columns, rows))
    }
  }
}
