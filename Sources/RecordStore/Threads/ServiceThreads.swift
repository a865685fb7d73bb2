internal import Dispatch
internal import Synchronization

/// Threads of a service's own, for work that may block: the caller's task suspends meanwhile, and
/// Swift's own few threads stay free for all other tasks of the process.
///
/// Threads start when they are needed and end with this object. Work runs in the task that asks for
/// it, so that its cancellation and its task-local values are those of the caller.
package final class ServiceThreads: TaskExecutor {
  private let crew: Crew

  /// - Parameter limit: the most threads, at least 1.
  package init(limit: Int) {
    crew = Crew(limit: max(limit, 1))
    _ = UsualThread.shared
  }

  deinit { crew.dismiss() }

  /// Runs `body` on one of the threads, and returns to where the task ran before.
  ///
  /// Complexity: what `body` takes, and two changes of threads: some 16 µs.
  package func perform<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    try await withTaskExecutorPreference(self) { () async throws(Failure) -> Result in
      let outcome = Swift.Result { () throws(Failure) in try body() }
      // The task goes on from a thread that does not give way.
      if ThreadPriority.isLowered { await withTaskExecutorPreference(UsualThread.shared) {} }
      return try outcome.get()
    }
  }

  /// Runs `body` on one of the threads, outside any task, and does not wait for it.
  package func begin(_ body: @escaping @Sendable () -> Void) {
    crew.take(Crew.Work(executor: self, kind: .closure(body)))
  }

  /// Runs `body` on a thread of its own at a low priority, outside any task.
  package static func beginApart(_ body: @escaping @Sendable () -> Void) {
    let isStarted = NativeThread.start {
      ThreadPriority.lower()
      body()
    }
    if !isStarted { DispatchQueue.global(qos: .utility).async(execute: body) }
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    crew.take(Crew.Work(executor: self, kind: .job(UnownedJob(job))))
  }

  package func asUnownedTaskExecutor() -> UnownedTaskExecutor {
    UnownedTaskExecutor(ordinary: self)
  }
}

/// The threads, and the work that waits for one of them. It outlives the ``ServiceThreads`` by what
/// its threads need to end.
private final class Crew: Sendable {
  private let limit: Int
  private let state = Mutex(State())

  fileprivate struct State {
    /// Work for which all threads were busy, in order.
    var waiting: [Work] = []
    /// The threads without work, the one last used at the end: its caches are warm.
    var idle: [Worker] = []
    var threadCount = 0
    var isDismissed = false
  }

  struct Work: Sendable {
    /// Kept until the work is done.
    let executor: ServiceThreads
    let kind: Kind

    enum Kind: Sendable {
      case job(UnownedJob)
      case closure(@Sendable () -> Void)
    }

    func run() {
      switch kind {
      case .job(let job): job.runSynchronously(on: executor.asUnownedTaskExecutor())
      case .closure(let body): body()
      }
    }
  }

  /// A thread, and where it gets its work.
  fileprivate final class Worker: Sendable {
    /// Wakes it.
    let signal = DispatchSemaphore(value: 0)
    /// What it does next; nil to end.
    let next = Mutex<Work?>(nil)

    /// Runs the work that it was given, and lets go of it; false if there was none.
    func run() -> Bool {
      guard let work = next.withLock({ $0.take() }) else { return false }
      work.run()
      return true
    }
  }

  init(limit: Int) { self.limit = limit }

  func take(_ work: Work) {
    let isNew: Bool
    let worker: Worker
    switch state.withLock({ $0.worker(for: work, limit: limit) }) {
    case nil: return
    case .some(let found): (worker, isNew) = found
    }
    worker.next.withLock { $0 = work }
    if isNew { start(worker) } else { worker.signal.signal() }
  }

  /// Where no thread can be started, one of the system's does the work.
  private func start(_ worker: Worker) {
    UsualThread.begin {
      let isStarted = NativeThread.start { self.serve(worker) }
      if !isStarted { DispatchQueue.global().async { self.serve(worker) } }
    }
  }

  func dismiss() {
    let idle = state.withLock { state in
      state.isDismissed = true
      defer { state.idle = [] }
      return state.idle
    }
    for worker in idle { worker.signal.signal() }
  }

  /// What a thread does from its start to its end.
  private func serve(_ worker: Worker) {
    while worker.run() {
      // A priority that was lowered cannot be raised again: another thread takes the place.
      let isSpent = ThreadPriority.isLowered
      switch state.withLock({ $0.next(for: worker, isSpent: isSpent) }) {
      case .work(let work):
        let successor = isSpent ? Worker() : worker
        successor.next.withLock { $0 = work }
        if isSpent { return start(successor) }
      case .rest: worker.signal.wait()
      case .end: return
      }
    }
  }
}

extension Crew.State {
  /// The thread that does some work, and whether it is yet to be started; nil if the work has to
  /// wait.
  fileprivate mutating func worker(
    for work: Crew.Work, limit: Int
  ) -> (Crew.Worker, isNew: Bool)? {
    if let worker = idle.popLast() { return (worker, false) }
    guard threadCount < limit else {
      waiting.append(work)
      return nil
    }
    threadCount += 1
    return (Crew.Worker(), true)
  }

  fileprivate enum Next {
    case work(Crew.Work)
    case rest
    case end
  }

  /// - Parameter isSpent: whether the thread may do no further work.
  fileprivate mutating func next(for worker: Crew.Worker, isSpent: Bool) -> Next {
    if !waiting.isEmpty { return .work(waiting.removeFirst()) }
    guard !isSpent, !isDismissed else {
      threadCount -= 1
      return .end
    }
    idle.append(worker)
    return .rest
  }
}
