import Documents
import RecordFilter
import RecordStore
import RowscopeModel

/// Groups records as they are read, in any order, and computes what is asked of each group.
final class SummaryBuilder {
  private let summary: ResolvedSummary
  private let firstTest: Int
  private let memoryLimit: Int
  private var groups = KeyTable()
  private var key = ByteBuffer()
  /// What stands for the groupings of each group, one group after the other.
  private var shown: [Value] = []
  private var orders: [Value] = []
  private let aggregates: [AggregateValues]
  /// The bytes of the groups' values, roughly.
  private var valueBytes = 0
  private let bytesPerGroup: Int

  /// - Parameter memoryLimit: in bytes.
  init(_ summary: ResolvedSummary, memoryLimit: Int) {
    self.summary = summary
    self.memoryLimit = memoryLimit
    firstTest = summary.query.firstTest
    aggregates = summary.aggregates.map { .make($0.function, $0.source) }
    bytesPerGroup =
      48 * summary.groupings.count
      + aggregates.reduce(0) { $0 + type(of: $1).bytesPerGroup }
    // Without groupings there is one group, even of no records.
    if summary.groupings.isEmpty {
      _ = groups.number(of: key)
      for aggregate in aggregates { aggregate.addGroup() }
    }
  }

  private var isTooLarge: Bool {
    groups.byteCount + groups.count * bytesPerGroup + valueBytes
      + aggregates.reduce(0) { $0 + $1.byteCount } > memoryLimit
  }

  /// Takes a record.
  ///
  /// - Returns: false if the summary takes too much memory.
  func take(_ row: borrowing Row) -> Bool {
    var group = 0
    if !summary.groupings.isEmpty {
      key.removeAll()
      for grouping in summary.groupings {
        grouping.form.append(row.cell(grouping, firstTest), to: &key)
      }
      let isNew: Bool
      (group, isNew) = groups.number(of: key)
      if isNew { addGroup(row) } else { improve(group, row) }
      if isNew, isTooLarge { return false }
    }
    for aggregate in aggregates {
      guard let source = aggregate.source else {
        aggregate.take(.null, in: group)
        continue
      }
      let value = row.cell(source, firstTest)
      if value.storageClass != .null { aggregate.take(value, in: group) }
    }
    return true
  }

  /// Whether the values that are counted take too much memory: to be asked now and then.
  var hasRoom: Bool { !isTooLarge }

  private func addGroup(_ row: borrowing Row) {
    for grouping in summary.groupings {
      let cell = row.cell(grouping, firstTest)
      shown.append(grouping.form.shown(cell))
      orders.append(grouping.form.orderValue(of: cell))
      valueBytes += 2 * cell.bytes.count
    }
    for aggregate in aggregates { aggregate.addGroup() }
  }

  /// The least of the stored forms stands for a group, whatever record came first.
  private func improve(_ group: Int, _ row: borrowing Row) {
    for (index, grouping) in summary.groupings.enumerated() {
      let place = group * summary.groupings.count + index
      let cell = row.cell(grouping, firstTest)
      if grouping.form.precedes(cell, shown[place]) {
        shown[place] = cell.copied
        orders[place] = grouping.form.orderValue(of: cell)
      }
    }
  }

  /// The page of groups.
  ///
  /// - Throws: `sum_out_of_range`, whatever page the group is on.
  func page() throws(ServiceError) -> Summary {
    let columns = summary.groupings.count
    var results: [[OrderedValue]] = []
    for aggregate in aggregates {
      var values: [OrderedValue] = []
      values.reserveCapacity(groups.count)
      for group in 0..<groups.count { values.append(try aggregate.result(of: group)) }
      results.append(values)
    }
    func value(_ group: Int, _ place: Int) -> OrderedValue {
      guard place >= columns else {
        let index = group * columns + place
        return OrderedValue(order: orders[index], shown: shown[index])
      }
      return results[place - columns][group]
    }
    func order(_ left: OrderedValue, _ right: OrderedValue, _ place: Int) -> Int {
      place < columns
        ? summary.groupings[place].form.order(left, right)
        : aggregates[place - columns].order(left, right)
    }
    func isBefore(_ left: (Int) -> OrderedValue, _ right: (Int) -> OrderedValue) -> Bool {
      for (number, key) in summary.order.enumerated() {
        let order = order(left(number), right(number), key.place)
        if order != 0 { return (order < 0) != key.isDescending }
      }
      return false
    }
    let sortPlaces = summary.order.map(\.place)
    var numbers = Array(0..<groups.count)
    var skipped = 0
    switch summary.start {
    case .offset(let offset): skipped = offset
    case .after(let last):
      numbers = numbers.filter { group in
        isBefore({ last[$0] }, { value(group, sortPlaces[$0]) })
      }
    }
    numbers.sort { left, right in
      isBefore({ value(left, sortPlaces[$0]) }, { value(right, sortPlaces[$0]) })
    }
    let rest = numbers.dropFirst(skipped)
    let page = summary.size.map { rest.prefix($0) } ?? rest
    let hasMore = page.count < rest.count
    let shape = summary.shape
    return Summary(
      items: page.map { group in
        Record(
          presenting: shape.fields.indices.map { value(group, $0).shown }, as: shape)
      }, hasMore: hasMore,
      next: hasMore
        ? page.last.map { group in
          summary.cursor(after: sortPlaces.map { value(group, $0) })
        } : nil,
      skipped: page.map { skippedValues(in: $0) })
  }

  private func skippedValues(in group: Int) -> [String: Int] {
    var skipped: [String: Int] = [:]
    for (place, aggregate) in aggregates.enumerated() {
      let count = aggregate.skipped(in: group)
      if count > 0 { skipped[summary.shape.fields[summary.groupings.count + place].name] = count }
    }
    return skipped
  }
}

extension Row {
  /// The value of a field; NULL where the record does not show it.
  @inline(__always)
  fileprivate borrowing func cell(
    _ source: ResolvedSummary.Source, _ firstTest: Int
  ) -> BorrowedValue {
    guard source.shown.holds(for: self, firstTest) else { return .null }
    let column = source.column
    return switch storageClass(column) {
    case .null: .null
    case .integer: .integer(integer(column))
    case .real: .real(real(column))
    case .text: .text(bytes(column))
    case .blob: .blob(bytes(column))
    }
  }
}
