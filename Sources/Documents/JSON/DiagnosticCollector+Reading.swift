package import RowscopeModel

/// Typed values out of a tree. Each function reports what is wrong and returns nil then, so that
/// reading goes on and finds the rest.
extension DiagnosticCollector {
  package mutating func object(_ node: JSONNode, as expected: String) -> [JSONNode.Member]? {
    if let members = node.members { return members }
    wrongType(node, expected: expected)
    return nil
  }

  package mutating func array(_ node: JSONNode, as expected: String) -> [JSONNode]? {
    if let elements = node.elements { return elements }
    wrongType(node, expected: expected, hint: Self.listHint(node))
    return nil
  }

  /// How one thing is a list.
  private static func listHint(_ node: JSONNode) -> String? {
    switch node.content {
    case .string(let text): "write [\(JSONWriter.string(text))]"
    case .integer(let number): "write [\(number)]"
    case .object: "write [{…}], in brackets"
    case .real, .bool, .null, .array: nil
    }
  }

  package mutating func string(_ node: JSONNode, as expected: String) -> Located<String>? {
    if let string = node.string { return Located(string, at: node.range) }
    wrongType(node, expected: expected)
    return nil
  }

  /// `0`, `1`, `false` or `true`.
  package mutating func flag(_ node: JSONNode) -> Bool? {
    switch node.content {
    case .bool(let value): return value
    case .integer(0): return false
    case .integer(1): return true
    case .integer, .real, .string, .null, .array, .object:
      error(
        .badFlag, "expected a flag, found \(node.typeDescription)",
        hint: "a flag is 0, 1, false or true", at: node.range)
      return nil
    }
  }

  /// A list of names; an element that is none is reported and left out.
  package mutating func names(_ node: JSONNode, of things: String) -> [Located<String>]? {
    guard let elements = array(node, as: "a list of \(things) names") else { return nil }
    return elements.compactMap { string($0, as: "a \(things) name") }
  }

  package mutating func wrongType(_ node: JSONNode, expected: String, hint: String? = nil) {
    error(
      .wrongType, "expected \(expected), found \(node.typeDescription)", hint: hint,
      at: node.range)
  }

  package mutating func unknownKey(
    _ key: Located<String>, among known: some Sequence<String>, hint: String? = nil
  ) {
    error(
      .unknownKey, "unknown key \(Printable.quoted(key.value))",
      hint: hint ?? Suggestion.hint(for: key.value, among: known), at: key.range)
  }
}
