import AccessProfiles
package import Documents
package import RowscopeModel

extension ListRequest {
  /// The request in a JSON text of the wire format:
  ///
  /// ```
  /// {"object_type": "tasks", "select": ["id", "title"], "sort": "due_date desc, title asc",
  ///  "filters": [{"field": "priority", "operator": ">=", "value": 3}], "operator": "AND",
  ///  "search": "invoice", "page": 1, "size": 100, "after": "<cursor>", "count": "none",
  ///  "may": false, "scope": false}
  /// ```
  ///
  /// An entry of `select` may be a path to one related record (`"client.name"`), or a list of
  /// related records: `{"path": "comments", "select": ["text"], "sort": "id desc", "size": 3}`.
  ///
  /// `{"arguments": [object_type, filters, size, page, sort, select, fetch_type, operator]}`, as
  /// Jestor's clients send it, is the same request.
  ///
  /// The JSON is strict. Every key except `object_type` may be absent or null; any other key is an
  /// error.
  ///
  /// - Throws: `invalid_request`, or the code of the first problem, with its line and column.
  package init(json bytes: [UInt8]) throws(ServiceError) {
    let source = SourceDocument(name: "request", bytes: bytes)
    let node: JSONNode
    do {
      node = try JSONReader.read(source, as: .strict)
    } catch {
      throw ServiceError(error, fallback: .invalidRequest)
    }
    self = try ListRequest(node, in: source)
  }

  /// The request in an object that is part of a larger document.
  ///
  /// - Parameter ignoring: keys of the object that belong to others.
  package init(
    _ node: JSONNode, in source: SourceDocument, ignoring others: Set<String> = []
  ) throws(ServiceError) {
    var reader = RequestReader(source: source)
    let request = reader.read(node, ignoring: others)
    guard let request, !reader.problems.hasErrors else {
      throw ServiceError(
        Diagnostics(reader.problems.list, in: source), fallback: .invalidRequest)
    }
    self = request
  }
}

extension ServiceError {
  /// The first error of a document, with its position and the number of further errors.
  package init(_ diagnostics: Diagnostics, fallback: Code) {
    let errors = diagnostics.list.filter { $0.severity == .error }
    guard let first = errors.first else {
      self.init(fallback, "the document cannot be read")
      return
    }
    let place = diagnostics.source.position(of: first.range.lowerBound)
    let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
    self.init(
      Code(rawValue: first.code.rawValue),
      "\(diagnostics.source.name), line \(place.line), column \(place.column): "
        + "\(first.message)\(more)",
      hint: first.hint)
  }
}

/// Reads the keys of a request and collects the problems.
private struct RequestReader {
  let source: SourceDocument
  var problems = DiagnosticCollector()

  private enum Key: String, CaseIterable {
    case objectType = "object_type"
    case select, sort, page, size, filters
    case joining = "operator"
    case search, after, count, may, scope
    case schema = "$schema"
    case arguments
  }

  /// The keys of ``Key/arguments`` in their order; nil for what a list does not depend on.
  private static let positions: [Key?] = [
    .objectType, .filters, .size, .page, .sort, .select, nil, .joining,
  ]

  /// Keys that a request must not have, with the reason: the service must not take them from a
  /// client.
  private static let reserved: [String: String] = {
    let user = "a request cannot describe its user: the service knows the users"
    let clock = "a request cannot set the time: the service uses its clock"
    return Dictionary(
      uniqueKeysWithValues: [
        "id_user", "user", "name", "email", "profile", "seat", "user_type", "type", "teams",
        "attributes", "invitations",
      ].map { ($0, user) } + ["now", "today", "clock", "time"].map { ($0, clock) })
  }()

  mutating func read(_ node: JSONNode, ignoring others: Set<String>) -> ListRequest? {
    guard let members = node.members else {
      problems.error(
        .invalidRequest, "a request is an object, not \(node.typeDescription)", at: node.range)
      return nil
    }
    var values: [Key: JSONNode] = [:]
    for member in members {
      if let key = Key(rawValue: member.key.value) {
        if case .null = member.value.content { continue }
        values[key] = member.value
      } else if SummaryRequest.keys.contains(member.key.value), !others.contains(member.key.value) {
        problems.error(
          .unsupported, "\(Printable.quoted(member.key.value)) makes a summary, and this is a list",
          hint: "leave it out, or ask for a summary", at: member.key.range)
      } else if !others.contains(member.key.value) {
        let keys = others.sorted() + Key.allCases.map(\.rawValue)
        problems.error(
          .unknownKey, "unknown key \(Printable.quoted(member.key.value)) in a request",
          hint: Self.reserved[member.key.value.lowercased()]
            ?? Suggestion.hint(for: member.key.value, among: keys)
            ?? "the keys are \(keys.joined(separator: ", "))",
          at: member.key.range)
      }
    }
    if let arguments = values[.arguments], !add(arguments, to: &values) { return nil }
    guard let table = values[.objectType] else {
      problems.error(
        .requiredKey, "a request without \"object_type\"",
        hint: #"name the table: {"object_type": "tasks"}"#, at: node.range)
      return nil
    }
    guard let name = string(table, "the name of a table") else { return nil }
    var request = ListRequest(table: name)
    // For editors.
    if let node = values[.schema] { _ = string(node, "the path of a JSON Schema") }
    if let node = values[.select] { request.select = select(node) }
    if let node = values[.filters] {
      request.filters =
        ConditionParser(.request).conditions(node, reporting: &problems) ?? []
    }
    if let node = values[.joining], let joining = joining(node) { request.joining = joining }
    if let node = values[.search] { request.search = string(node, "a text to search for") }
    if let node = values[.sort] { request.sort = sort(node) }
    if let node = values[.size] { request.size = number(node, "size") }
    if let node = values[.page] { request.page = number(node, "page") ?? 1 }
    if let node = values[.after] { request.after = string(node, "a cursor") }
    if let node = values[.count], let count = counting(node) { request.count = count }
    if let node = values[.may] { request.may = flag(node) }
    if let node = values[.scope] { request.scope = flag(node) }
    return request
  }

  /// Adds positional arguments under their names.
  private mutating func add(_ arguments: JSONNode, to values: inout [Key: JSONNode]) -> Bool {
    let names = Self.positions.map { $0?.rawValue ?? "fetch_type" }.joined(separator: ", ")
    guard let elements = arguments.elements else {
      wrongType(arguments, "a list of up to \(Self.positions.count) arguments: \(names)")
      return false
    }
    guard elements.count <= Self.positions.count else {
      problems.error(
        .wrongType,
        "expected up to \(Self.positions.count) arguments, found \(elements.count)",
        hint: "they are \(names)", at: elements[Self.positions.count].range)
      return false
    }
    for (key, element) in zip(Self.positions, elements) {
      if case .null = element.content { continue }
      guard let key else {
        if element.string == "single" { continue }
        problems.error(
          .invalidValue, "the argument \"fetch_type\" is not \"single\"",
          hint: "the arguments are \(names)", at: element.range)
        return false
      }
      guard values[key] == nil else {
        problems.error(
          .invalidRequest,
          "\(Printable.quoted(key.rawValue)) is given by its name and among the arguments",
          hint: "leave one out", at: element.range)
        return false
      }
      values[key] = element
    }
    return true
  }

  private mutating func string(_ node: JSONNode, _ what: String) -> String? {
    if let string = node.string { return string }
    wrongType(node, what)
    return nil
  }

  private mutating func wrongType(_ node: JSONNode, _ what: String) {
    problems.error(
      .wrongType, "expected \(what), found \(node.typeDescription)", at: node.range)
  }

  private mutating func number(_ node: JSONNode, _ key: String) -> Int? {
    if let integer = node.integer, integer >= 1 { return Int(integer) }
    problems.error(
      .invalidValue, "\"\(key)\" is a whole number of 1 or more", at: node.range)
    return nil
  }

  private mutating func flag(_ node: JSONNode) -> Bool {
    if case .bool(let flag) = node.content { return flag }
    wrongType(node, "true or false")
    return false
  }

  private mutating func select(_ node: JSONNode) -> [FieldSelection] {
    guard let elements = node.elements else {
      wrongType(node, "a list of field names")
      return []
    }
    return elements.compactMap { element in
      if let members = element.members { return list(members, element) }
      return string(element, "a field name, or a list of related records").map { .init($0) }
    }
  }

  private enum ListKey: String, CaseIterable {
    case path, select, sort, size
  }

  /// `{"path": "comments", "select": [...], "sort": "...", "size": 3}`
  private mutating func list(_ members: [JSONNode.Member], _ node: JSONNode) -> FieldSelection? {
    var values: [ListKey: JSONNode] = [:]
    for member in members {
      guard let key = ListKey(rawValue: member.key.value) else {
        problems.error(
          .unknownKey,
          "unknown key \(Printable.quoted(member.key.value)) in a list of related records",
          hint: Suggestion.hint(for: member.key.value, among: ListKey.allCases.map(\.rawValue))
            ?? "the keys are \(ListKey.allCases.map(\.rawValue).joined(separator: ", "))",
          at: member.key.range)
        continue
      }
      if case .null = member.value.content { continue }
      values[key] = member.value
    }
    guard let path = values[.path] else {
      problems.error(
        .requiredKey, "a list of related records without \"path\"",
        hint: #"name the relation: {"path": "comments", "select": ["text"]}"#, at: node.range)
      return nil
    }
    guard let path = string(path, "the path of a relation") else { return nil }
    return .list(
      path, select: values[.select].map { select($0) },
      sort: values[.sort].map { sort($0) } ?? [],
      size: values[.size].flatMap { number($0, "size") })
  }

  private mutating func joining(_ node: JSONNode) -> ListRequest.Joining? {
    guard let name = string(node, "AND or OR") else { return nil }
    if let joining = ListRequest.Joining(rawValue: name.uppercased()) { return joining }
    problems.error(
      .invalidValue, "\"operator\" is \(Printable.quoted(name))",
      hint: "the filters of a request are joined by AND or OR", at: node.range)
    return nil
  }

  private mutating func counting(_ node: JSONNode) -> ListRequest.Counting? {
    guard let name = string(node, "none, bounded or exact") else { return nil }
    if let counting = ListRequest.Counting(rawValue: name) { return counting }
    problems.error(
      .invalidValue, "\"count\" is \(Printable.quoted(name))",
      hint: "it is none, bounded or exact", at: node.range)
    return nil
  }

  private mutating func sort(_ node: JSONNode) -> [ListRequest.SortKey] {
    guard let text = string(node, "a sort as \"due_date desc, title\"") else { return [] }
    do {
      return try ListRequest.sortKeys(text)
    } catch {
      problems.error(.invalidValue, error.message, hint: error.hint, at: node.range)
      return []
    }
  }
}

extension Diagnostic.Code {
  fileprivate static let invalidRequest = Self(ServiceError.Code.invalidRequest.rawValue)
  fileprivate static let unsupported = Self(ServiceError.Code.unsupported.rawValue)
  fileprivate static let invalidValue = Self(ServiceError.Code.invalidValue.rawValue)
}
