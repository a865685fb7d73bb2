import AccessProfiles
import Documents
import RowscopeModel

extension ListRequest {
  /// The request that the options describe, with unresolved names.
  init(_ arguments: Arguments) throws(CommandError) {
    self.init(table: arguments.positional(0) ?? "")
    select = try arguments.value(.select).map { text throws(CommandError) in
      try FieldList.names(text)
    }
    filters = try arguments.conditions()
    joining = arguments.isGiven(.any) ? .any : .all
    search = arguments.value(.search)
    after = arguments.value(.after)
    page = try arguments.integer(.page, in: 1...(.max)) ?? 1
    count = arguments.choice(.count, as: Counting.self) ?? .none
    size = try arguments.limit()
    if let text = arguments.value(.sort) {
      do throws(ServiceError) {
        sort = try Self.sortKeys(text)
      } catch {
        throw CommandError(error)
      }
    }
  }
}

extension Arguments {
  /// The most records to list; nil for all.
  fileprivate func limit() throws(CommandError) -> Int? {
    guard let text = value(.limit) else { return 100 }
    if text == "all" { return nil }
    guard let number = Int(text), number > 0 else {
      throw .usage("`--limit` takes a whole number of 1 or more, or `all`, not `\(text)`")
    }
    return number
  }

  /// The conditions of all `--where` options, then those of all `--filter` options.
  fileprivate func conditions() throws(CommandError) -> [Condition] {
    var conditions: [Condition] = []
    for text in values(.where) { conditions.append(try Condition(where: text)) }
    for text in values(.filter) { conditions += try Condition.list(filter: text) }
    return conditions
  }
}

extension Condition {
  /// A condition of `--where`.
  fileprivate init(where text: String) throws(CommandError) {
    let json = try WhereParser.standard.parse(text).json
    var problems = DiagnosticCollector()
    let source = SourceDocument(name: "--where", text: json)
    let condition = JSONReader.read(source, as: .strict, reporting: &problems).flatMap {
      ConditionParser(.request).condition($0, reporting: &problems)
    }
    guard let condition, !problems.hasErrors else {
      let first = problems.list.first { $0.severity == .error }
      throw .usage(
        first?.message ?? "this is not a condition",
        excerpt: Excerpt(text, text.startIndex..<text.endIndex), help: first?.hint)
    }
    self = condition
  }

  /// The conditions of `--filter`: a list, or a single one.
  fileprivate static func list(filter text: String) throws(CommandError) -> [Condition] {
    let source = SourceDocument(name: "--filter", text: text)
    var problems = DiagnosticCollector()
    var conditions: [Condition]?
    if let node = JSONReader.read(source, as: .strict, reporting: &problems) {
      let parser = ConditionParser(.request)
      conditions =
        node.elements != nil
        ? parser.conditions(node, reporting: &problems)
        : parser.condition(node, reporting: &problems).map { [$0] }
    }
    if let conditions, !problems.hasErrors { return conditions }
    var error = CommandError.usage(nil)
    error.documents = [Diagnostics(problems.list, omitted: problems.omitted, in: source)]
    throw error
  }
}

extension WhereParser {
  /// A parser for all operators and references.
  static let standard = WhereParser(
    operators: Operator.allCases.flatMap { `operator` in
      // An alias that includes the number of days takes no value.
      let meanings = Operator.names.map { (name: $0, meaning: Operator.named($0)) }
        .filter { $0.meaning?.operator == `operator` }
      let (plain, windows) = (
        meanings.filter { $0.meaning?.days == nil }.map(\.name),
        meanings.filter { $0.meaning?.days != nil }.map(\.name)
      )
      let operand: WhereOperator.Operand =
        switch `operator`.operandShape {
        case .none: .none
        case .list: .list
        case .range: .range
        case .scalar, .scalarOrNull, .text, .days: .one
        }
      return [WhereOperator(names: plain, operand: operand)]
        + (windows.isEmpty ? [] : [WhereOperator(names: windows, operand: .none)])
    },
    references: Reference.names)
}

/// Names separated by commas; a name that contains a comma is in double quotes, with its own quotes
/// doubled.
enum FieldList {
  static func names(_ text: String) throws(CommandError) -> [String] {
    var names: [String] = []
    var rest = text[...]
    while true {
      rest = rest.drop(while: \.isWhitespace)
      var name = ""
      if rest.first == "\"" {
        name = try quoted(&rest, in: text)
      } else {
        let part = rest.prefix { $0 != "," }
        rest = rest.dropFirst(part.count)
        name = String(part.reversed().drop(while: \.isWhitespace).reversed())
      }
      guard !name.isEmpty, rest.isEmpty || rest.first == "," else {
        throw .usage(
          "a field is missing", excerpt: Excerpt(text, rest.startIndex..<rest.startIndex),
          help: "fields are separated by commas: id, title")
      }
      names.append(name)
      guard rest.popFirst() != nil else { return names }
    }
  }

  private static func quoted(
    _ rest: inout Substring, in text: String
  ) throws(CommandError) -> String {
    let start = rest.startIndex
    var name = ""
    rest.removeFirst()
    while let character = rest.popFirst() {
      guard character == "\"" else {
        name.append(character)
        continue
      }
      guard rest.first == "\"" else {
        rest = rest.drop(while: \.isWhitespace)
        return name
      }
      name.append(rest.removeFirst())
    }
    throw .usage(
      "the quoted name does not end", excerpt: Excerpt(text, start..<text.index(after: start)),
      help: "\" ends it, \"\" is one inside it")
  }
}
