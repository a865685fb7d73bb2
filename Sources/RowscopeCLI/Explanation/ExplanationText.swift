import Documents
import RecordFilter
import Rowscope
import RowscopeModel

/// An explanation for people: the decision and its rule, the queries, and how the database runs
/// them.
struct ExplanationText {
  private let explanation: Explanation
  private let width: Int
  private let style: Style

  init(_ explanation: Explanation, width: Int, style: Style) {
    self.explanation = explanation
    self.width = width
    self.style = style
  }

  /// The text, ending in a line feed.
  var text: String {
    var parts = [
      FactList(
        [
          ("Table", explanation.table), ("User", explanation.user), ("Rule", explanation.rule),
          ("Decision", decision),
        ].map { ($0, paragraphs($1, indent: 10)) }, style: style
      ).text
    ]
    if case .denied = explanation.decision { return parts.joined() }
    parts.append(section("Fields", fields))
    parts.append(section("Which records", filters))
    if explanation.engine == nil {
      parts.append(section("SQL", "  no query is run: no record can match\n"))
    }
    for (index, statement) in explanation.statements.enumerated() {
      let number = explanation.statements.count > 1 ? " \(index + 1)" : ""
      let sql = SQLText(statement.sql, width: width - 2).lines
      parts.append(section("SQL\(number)", sql.map { "  \(Printable.text($0))\n" }.joined()))
      if !statement.bindings.isEmpty {
        parts.append(section("Values", bindings(statement.bindings)))
      }
      let plan = statement.plan.map { "  \(Printable.text($0))\n" }.joined()
      parts.append(section("SQLite's plan", plan))
    }
    if let engine {
      let text = paragraphs("\(engine): \(explanation.engineReason)", indent: 2)
      parts.append(section("Engine", indented(text + "\n")))
    }
    for (title, lines) in [
      ("Access path", explanation.accessPath), ("Advice", explanation.advice),
    ] where !lines.isEmpty {
      let text = lines.map { paragraphs($0, indent: 2) + "\n" }.joined()
      parts.append(section(title, indented(text)))
    }
    return parts.joined(separator: "\n")
  }

  private func section(_ title: String, _ body: String) -> String {
    style.bold(title) + "\n" + body
  }

  private var decision: String {
    switch explanation.decision {
    case .denied(let reason): "denied: \(reason)"
    case .none(let reasons): (["no record"] + reasons).joined(separator: "\n")
    case .all: "every record"
    case .some: "the records that satisfy the filter below"
    }
  }

  private var engine: String? {
    switch explanation.engine {
    case nil: nil
    case .sqlite: "SQLite answers"
    case .memory: "columns in memory answer"
    }
  }

  private var fields: String {
    let levels: [(FieldAccess, String)] = [
      (.editable, "editable"), (.readonly, "readonly"), (.hidden, "hidden"),
    ]
    let facts = levels.compactMap { access, title -> (name: String, text: String)? in
      let names = explanation.fields.filter { $0.access == access.rawValue }.map(\.name)
      guard !names.isEmpty else { return nil }
      return (title, paragraphs(names.joined(separator: ", "), indent: 12))
    }
    let shown = explanation.fields.compactMap { field in
      field.records.map { ("\(field.name) where", paragraphs($0, indent: 12)) }
    }
    return indented(FactList(facts + shown, style: .plain).text)
  }

  private var filters: String {
    var facts = [("by the profile", explanation.profileFilter)]
    if let limit = explanation.limit { facts.append(("by the user's type", limit)) }
    if let everywhere = explanation.everywhere { facts.append(("everywhere", everywhere)) }
    if explanation.limit != nil || explanation.scope != explanation.profileFilter {
      facts.append(("in all", explanation.scope))
    }
    if let edited = explanation.editScope { facts.append(("to edit", edited)) }
    if let deleted = explanation.deleteScope { facts.append(("to delete", deleted)) }
    facts.append(("by the request", explanation.request))
    if explanation.simplifiedRequest != explanation.request {
      facts.append(("simplified", explanation.simplifiedRequest))
    }
    let widest = facts.map(\.0.count).max() ?? 0
    return indented(
      FactList(facts.map { ($0, paragraphs($1, indent: widest + 4)) }, style: .plain).text)
  }

  private func bindings(_ values: [Value]) -> String {
    let facts = values.enumerated().map { index, value in
      ("?\(index + 1)", cut(Printable.text(value.literal), to: width - 8))
    }
    return indented(FactList(facts, style: .plain).text)
  }

  /// A single value may be a list of a hundred thousand ids.
  private func cut(_ text: String, to limit: Int) -> String {
    guard text.utf8.count > 4 * limit else { return text }
    return text.prefix(2 * limit) + "… (\(text.utf8.count) bytes in all)"
  }

  private func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : "  " + $0 }.joined(separator: "\n")
  }

  /// Wraps each line of a text, leaving `indent` columns free on the left; the first line is not
  /// indented.
  private func paragraphs(_ text: String, indent: Int) -> String {
    Printable.lines(text).split(separator: "\n", omittingEmptySubsequences: false).map { line in
      Wrapping.lines(line.split(separator: " ").map(String.init), width: width - indent)
        .joined(separator: "\n")
    }.joined(separator: "\n")
  }
}

/// Wraps words into lines.
enum Wrapping {
  /// Lines of at most `width` columns, except for longer words.
  static func lines(_ words: [String], width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    for word in words {
      let columns = DisplayWidth.columns(of: word)
      if !line.isEmpty, used + 1 + columns > width {
        lines.append(line)
        (line, used) = ("", 0)
      }
      used += columns + (line.isEmpty ? 0 : 1)
      line += line.isEmpty ? word : " " + word
    }
    return lines + [line]
  }
}
