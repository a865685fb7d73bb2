import AccessProfiles
import RecordFilter
package import RecordStore
import RowscopeModel
import Synchronization

/// Where requests run, by what they took before: those that were short on their caller's thread,
/// all others on one of the service's.
///
/// Changing threads takes as long as a short request, and a long one would keep the caller's thread
/// from all other tasks of the process. How long a request takes is not known before. So it runs on
/// a service's thread the first time, and is measured there in steps (``WorkMeter``). On the
/// caller's thread it is stopped after a few steps, and runs again on a service's: it has only
/// read, and nothing that it read is kept.
struct Pace: ~Copyable {
  /// How many further times the request runs on a service's thread if it is short there.
  private let detours = Atomic<UInt8>(1)
  /// Whether it took so many steps that it gives way to all others from its beginning.
  private let gaveWay = Atomic(false)

  /// Once it was long, it has to be short several times in a row.
  private static let afterLong: UInt8 = 8
  /// For requests that take long in few steps: reading what is not in the system's cache, or large
  /// values.
  private static let afterSlow: UInt8 = 64
  private static let always = UInt8.max

  /// A request of few steps that took this long is slow, even if the thread had to wait.
  static let slow = Duration.milliseconds(5)

  var isBrief: Bool { detours.load(ordering: .relaxed) == 0 }

  var givesWay: Bool { gaveWay.load(ordering: .relaxed) }

  func wasLong() { detours.store(Self.afterLong, ordering: .relaxed) }
  func wasSlow() { detours.store(Self.afterSlow, ordering: .relaxed) }

  /// - Parameter isSuited: whether steps tell how long the request takes.
  func took(_ steps: Int, isSuited: () -> Bool) {
    gaveWay.store(steps >= WorkMeter.manySteps, ordering: .relaxed)
    // Some may be counted that were taken before, and the next run may take a few more.
    guard steps <= WorkMeter.fewSteps / 2 + 1 else { return wasLong() }
    let left = detours.load(ordering: .relaxed)
    guard left > 0, left != Self.always else { return }
    detours.store(left > 1 || isSuited() ? left - 1 : Self.always, ordering: .relaxed)
  }
}

/// Work that can be done again, with the same result.
package protocol RepeatableWork {
  var request: PreparedRequest { get }
  /// What is done; nil if it is known to take long.
  var kind: PreparedRequest.Work? { get }
}

extension RepeatableWork {
  /// Runs `body` on the caller's thread, if this work was short so far.
  ///
  /// - Returns: nil if it is not short. It has to run on a service's thread then.
  package func onCaller<Result, Failure: Error>(
    _ meter: WorkMeter, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let kind, request.beginOnCaller(kind, meter) else { return nil }
    do throws(Failure) {
      let result = try body()
      return request.endOnCaller(kind, meter) ? result : nil
    } catch {
      guard request.endOnCaller(kind, meter) else { return nil }
      throw error
    }
  }

  /// Runs `body` on the calling thread, one of the service's, and measures it.
  package func onServiceThread<Result, Failure: Error>(
    _ meter: WorkMeter, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let givesWay = kind.map { request.withPace(of: $0) { $0.givesWay } } ?? false
    let result = try meter.atLength(isLong: givesWay, body)
    if let kind {
      request.withPace(of: kind) { pace in
        pace.took(meter.steps) { request.isSuitedForCaller(kind) }
      }
    }
    return result
  }
}

extension PreparedRequest {
  /// Begins work on the caller's thread; false if it is not known to be short.
  package func beginOnCaller(_ work: Work, _ meter: WorkMeter) -> Bool {
    guard withPace(of: work, { $0.isBrief }) else { return false }
    meter.beginBriefly()
    return true
  }

  /// - Returns: whether what was done counts. If not, it has to be done again on a service's
  ///   thread.
  package func endOnCaller(_ work: Work, _ meter: WorkMeter) -> Bool {
    let isSlow = meter.hasTaken(longerThan: Pace.slow)
    guard meter.endBriefly() else {
      withPace(of: work) { $0.wasLong() }
      return false
    }
    if isSlow { withPace(of: work) { $0.wasSlow() } }
    return true
  }

  /// Whether steps tell how long it takes.
  ///
  /// They do not where SQLite counts the pages of a whole table in one instruction, as a view may
  /// do too, and where a virtual table does the work.
  func isSuitedForCaller(_ work: Work) -> Bool {
    let query = resolved.query
    if work != .list, query.scope == .always, query.request == .always { return false }
    let schema = table.scope.schema
    return query.readsPlainTables(of: schema)
      && resolved.layout?.readsPlainTables(of: schema) ?? true
  }
}

extension Query {
  fileprivate func readsPlainTables(of schema: Schema) -> Bool {
    tables(in: schema).allSatisfy { schema[$0].kind == .table }
  }
}

extension AnswerLayout {
  fileprivate func readsPlainTables(of schema: Schema) -> Bool {
    related.allSatisfy {
      $0.query.readsPlainTables(of: schema) && $0.layout.readsPlainTables(of: schema)
    }
  }
}

extension PreparedPage: RepeatableWork {
  package var kind: PreparedRequest.Work? {
    // An index brings the records to skip one by one.
    if case .offset(let offset) = start, offset > QueryPlan.mostSkipped { return nil }
    return counting == .none ? .list : .listAndCount
  }
}

/// The number of a request's records.
package struct PreparedTotal: RepeatableWork {
  package let request: PreparedRequest
  package var kind: PreparedRequest.Work? { .count }
}
