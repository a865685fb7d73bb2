import Dispatch
import FilterSQL
package import RecordFilter
package import RecordStore
package import RowscopeModel
import Synchronization

/// A count that no index serves, taken by two connections at once: each takes one range of the table's row numbers after another
/// until none is left.
///
/// It is done where the table is large, another connection is free, and that one is proven to see what the reader sees
/// (``Connection/beginReading(at:)``). The other connection is only help: what it does not get to, and what it fails at,
/// the reader's own does. So nobody waits for a thread that may never come, and an error is the one that the reader would have met by
/// itself.
package struct SplitCount {
  /// Of a table with fewer row numbers a count takes less than a few milliseconds, and sharing it some tenth of one. Tests
  /// share every count.
  @TaskLocal static var fewestRows: UInt64 = 100_000

  /// For a range with an end, and for the last one, which has none.
  let closed: CompiledStatement
  let openEnded: CompiledStatement
  let numbers: ClosedRange<Int64>

  /// - Returns: nil where the other connection cannot see what the reader's sees.
  func count(
    on connection: borrowing Connection, and pool: ConnectionPool, deadline: Deadline
  ) throws(ServiceError) -> Int? {
    do throws(StoreError) {
      guard let moment = try connection.moment(), let helper = helper(of: pool, deadline, moment)
      else { return nil }
      let work = RangeWork(self, helper: helper)
      DispatchQueue.global(qos: .userInitiated).async { work.help(pool) }
      // However this ends, nobody works for nobody.
      defer { work.stop() }
      return try work.finish(on: connection)
    } catch {
      throw ServiceError(error)
    }
  }

  /// A connection that nobody needs just now, in a transaction that sees a reader's moment. That there is none, for
  /// whatever reason, is no error.
  private func helper(
    of pool: ConnectionPool, _ deadline: Deadline, _ moment: Connection.Moment
  ) -> sending Connection? {
    guard
      let connection = try? pool.connectionIfAvailable(deadline: deadline, waitsForLocks: false),
      (try? connection.beginReading(at: moment)) == true
    else { return nil }
    return connection
  }

  /// A range of row numbers to be counted in.
  struct Range: Sendable, Hashable {
    let first: Int64
    /// Nil for all that follow.
    let last: Int64?
  }

  /// Ranges that follow one another without a gap, from the first number on.
  ///
  /// The last one has a third of the numbers and no end: to compare each row's number with an end is a fifth of what a short
  /// predicate costs. The other two thirds are 42 short ranges, so that whoever has the last one and the one who has not
  /// are done at about the same time, even if one of them is half as fast, or rows are not spread evenly.
  static func ranges(of numbers: ClosedRange<Int64>) -> [Range] {
    // Row numbers may be as far from each other as integers can.
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
  fileprivate var span: UInt64 { UInt64(bitPattern: upperBound &- lowerBound) }
}

extension ReadSession {
  /// The count of a query, split; nil where that would not pay, or cannot be.
  package func splitCount(
    _ query: Query, _ table: AccessibleTable, on connection: borrowing Connection
  ) throws(ServiceError) -> Int? {
    guard let pool, pool.capacity > 1,
      let split = try splitCount(of: query, table, on: connection)
    else { return nil }
    return try split.count(on: connection, and: pool, deadline: deadline)
  }

  /// How the count of a query is split where another connection is free; nil where it is not worth it.
  package func splitCount(
    of query: Query, _ table: AccessibleTable, on connection: borrowing Connection
  ) throws(ServiceError) -> SplitCount? {
    let engine = table.engine
    guard table.table.kind == .table, !query.isNever,
      let rowID = try snapshot.rowIDName(of: query.table, on: connection),
      // Where the numbers cannot be read, there is another way to count.
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

/// The ranges of one count, and who works at them.
private final class RangeWork: Sendable {
  private struct State: ~Copyable {
    /// The last one is for whoever helps: nobody else begins with a range that takes long.
    var left: [SplitCount.Range]
    var total = 0
    /// Until it is taken by the thread that was asked for.
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

  /// Counts in what is left on another thread, by the other connection.
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

  /// The connection is the pool's again when this returns.
  private func takeRanges(with connection: consuming Connection, of pool: ConnectionPool) {
    let connection = connection
    connection.withStopSignal(signal) {
      // Whoever waits for a connection needs it more.
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
  }

  /// Counts in what is left on the reader's connection, until every range is counted.
  func finish(on connection: borrowing Connection) throws(StoreError) -> Int {
    repeat {
      while let range = takeRange() { add(try count(range, on: connection)) }
      waitForHelp()
      // It may have failed at one.
    } while !state.withLock { $0.left.isEmpty }
    return state.withLock { $0.total }
  }

  /// Nothing is wanted any more.
  func stop() {
    signal.set()
    waitForHelp()
  }

  /// Waits for a range that is being counted, not for a thread that has not come yet: its connection goes back to the pool.
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
    var bindings = compiled.sql.bindings
    bindings[0] = .integer(range.first)
    if let last = range.last { bindings[1] = .integer(last) }
    try prepared.bind(bindings)
    let count = try prepared.next { (row: borrowing Row) throws(StoreError) in row.integer(0) }
    return Int(count ?? 0)
  }
}
