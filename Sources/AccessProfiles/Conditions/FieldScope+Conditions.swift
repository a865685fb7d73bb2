package import Documents
package import RecordFilter
package import RowscopeModel

extension FieldScope {
  /// The filter that a request's conditions amount to for one user: names looked up in this scope, types checked, references
  /// given their values.
  ///
  /// - Parameter any: whether one of the conditions is enough; else all must hold.
  /// - Throws: the first problem. Its words are the same for a field that is hidden and one that does not exist.
  package func filter(
    _ conditions: [Condition], joinedByOr any: Bool = false, on table: TableID,
    context: ReferenceContext
  ) throws(Diagnostic) -> Filter {
    var preparation = ConditionPreparation(scope: self, table: table)
    guard let prepared = preparation.prepare(conditions) else {
      throw preparation.problems.list.first
        ?? Diagnostic(.unknownField, "the conditions cannot be read", at: 0..<0)
    }
    var binding = ConditionBinding(context: context, scope: self)
    do throws(ReferenceMismatch) {
      let filters = try binding.bind(prepared)
      // No condition at all asks for every record, however none are joined.
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
      "\(Printable.quoted(`operator`.rawValue)) takes \(expected), and "
        + "\(Printable.quoted(reference.description)) is none for this user", at: range)
  }
}
