import AccessProfiles
import Documents
import RowscopeModel

/// Conditions by name, and of every table.
extension WorkspaceReader {
  mutating func conditions(_ node: JSONNode) -> [WorkspaceDocument.ConditionDeclaration] {
    var declared: [WorkspaceDocument.ConditionDeclaration] = []
    for member in problems.object(node, as: "a map of names to lists of conditions") ?? [] {
      declared.append(.init(name: member.key, conditions: conditions(in: member.value)))
    }
    return declared
  }

  /// A list of at least one condition.
  mutating func conditions(in node: JSONNode) -> [Condition] {
    let conditions = ConditionParser(.profile).conditions(node, reporting: &problems) ?? []
    if node.elements?.isEmpty == true {
      problems.error(
        .emptyGroup, "an empty group",
        hint: "it would hold for every record; name at least one condition", at: node.range)
    }
    return conditions
  }

  private enum EverywhereKey: String, CaseIterable {
    case tables, data
    case exceptions = "except"
  }

  /// One declaration, or a list of them.
  mutating func everywhere(_ node: JSONNode) -> [WorkspaceDocument.EverywhereDeclaration] {
    (node.elements ?? [node]).compactMap { everywhere(one: $0) }
  }

  private mutating func everywhere(
    one node: JSONNode
  ) -> WorkspaceDocument.EverywhereDeclaration? {
    guard
      let keys = KeyedMembers<EverywhereKey>(
        node, as: "a condition of every table", reporting: &problems)
    else { return nil }
    let tables = keys.required(
      .tables, hint: "[\"*\"] for every table", reporting: &problems
    ).flatMap { problems.names($0, of: "table") }
    let data = keys.required(.data, reporting: &problems)
    let exceptions = keys[.exceptions].flatMap { problems.names($0, of: "table") } ?? []
    guard let tables, let data else { return nil }
    return WorkspaceDocument.EverywhereDeclaration(
      wildcard: tables.first { $0.value == "*" }?.range,
      tables: tables.filter { $0.value != "*" }, exceptions: exceptions,
      conditions: conditions(in: data))
  }

  /// Reports names of conditions that there are not, and conditions that stand for themselves.
  mutating func checkNames(_ draft: Draft) {
    let known = Dictionary(
      draft.conditions.map { (Text($0.name.value), $0.conditions) },
      uniquingKeysWith: { first, _ in first })
    let used =
      draft.conditions.flatMap(\.conditions) + draft.everywhere.flatMap(\.conditions)
      + draft.users.conditions
    for name in used.flatMap(\.names) where known[Text(name.value)] == nil {
      problems.error(
        .unknownCondition, "unknown condition \(Printable.quoted(name.value))",
        hint: Suggestion.hint(for: name.value, among: draft.conditions.map(\.name.value)),
        at: name.range)
    }
    // Each name is followed once: what was left is no part of a circle.
    var finished: Set<Text> = []
    func leadsBack(_ name: Text, _ above: Set<Text>) -> Bool {
      if above.contains(name) { return true }
      if finished.contains(name) { return false }
      let further = (known[name] ?? []).flatMap(\.names)
      let isCircle = further.contains { leadsBack(Text($0.value), above.union([name])) }
      if !isCircle { finished.insert(name) }
      return isCircle
    }
    for declared in draft.conditions where leadsBack(Text(declared.name.value), []) {
      problems.error(
        .unknownCondition,
        "the condition \(Printable.quoted(declared.name.value)) stands for itself",
        hint: "a condition may use another that does not lead back to it", at: declared.name.range)
      return
    }
  }
}
