import RecordFilter
import RecordStore

/// The branches of a disjunction, each of which may be read by an index of its own.
extension IndexAdvice {
  /// An index for each branch that has none which brings its records in the order of the page; nil
  /// where it is not by branches that the records are found.
  ///
  /// With an index for every branch, their records are merged until the page is full.
  var branchLines: [String]? {
    let parts = query.scope.conjuncts + query.request.conjuncts
    // What all records must equal is a better beginning of an index.
    guard query.canBeMerged(in: schema),
      !parts.flatMap(\.requiredTerms).contains(where: { $0.test.isEquality && !$0.isComplement }),
      let disjunction = parts.first(where: { $0.disjuncts.count > 1 })
    else { return nil }
    let table = schema[query.table]
    var lines: [String] = []
    for branch in disjunction.disjuncts {
      guard let found = columns(of: branch) else { return nil }
      var columns = found
      // Related records are found by indexes of their own table.
      guard let first = columns.first, table.primaryKey != [first] else { continue }
      for key in query.order.prefix(while: { $0.path == nil })
      where !columns.contains(key.field) {
        // Every index includes the INTEGER PRIMARY KEY already.
        if table.primaryKey == [key.field] { break }
        columns.append(key.field)
      }
      if indexes[query.table, default: []].contains(where: {
        $0.begins(with: columns, inAnyOrder: found.count, of: table)
      }) {
        continue
      }
      let line =
        "to read \(branch.description(in: schema, table: query.table)) in the order of the page, an "
        + "index would help: \(statement(columns, of: table))"
      if !lines.contains(where: { $0.hasSuffix(statement(columns, of: table)) }) {
        lines.append(line)
      }
    }
    return lines
  }

  /// The columns of the table by which an index finds a branch; nil if none does.
  private func columns(of branch: Filter) -> [FieldID]? {
    let terms = branch.requiredTerms.filter { !$0.isComplement }
    var columns: [FieldID] = []
    for term in terms where term.test.isEquality && !columns.contains(term.field) {
      columns.append(term.field)
    }
    if !columns.isEmpty { return columns }
    // A range brings no order but its own.
    if let range = terms.first(where: { $0.test.isRange }) { return [range.field] }
    for part in branch.conjuncts {
      switch part {
      case .related(let related) where !related.isComplement && related.pairs.count == 1:
        return [related.pairs[0].near]
      case .term(let term) where !term.isComplement:
        if case .link(let link) = schema[query.table][term.field].storage, link.pairs.count == 1 {
          return [link.pairs[0].near]
        }
      case .always, .never, .term, .related, .under, .comparison, .conjunction, .disjunction: break
      }
    }
    return nil
  }
}
