import AccessProfiles
import Documents
import RecordEngine
import RowscopeModel

/// The keys of a request beside those of a list, and what is wrong with them.
struct RequestForm {
  private let node: JSONNode
  private let source: SourceDocument
  /// The keys that are not those of a list.
  private(set) var ignored: Set<String>

  init(_ node: JSONNode, in source: SourceDocument, ignoring ignored: Set<String>) {
    (self.node, self.source, self.ignored) = (node, source, ignored)
  }

  /// Whether there is a value, which null is not.
  func has(_ key: String) -> Bool { value(key) != nil }

  private func value(_ key: String) -> JSONNode? {
    guard let value = node[key] else { return nil }
    if case .null = value.content { return nil }
    return value
  }

  // MARK: Keys

  /// Makes all other keys than these an error.
  mutating func allow(_ keys: [String], to act: String) throws(ServiceError) {
    let all = ignored.sorted() + keys
    for member in node.members ?? [] where !all.contains(where: member.key.value.hasSameBytes) {
      throw error(
        .unknownKey,
        "unknown key \(Printable.quoted(member.key.value)) in a request to \(act)",
        hint: Suggestion.hint(for: member.key.value, among: all)
          ?? "the keys are \(all.joined(separator: ", "))", at: member.key.range)
    }
    let ofLists = ["object_type", "select", "filters", "operator", "search", "$schema"]
    ignored.formUnion(keys.filter { !ofLists.contains($0) })
  }

  func refuse(_ key: String, _ hint: String) throws(ServiceError) {
    if let member = node.members?.first(where: { $0.key.value.hasSameBytes(as: key) }) {
      throw error(
        .unknownKey, "unknown key \(Printable.quoted(key)) in a request", hint: hint,
        at: member.key.range)
    }
  }

  /// The table, and what selects records and fields.
  func records() throws(ServiceError) -> ListRequest {
    try ListRequest(node, in: source, ignoring: ignored)
  }

  // MARK: Values

  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, of type: Choice.Type
  ) throws(ServiceError) -> Choice? where Choice.RawValue == String {
    guard let value = value(key) else { return nil }
    let names = Choice.allCases.map(\.rawValue)
    let all = names.joined(separator: ", ")
    guard let name = value.string else {
      throw problem(key, "expected one of \(all), found \(value.typeDescription)", hint: nil)
    }
    if let choice = Choice(rawValue: name), name.hasSameBytes(as: choice.rawValue) {
      return choice
    }
    throw error(
      Diagnostic.Code(ServiceError.Code.invalidValue.rawValue),
      "\"\(key)\" is \(Printable.quoted(name))",
      hint: Suggestion.hint(for: name, among: names) ?? "it is one of \(all)", at: value.range)
  }

  func flag(_ key: String) throws(ServiceError) -> Bool {
    switch value(key)?.content {
    case nil: false
    case .bool(let flag): flag
    case .some: throw problem(key, "expected true or false", hint: nil)
    }
  }

  /// A value, or a list with one for each field of a primary key.
  func key(_ key: String) throws(ServiceError) -> [Value] {
    let hint = "{\"\(key)\": 7}, or a list with a value for each field of the primary key"
    guard let node = value(key) else { throw missing(key, hint) }
    switch FieldValue(node) {
    case .value(let value): return [value]
    case .members(let values): return values
    case nil: throw problem(key, "expected a key, found \(node.typeDescription)", hint: hint)
    }
  }

  func values(_ key: String) throws(ServiceError) -> FieldValues? {
    guard let node = value(key) else { return nil }
    do throws(Diagnostics) {
      return try FieldValues(node, in: source)
    } catch {
      throw ServiceError(error, fallback: .invalidRequest)
    }
  }

  /// The fields of the record itself: what a write answers.
  func names(_ select: [FieldSelection]?) throws(ServiceError) -> [String]? {
    guard let select else { return nil }
    var names: [String] = []
    for selection in select {
      guard case .field(let name) = selection.content else {
        throw problem(
          "select", "a change is answered by fields of the record itself",
          hint: "ask for related records with another request",
          code: Diagnostic.Code(ServiceError.Code.unsupported.rawValue))
      }
      names.append(name)
    }
    return names
  }

  // MARK: Errors

  func missing(_ key: String, _ example: String) -> ServiceError {
    error(.requiredKey, "a request without \"\(key)\"", hint: example, at: node.range)
  }

  func problem(
    _ key: String, _ message: String, hint: String?, code: Diagnostic.Code = .wrongType
  ) -> ServiceError {
    error(code, message, hint: hint, at: (value(key) ?? node).range)
  }

  private func error(
    _ code: Diagnostic.Code, _ message: String, hint: String?, at range: Range<Int>
  ) -> ServiceError {
    ServiceError(
      Diagnostics([Diagnostic(code, message, hint: hint, at: range)], in: source),
      fallback: .invalidRequest)
  }
}
