import AccessProfiles
import Documents
import RowscopeModel

extension ListRequest {
  /// The request that the options describe, with unresolved names.
  init(_ arguments: Arguments) throws(CommandError) {
    self.init(table: arguments.positional(0) ?? "")
    // Cells of a table hold lists too.
    select = try arguments.fieldNames()?.map { FieldSelection(.column($0)) }
    filters = try arguments.conditions()
    joining = arguments.isGiven(.any) ? .any : .all
    search = arguments.value(.search)
    after = arguments.value(.after)
    page = try arguments.integer(.page, in: 1...(.max)) ?? 1
    count = arguments.choice(.count, as: Counting.self) ?? .none
    may = arguments.isGiven(.may)
    size = try arguments.limit()
    if let text = arguments.value(.sort) {
      do throws(ServiceError) {
        sort = try Self.sortKeys(SortText.canonical(text))
      } catch {
        throw CommandError(error)
      }
    }
  }
}

/// Sort keys as people write them on a command line: `-due_date` and `due_date:desc` beside
/// `due_date desc`.
enum SortText {
  /// The keys as a request has them. A quoted name stays as it is.
  static func canonical(_ text: String) -> String {
    var keys: [Substring.UnicodeScalarView] = [Substring.UnicodeScalarView()]
    var isQuoted = false
    for scalar in text.unicodeScalars {
      if scalar == "\"" { isQuoted.toggle() }
      if scalar == ",", !isQuoted {
        keys.append(Substring.UnicodeScalarView())
      } else {
        keys[keys.count - 1].append(scalar)
      }
    }
    return keys.map { canonical(key: String(String.UnicodeScalarView($0)).trimmingASCIISpaces) }
      .joined(separator: ", ")
  }

  private static func canonical(key: String) -> String {
    let bytes = Array(key.utf8)
    if bytes.count > 1, bytes[0] == UInt8(ascii: "-") {
      return String(decoding: bytes.dropFirst(), as: UTF8.self) + " desc"
    }
    for direction in ["asc", "desc"]
    where bytes.suffix(direction.utf8.count + 1).elementsEqual(
      ":\(direction)".utf8)
    {
      let name = String(decoding: bytes.dropLast(direction.utf8.count + 1), as: UTF8.self)
      if !name.isEmpty { return "\(name) \(direction)" }
    }
    return key
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
    do throws(ConditionTextError) {
      self = try Condition(text: text)
    } catch {
      throw .usage(error.message, excerpt: error.excerpt, help: error.help)
    }

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

/// Names separated by commas; a name that contains a comma is in double quotes, with its own quotes
/// doubled.
enum FieldList {
  private typealias Scalars = Substring.UnicodeScalarView

  static func names(_ text: String) throws(CommandError) -> [String] {
    var names: [String] = []
    var rest = text[...].unicodeScalars
    while true {
      rest = rest.drop(while: \.properties.isWhitespace)
      var name = ""
      if rest.first == "\"" {
        name = try quoted(&rest, in: text)
      } else {
        var part = rest.prefix { $0 != "," }
        rest = rest[part.endIndex...]
        while part.last?.properties.isWhitespace ?? false { part.removeLast() }
        name = String(part)
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
    _ rest: inout Scalars, in text: String
  ) throws(CommandError) -> String {
    let start = rest.prefix(1)
    var name = String.UnicodeScalarView()
    rest.removeFirst()
    while let scalar = rest.popFirst() {
      guard scalar == "\"" else {
        name.append(scalar)
        continue
      }
      guard rest.first == "\"" else {
        rest = rest.drop(while: \.properties.isWhitespace)
        return String(name)
      }
      name.append(rest.removeFirst())
    }
    throw .usage(
      "the quoted name does not end", excerpt: Excerpt(text, start.startIndex..<start.endIndex),
      help: "\" ends it, \"\" is one inside it")
  }
}

extension Arguments {
  /// The names that `--select` lists; nil where it is not given.
  func fieldNames() throws(CommandError) -> [String]? {
    try value(.select).map { text throws(CommandError) in try FieldList.names(text) }
  }
}
