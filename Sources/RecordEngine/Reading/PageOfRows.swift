package import RecordStore
import RowscopeModel

/// Collects the rows of a page: their number, and the end of the list.
package struct PageOfRows {
  private let list: PreparedPage
  private let size: Int?
  private let keyPositions: [Int]?
  private var count = 0
  private var lastKeys: [Value]?
  private let ties: Ties?
  private var hasMore = false

  package init(_ list: PreparedPage) {
    self.list = list
    size = list.size
    // A single record has no cursor.
    keyPositions = list.key == nil ? list.request.resolved.keyPositions : nil
    ties =
      list.request.hasTies && size != nil
      ? Ties(list.request.resolved, from: list.start) : nil
  }

  /// Returns false for the row after the page, which only shows that there are more.
  package mutating func take(_ row: borrowing Row) -> Bool {
    guard count != size else {
      hasMore = true
      return false
    }
    count += 1
    // The cursor is made from the last row, which is only valid until the next one is read.
    if let ties, let keyPositions { ties.append(row.values(at: keyPositions)) }
    if count == size { lastKeys = keyPositions.map { row.values(at: $0) } }
    return true
  }

  /// Valid after the last row.
  package var end: ListEnd {
    guard hasMore else { return ListEnd(hasMore: false, next: nil) }
    return ListEnd(
      hasMore: true,
      next: list.request.resolved.cursor(
        after: lastKeys, ties: ties?.count, from: list.start, count: count))
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
