package import RowscopeModel

extension Connection {
  /// Begins a read transaction: all reads see one snapshot until the connection goes back to its
  /// pool.
  package func beginReading() throws(StoreError) {
    let beginning = Observations.now
    try core.run(.begin)
    core.beginning = beginning
  }

  /// Ends the transaction that ``beginReading()`` began.
  package func endReading() { core.endTransaction() }

  /// SQLite's plan for a statement: one line per step, indented by depth.
  package func queryPlan(_ sql: String, bindings: [Value]) throws(StoreError) -> [String] {
    let statement = try temporaryStatement("EXPLAIN QUERY PLAN \(sql)", as: .unrestricted)
    try statement.bind(bindings)
    var depths: [Int64: Int] = [0: 0]
    var lines: [String] = []
    try statement.forEachRow { (row: borrowing Row) throws(StoreError) in
      let depth = depths[row.integer(1)] ?? 0
      depths[row.integer(0)] = depth + 1
      if case .text(let detail) = row.value(3) {
        lines.append(String(repeating: "  ", count: depth) + detail.string)
      }
    }
    return lines
  }
}
