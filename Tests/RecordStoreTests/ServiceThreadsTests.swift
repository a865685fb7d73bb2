import Dispatch
import Foundation
import RowscopeModel
import Synchronization
import TestSupport
import Testing

@testable import RecordStore

@Suite struct ServiceThreadsTests {
  @TaskLocal private static var word = "nothing"

  private final class Seen: Sendable {
    let running = Atomic(0)
    let most = Atomic(0)
    let order = Mutex<[Int]>([])
  }

  /// Work runs on another thread, and in the same task.
  @Test func workRunsInTheCallersTask() async throws {
    let threads = ServiceThreads(limit: 1)
    await Self.$word.withValue("kept") {
      let (word, first) = await threads.perform { (Self.word, Thread.current) }
      #expect(word == "kept")
      #expect(await threads.perform { Thread.current } == first, "the thread is used again")
      struct Refused: Error, Equatable {}
      await #expect(throws: Refused()) {
        try await threads.perform { () throws(Refused) -> Void in throw Refused() }
      }
    }
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await threads.perform { Task.isCancelled }
    }
    #expect(await task.value)
  }

  @Test(arguments: [1, 3])
  func thereAreNoMoreThreadsThanAllowed(limit: Int) async {
    let threads = ServiceThreads(limit: limit)
    let seen = Seen()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<40 {
        group.addTask {
          await threads.perform {
            let now = seen.running.add(1, ordering: .relaxed).newValue
            seen.most.max(now, ordering: .relaxed)
            Thread.sleep(forTimeInterval: 0.001)
            seen.running.subtract(1, ordering: .relaxed)
          }
        }
      }
    }
    #expect(seen.running.load(ordering: .relaxed) == 0)
    #expect((1...limit).contains(seen.most.load(ordering: .relaxed)))
  }

  /// Work for which there is no thread is done in order.
  @Test func workWaitsInOrder() async {
    let threads = ServiceThreads(limit: 1)
    let seen = Seen()
    let (isBusy, isDone) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    threads.begin { isBusy.wait() }
    for number in 0..<50 {
      threads.begin {
        seen.order.withLock { $0.append(number) }
        if number == 49 { isDone.signal() }
      }
    }
    isBusy.signal()
    await onOwnThread { isDone.wait() }
    #expect(seen.order.withLock { $0 } == Array(0..<50))
  }

  /// A thread that has worked long gives way to all others. No request gets such a thread.
  @Test func longWorkLowersItsThreadsPriority() async {
    let threads = ServiceThreads(limit: 1)
    func work(_ steps: Int) async -> (Thread, wasLowered: Bool) {
      await threads.perform {
        let meter = WorkMeter()
        let before = ThreadPriority.current
        meter.atLength { for _ in 0..<steps { _ = meter.take(1) } }
        return (Thread.current, ThreadPriority.current != before)
      }
    }
    let short = await work(WorkMeter.manySteps - 1)
    #expect(!short.wasLowered)
    let long = await work(WorkMeter.manySteps + 1)
    #expect(long.wasLowered)
    #expect(long.0 == short.0)
    let known = await threads.perform {
      let before = ThreadPriority.current
      WorkMeter().atLength(isLong: true) {}
      return ThreadPriority.current != before
    }
    #expect(known)
    // With work that waits for the thread, and without.
    for _ in 0..<3 {
      #expect(!(await work(1)).wasLowered)
      async let first = work(WorkMeter.manySteps)
      async let second = work(WorkMeter.manySteps)
      let (one, other) = await (first, second)
      #expect(one.wasLowered && other.wasLowered)
    }
  }

  /// A thread would inherit the priority of one that starts it, and so would the system's threads
  /// that a task is resumed on.
  @Test func noOtherThreadGivesWayWithThem() async {
    let threads = ServiceThreads(limit: 1)
    let usual = ThreadPriority.current
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<20 {
        group.addTask {
          let (before, isLowered) = await threads.perform {
            let before = ThreadPriority.current
            WorkMeter().atLength(isLong: true) {}
            return (before, ThreadPriority.current != before)
          }
          #expect(before == usual && isLowered)
          #expect(ThreadPriority.current == usual)
        }
      }
    }
  }

  /// The same of a task that waits for a connection: it is resumed where the connection is returned.
  @Test func aConnectionIsPassedOnByAUsualThread() async throws {
    let image = try Connection.memory(TemporaryFolder.sample).image()
    let pool = try ConnectionPool(.image(image), capacity: 1)
    let resumed = Mutex<[ThreadPriority]>([])
    /// Notes the priority of the threads that resume its task.
    final class Noting: TaskExecutor {
      let note: @Sendable () -> Void
      init(_ note: @escaping @Sendable () -> Void) { self.note = note }
      func enqueue(_ job: consuming ExecutorJob) {
        note()
        let job = UnownedJob(job)
        DispatchQueue.global().async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
      }
    }
    let usual = ThreadPriority.current
    var held: Connection? = try await pool.connection()
    let waiting = Task(
      executorPreference: Noting { resumed.withLock { $0.append(.current) } }
    ) { _ = try await pool.connection() }
    while pool.waitingCount == 0 { await Task.yield() }
    await pool.threads.perform {
      WorkMeter().atLength(isLong: true) {}
      _ = held.take()
    }
    try await waiting.value
    #expect(resumed.withLock { $0.allSatisfy { $0 == usual } && $0.count > 1 })
  }

  /// What is begun is done even if nobody keeps the threads, which then end.
  @Test func threadsEndWithTheirOwner() async {
    let isDone = DispatchSemaphore(value: 0)
    weak var weakly: ServiceThreads?
    do {
      let threads = ServiceThreads(limit: 2)
      weakly = threads
      for _ in 0..<4 { threads.begin { isDone.signal() } }
      await threads.perform {}
    }
    await onOwnThread { for _ in 0..<4 { isDone.wait() } }
    while weakly != nil { await Task.yield() }
    let wasRun = DispatchSemaphore(value: 0)
    ServiceThreads.beginApart { wasRun.signal() }
    await onOwnThread { wasRun.wait() }
  }

  /// Waits on a thread that nothing else needs.
  private func onOwnThread(_ body: @escaping @Sendable () -> Void) async {
    await withCheckedContinuation { continuation in
      TestSupport.onOwnThread {
        body()
        continuation.resume()
      }
    }
  }
}

@Suite struct WorkMeterTests {
  private struct Failure: Error, Equatable {}

  @Test func shortWorkIsDoneOnTheCallersThread() throws {
    let meter = WorkMeter()
    #expect(!meter.isBrief)
    let answer = meter.briefly {
      #expect(meter.isBrief)
      return meter.take(WorkMeter.fewSteps)
    }
    #expect(answer == true)
    #expect(!meter.isBrief && !meter.isOver)
    #expect(throws: Failure()) { try meter.briefly { () throws(Failure) in throw Failure() } }
  }

  /// Whatever stopped work has returned or thrown is dropped.
  @Test func longWorkHasNoResultThere() throws {
    let meter = WorkMeter()
    #expect(meter.briefly { meter.take(WorkMeter.fewSteps + 1) } == nil)
    let thrown: Void? = try meter.briefly { () throws(Failure) in
      if !meter.take(WorkMeter.fewSteps + 1) { throw Failure() }
    }
    #expect(thrown == nil)
    #expect(meter.briefly { meter.giveUp() } == nil)
    // On a service's thread it may take what it needs.
    #expect(meter.atLength { meter.take(WorkMeter.fewSteps + 1) && !meter.giveUp() })
    #expect(meter.steps == WorkMeter.fewSteps + 1)
  }

  /// SQLite stops by itself.
  @Test func sqliteStopsAfterFewSteps() throws {
    let connection = try Connection(.inMemory)
    func count(to end: Int) throws(StoreError) -> [[Value]] {
      try connection.temporaryStatement(
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < \(end)) "
          + "SELECT count(*) FROM n", as: .unrestricted
      ).rows()
    }
    #expect(try connection.meter.briefly { () throws(StoreError) in try count(to: 10) } == [[10]])
    let long = try connection.meter.briefly { () throws(StoreError) in try count(to: 10_000_000) }
    #expect(long == nil)
    // Nothing of that stays with the connection.
    #expect(try count(to: 20_000) == [[20_000]])
  }
}
