package import Documents
import RowscopeModel

/// The members of an object with a fixed set of keys. Unknown keys are reported on reading.
package struct KeyedMembers<Key>
where Key: RawRepresentable<String> & CaseIterable & Hashable {
  private var values: [Key: JSONNode] = [:]
  /// The end of the object, where missing keys are reported.
  package let end: Range<Int>
  /// Whether the object has an unknown key. It may be a misspelt one, so missing keys are not
  /// reported.
  private var hasUnknownKey = false

  /// Reports a node that is not an object, and returns nil.
  package init?(
    _ node: JSONNode, as expected: String, reporting problems: inout DiagnosticCollector
  ) {
    guard let members = problems.object(node, as: expected) else { return nil }
    end = max(node.range.upperBound - 1, node.range.lowerBound)..<node.range.upperBound
    for member in members {
      if let key = Key(rawValue: member.key.value) {
        if values[key] == nil { values[key] = member.value }
      } else {
        hasUnknownKey = true
        let known = Key.allCases.map(\.rawValue)
        problems.unknownKey(
          member.key, among: known,
          hint: Suggestion.hint(for: member.key.value, among: known)
            ?? "\(expected) has the keys \(known.quotedList)")
      }
    }
  }

  /// The value of a key; nil if it is absent.
  package subscript(key: Key) -> JSONNode? { values[key] }

  /// The value of a required key. Reports it, and returns nil, if it is absent.
  package func required(
    _ key: Key, hint: String? = nil, reporting problems: inout DiagnosticCollector
  ) -> JSONNode? {
    if let value = values[key] { return value }
    if !hasUnknownKey {
      problems.error(
        .requiredKey, "the key \(Printable.quoted(key.rawValue)) is missing", hint: hint, at: end)
    }
    return nil
  }
}

extension DiagnosticCollector {
  /// The case of this name. If there is none, reports it with all the names.
  mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ node: JSONNode, as expected: String
  ) -> Located<Choice>? {
    guard let name = string(node, as: expected) else { return nil }
    if let choice = Choice(rawValue: name.value) { return Located(choice, at: name.range) }
    let names = Choice.allCases.map(\.rawValue)
    error(
      .unknownType, "\(Printable.quoted(name.value)) is not \(expected)",
      hint: Suggestion.hint(for: name.value, among: names) ?? "it is one of \(names.quotedList)",
      at: name.range)
    return nil
  }
}

extension [String] {
  /// `"a", "b", "c"`, for a hint.
  var quotedList: String { map { "\"\($0)\"" }.joined(separator: ", ") }
}
