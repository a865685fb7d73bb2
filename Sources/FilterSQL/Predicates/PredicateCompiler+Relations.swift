import RecordFilter
import RowscopeModel

/// Related records.
extension PredicateCompiler {
  /// One relation of a path.
  struct Step {
    let near: Scope
    let far: Scope
    let pairs: [ColumnPair]
    /// What holds the members that lead to the far records; nil where columns do.
    let members: MemberSource?
  }

  /// `EXISTS (SELECT 1 FROM far AS r1 WHERE r1.key = near.key AND …)`. Each further relation of a
  /// path adds a table to the same FROM clause, so a path of any length nests only one level deep.
  ///
  /// If no index finds the related records, EXISTS would scan all of them for each record. Then it
  /// is `near.key IN (SELECT r1.key FROM far AS r1 WHERE …)`, which SQLite evaluates once per
  /// query.
  mutating func related(
    _ related: RelatedFilter, depth: Int, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    let outer = scope
    defer { scope = outer }
    var steps: [Step] = []
    var conditions: [(Scope, Filter)] = []
    var near = outer
    var next: RelatedFilter? = related
    while let step = next {
      let members = step.memberType.map { source(of: step.pairs[0].near, of: near, as: $0) }
      let far = alias(for: step.table)
      steps.append(Step(near: near, far: far, pairs: step.pairs, members: members))
      next = nil
      for part in step.filter.conjuncts where part != .always {
        if case .related(let further) = part, !further.isComplement, next == nil,
          isJoined(step.table), isJoined(further.table)
        {
          next = further
        } else {
          conditions.append((far, part))
        }
      }
      near = far
    }
    let key = membershipKey(of: steps, related.strategy)
    // Members of which no index finds the records: these are found once, and the members looked up.
    let isOfMembers = steps[0].members != nil && !areServed(steps)
    if isOfMembers {
      openMembers(of: steps[0], related.isComplement, &writer)
    } else if let key {
      // A record with a NULL key has no related record.
      let comparison = KeyComparison(key, far: steps[0].far, near: outer, schema)
      if related.isComplement {
        writer.write("(")
        value(comparison.near, &writer)
        writer.write(" IS NULL OR ")
      }
      if avoidsIndex(on: key.near, of: outer), comparesAlike(key, outer, steps[0].far) {
        writer.write("+")
      }
      // IN uses the left side's collation.
      side(comparison.near, collates: true, &writer)
      writer.write(related.isComplement ? " NOT IN (SELECT " : " IN (SELECT ")
      side(comparison.far, collates: false, &writer)
      writer.write(" FROM ")
    } else {
      writer.write(related.isComplement ? "NOT EXISTS (SELECT 1 FROM " : "EXISTS (SELECT 1 FROM ")
    }
    try writer.list(steps.indices) { writer, index throws(SQLCompilationError) in
      let step = steps[index]
      if step.members != nil, index > 0 || !isOfMembers {
        fromMembers(of: step, &writer)
        writer.write(", ")
      }
      writer.identifier(schema[step.far.table].name.string)
      writer.write(" AS ")
      writer.identifier(step.far.name)
    }
    var separator: StaticString = " WHERE "
    func begin(_ writer: inout SQLWriter) {
      writer.write(separator)
      separator = " AND "
    }
    for (index, step) in steps.enumerated() where key == nil && !isOfMembers || index > 0 {
      begin(&writer)
      if step.members != nil {
        joinMembers(of: step, &writer)
      } else {
        join(step.pairs, far: step.far, near: step.near, &writer)
      }
    }
    for (table, condition) in conditions {
      scope = table
      begin(&writer)
      if key == nil, !isOfMembers, isTemptingIndex(condition, steps) {
        writer.write("likelihood(")
        try filter(condition, depth: depth, &writer)
        writer.write(", 0.9)")
      } else if case .disjunction = condition {
        writer.write("(")
        try filter(condition, depth: depth, &writer)
        writer.write(")")
      } else {
        try filter(condition, depth: depth, &writer)
      }
    }
    // A single NULL in the list would make NOT IN yield NULL for every record.
    if isOfMembers {
      begin(&writer)
      column(steps[0].pairs[0].far, of: steps[0].far, &writer)
      writer.write(" IS NOT NULL")
    } else if let key, related.isComplement {
      begin(&writer)
      value(KeyComparison(key, far: steps[0].far, near: outer, schema).far, &writer)
      writer.write(" IS NOT NULL")
    }
    writer.write(key != nil && related.isComplement || isOfMembers ? "))" : ")")
  }

  /// Whether a table may stand beside others in a FROM clause.
  ///
  /// SQLite may keep the records of a view for a join with another table, and then gives each column
  /// the type of the view's first part: up to version 3.53 the text `39` becomes 39.0.
  private func isJoined(_ id: TableID) -> Bool {
    let table = schema[id]
    return table.kind == .table || table.fields.allSatisfy { $0.affinity != .blob }
  }

  /// Whether SQLite might find the related records of a record by this test of theirs, which many
  /// of the whole table may pass, instead of by the key: for each record anew. Without `ANALYZE` one
  /// index is as good as another to it. Told that the test is likely to pass, it takes the key's.
  /// Source: <https://www.sqlite.org/lang_corefunc.html#likelihood>.
  private func isTemptingIndex(_ condition: Filter, _ steps: [Step]) -> Bool {
    guard case .term(let term) = condition,
      let step = steps.first(where: { $0.far.name == scope.name }), step.members == nil
    else { return false }
    let table = schema[step.far.table]
    guard table.kind == .table, table.indexedFields.contains(term.field),
      table.primaryKey != step.pairs.map(\.far),
      isServed(step)
    else { return false }
    switch term.test {
    case .equals, .compares, .isOneOf, .isBetween, .matches: return !term.isComplement
    case .isNull: return true
    case .isEmpty, .hasMember, .converted: return false
    }
  }

  /// Whether the near column's affinity makes no difference: the far one's is the same.
  private func comparesAlike(_ pair: ColumnPair, _ near: Scope, _ far: Scope) -> Bool {
    schema[near.table][pair.near].affinity == schema[far.table][pair.far].affinity
  }

  /// The key for which the first step becomes an IN. Nil if `IN` is not equivalent to
  /// `far.key = near.key`, and where nothing else is chosen, if indexes serve every step.
  private func membershipKey(of steps: [Step], _ strategy: SemiJoinStrategy?) -> ColumnPair? {
    guard let first = steps.first, first.members == nil, first.pairs.count == 1,
      let pair = first.pairs.first,
      pair.comparesInSets(schema[first.near.table], schema[first.far.table])
    else { return nil }
    switch strategy {
    case .materialized: return pair
    case .firstMatch: return nil
    case nil: return areServed(steps) ? nil : pair
    }
  }

  /// Whether indexes find the records of every step.
  private func areServed(_ steps: [Step]) -> Bool {
    steps.allSatisfy { step in
      if step.members != nil { return hasIndexedKey(step) }
      return isServed(step)
    }
  }

  private func isServed(_ step: Step) -> Bool {
    step.pairs.contains { $0.isServed(from: schema[step.near.table], to: schema[step.far.table]) }
  }

  /// `far.key = near.key`. The far column is on the left, so that an index on it can be used.
  func join(_ pairs: [ColumnPair], far: Scope, near: Scope, _ writer: inout SQLWriter) {
    var isFirst = true
    for pair in pairs {
      if !isFirst { writer.write(" AND ") }
      isFirst = false
      let comparison = KeyComparison(pair, far: far, near: near, schema)
      if let column = comparison.farColumn {
        side(column, collates: true, &writer)
        writer.write(" = ")
        side(comparison.near, collates: false, &writer)
        writer.write(" AND ")
      }
      side(comparison.far, collates: true, &writer)
      writer.write(" = ")
      side(comparison.near, collates: false, &writer)
    }
  }

  /// How two columns are compared.
  struct KeyComparison {
    /// One of them.
    struct Side {
      let field: FieldID
      let scope: Scope
      /// What is compared in place of its values.
      let conversion: Conversion?
      /// Whether it loses its affinity. The expression of a view's column may have an affinity that
      /// is not in the schema. If it has none, SQLite applies the other side's, so that side must
      /// lose its own too. (Numeric affinity applies to both in any case.)
      let stripsAffinity: Bool
      /// The collation of the comparison, where SQLite would not take it for this side on the left.
      let collation: Collation?
    }

    let near: Side
    let far: Side
    /// The far column itself, where an index finds numbers by it and their texts decide.
    let farColumn: Side?

    init(_ pair: ColumnPair, far: Scope, near: Scope, _ schema: Schema) {
      let (farTable, nearTable) = (schema[far.table], schema[near.table])
      let equality = KeyEquality(pair, from: nearTable, to: farTable)
      func hasUnknownAffinity(_ field: FieldID, _ table: Table) -> Bool {
        table.kind == .view && table[field].affinity == .blob
      }
      let strips =
        equality.affinity == .blob
        && (hasUnknownAffinity(pair.far, farTable) || hasUnknownAffinity(pair.near, nearTable))
      func hasOwnCollation(_ field: FieldID, _ table: Table) -> Bool {
        table.kind == .table && !table[field].statesCollation
          && table[field].collation == equality.collation
      }
      let (nearIsOwn, farIsOwn) = (
        hasOwnCollation(pair.near, nearTable), hasOwnCollation(pair.far, farTable)
      )
      func side(
        _ field: FieldID, _ scope: Scope, _ table: Table, _ conversion: Conversion?, isOwn: Bool
      ) -> Side {
        Side(
          field: field, scope: scope, conversion: conversion,
          stripsAffinity: conversion == nil && (strips || hasUnknownAffinity(field, table)),
          collation: isOwn ? nil : equality.collation)
      }
      // What is converted has no collation: SQLite takes the other side's.
      self.near = side(
        pair.near, near, nearTable, equality.nearConversion,
        isOwn: equality.nearConversion == nil ? nearIsOwn : farIsOwn)
      self.far = side(
        pair.far, far, farTable, equality.farConversion,
        isOwn: equality.farConversion == nil ? farIsOwn : nearIsOwn)
      farColumn =
        equality.farConversion == .keyText
        ? side(pair.far, far, farTable, nil, isOwn: farIsOwn) : nil
    }
  }

  /// One side of a comparison of two columns.
  ///
  /// - Parameter collates: whether the collation is stated here. One side suffices for both.
  func side(_ side: KeyComparison.Side, collates: Bool, _ writer: inout SQLWriter) {
    if side.stripsAffinity { writer.write("+") }
    // SQLite moves no comparison of two tables into one of them.
    converting(side.conversion, &writer) { reference(side.field, of: side.scope, &$0) }
    if collates, let collation = side.collation { self.collation(collation, &writer) }
  }

  /// What is compared on one side; NULL if that equals nothing.
  func value(_ side: KeyComparison.Side, _ writer: inout SQLWriter) {
    converting(side.conversion, &writer) { column(side.field, of: side.scope, &$0) }
  }
}
