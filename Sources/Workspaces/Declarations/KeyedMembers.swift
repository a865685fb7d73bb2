import Documents
import RowscopeModel

/// The members of an object whose keys are known; any other key is reported when it is read.
struct KeyedMembers<Key>
where Key: RawRepresentable<String> & CaseIterable & Hashable {
  private var values: [Key: JSONNode] = [:]
  /// Where something that must be there would stand: the end of the object.
  let end: Range<Int>
  /// Whether a key was not known. It may be a known one misspelt, so that nothing is said to be missing.
  private var hasUnknownKey = false

  /// Nil, and a report, where the node is no object.
  init?(_ node: JSONNode, as expected: String, reporting problems: inout DiagnosticCollector) {
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

  /// The value of a key; nil where it is absent.
  subscript(key: Key) -> JSONNode? { values[key] }

  /// The value of a key that must be there; nil, and a report, where it is absent.
  func required(
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
  /// The case of this name, or a report that lists them all.
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
