package import RecordFilter
package import RowscopeModel

/// One condition of a document bound for one user, with its parts: to tell why a record meets it.
///
/// A record meets the condition where ``holds`` matches it, and fails it where ``fails`` does. Where
/// neither does, the condition is unknown. Both are bound as the rules themselves are, so a reason
/// never says other than the decision.
package struct ConditionReason: Sendable {
  package indirect enum Parts: Sendable {
    case test(Test)
    case all([ConditionReason])
    case any([ConditionReason])
    case not(ConditionReason)
    /// Conditions on the records that the steps lead to; nil where it is not known which these are.
    case related(steps: [FieldOperand.Step]?, [ConditionReason])
  }

  /// What a test compares.
  package struct Test: Sendable {
    /// Nil where it is not known which records are related.
    package let steps: [FieldOperand.Step]?
    package let table: TableID
    package let field: FieldID
    package let `operator`: Operator
    package let reference: Reference?
    /// What the user has for the reference; nil for nothing.
    package let given: [Value]?
    /// The other field of a comparison, and the way to it.
    package let other: (steps: [FieldOperand.Step]?, table: TableID, field: FieldID)?
  }

  /// The table of the records that it is about.
  package let table: TableID
  /// As after `--where`, with the names of references.
  package let text: String
  /// In its document.
  package let range: Range<Int>
  package let parts: Parts
  package let holds: Filter
  package let fails: Filter
  /// References that have no value for the user.
  package let unknowns: [UnknownReference]
}

extension ConditionReason {
  /// - Parameter scope: what the document's rules see.
  init(
    _ condition: PreparedCondition, on table: TableID, for context: ReferenceContext,
    in scope: FieldScope
  ) {
    self.table = table
    text = ConditionText(schema: scope.schema).text(condition, within: nil)
    range = condition.range
    var unknowns: [UnknownReference] = []
    func bound(negated: Bool) -> Filter {
      var binding = ConditionBinding(context: context, scope: scope, table: table)
      // A value of the user that does not fit its operator denies the whole table.
      let filter = (try? binding.bind(condition, negated: negated)) ?? .never
      unknowns = binding.unknowns
      return filter
    }
    func steps(_ relations: [Relation]) -> [FieldOperand.Step]? {
      var binding = ConditionBinding(context: context, scope: scope, table: table)
      return binding.bind(relations, at: condition.range)
    }
    func reasons(_ conditions: [PreparedCondition], on table: TableID) -> [ConditionReason] {
      conditions.map { ConditionReason($0, on: table, for: context, in: scope) }
    }
    holds = bound(negated: false)
    fails = bound(negated: true)
    self.unknowns = unknowns
    switch condition {
    case .and(let conditions): parts = .all(reasons(conditions, on: table))
    case .or(let conditions): parts = .any(reasons(conditions, on: table))
    case .not(let inner): parts = .not(ConditionReason(inner, on: table, for: context, in: scope))
    case .related(let related):
      parts = .related(
        steps: steps(related.steps), reasons(related.conditions, on: related.table))
    case .test(let test):
      var reference: Reference?
      if case .reference(let named) = test.operand { reference = named }
      parts = .test(
        Test(
          steps: steps(test.path.steps), table: test.path.table, field: test.path.field,
          operator: test.operator, reference: reference,
          given: reference.flatMap { context.values(of: $0)?.values },
          other: test.other.map { (steps($0.steps), $0.table, $0.field) }))
    }
  }

  /// The tests within, those of related records as well.
  package var tests: [(table: TableID, test: Test)] {
    switch parts {
    case .test(let test): [(table, test)]
    case .all(let reasons), .any(let reasons), .related(_, let reasons): reasons.flatMap(\.tests)
    case .not(let reason): reason.tests
    }
  }
}

extension PreparedCondition {
  /// The position in the document; of a group, that of its first condition.
  fileprivate var range: Range<Int> {
    switch self {
    case .test(let test): test.range
    case .related(let related): related.range
    case .not(let condition): condition.range
    case .and(let conditions), .or(let conditions): conditions.first?.range ?? 0..<0
    }
  }
}

/// Writes prepared conditions as after `--where`.
private struct ConditionText {
  enum Group { case and, or }

  let schema: Schema

  func text(_ condition: PreparedCondition, within group: Group?) -> String {
    switch condition {
    case .test(let test): return text(test)
    case .not(let inner): return "not (\(text(inner, within: nil)))"
    case .and(let conditions):
      let text = conditions.map { self.text($0, within: .and) }.joined(separator: " and ")
      return group == .or && conditions.count > 1 ? "(\(text))" : text
    case .or(let conditions):
      let text = conditions.map { self.text($0, within: .or) }.joined(separator: " or ")
      return group == .and && conditions.count > 1 ? "(\(text))" : text
    case .related(let related):
      let path = related.steps.map(\.name.string).joined(separator: ".")
      return "\(related.quantifier.rawValue) \(path) ("
        + text(.and(related.conditions), within: nil) + ")"
    }
  }

  private func path(_ path: FieldPath) -> String {
    (path.steps.map(\.name.string) + [schema[path.table][path.field].name.string])
      .joined(separator: ".")
  }

  private func text(_ test: PreparedTest) -> String {
    var words = [path(test.path), test.operator.rawValue]
    switch test.operand {
    case .none: break
    case .value(let value): words.append(value.literal)
    case .list(let values):
      let shown = values.prefix(8).map(\.literal).joined(separator: ", ")
      words.append(values.count > 8 ? "[\(shown), … \(values.count - 8) more]" : "[\(shown)]")
    case .range(let low, let high): words.append("[\(low.literal), \(high.literal)]")
    case .days(let days): words.append(String(days))
    case .otherField: words.append(test.other.map { "`\(path($0))`" } ?? "")
    case .reference(let reference): words.append("@\(reference)")
    }
    return words.joined(separator: " ")
  }
}
