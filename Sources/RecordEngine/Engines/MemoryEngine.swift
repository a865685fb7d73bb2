import FilterMemory
import RecordFilter
import RecordStore
import RowscopeModel

/// The place where a query meets columns in memory.
package struct MemoryEngine {
  let tables: MemoryDatabase
  /// Asked now and then whether the answer is still wanted.
  let shouldContinue: () -> Bool

  func select(_ query: Query) throws(MemoryError) -> Selection {
    try tables.select(query, shouldContinue: shouldContinue)
  }

  /// Gives `body` the records of a query, in order, until it returns false.
  func forEachRow(
    of query: Query, _ body: (borrowing Row) -> Bool
  ) throws(MemoryError) {
    guard !query.isNever else { return }
    let selection = try select(query)
    let source = try selection.cells()
    let fieldCount = selection.fields.count
    let cells = RowCells(count: fieldCount)
    for record in 0..<selection.count {
      for field in 0..<fieldCount { cells.set(source.cell(record, field), at: field) }
      guard cells.withRow(body) else { return }
    }
    // The cells point into the columns.
    withExtendedLifetime(source) {}
  }

  /// How many records a query has, whatever its page; no more than `limit`.
  func count(_ query: Query, upTo limit: Int? = nil) throws(MemoryError) -> Int {
    query.isNever ? 0 : try tables.count(query, upTo: limit, shouldContinue: shouldContinue)
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
