import Dispatch
import Foundation

/// Runs something on a thread that nothing else waits for.
///
/// The runtime has as many threads as the machine has cores, and a task that never suspends keeps
/// its thread. If such tasks occupy all threads, a task that should cancel one of them never runs,
/// and the tests hang.
public func onOwnThread(_ body: @escaping @Sendable () -> Void) {
  Thread.detachNewThread(body)
}

/// Cancels a task a little later, from a thread of its own: see ``onOwnThread(_:)``.
public func cancelSoon<Success, Failure>(_ task: Task<Success, Failure>) {
  onOwnThread {
    Thread.sleep(forTimeInterval: 0.03)
    task.cancel()
  }
}

/// Runs tasks on a thread of its own. The runtime has one thread for each core, and the many tests
/// that run at once keep each other from running: a task that is timed, or reads without a pause,
/// needs its own.
public final class OwnThread: TaskExecutor {
  private let queue = DispatchQueue(label: "OwnThread")

  public init() {}

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }

  /// Runs `body` on a thread of its own, in the same task.
  public static func run<Result, Failure: Error>(
    _ body: () async throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    try await withTaskExecutorPreference(OwnThread(), operation: body)
  }
}
