package import Documents
package import RowscopeModel

/// Reads conditions from JSON, in profiles and in requests.
package struct ConditionParser: Sendable {
  /// Where the conditions come from.
  package enum Context: Sendable, Hashable {
    /// Written by a person: an empty group is a mistake.
    case profile
    /// Written by a program: an empty group is accepted, since a loop over nothing makes one; so is
    /// `type`, which Jestor's clients send.
    case request
  }

  package let context: Context

  package init(_ context: Context) {
    self.context = context
  }

  /// The conditions of a list; nil if it is not a list. Faulty conditions are reported and left
  /// out, so use the result only if nothing was reported.
  package func conditions(
    _ node: JSONNode, reporting diagnostics: inout DiagnosticCollector
  ) -> [Condition]? {
    conditions(node, depth: 0, &diagnostics)
  }

  /// The condition of an object; nil if a problem was reported.
  package func condition(
    _ node: JSONNode, reporting diagnostics: inout DiagnosticCollector
  ) -> Condition? {
    condition(node, depth: 0, &diagnostics)
  }

  private func conditions(
    _ node: JSONNode, depth: Int, _ diagnostics: inout DiagnosticCollector
  ) -> [Condition]? {
    diagnostics.array(node, as: "a list of conditions")?.compactMap {
      condition($0, depth: depth, &diagnostics)
    }
  }

  private enum Key: String, CaseIterable {
    case field, `operator`, value, reference, type
    case or, and, not

    var isGroup: Bool { self == .or || self == .and || self == .not }
  }

  private func condition(
    _ node: JSONNode, depth: Int, _ diagnostics: inout DiagnosticCollector
  ) -> Condition? {
    guard let members = diagnostics.object(node, as: "a condition") else { return nil }
    var values: [Key: JSONNode.Member] = [:]
    var hasUnknownKey = false
    for member in members {
      if let key = Key(rawValue: member.key.value), key != .type || context == .request {
        if values[key] == nil { values[key] = member }
      } else {
        hasUnknownKey = true
        unknownKey(member.key, &diagnostics)
      }
    }
    let groups = Key.allCases.filter { $0.isGroup && values[$0] != nil }
    if let key = groups.first, let member = values[key] {
      guard values.count == 1 else {
        diagnostics.error(
          .mixedGroup, "\(Printable.quoted(key.rawValue)) beside other keys",
          hint: "a group is an object of its own, with one of \"or\", \"and\", \"not\"",
          at: member.key.range)
        return nil
      }
      let content = group(key, member, depth: depth + 1, &diagnostics)
      return hasUnknownKey ? nil : content.map { Condition($0, at: node.range) }
    }
    // A misspelt key is one mistake: do not also report the missing key.
    let test = test(
      TestNodes(
        range: node.range, field: values[.field]?.value, operator: values[.operator]?.value,
        value: values[.value]?.value, reference: values[.reference]?.value,
        type: values[.type]?.value, isComplete: !hasUnknownKey), &diagnostics)
    return hasUnknownKey ? nil : test.map { Condition(.test($0), at: node.range) }
  }

  private func unknownKey(_ key: Located<String>, _ diagnostics: inout DiagnosticCollector) {
    let known = Key.allCases.filter { $0 != .type || context == .request }.map(\.rawValue)
    let isType = key.value.hasSameBytes(as: Key.type.rawValue)
    diagnostics.unknownKey(
      key, among: known, hint: isType ? "\"type\" is for requests; leave it out" : nil)
  }

  private func group(
    _ key: Key, _ member: JSONNode.Member, depth: Int, _ diagnostics: inout DiagnosticCollector
  ) -> Condition.Content? {
    guard depth <= Condition.nestingLimit else {
      diagnostics.error(
        .nestingLimit, "groups nested more than \(Condition.nestingLimit) levels deep",
        at: member.key.range)
      return nil
    }
    if key == .not {
      return condition(member.value, depth: depth, &diagnostics).map { .not($0) }
    }
    guard let elements = conditions(member.value, depth: depth, &diagnostics) else { return nil }
    if context == .profile, member.value.elements?.isEmpty == true {
      diagnostics.error(
        .emptyGroup, "an empty group",
        hint: key == .or
          ? "it would hold for no record; name at least one condition"
          : "it would hold for every record; name at least one condition", at: member.value.range)
      return nil
    }
    // If a faulty element was left out, the group means something else than written.
    guard elements.count == member.value.elements?.count else { return nil }
    return key == .or ? .or(elements) : .and(elements)
  }
}
