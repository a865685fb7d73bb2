import RowscopeModel

/// Shows diagnostics to people: the place, the problem, the line with the place underlined, and a
/// hint.
///
///     profiles/support.json:12:7: error: unknown key "field_excluded"
///         "field_excluded": ["request_date"],
///         ^^^^^^^^^^^^^^^^
///       did you mean "fields_excluded"?
package struct DiagnosticRenderer: Sendable {
  /// Whether to use the colours of an ANSI terminal.
  package let usesColour: Bool
  /// The number of columns shown of a line; `…` replaces the rest.
  package let lineWidth: Int

  private static let indentation = "  "
  private static let tabWidth = 4

  package init(usesColour: Bool = false, lineWidth: Int = 100) {
    self.usesColour = usesColour
    self.lineWidth = max(lineWidth, 20)
  }

  /// All diagnostics, each ending in a line feed.
  package func render(_ diagnostics: Diagnostics) -> String {
    var text = diagnostics.list.map { render($0, in: diagnostics.source) }.joined()
    if diagnostics.omitted > 0 {
      let name = Printable.text(diagnostics.source.name)
      text += "\(name): \(diagnostics.omitted) more not shown\n"
    }
    return text
  }

  /// One diagnostic, ending in a line feed.
  package func render(_ diagnostic: Diagnostic, in source: SourceDocument) -> String {
    let position = source.position(of: diagnostic.range.lowerBound)
    let place = "\(Printable.text(source.name)):\(position.line):\(position.column):"
    let severityColour: Colour =
      switch diagnostic.severity {
      case .error: .red
      case .warning: .yellow
      }
    let severity = styled("\(diagnostic.severity.rawValue):", severityColour)
    var text = "\(styled(place, .bold)) \(severity) \(Printable.text(diagnostic.message))\n"

    let excerpt = excerpt(of: diagnostic.range, in: source)
    if !excerpt.line.allSatisfy({ $0 == " " }) {
      let margin = String(repeating: " ", count: excerpt.markStart)
      let mark = String(repeating: "^", count: excerpt.markWidth)
      text += "\(Self.indentation)\(excerpt.line)\n"
      text += "\(Self.indentation)\(margin)\(styled(mark, .green))\n"
    }
    if let hint = diagnostic.hint {
      text += "\(Self.indentation)\(Printable.text(hint))\n"
    }
    return text
  }

  // MARK: - The line

  private struct Excerpt {
    var line: String
    /// In columns.
    var markStart: Int
    var markWidth: Int
  }

  /// A character as shown.
  private struct Glyph {
    var text: String
    var width: Int
  }

  private func excerpt(of range: Range<Int>, in source: SourceDocument) -> Excerpt {
    let line = source.lineRange(around: range.lowerBound)
    let start = min(max(range.lowerBound, line.lowerBound), line.upperBound)
    let end = min(max(range.upperBound, start), line.upperBound)

    // A line may be megabytes long, so decode only what the screen can show. A scalar has at most
    // four bytes.
    let reach = lineWidth * 4
    var first = max(line.lowerBound, start - reach)
    while first < start, first > line.lowerBound, source.bytes[first].isUTF8Continuation {
      first += 1
    }
    let markEnd = min(end, start + reach)
    var last = min(line.upperBound, markEnd + reach)
    while last > markEnd, last < line.upperBound, source.bytes[last].isUTF8Continuation {
      last -= 1
    }

    var column = 0
    func cells(_ range: Range<Int>) -> [Glyph] {
      String(decoding: source.bytes[range], as: UTF8.self).map { cell($0, column: &column) }
    }
    let before = cells(first..<start)
    let marked = cells(start..<markEnd)
    let after = cells(markEnd..<last)
    return window(
      before: before, marked: marked, after: after,
      isCutBefore: first > line.lowerBound, isCutAfter: last < line.upperBound)
  }

  private func cell(_ character: Character, column: inout Int) -> Glyph {
    let cell: Glyph
    if character == "\t" {
      let width = Self.tabWidth - column % Self.tabWidth
      cell = Glyph(text: String(repeating: " ", count: width), width: width)
    } else {
      let text = Printable.text(String(character))
      cell = Glyph(text: text, width: DisplayWidth.columns(of: text))
    }
    column += cell.width
    return cell
  }

  /// The part of the line that fits: first the marked text, then what precedes it, then what
  /// follows.
  private func window(
    before: [Glyph], marked: [Glyph], after: [Glyph], isCutBefore: Bool, isCutAfter: Bool
  ) -> Excerpt {
    func width(_ cells: some Sequence<Glyph>) -> Int { cells.reduce(0) { $0 + $1.width } }
    // The first cells that fit into `room`.
    func fitting(_ cells: some Sequence<Glyph>, _ room: Int) -> [Glyph] {
      var left = room
      return Array(
        cells.prefix { cell in
          left -= cell.width
          return left >= 0
        })
    }

    let isWhole = !isCutBefore && !isCutAfter
    if isWhole, width(before) + width(marked) + width(after) <= lineWidth {
      return Excerpt(
        line: (before + marked + after).map(\.text).joined(), markStart: width(before),
        markWidth: max(width(marked), 1))
    }
    let room = lineWidth - 2  // an ellipsis at either end
    let mark = fitting(marked, room * 2 / 3)
    let roomAfter = min(width(after), (room - width(mark)) / 2)
    let head = Array(
      fitting(before.reversed(), room - width(mark) - roomAfter).reversed())
    let tail =
      mark.count == marked.count ? fitting(after, room - width(mark) - width(head)) : []
    let left = isCutBefore || head.count < before.count ? "…" : ""
    let right = isCutAfter || mark.count + tail.count < marked.count + after.count ? "…" : ""
    return Excerpt(
      line: left + (head + mark + tail).map(\.text).joined() + right,
      markStart: left.count + width(head), markWidth: max(width(mark), 1))
  }

  // MARK: - Colours

  private enum Colour: String {
    case bold = "1"
    case red = "1;31"
    case yellow = "1;33"
    case green = "1;32"
  }

  private func styled(_ text: String, _ colour: Colour) -> String {
    usesColour ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }
}
