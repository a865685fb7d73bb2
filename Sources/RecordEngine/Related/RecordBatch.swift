import RecordFilter
package import RecordStore
package import RowscopeModel

/// Some rows of a list, to be made records together with the related ones of all of them.
package struct RecordBatch {
  private let layout: AnswerLayout
  private let rows: LevelRows<ValueRows>

  /// - Parameter acts: see ``PreparedPage/acts``.
  package init(_ layout: AnswerLayout, telling acts: ActsOfRow?) {
    self.layout = layout
    rows = LevelRows(layout, telling: acts)
  }

  package var count: Int { rows.count }

  package func append(_ row: borrowing Row) { rows.append(row) }

  /// The rows as records, in order.
  package func records(
    of list: AccessibleTable, from reader: borrowing ReadSession
  ) throws(ServiceError) -> [Record] {
    try reader.readRelated(of: rows, list)
    var records: [Record] = []
    for row in 0..<rows.count {
      try reader.checkTime()
      records.append(rows.record(row))
    }
    return records
  }
}
