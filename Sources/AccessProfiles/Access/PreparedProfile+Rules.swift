package import RecordFilter
import RowscopeModel

extension PreparedProfile {
  /// The rules for a table's records in their smallest parts, each as a filter by itself for one
  /// user, and with its place in the profile's document. Where it is unknown for the user, it says
  /// nothing.
  ///
  /// - Complexity: as ``access(to:for:)``.
  package func rules(
    of table: TableID, for context: ReferenceContext
  ) -> [(filter: Filter, range: Range<Int>)] {
    guard let grant = validGrant(table) else { return [] }
    let scope = ruleScope(for: context)
    let conditions = grant.conditions + grant.editConditions + grant.deleteConditions
    return conditions.flatMap(\.parts).compactMap { part in
      var binding = ConditionBinding(context: context, scope: scope, table: table)
      guard let filter = try? binding.bind(part.condition) else { return nil }
      return (filter.simplified(in: schema, table: table), part.range)
    }
  }
}

extension PreparedCondition {
  /// What is neither a group nor a negation, each with its place.
  fileprivate var parts: [(condition: PreparedCondition, range: Range<Int>)] {
    switch self {
    case .test(let test): [(self, test.range)]
    case .related(let related): [(self, related.range)]
    case .and(let conditions), .or(let conditions): conditions.flatMap(\.parts)
    case .not(let condition): condition.parts
    }
  }
}
