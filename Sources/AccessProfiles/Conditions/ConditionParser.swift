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
    case field, `operator`, value, reference, otherField = "other_field", `where`, type
    case or, and, not, condition

    var isGroup: Bool { self == .or || self == .and || self == .not }

    /// Whether the key is one of a place.
    func belongs(to context: Context) -> Bool {
      switch self {
      case .type: context == .request
      case .condition: context == .profile
      case .field, .operator, .value, .reference, .otherField, .where, .or, .and, .not: true
      }
    }
  }

  private func condition(
    _ node: JSONNode, depth: Int, _ diagnostics: inout DiagnosticCollector
  ) -> Condition? {
    guard let members = diagnostics.object(node, as: "a condition") else { return nil }
    var values: [Key: JSONNode.Member] = [:]
    var hasUnknownKey = false
    for member in members {
      if let key = Key(rawValue: member.key.value), key.belongs(to: context) {
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
    if let member = values[.condition] {
      guard values.count == 1 else {
        diagnostics.error(
          .mixedGroup, "\"condition\" beside other keys",
          hint: "a condition by its name is an object of its own", at: member.key.range)
        return nil
      }
      guard let name = diagnostics.string(member.value, as: "the name of a condition") else {
        return nil
      }
      return hasUnknownKey ? nil : Condition(.named(name.value), at: member.value.range)
    }
    if let quantifier = quantifier(values[.operator]?.value) {
      let related = related(
        quantifier,
        RelatedNodes(
          range: node.range, field: values[.field]?.value, conditions: values[.where],
          operand: (values[.value] ?? values[.reference] ?? values[.otherField])?.key,
          isComplete: !hasUnknownKey),
        depth: depth + 1, &diagnostics)
      return hasUnknownKey ? nil : related.map { Condition(.related($0), at: node.range) }
    }
    if let member = values[.where] {
      if let node = values[.operator]?.value, meaning(node, &diagnostics) == nil { return nil }
      diagnostics.error(
        .unexpectedOperand, "\"where\" without a quantifier",
        hint: #"it goes with "operator": "some", "none" or "every""#, at: member.key.range)
      return nil
    }
    // A misspelt key is one mistake: do not also report the missing key.
    let test = test(
      TestNodes(
        range: node.range, field: values[.field]?.value, operator: values[.operator]?.value,
        value: values[.value]?.value, reference: values[.reference]?.value,
        otherField: values[.otherField]?.value, type: values[.type]?.value,
        isComplete: !hasUnknownKey), &diagnostics)
    return hasUnknownKey ? nil : test.map { Condition(.test($0), at: node.range) }
  }

  /// The parts of a condition on related records, unread.
  private struct RelatedNodes {
    let range: Range<Int>
    let field: JSONNode?
    let conditions: JSONNode.Member?
    /// A key that does not go with a quantifier.
    let operand: Located<String>?
    let isComplete: Bool
  }

  private func quantifier(_ node: JSONNode?) -> Located<Quantifier>? {
    guard let node, case .string(let name) = node.content else { return nil }
    return Quantifier(named: name).map { Located($0, at: node.range) }
  }

  private func related(
    _ quantifier: Located<Quantifier>, _ nodes: RelatedNodes, depth: Int,
    _ diagnostics: inout DiagnosticCollector
  ) -> RelatedCondition? {
    let name = Printable.quoted(quantifier.value.rawValue)
    let path = nodes.field.flatMap { diagnostics.string($0, as: "a path of relations") }
    if nodes.field == nil, nodes.isComplete {
      diagnostics.error(
        .requiredKey, "a condition without \"field\"",
        hint: #"a condition on related records is {"field": PATH, "operator": "#
          + "\(name), \"where\": [ … ]}", at: nodes.range)
    }
    if let key = nodes.operand {
      diagnostics.error(
        .unexpectedOperand, "\(name) takes no \(Printable.quoted(key.value))",
        hint: #"write the conditions on the related record in "where""#, at: key.range)
    }
    guard let list = nodes.conditions else {
      if nodes.isComplete {
        diagnostics.error(
          .missingOperand, "\(name) needs \"where\"",
          hint: "a list of conditions that must hold of one and the same related record",
          at: quantifier.range)
      }
      return nil
    }
    let conditions = conditions(ofGroup: list, depth: depth, emptyHint: Self.anyHint, &diagnostics)
    guard let path, let conditions, nodes.operand == nil else { return nil }
    return RelatedCondition(path: path, quantifier: quantifier, conditions: conditions)
  }

  private static let anyHint =
    "name at least one condition; for any related record, that its key \"is not null\""

  private func unknownKey(_ key: Located<String>, _ diagnostics: inout DiagnosticCollector) {
    let known = Key.allCases.filter { $0.belongs(to: context) }.map(\.rawValue)
    let hint: String? =
      switch Key(rawValue: key.value) {
      case .type: "\"type\" is for requests; leave it out"
      case .condition: "named conditions are for profiles; write the condition itself"
      default: nil
      }
    diagnostics.unknownKey(key, among: known, hint: hint)
  }

  private func group(
    _ key: Key, _ member: JSONNode.Member, depth: Int, _ diagnostics: inout DiagnosticCollector
  ) -> Condition.Content? {
    if key == .not {
      guard isShallow(depth, member, &diagnostics) else { return nil }
      return condition(member.value, depth: depth, &diagnostics).map { .not($0) }
    }
    let emptyHint =
      key == .or
      ? "it would hold for no record; name at least one condition"
      : "it would hold for every record; name at least one condition"
    return conditions(ofGroup: member, depth: depth, emptyHint: emptyHint, &diagnostics)
      .map { key == .or ? .or($0) : .and($0) }
  }

  private func isShallow(
    _ depth: Int, _ member: JSONNode.Member, _ diagnostics: inout DiagnosticCollector
  ) -> Bool {
    if depth <= Condition.nestingLimit { return true }
    diagnostics.error(
      .nestingLimit, "groups nested more than \(Condition.nestingLimit) levels deep",
      at: member.key.range)
    return false
  }

  /// All conditions of a group; nil if a problem was reported.
  private func conditions(
    ofGroup member: JSONNode.Member, depth: Int, emptyHint: String,
    _ diagnostics: inout DiagnosticCollector
  ) -> [Condition]? {
    guard isShallow(depth, member, &diagnostics),
      let elements = conditions(member.value, depth: depth, &diagnostics)
    else { return nil }
    if context == .profile, member.value.elements?.isEmpty == true {
      diagnostics.error(.emptyGroup, "an empty group", hint: emptyHint, at: member.value.range)
      return nil
    }
    // If a faulty element was left out, the group means something else than written.
    return elements.count == member.value.elements?.count ? elements : nil
  }
}
