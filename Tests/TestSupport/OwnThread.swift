import Foundation

/// Does something on a thread that nothing else waits for.
///
/// The runtime has as many threads as the machine has cores, and a task that never suspends keeps the one that it has. Where
/// such tasks have all of them, a test that would cancel one of them from a task of its own never comes to it, and all
/// tests wait for ever.
public func onOwnThread(_ body: @escaping @Sendable () -> Void) {
  Thread.detachNewThread(body)
}

/// Cancels a task a little later, on a thread of its own: see ``onOwnThread(_:)``.
public func cancelSoon<Success, Failure>(_ task: Task<Success, Failure>) {
  onOwnThread {
    Thread.sleep(forTimeInterval: 0.03)
    task.cancel()
  }
}
