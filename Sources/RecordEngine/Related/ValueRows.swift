import RecordFilter
import RecordStore
import RowscopeModel

/// Rows kept as values.
final class ValueRows: RowContent {
  private(set) var rows: [[Value]] = []

  init(_ layout: AnswerLayout) {}

  func append(_ row: borrowing Row, omitting hidden: [Int]) { rows.append(row.values()) }
}

extension LevelRows<ValueRows> {
  /// A row as a record, with the related ones in it.
  func record(_ row: Int) -> Record {
    let stored = content.rows[row]
    let hidden = hiddenSlots(of: row)
    var values: [Value] = []
    var related: [RelatedRecord] = []
    values.reserveCapacity(layout.slots.count)
    for (place, slot) in layout.slots.enumerated() {
      if !hidden.isEmpty, hidden.contains(place) {
        values.append(.null)
        related.append(.none)
        continue
      }
      switch slot {
      case .column(let column):
        values.append(stored[column])
        related.append(.none)
      case .related(let index):
        let level = layout.related[index]
        let rows = self.related[index]
        let (group, hasMore) = rows.rows(of: keys[index].numbersOfRow[row])
        if level.size != nil {
          let records = group.map(rows.rows.record)
          let page = Page(
            items: records, hasMore: hasMore, next: nil, count: nil,
            hidden: rows.rows.layout.mayHide ? records.map(\.hiddenFields) : nil)
          related.append(.list(page))
          values.append(.null)
        } else {
          related.append(.one(group.first.map(rows.rows.record)))
          values.append(group.isEmpty ? level.plainKey.map { stored[$0] } ?? .null : .null)
        }
      }
    }
    return Record(
      presenting: values, as: layout.shape, related: related, may: acts(of: row),
      readonly: readonly(of: row), hidden: hidden)
  }
}
