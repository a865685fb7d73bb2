import AccessProfiles
import FilterSQL
package import RecordFilter
package import RecordStore
package import RowscopeModel
import Synchronization

/// A change of one record by its key, as a user makes it again and again: compiled once for the
/// fields that it sets.
///
/// The rows that the user may change are a condition of the statement that changes the record, so
/// nothing needs to be read before. Where that statement does not change one record, nothing is
/// kept of it: to tell why takes more than this.
package final class PreparedUpdate: Sendable {
  /// The names of the fields to set, as they are given.
  package let names: [String]
  /// The names of the fields to show, as they are given.
  package let select: [String]?
  package let fields: [FieldID]
  /// The fields of the record as it is read back.
  package let shape: RecordShape
  private let update: Prepared
  private let read: Prepared
  /// Finds the record where it satisfies what it must; nil for nothing.
  private let test: Prepared?

  private struct Prepared: Sendable {
    let sql: SQLStatement
    let key: StatementKey
  }

  /// - Parameters:
  ///   - names: of the fields.
  ///   - rows: the records that may be changed.
  ///   - kept: what the record must satisfy afterwards.
  ///   - sight: the records that the user can access.
  package init(
    _ names: [String], of fields: [FieldID], in table: TableID, rows: Filter, kept: Filter,
    select: [String]?, shown: [FieldID], sight: Filter, shape: RecordShape,
    by engine: MutationEngine
  ) throws(ServiceError) {
    (self.names, self.fields, self.select, self.shape) = (names, fields, select, shape)
    let columns = engine.schema[table]
    func reading(_ fields: [FieldID], in scope: Filter) throws(ServiceError) -> Prepared {
      let query = Query(
        table: table, scope: scope, request: .always, projection: fields, order: [])
      let sql = try serviceErrors { () throws(SQLCompilationError) in
        try engine.queries.selectByKey(query)
      }
      return Prepared(sql: sql, key: StatementKey(sql.text, as: .reading(engine.reads)))
    }
    let sql = try serviceErrors { () throws(SQLCompilationError) in
      try engine.compiler.updateByKey(of: table, in: rows, setting: fields)
    }
    let change = WritePermissions.Change.update(
      columns.name, columns: Set(fields.map { columns[$0].name }))
    update = Prepared(
      sql: sql,
      key: StatementKey(sql.text, as: .writing(WritePermissions(change, reads: engine.reads))))
    test = kept == .always ? nil : try reading([], in: kept)
    read = try reading(shown, in: sight)
  }

  /// Changes the record with a key in a transaction, and reads it back.
  ///
  /// - Parameters:
  ///   - key: without NULL.
  ///   - values: in the order of the fields.
  /// - Returns: the record, or none where the user cannot access it any more; nil if nothing was
  ///   changed, for whatever reason.
  package func run(
    _ key: [Value], _ values: [Value], on connection: borrowing Connection
  ) -> WrittenCells? {
    try? connection.withSavepoint(deferringForeignKeys: false, failing: { _ in Abandoned() }) {
      () throws(Abandoned) in
      guard let cells = try? changeAndRead(key, values, on: connection) else { throw Abandoned() }
      return cells
    }
  }

  /// Why it failed is told by the update that is then made in full.
  private struct Abandoned: Error {}

  private func changeAndRead(
    _ key: [Value], _ values: [Value], on connection: borrowing Connection
  ) throws(StoreError) -> WrittenCells? {
    let statement = try connection.statement(update.key)
    try statement.bind(update.sql.bindings(forKey: key, written: values))
    _ = try statement.step()
    guard connection.changeCount == 1 else { return nil }
    if let test {
      let testing = try connection.statement(test.key)
      try testing.bind(test.sql.bindings(forKey: key))
      guard try testing.step() else { return nil }
    }
    let reading = try connection.statement(read.key)
    try reading.bind(read.sql.bindings(forKey: key))
    return WrittenCells(
      values: try reading.next { (row: borrowing Row) throws(StoreError) in row.values() })
  }
}

/// The shown values of a record that was changed; nil where the user cannot access it any more.
package struct WrittenCells: Sendable {
  package let values: [Value]?
}

extension AccessibleTable {
  /// The prepared update for which `matches` is true.
  package func preparedUpdate(where matches: (PreparedUpdate) -> Bool) -> PreparedUpdate? {
    updates.withLock { $0.first(where: matches) }
  }

  package func remember(_ update: PreparedUpdate) {
    guard !entry.dependsOnClock, !entry.profiles.actsDependOnClock(access.table) else { return }
    updates.withLock { updates in
      if updates.count == Self.mostUpdates { updates.removeFirst() }
      updates.append(update)
    }
  }

  private static let mostUpdates = 16
}
