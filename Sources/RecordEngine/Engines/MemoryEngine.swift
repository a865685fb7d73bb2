package import FilterMemory
import RecordFilter
package import RecordStore
import RowscopeModel

/// Runs queries on columns in memory.
package struct MemoryEngine {
  let tables: MemoryDatabase
  /// Called now and then; false if the answer is no longer needed.
  let shouldContinue: () -> Bool

  func select(_ query: Query) throws(MemoryError) -> Selection {
    try tables.select(query, shouldContinue: shouldContinue)
  }

  /// Calls `body` with the records of a query, in order, until it returns false.
  func forEachRow(
    of query: Query, _ body: (borrowing Row) -> Bool
  ) throws(MemoryError) {
    guard !query.isNever else { return }
    let selection = try select(query)
    let source = try selection.cells()
    let fieldCount = source.cellCount
    let cells = RowCells(count: fieldCount)
    for record in 0..<selection.count {
      for field in 0..<fieldCount { cells.set(source.cell(record, field), at: field) }
      guard cells.withRow(body) else { return }
    }
    // The cells point into the columns, so keep the source alive.
    withExtendedLifetime(source) {}
  }

  /// The number of records of a query, ignoring its page, up to `limit`.
  func count(_ query: Query, upTo limit: Int? = nil) throws(MemoryError) -> Int {
    query.isNever ? 0 : try tables.count(query, upTo: limit, shouldContinue: shouldContinue)
  }
}

extension SelectionCells {
  /// A record as a row, valid during the call.
  package func withRow<Result>(
    _ record: Int, _ body: (borrowing Row) -> Result
  ) -> Result {
    let cells = RowCells(count: cellCount)
    for field in 0..<cellCount { cells.set(cell(record, field), at: field) }
    return cells.withRow(body)
  }
}

extension RowCells {
  @inline(__always)
  fileprivate func set(_ cell: Cell, at column: Int) {
    switch cell.storageClass {
    case .null: setNull(at: column)
    case .integer: setInteger(cell.integer, at: column)
    case .real: setReal(cell.real, at: column)
    case .text: setText(cell.bytes, at: column)
    case .blob: setBlob(cell.bytes, at: column)
    }
  }
}
