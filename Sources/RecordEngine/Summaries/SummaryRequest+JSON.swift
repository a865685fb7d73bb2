package import Documents
package import RowscopeModel

extension SummaryRequest {
  /// The keys that make a request one for a summary.
  package static let keys: Set<String> = [Key.groupBy.rawValue, Key.aggregates.rawValue]

  fileprivate enum Key: String, CaseIterable {
    case groupBy = "group_by"
    case aggregates
  }

  /// Whether a request is one for a summary.
  package static func isAsked(by node: JSONNode) -> Bool {
    node.members?.contains { keys.contains($0.key.value) } ?? false
  }

  /// The request in a JSON text of the wire format:
  ///
  /// ```
  /// {"object_type": "tasks", "group_by": ["status", {"field": "due_date", "by": "month"}],
  ///  "aggregates": ["count", {"function": "sum", "field": "amount", "as": "total"}],
  ///  "filters": [{"field": "priority", "operator": ">=", "value": 3}], "sort": "total desc"}
  /// ```
  ///
  /// - Parameter ignoring: keys of the object that belong to others.
  /// - Throws: as a list request.
  package init(
    _ node: JSONNode, in source: SourceDocument, ignoring others: Set<String> = []
  ) throws(ServiceError) {
    let records = try ListRequest(node, in: source, ignoring: others.union(Self.keys))
    var reader = SummaryReader(source: source)
    reader.refuseKeysOfLists(node)
    let groupBy = node[Key.groupBy.rawValue].map { reader.groupings($0) } ?? []
    let aggregates = node[Key.aggregates.rawValue].map { reader.aggregates($0) } ?? [.count]
    guard !reader.problems.hasErrors else {
      throw ServiceError(Diagnostics(reader.problems.list, in: source), fallback: .invalidRequest)
    }
    self.init(records, groupBy: groupBy, aggregates: aggregates)
  }
}

/// Reads what a summary has beside the keys of a list, and collects the problems.
private struct SummaryReader {
  let source: SourceDocument
  var problems = DiagnosticCollector()

  /// What a list shows of records has no meaning for groups.
  mutating func refuseKeysOfLists(_ node: JSONNode) {
    for member in node.members ?? [] {
      if case .null = member.value.content { continue }
      guard ["select", "count", "may", "scope"].contains(member.key.value) else { continue }
      problems.error(
        Diagnostic.Code(ServiceError.Code.unsupported.rawValue),
        "a summary has no \(Printable.quoted(member.key.value))",
        hint: "\"group_by\" and \"aggregates\" say what it shows", at: member.key.range)
    }
  }

  private enum GroupingKey: String, CaseIterable {
    case field, by
    case name = "as"
  }

  private enum AggregateKey: String, CaseIterable {
    case function, field
    case name = "as"
  }

  mutating func groupings(_ node: JSONNode) -> [SummaryRequest.Grouping] {
    if case .null = node.content { return [] }
    guard let elements = node.elements else {
      wrongType(node, "a list of fields")
      return []
    }
    return elements.compactMap { grouping($0) }
  }

  private mutating func grouping(_ node: JSONNode) -> SummaryRequest.Grouping? {
    guard node.members != nil else {
      return string(node, "a field, or {\"field\": …, \"by\": \"month\"}").map { .init($0) }
    }
    guard let values = values(node, GroupingKey.allCases.map(\.rawValue), required: "field"),
      let field = values["field"].flatMap({ string($0, "the name of a field") })
    else { return nil }
    return SummaryRequest.Grouping(
      field, by: values[GroupingKey.by.rawValue].flatMap { choice($0, "by") },
      as: values["as"].flatMap { string($0, "a name") })
  }

  mutating func aggregates(_ node: JSONNode) -> [SummaryRequest.Aggregate] {
    if case .null = node.content { return [.count] }
    guard let elements = node.elements else {
      wrongType(node, "a list of aggregates")
      return []
    }
    return elements.compactMap { aggregate($0) }
  }

  private mutating func aggregate(_ node: JSONNode) -> SummaryRequest.Aggregate? {
    if node.members == nil {
      guard let name = string(node, "\"count\", or {\"function\": \"sum\", \"field\": …}") else {
        return nil
      }
      if name == SummaryRequest.Aggregate.Function.count.rawValue { return .count }
      problems.error(
        .wrongType, "the aggregate \(Printable.quoted(name)) has no field",
        hint: #"write {"function": "sum", "field": "amount"}; "count" alone counts records"#,
        at: node.range)
      return nil
    }
    guard let values = values(node, AggregateKey.allCases.map(\.rawValue), required: "function"),
      let function: SummaryRequest.Aggregate.Function = values["function"].flatMap({
        choice($0, "function")
      })
    else { return nil }
    let field = values["field"].flatMap { string($0, "the name of a field") }
    if field == nil, function != .count, values["field"] == nil {
      problems.error(
        .requiredKey, "the aggregate \(Printable.quoted(function.rawValue)) has no field",
        hint: #"write {"function": "sum", "field": "amount"}"#, at: node.range)
      return nil
    }
    return SummaryRequest.Aggregate(
      function, field, as: values["as"].flatMap { string($0, "a name") })
  }

  private mutating func values(
    _ node: JSONNode, _ keys: [String], required: String
  ) -> [String: JSONNode]? {
    var values: [String: JSONNode] = [:]
    for member in node.members ?? [] {
      guard keys.contains(member.key.value) else {
        problems.error(
          .unknownKey, "unknown key \(Printable.quoted(member.key.value))",
          hint: Suggestion.hint(for: member.key.value, among: keys)
            ?? "the keys are \(keys.joined(separator: ", "))", at: member.key.range)
        continue
      }
      if case .null = member.value.content { continue }
      values[member.key.value] = member.value
    }
    if values[required] == nil {
      problems.error(
        .requiredKey, "\(Printable.quoted(required)) is missing", at: node.range)
      return nil
    }
    return values
  }

  private mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ node: JSONNode, _ key: String
  ) -> Choice? where Choice.RawValue == String {
    let names = Choice.allCases.map(\.rawValue)
    guard let name = string(node, "one of \(names.joined(separator: ", "))") else { return nil }
    if let choice = Choice(rawValue: name) { return choice }
    problems.error(
      Diagnostic.Code(ServiceError.Code.invalidValue.rawValue),
      "\(Printable.quoted(key)) is \(Printable.quoted(name))",
      hint: "it is one of \(names.joined(separator: ", "))", at: node.range)
    return nil
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
}
