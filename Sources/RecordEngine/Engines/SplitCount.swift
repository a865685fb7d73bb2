import Dispatch
import FilterSQL
package import RecordFilter
package import RecordStore
package import RowscopeModel
import Synchronization

/// A count without an index, split between two connections: each counts one rowid range of the
/// table after another until none is left.
///
/// A count is split if the table is large, another connection is free, and that one provably sees
/// the same snapshot (``Connection/beginReading(at:)``). The other connection only helps: the
/// reader's own connection counts every range that the helper does not reach or fails at. So the
/// reader never waits for a thread that may not start, and it reports only errors of its own
/// connection.
package struct SplitCount {
  /// Below this number of rowids a count takes at most a few milliseconds, and splitting costs
  /// about 0.1 ms. Tests set 0 to split every count.
  @TaskLocal static var fewestRows: UInt64 = 100_000

  /// For ranges with an end, and for the last one, which has none.
  let closed: CompiledStatement
  let openEnded: CompiledStatement
  let numbers: ClosedRange<Int64>

  /// - Returns: nil if the other connection cannot see the reader's snapshot.
  func count(
    on connection: borrowing Connection, and pool: ConnectionPool, deadline: Deadline
  ) throws(ServiceError) -> Int? {
    try serviceErrors { () throws(StoreError) in
      guard let moment = try connection.moment(), let helper = helper(of: pool, deadline, moment)
      else { return nil }
      let work = RangeWork(self, helper: helper)
      pool.threads.begin { work.help(pool) }
      // Stop the helper on every exit: its work is no longer needed.
      defer { work.stop() }
      return try work.finish(on: connection)
    }
  }

  /// A free connection, in a transaction with the reader's snapshot. If there is none, the count is
  /// simply not split.
  private func helper(
    of pool: ConnectionPool, _ deadline: Deadline, _ moment: Connection.Moment
  ) -> sending Connection? {
    guard
      let connection = try? pool.connectionIfAvailable(deadline: deadline, waitsForLocks: false),
      (try? connection.beginReading(at: moment)) == true
    else { return nil }
    return connection
  }

  /// A rowid range to count.
  struct Range: Sendable, Hashable {
    let first: Int64
    /// Nil for a range without an end.
    let last: Int64?
  }

  /// Consecutive ranges without gaps, from the first number on.
  ///
  /// The last one has a third of the numbers and no end: comparing each rowid with an end costs a
  /// fifth of a short predicate. The other two thirds are 42 short ranges, so that both connections
  /// finish at about the same time, even if one is half as fast or rows are spread unevenly.
  static func ranges(of numbers: ClosedRange<Int64>) -> [Range] {
    // The difference of rowids may exceed Int64.
    let length = numbers.span / 64 + 1
    var ranges: [Range] = []
    var offset: UInt64 = 0
    while ranges.count < 42, numbers.span - offset > length {
      let first = numbers.lowerBound &+ Int64(bitPattern: offset)
      ranges.append(Range(first: first, last: first &+ Int64(bitPattern: length - 1)))
      offset += length
    }
    ranges.append(Range(first: numbers.lowerBound &+ Int64(bitPattern: offset), last: nil))
    return ranges
  }
}

extension ClosedRange<Int64> {
  /// The number of values, less one.
  var span: UInt64 { UInt64(bitPattern: upperBound &- lowerBound) }
}

extension ReadSession {
  /// The count of a query, split; nil if that is not worthwhile or not possible.
  package func splitCount(
    _ query: Query, _ table: AccessibleTable, on connection: borrowing Connection
  ) throws(ServiceError) -> Int? {
    guard let pool, pool.capacity > 1,
      let split = try splitCount(of: query, table, on: connection)
    else { return nil }
    return try split.count(on: connection, and: pool, deadline: deadline)
  }

  /// The plan for splitting the count of a query; nil if it is not worthwhile.
  package func splitCount(
    of query: Query, _ table: AccessibleTable, on connection: borrowing Connection
  ) throws(ServiceError) -> SplitCount? {
    let engine = table.engine
    // SQLite counts all records of a table by its pages, faster than two connections read them.
    guard table.table.kind == .table, !query.isNever,
      query.scope != .always || query.request != .always,
      let rowID = try snapshot.rowIDName(of: query.table, on: connection),
      // If the rowids cannot be read, count without splitting.
      let numbers = try? engine.rowNumbers(of: query.table, by: rowID, on: connection),
      numbers.span >= SplitCount.fewestRows,
      try snapshot.plans.plan(of: engine.sql(ofCounting: query), on: connection)
        .readsOneTableThrough
    else { return nil }
    return SplitCount(
      closed: try engine.count(query, in: .closed, by: rowID),
      openEnded: try engine.count(query, in: .openEnded, by: rowID), numbers: numbers)
  }
}

/// The remaining ranges of a count, shared by its two threads.
private final class RangeWork: Sendable {
  private struct State: ~Copyable {
    /// The last range is for the helper: it takes long, so the reader must not begin with it.
    var left: [SplitCount.Range]
    var total = 0
    /// Set until the helper's thread takes it.
    var helper: Connection?
    var isBeingHelped = false
  }

  private let state: Mutex<State>
  private let split: SplitCount
  private let signal = StopSignal()
  private let isDone = DispatchSemaphore(value: 0)

  init(_ split: SplitCount, helper: consuming sending Connection) {
    self.split = split
    state = Mutex(State(left: SplitCount.ranges(of: split.numbers), helper: helper))
  }

  /// Counts remaining ranges on another thread, with the other connection.
  func help(_ pool: ConnectionPool) {
    let helper = state.withLock { state in
      state.isBeingHelped = state.helper != nil
      return state.helper.take()
    }
    guard let helper else { return }
    takeRanges(with: helper, of: pool)
    state.withLock { $0.isBeingHelped = false }
    isDone.signal()
  }

  /// Returns the connection to the pool when done.
  private func takeRanges(with connection: consuming Connection, of pool: ConnectionPool) {
    let connection = connection
    connection.meter.atLength {
      connection.withStopSignal(signal) { takeRanges(on: connection, of: pool) }
    }
  }

  private func takeRanges(on connection: borrowing Connection, of pool: ConnectionPool) {
    // Give the connection up if a reader is waiting for one.
    var isFirst = true
    while pool.waitingCount == 0, let range = takeRange(last: isFirst) {
      isFirst = false
      do throws(StoreError) {
        add(try count(range, on: connection))
      } catch {
        state.withLock { $0.left.append(range) }
        return
      }
    }
  }

  /// Counts remaining ranges on the reader's connection until all are counted.
  func finish(on connection: borrowing Connection) throws(StoreError) -> Int {
    repeat {
      while let range = takeRange() { add(try count(range, on: connection)) }
      waitForHelp()
      // The helper may have returned a range after a failure.
    } while !state.withLock { $0.left.isEmpty }
    return state.withLock { $0.total }
  }

  /// Stops counting: the result is no longer needed.
  func stop() {
    signal.set()
    waitForHelp()
  }

  /// Waits for a range that is being counted. If the helper's thread has not started, returns its
  /// connection to the pool instead.
  private func waitForHelp() {
    let isBeingHelped = state.withLock { state in
      state.helper = nil
      return state.isBeingHelped
    }
    if isBeingHelped { isDone.wait() }
  }

  private func takeRange(last: Bool = false) -> SplitCount.Range? {
    state.withLock { state in
      if last || state.left.isEmpty { return state.left.popLast() }
      return state.left.removeFirst()
    }
  }

  private func add(_ count: Int) { state.withLock { $0.total += count } }

  private func count(
    _ range: SplitCount.Range, on connection: borrowing Connection
  ) throws(StoreError) -> Int {
    let compiled = range.last == nil ? split.openEnded : split.closed
    let prepared = try connection.statement(compiled.key)
    try prepared.bind(compiled.sql.bindings(fromRow: range.first, toRow: range.last))
    let count = try prepared.next { (row: borrowing Row) throws(StoreError) in row.integer(0) }
    return Int(count ?? 0)
  }
}
