import RecordFilter
import RecordStore

/// The tables that a query follows relations and links to.
extension IndexAdvice {
  /// A way to records of another table.
  private struct Step {
    let table: TableID
    /// The columns that are compared with a value, and those that lead back.
    let columns: [FieldID]
    /// Whether the records are found first, by the columns that are compared.
    var isFoundFirst = false
  }

  /// Indexes on the far sides, where SQLite reads every record of them.
  var relatedLines: [String] {
    // A far side has an alias. SQLite makes an index of its own for one statement, and reads every
    // record for it.
    let scans = plans.contains { plan in
      plan.contains { line in
        let step = line.drop { $0 == " " }
        return step.isScanOfAlias || step.contains(" AUTOMATIC ")
      }
    }
    guard scans else { return [] }
    var lines: [String] = []
    for step in steps(of: .all(query.scope, query.request), on: query.table) {
      let table = schema[step.table]
      let serving = step.isFoundFirst ? step.columns.prefix(1) : step.columns[...]
      guard table.kind == .table, !serving.contains(where: { begins(with: $0, step.table) })
      else { continue }
      let line =
        "every record of \(table.name) is read for the related ones; an index would help: "
        + statement(step.columns, of: table)
      if !lines.contains(line) { lines.append(line) }
    }
    return lines
  }

  /// The columns that must equal a value.
  private func equalities(_ filter: Filter, on table: TableID) -> [FieldID] {
    var columns: [FieldID] = []
    for term in filter.requiredTerms
    where term.test.isEquality && !term.isComplement && !schema[table][term.field].isLink
      && !columns.contains(term.field)
    {
      columns.append(term.field)
    }
    return columns
  }

  private func steps(of filter: Filter, on table: TableID) -> [Step] {
    switch filter {
    // A comparison of fields leads to primary keys alone.
    case .always, .never, .comparison: return []
    case .conjunction(let filters), .disjunction(let filters):
      return filters.flatMap { steps(of: $0, on: table) }
    case .term(let term):
      guard case .link(let link) = schema[table][term.field].storage else { return [] }
      return [Step(table: link.table, columns: [link.member] + link.pairs.map(\.far))]
    case .under(let tree):
      // Down the tree from the records at which to begin, which equal a value.
      let starts = equalities(tree.start, on: tree.table)
      return [Step(table: tree.table, columns: [tree.parent.near])]
        + (starts.isEmpty ? [] : [Step(table: tree.table, columns: starts)])
        + steps(of: .all(tree.filters), on: tree.table)
    case .related(let related):
      var columns = equalities(related.filter, on: related.table)
      let isFoundFirst = related.strategy == .materialized && !columns.isEmpty
      for pair in related.pairs where !columns.contains(pair.far) {
        // Every index includes the INTEGER PRIMARY KEY already.
        if isFoundFirst, schema[related.table].primaryKey == [pair.far] { continue }
        columns.append(pair.far)
      }
      let links = related.pairs.compactMap { pair -> Step? in
        guard case .link(let link) = schema[table][pair.near].storage else { return nil }
        return Step(table: link.table, columns: link.pairs.map(\.far))
      }
      return links
        + [Step(table: related.table, columns: columns, isFoundFirst: isFoundFirst)]
        + steps(of: related.filter, on: related.table)
    }
  }
}

extension Substring {
  /// `SCAN r1`
  fileprivate var isScanOfAlias: Bool {
    guard hasBytePrefix("SCAN r"), let next = utf8.dropFirst(6).first else { return false }
    return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next)
  }
}

extension Field {
  fileprivate var isLink: Bool { if case .link = storage { true } else { false } }
}
