package import FilterMemory
import FilterSQL
package import RecordFilter
package import RecordStore
import RowscopeModel

/// Reads tables of a database into columns.
///
/// It reads all fields, hidden ones too, since all users share the columns. The query decides what
/// a user sees of them, and cannot contain a hidden field.
package struct TableLoader {
  package let schema: Schema
  /// The most bytes for the columns of one table.
  package let byteLimit: Int
  /// Whether the tables are to be brought up to date by their row ids.
  let keepsRowIDs: Bool

  package init(schema: Schema, byteLimit: Int? = nil, keepsRowIDs: Bool = false) {
    self.schema = schema
    self.byteLimit = byteLimit ?? .max
    self.keepsRowIDs = keepsRowIDs
  }

  func limited(to byteLimit: Int) -> TableLoader {
    TableLoader(schema: schema, byteLimit: byteLimit, keepsRowIDs: keepsRowIDs)
  }

  /// Loads a table as the connection's transaction sees it, with its records in the database's
  /// order. Links have no columns of their own: to follow them, load their tables too.
  ///
  /// - Complexity: linear in the bytes of the table, and n log n in the number of distinct texts in
  ///   columns with repeated texts.
  /// - Throws: `tooLarge` as soon as the columns take more than ``byteLimit``; `memory` if the
  ///   records cannot be numbered in 32 bits; `store` if the database could not be read, the
  ///   connection's deadline passed or the task was cancelled.
  package func load(
    _ id: TableID, on connection: borrowing Connection
  ) throws(TableLoadError) -> ColumnTable {
    let table = schema[id]
    let numbers: RowNumbers?
    do throws(StoreError) {
      numbers = try keepsRowIDs ? rowNumbers(of: table, on: connection) : nil
    } catch {
      throw .store(error)
    }
    var builder = ColumnTableBuilder(table, rowIDs: numbers?.source)
    let compiler = QueryCompiler(schema: schema)
    let isCell = if case .lastCell = numbers?.source { true } else { false }
    let scan = compiler.scan(id, builder.fields, rowID: isCell ? numbers?.name : nil)
    let permissions = ReadPermissions(
      tables: [table.name: columns(of: table, numbers)],
      functions: FunctionPermissions([Name(QueryCompiler.scanFunction)]))
    do throws(StoreError) {
      _ = try connection.scan(scan, as: permissions) { cells in
        builder.append(cells)
        return builder.rowCount & (Self.rowsBetweenLooks - 1) != 0
          || builder.byteCount <= byteLimit && builder.failure == nil
      }
    } catch {
      throw .store(error)
    }
    let tooLarge = TableLoadError.tooLarge(table.name, limit: byteLimit)
    guard builder.byteCount <= byteLimit else { throw tooLarge }
    let columns: ColumnTable
    do throws(MemoryError) {
      columns = try builder.finish()
    } catch {
      throw .memory(error)
    }
    guard columns.byteCount <= byteLimit else { throw tooLarge }
    return columns
  }

  /// The number of rows read between two checks of the columns' size; a power of two.
  private static let rowsBetweenLooks = 4_096
}

// MARK: - Row ids

extension TableLoader {
  private struct RowNumbers {
    /// A name for them in statements.
    let name: String
    let alias: Name?
    let source: ColumnTableBuilder.RowIDSource
  }

  /// Nil for a view, and a table without row ids or without a name for them.
  private func rowNumbers(
    of table: Table, on connection: borrowing Connection
  ) throws(StoreError) -> RowNumbers? {
    guard table.kind == .table, let name = try connection.rowIDName(of: table.name) else {
      return nil
    }
    let alias = try connection.rowIDAlias(of: table.name)
    let field = alias.flatMap { alias in
      table.fieldIndices.first { table[$0].name == alias && !table[$0].isLink }
    }
    return RowNumbers(name: name, alias: alias, source: field.map { .field($0) } ?? .lastCell)
  }

  /// What statements read, as SQLite names it.
  private func columns(of table: Table, _ numbers: RowNumbers?) -> Set<Name> {
    let fields = table.fields.filter { !$0.isLink }.map(\.name)
    guard let numbers else { return Set(fields) }
    return Set(fields + [numbers.alias ?? "ROWID"])
  }

  /// What has become of some records of a table, as the connection's transaction sees it.
  ///
  /// - Precondition: the table has row ids, so that a loader that keeps them could load it.
  func changes(
    _ rowIDs: some Sequence<Int64>, of id: TableID, on connection: borrowing Connection
  ) throws(StoreError) -> [RowChange] {
    let table = schema[id]
    guard let numbers = try rowNumbers(of: table, on: connection) else {
      preconditionFailure("the table has no row ids")
    }
    let fields = table.fieldIndices.filter { !table[$0].isLink }
    let statement = try connection.statement(
      QueryCompiler(schema: schema).record(id, fields, rowID: numbers.name),
      as: .reading(ReadPermissions(tables: [table.name: columns(of: table, numbers)])))
    var changes: [RowChange] = []
    for rowID in rowIDs.sorted() {
      try statement.bind([.integer(rowID)])
      let rows = try statement.rows()
      changes.append(RowChange(rowID: rowID, values: rows.first.map { Array($0.dropFirst()) }))
    }
    return changes
  }
}

extension Field {
  fileprivate var isLink: Bool {
    if case .link = storage { true } else { false }
  }
}
