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
