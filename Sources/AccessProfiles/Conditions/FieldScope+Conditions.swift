package import Documents
package import RecordFilter
package import RowscopeModel

extension FieldScope {
  /// The filter of a request's conditions for one user, with names looked up in this scope, types
  /// checked, and references replaced by their values.
  ///
  /// - Parameter any: whether one match is enough; otherwise all conditions must hold.
  /// - Throws: the first problem. Its message is the same for a hidden field and for one that does
  ///   not exist.
  package func filter(
    _ conditions: [Condition], joinedByOr any: Bool = false, on table: TableID,
    context: ReferenceContext
  ) throws(Diagnostic) -> Filter {
    var preparation = ConditionPreparation(scope: self, table: table)
    guard let prepared = preparation.prepare(conditions) else {
      throw preparation.problems.list.first { $0.severity == .error }
        ?? Diagnostic(.unknownField, "the conditions cannot be read", at: 0..<0)
    }
    var binding = ConditionBinding(context: context, scope: self, table: table)
    do throws(ReferenceMismatch) {
      let filters = try binding.bind(prepared)
      // No conditions match every record, even combined with OR.
      return filters.isEmpty ? .always : any ? .any(filters) : .all(filters)
    } catch {
      throw error.diagnostic
    }
  }
}

extension ReferenceMismatch {
  /// The problem as a diagnostic.
  package var diagnostic: Diagnostic {
    Diagnostic(
      .wrongOperand,
      "\(Printable.quoted(`operator`.rawValue)) takes \(expected), but this user's "
        + "\(Printable.quoted(reference.description)) is not one", at: range)
  }
}
