import RecordFilter
import RowscopeModel

/// Comparisons of two fields.
extension PredicateCompiler {
  mutating func comparison(
    _ comparison: FieldComparison, depth: Int, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    if comparison.isComplement { writer.write("(") }
    try operand(comparison.left, depth: depth, &writer)
    // Stated, since SQLite takes none from a subquery, and one that the right side states before a
    // column's own.
    collation(comparison.left.comparedField(in: schema, of: scope.table).collation, &writer)
    writer.write(" ")
    writer.write(Array(comparison.relation.symbol.utf8))
    // As a bound value, which has no affinity.
    writer.write(" +")
    try operand(comparison.right, depth: depth, &writer)
    if comparison.isComplement { writer.write(") IS NOT 1") }
  }

  private mutating func operand(
    _ operand: FieldOperand, depth: Int, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    guard !operand.steps.isEmpty else {
      value(operand, &writer)
      return
    }
    try related(operand.steps, depth: depth, { $0.value(operand, &$1) }, &writer)
  }

  /// What `value` writes of the related record at the end of these relations, as a subquery.
  mutating func related(
    _ steps: [FieldOperand.Step], depth: Int = 0,
    _ value: (inout PredicateCompiler, inout SQLWriter) -> Void, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    let outer = scope
    defer { scope = outer }
    var joined: [(near: Scope, step: FieldOperand.Step)] = []
    var far: [Scope] = []
    for step in steps {
      joined.append((far.last ?? outer, step))
      far.append(alias(for: step.table))
    }
    if let last = far.last { scope = last }
    writer.write("(SELECT ")
    value(&self, &writer)
    writer.write(" FROM ")
    try writer.list(far) { writer, table throws(SQLCompilationError) in
      writer.identifier(schema[table.table].name.string)
      writer.write(" AS ")
      writer.identifier(table.name)
    }
    writer.write(" WHERE ")
    for (index, table) in far.enumerated() {
      if index > 0 { writer.write(" AND ") }
      join(joined[index].step.pairs, far: table, near: joined[index].near, &writer)
      let (near, step) = joined[index]
      for (end, condition) in [(near, step.condition), (table, step.filter)]
      where condition != .always {
        scope = end
        writer.write(" AND (")
        try filter(condition, depth: depth, &writer)
        writer.write(")")
      }
    }
    writer.write(")")
  }

  private func value(_ operand: FieldOperand, _ writer: inout SQLWriter) {
    if let conversion = operand.conversion {
      value(operand.field, conversion, &writer)
    } else {
      uncollated(operand.field, &writer)
    }
  }
}
