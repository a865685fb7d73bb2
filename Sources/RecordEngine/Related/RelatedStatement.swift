package import FilterSQL
import RecordFilter
import RecordStore
package import RowscopeModel
import Synchronization

/// The statement for the rows of a level that have some keys, compiled on first use. Its text is
/// the same for all keys, which are one parameter.
final class RelatedStatement: Sendable {
  private let compiled = Mutex<CompiledStatement?>(nil)

  func orMade(
    _ make: () throws(ServiceError) -> CompiledStatement
  ) throws(ServiceError) -> CompiledStatement {
    if let known = compiled.withLock({ $0 }) { return known }
    let made = try make()
    compiled.withLock { $0 = made }
    return made
  }
}

extension RelatedLevel {
  /// Nil where the rows cannot be found by a list of values.
  func statement(
    _ engine: SQLiteEngine, _ snapshot: ServiceSnapshot, on connection: borrowing Connection
  ) throws(ServiceError) -> CompiledStatement? {
    guard keys.count == 1, let key = keys.first, key.findsByValue, key.collation != .rtrim else {
      return nil
    }
    return try statement.orMade { () throws(ServiceError) in
      try engine.compileRelated(
        query, by: key.field, first: try limit(key, snapshot, on: connection))
    }
  }

  /// How many records to read for each key, and the name of the table's row id, where an index
  /// finds them: otherwise all are read at once, and not the table anew for each key.
  private func limit(
    _ key: KeyPart, _ snapshot: ServiceSnapshot, on connection: borrowing Connection
  ) throws(ServiceError) -> RelatedLimit? {
    let table = snapshot.schema[query.table]
    guard let size, size < .max, key.isExact, table.kind == .table,
      table.indexedFields.contains(key.field),
      let rowID = try snapshot.rowIDName(of: query.table, on: connection)
    else { return nil }
    // One more than shown, to find out whether there are more.
    return RelatedLimit(count: size + 1, rowID: rowID)
  }
}

extension ReadSession {
  /// The statements that read what an answer shows of related records, the levels in order, each
  /// before those below it. The keys are an empty list.
  package func relatedStatements(
    of layout: AnswerLayout, _ table: AccessibleTable
  ) throws(ServiceError) -> [SQLStatement] {
    var statements: [SQLStatement] = []
    for level in layout.related where !level.query.isNever {
      statements.append(
        try onDatabase { connection throws(ServiceError) in
          guard let compiled = try level.statement(table.engine, snapshot, on: connection) else {
            return try table.engine.sql(of: level.query)
          }
          return SQLStatement(
            text: compiled.sql.text,
            bindings: compiled.sql.bindings(forKeys: .text(Text("[]"))))
        })
      statements += try relatedStatements(of: level.layout, table)
    }
    return statements
  }
}
