/// Sorts rows by the order of a query, keeping all of them or only the first.
struct RowSorter {
  private struct Entry {
    var number: UInt64
    var row: UInt32
  }

  private let order: RowOrder
  /// The number of rows to keep; nil for all.
  private let limit: Int?
  private var entries: [Entry] = []

  init(_ order: RowOrder, limit: Int?) {
    self.order = order
    self.limit = limit
  }

  /// A bound that further rows must satisfy to be kept; nil if any row may be kept.
  var bound: OrderBound? {
    guard let limit, entries.count == limit, let last = entries.first else { return nil }
    return order.bound(last.number)
  }

  /// Adds rows.
  mutating func append(_ rows: UnsafeBufferPointer<UInt32>) {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: rows.count) { numbers in
      guard let base = numbers.baseAddress else { return }
      order.numbers(rows, to: base)
      guard let limit else {
        for index in 0..<rows.count {
          entries.append(Entry(number: base[index], row: rows[index]))
        }
        return
      }
      if limit == 0 { return }
      for index in 0..<rows.count {
        let entry = Entry(number: base[index], row: rows[index])
        if entries.count < limit {
          entries.append(entry)
          siftUp(from: entries.count - 1)
        } else if entry.number <= entries[0].number, precedes(entry, entries[0]) {
          entries[0] = entry
          siftDown(from: 0)
        }
      }
    }
  }

  /// The sorted rows.
  mutating func finish() -> [UInt32] {
    if limit == nil { sortByNumber() }
    if limit != nil {
      entries.sort(by: precedes)
    } else if !order.isDecidedByNumber {
      sortTies()
    }
    return entries.map(\.row)
  }

  private func precedes(_ one: Entry, _ other: Entry) -> Bool {
    one.number != other.number ? one.number < other.number : order.precedes(one.row, other.row)
  }

  // MARK: The first rows: a heap with the last of them on top

  private mutating func siftUp(from index: Int) {
    var child = index
    while child > 0 {
      let parent = (child - 1) / 2
      guard precedes(entries[parent], entries[child]) else { return }
      entries.swapAt(parent, child)
      child = parent
    }
  }

  private mutating func siftDown(from index: Int) {
    var parent = index
    while true {
      var last = parent
      for child in (2 * parent + 1)...(2 * parent + 2) where child < entries.count {
        if precedes(entries[last], entries[child]) { last = child }
      }
      if last == parent { return }
      entries.swapAt(parent, last)
      parent = last
    }
  }

  // MARK: All rows

  /// A radix sort by the bytes of the numbers, the last byte first, skipping bytes that are the
  /// same in all. Stable.
  private mutating func sortByNumber() {
    guard entries.count > 1 else { return }
    var (all, any): (UInt64, UInt64) = (.max, 0)
    for entry in entries {
      all &= entry.number
      any |= entry.number
    }
    let differing = all ^ any
    var spare = entries
    for shift in stride(from: UInt64(0), to: 64, by: 8) where differing >> shift & 0xFF != 0 {
      var places = [Int](repeating: 0, count: 257)
      for entry in entries { places[Int(entry.number >> shift & 0xFF) + 1] += 1 }
      for byte in 1..<257 { places[byte] += places[byte - 1] }
      for entry in entries {
        let byte = Int(entry.number >> shift & 0xFF)
        spare[places[byte]] = entry
        places[byte] += 1
      }
      swap(&entries, &spare)
    }
  }

  /// Sorts rows with equal numbers by comparison.
  private mutating func sortTies() {
    var start = 0
    while start < entries.count {
      var end = start + 1
      while end < entries.count, entries[end].number == entries[start].number { end += 1 }
      if end - start > 1 {
        entries[start..<end].sort { order.precedes($0.row, $1.row) }
      }
      start = end
    }
  }
}
