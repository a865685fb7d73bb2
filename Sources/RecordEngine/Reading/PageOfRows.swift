package import RecordStore
import RowscopeModel

/// The rows of a page as they come: how many there were, and what comes after the last one.
package struct PageOfRows {
  private let list: PreparedList
  private let size: Int?
  private let keyPositions: [Int]?
  private var count = 0
  private var lastKeys: [Value]?
  private var hasMore = false

  package init(_ list: PreparedList) {
    self.list = list
    size = list.size
    // What gets one record by its key goes nowhere from there.
    keyPositions = list.key == nil ? list.base.resolved.keyPositions : nil
  }

  /// False for the row after the page's last one, which only tells that there is more.
  package mutating func take(_ row: borrowing Row) -> Bool {
    guard count != size else {
      hasMore = true
      return false
    }
    count += 1
    // The cursor is made of the last row, which is gone when the next one is there.
    if count == size { lastKeys = keyPositions.map { row.values(at: $0) } }
    return true
  }

  /// Once no more rows come.
  package var end: ListEnd {
    guard hasMore else { return ListEnd(hasMore: false, next: nil) }
    return ListEnd(
      hasMore: true,
      next: list.base.resolved.cursor(after: lastKeys, from: list.start, count: count))
  }
}

extension Row {
  fileprivate borrowing func values(at columns: [Int]) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(columns.count)
    for column in columns { values.append(value(column)) }
    return values
  }
}
