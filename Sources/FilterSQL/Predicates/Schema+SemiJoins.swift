package import RecordFilter

extension ColumnPair {
  /// Whether `near IN (SELECT far …)` is equivalent to `far = near`.
  ///
  /// It is not for RTRIM: SQLite 3.40 reports a corrupt database if a subquery yields '' and ' '
  /// several times in alternation. And for a REAL column against one without affinity, IN makes
  /// reals of large integers, which then equal others.
  func comparesInSets(_ near: Table, _ far: Table) -> Bool {
    let (nearField, farField) = (near[self.near], far[self.far])
    return nearField.collation != .rtrim && farField.collation != .rtrim
      && (Set([nearField.affinity, farField.affinity]) != [.real, .blob]
        || !KeyEquality(self, from: near, to: far).isOfStoredValues)
  }
}

extension Schema {
  /// Whether either strategy can find the records of a table with a related one. What a view costs
  /// is not known.
  package func hasStrategies(_ related: RelatedFilter, of near: TableID) -> Bool {
    related.memberType == nil && related.pairs.count == 1 && self[related.table].kind == .table
      && related.pairs[0].comparesInSets(self[near], self[related.table])
  }

  /// Whether an index finds the related records of one record.
  package func isServed(_ related: RelatedFilter, of near: TableID) -> Bool {
    let (near, far) = (self[near], self[related.table])
    return related.pairs.contains { $0.isServed(from: near, to: far) }
      && related.filter.conjuncts.allSatisfy { filter in
        guard case .related(let further) = filter, !further.isComplement else { return true }
        return isServed(further, of: related.table)
      }
  }
}
