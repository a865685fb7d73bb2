package import Documents
package import RecordFilter
package import RowscopeModel

extension Schema {
  /// The conditions of every table, resolved; their own paths see every record.
  func preparedEverywhere() -> [TableID: [PreparedCondition]] {
    var prepared: [TableID: [PreparedCondition]] = [:]
    for index in tables.indices {
      let id = TableID(index)
      guard case .conditions(let conditions)? = everywhere(id) else { continue }
      var preparation = ConditionPreparation(scope: FieldScope(everythingIn: self), table: id)
      // The schema was made with conditions that fit.
      prepared[id] = preparation.prepare(conditions) ?? [.or([])]
    }
    return prepared
  }

  /// The mistakes of conditions on a table.
  package func mistakes(of conditions: [Condition], on table: TableID) -> [Diagnostic] {
    var preparation = ConditionPreparation(scope: FieldScope(everythingIn: self), table: table)
    _ = preparation.prepare(conditions)
    return preparation.problems.list.filter { $0.severity == .error }
  }
}

extension PreparedProfile {
  /// What the workspace's conditions leave of a table for a user.
  struct Everywhere {
    var filter = Filter.always
    /// The conditions that speak of the user alone: what a changed record must satisfy too, since
    /// nobody hands a record to another tenant, while it may be marked as deleted.
    var ofUser = Filter.always
    var unknown: Reference?
  }

  func everywhere(of table: TableID, for context: ReferenceContext) -> Everywhere {
    var result = Everywhere()
    for condition in everywhere(table) {
      var binding = ConditionBinding(
        context: context, scope: FieldScope(everythingIn: schema), table: table)
      var filter = Filter.never
      do throws(ReferenceMismatch) {
        filter = try binding.bind(condition)
        result.unknown = result.unknown ?? binding.unknowns.first?.reference
      } catch {
        result.unknown = result.unknown ?? error.reference
      }
      result.filter = .all(result.filter, filter)
      if condition.refersToUser { result.ofUser = .all(result.ofUser, filter) }
    }
    // Nothing about such a record is certain.
    if result.unknown != nil { (result.filter, result.ofUser) = (.never, .never) }
    return result
  }

  /// The scope of the profile's own rules: every record that the workspace's conditions leave.
  func ruleScope(for context: ReferenceContext) -> FieldScope {
    if restrictedTables.isEmpty { return FieldScope(everythingIn: schema) }
    return FieldScope(
      everythingIn: schema,
      rule: { table in
        let everywhere = self.everywhere(of: table, for: context)
        return FieldScope.Rule(filter: everywhere.filter, unknown: everywhere.unknown)
      })
  }
}

extension PreparedCondition {
  /// Whether a test compares with what the user has.
  var refersToUser: Bool {
    switch self {
    case .test(let test):
      switch test.operand {
      case .reference(.now), .reference(.today): false
      case .reference: true
      case .none, .value, .list, .range, .days, .otherField: false
      }
    case .and(let conditions), .or(let conditions): conditions.contains(where: \.refersToUser)
    case .not(let condition): condition.refersToUser
    case .related(let related): related.conditions.contains(where: \.refersToUser)
    }
  }
}
