import RecordFilter
import RowscopeModel

/// Compiles a filter into predicates over columns, once per query. Conditions on other tables are
/// evaluated here, so that the predicates test each row on its own.
struct Planner {
  let database: MemoryDatabase
  let interruption: CancellationCheck

  func predicate(
    _ filter: Filter, _ table: ColumnTable
  ) throws(MemoryError) -> any BlockPredicate {
    switch filter {
    case .always: return ConstantPredicate(holds: true)
    case .never: return ConstantPredicate(holds: false)
    case .term(let term): return try predicate(term, table)
    case .related(let related): return try predicate(related, table)
    case .under(let tree): return try predicate(tree, table)
    case .comparison(let comparison):
      return FieldPredicate(
        comparison: comparison, left: try side(comparison.left, table),
        right: try side(comparison.right, table))
    case .conjunction(let filters): return ConjunctionPredicate(try predicates(filters, table))
    case .disjunction(let filters): return DisjunctionPredicate(try predicates(filters, table))
    }
  }

  private func predicates(
    _ filters: [Filter], _ table: ColumnTable
  ) throws(MemoryError) -> [any BlockPredicate] {
    var predicates: [any BlockPredicate] = []
    for filter in filters { predicates.append(try predicate(filter, table)) }
    return predicates
  }

  // MARK: Terms

  private func predicate(
    _ term: Term, _ table: ColumnTable
  ) throws(MemoryError) -> any BlockPredicate {
    let field = table.table[term.field]
    if case .link(let link) = field.storage { return try predicate(term, link, table) }
    if case .converted(let conversion, let test) = term.test {
      let converted = try table.converted(term.field, conversion)
      return predicate(
        Term(term.field, test, isComplement: term.isComplement), conversion.field(of: field),
        converted, isUnconverted: false)
    }
    return predicate(
      term, field, table.column(term.field),
      isUnconverted: table.unconverted.contains(term.field))
  }

  /// - Parameter isUnconverted: see ``ColumnTable/unconverted``.
  private func predicate(
    _ term: Term, _ field: Field, _ column: Column, isUnconverted: Bool
  ) -> any BlockPredicate {
    let (not, collation) = (term.isComplement, field.collation)
    let perValue = ValuePredicate(column: column, term: term, field: field)
    func value(_ value: Value) -> Value { value.applying(field.affinity.whenComparedWithValue) }
    func compared(_ test: StorageClassTest) -> any BlockPredicate {
      if isUnconverted { return perValue }
      return column.predicate(test, collation: collation, isComplement: not)
    }
    switch term.test {
    case .isNull: return column.nullPredicate(isComplement: not)
    case .isEmpty:
      if field.isManyValued {
        return column.predicate(members: [], isComplement: not) ?? perValue
      }
      let isEmptyText = compared(StorageClassTest(oneOf: [.text("")]))
      let isNull = column.nullPredicate(isComplement: not)
      return not
        ? ConjunctionPredicate([isNull, isEmptyText]) : DisjunctionPredicate([isNull, isEmptyText])
    case .equals(let other): return compared(StorageClassTest(oneOf: [value(other)]))
    case .compares(let ordering, let other):
      return compared(StorageClassTest(ordering, value(other)))
    case .isOneOf(let others): return compared(StorageClassTest(oneOf: others.map(value)))
    case .isBetween(let low, let high):
      return compared(
        StorageClassTest(.greaterOrEqual, value(low)).intersection(
          StorageClassTest(.lessOrEqual, value(high))))
    case .matches(let pattern):
      return column.predicate(pattern, isComplement: not) ?? perValue
    case .hasMember(let members):
      return column.predicate(members: members, isComplement: not) ?? perValue
    case .converted: preconditionFailure("converted values are not converted again")
    }
  }

  // MARK: Other tables

  /// A test of a field whose members are in another table.
  private func predicate(
    _ term: Term, _ link: Link, _ table: ColumnTable
  ) throws(MemoryError) -> any BlockPredicate {
    let (member, isComplement): (Filter, Bool) =
      switch term.test {
      case .hasMember(let members):
        (.test(link.member, .isOneOf(members)), term.isComplement)
      case .converted(.members(let form), .hasMember(let members)):
        (.test(link.member, form.type.memberTest(members)), term.isComplement)
      case .isNull, .isEmpty: (.test(link.member, .isNull).complement, !term.isComplement)
      case .equals, .compares, .isOneOf, .isBetween, .matches, .converted:
        preconditionFailure("a field of many values has members; it cannot be compared")
      }
    return try predicate(
      RelatedFilter(
        table: link.table, pairs: link.pairs, filter: member, isComplement: isComplement), table)
  }

  private func predicate(
    _ related: RelatedFilter, _ table: ColumnTable
  ) throws(MemoryError) -> any BlockPredicate {
    if let type = related.memberType { return try predicate(related, membersOf: table, type) }
    return try join(table, related.table, related.pairs, where: related.filter)
      .predicate(isComplement: related.isComplement)
  }

  /// The part of the tree is found first, so that each row is looked up in it.
  private func predicate(
    _ tree: TreeFilter, _ table: ColumnTable
  ) throws(MemoryError) -> any BlockPredicate {
    let nodes = try database.table(tree.table)
    func marks(_ filter: Filter) throws(MemoryError) -> [Bool]? {
      guard filter != .always else { return nil }
      var marks = [Bool](repeating: false, count: nodes.rowCount)
      for row in try rows(filter, nodes) { marks[Int(row)] = true }
      return marks
    }
    let links = try nodes.derived.links(by: tree.parent) { () throws(MemoryError) in
      try TreeLinks(nodes, by: tree.parent)
    }
    var below = links.below(
      try rows(tree.start, nodes), where: try marks(.all(tree.step, tree.child)),
      under: try marks(tree.parentFilter), interruption)
    if let isPlace = try marks(tree.placeFilter) { below.removeAll { !isPlace[Int($0)] } }
    return SemiJoin(parts: try SemiJoin.parts([tree.place], table, nodes), rows: below)
      .predicate(isComplement: tree.isComplement)
  }

  /// Whether each row matches.
  func matches(_ filter: Filter, _ table: ColumnTable) throws(MemoryError) -> [Bool] {
    let scan = Scan(try predicate(filter, table), rowCount: table.rowCount, interruption)
    return scan.results(for: Array(0..<UInt32(table.rowCount)))
  }

  private func rows(_ filter: Filter, _ table: ColumnTable) throws(MemoryError) -> [UInt32] {
    Scan(try predicate(filter, table), rowCount: table.rowCount, interruption).rows()
  }

  private func join(
    _ table: ColumnTable, _ far: TableID, _ pairs: [ColumnPair], where filter: Filter
  ) throws(MemoryError) -> SemiJoin {
    let other = try database.table(far)
    let scan = Scan(try predicate(filter, other), rowCount: other.rowCount, interruption)
    return SemiJoin(parts: try SemiJoin.parts(pairs, table, other), rows: scan.rows())
  }

  /// The value of a field, of each record itself or of a related one.
  func side(
    _ operand: FieldOperand, _ table: ColumnTable
  ) throws(MemoryError) -> FieldPredicate.Side {
    var rows: [UInt32]?
    var table = table
    for step in operand.steps {
      var joined = try join(table, step.table, step.pairs, where: step.filter)
        .partners(rowCount: table.rowCount)
      if step.condition != .always {
        let others = try self.rows(step.condition.complement, table)
        for row in others { joined[Int(row)] = SemiJoin.nobody }
      }
      rows = rows.map { $0.map { $0 == SemiJoin.nobody ? $0 : joined[Int($0)] } } ?? joined
      table = try database.table(step.table)
    }
    let column = try table.column(operand.field, operand.conversion)
    let field = table.table[operand.field]
    return FieldPredicate.Side(
      column: column, field: operand.conversion?.field(of: field) ?? field, rows: rows)
  }
}
