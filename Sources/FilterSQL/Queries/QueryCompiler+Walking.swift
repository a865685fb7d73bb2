package import RecordFilter
import RowscopeModel

extension QueryCompiler {
  /// The name of the collation that counts the texts of an index.
  package static let walkCollation = "rowscope_walk"

  /// Counts the records whose date lies in a range, where that is all that a query asks: has the
  /// texts of an index, in its order, compared by a collation that counts those in the range, and
  /// calls the first one behind it equal.
  ///
  /// `SELECT 1 FROM "tasks" INDEXED BY "tasks_due" WHERE "tasks"."due" >= ? AND
  /// +"tasks"."due" = '' COLLATE "rowscope_walk" ORDER BY "tasks"."due" LIMIT 1`
  ///
  /// Whether a text is a date must be tested for each record. For SQLite that is as much work as
  /// all else. In the place of its own test of the range's end, and of its counting, it is a third.
  ///
  /// - Parameter index: an index that begins with the field, in the field's own collation. Nil to
  ///   let SQLite choose: only to learn from the plan which one it is, since no record may be passed
  ///   out of order.
  /// - Returns: nil for other queries.
  package func countByWalk(
    _ query: Query, index: String? = nil
  ) -> (statement: SQLStatement, walk: DateWalk, field: FieldID)? {
    let table = schema[query.table]
    guard table.kind == .table, case .term(let term) = Filter.all(query.scope, query.request),
      !term.isComplement, case .converted(let conversion, let test) = term.test,
      table.indexedFields.contains(term.field), !table[term.field].statesCollation,
      let walk = DateWalk(conversion, test, of: table[term.field])
    else { return nil }
    let predicate = PredicateCompiler(schema: schema, columns: columns, table: query.table)
    var writer = SQLWriter()
    writer.write("SELECT 1 FROM ")
    writer.identifier(table.name.string)
    if let index {
      writer.write(" INDEXED BY ")
      writer.identifier(index)
    }
    writer.write(" WHERE ")
    predicate.comparand(term.field, &writer)
    writer.write(" >= ")
    writer.bind(walk.low)
    writer.write(" AND +")
    predicate.column(term.field, &writer)
    writer.write(" = '' COLLATE ")
    writer.identifier(Self.walkCollation)
    writer.write(" ORDER BY ")
    predicate.comparand(term.field, &writer)
    writer.write(" LIMIT 1")
    return (writer.statement, walk, term.field)
  }
}
