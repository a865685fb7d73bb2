import Dispatch
import RowscopeModel
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Handles SIGINT, SIGTERM and SIGHUP: erases the progress bar and cancels the task that asked for
/// it, which then cleans up. Without such a task, and on a second signal, deletes unfinished files
/// and ends the process with 128 + the signal's number.
///
/// The database needs no cleanup: readers change nothing, and SQLite's journal rolls back an
/// interrupted write.
enum TerminationSignals {
  /// Call once, before any work.
  static func install() {
    // A write to a closed pipe is an error to handle, not a reason to end.
    signal(SIGPIPE, SIG_IGN)
    sources.forEach { $0.activate() }
  }

  private static let cancellation = Mutex<(@Sendable () -> Void)?>(nil)

  /// Runs `body` in a task that an interruption cancels.
  static func cancelling<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async
    -> Value
  {
    let task = Task { await body() }
    cancellation.withLock { $0 = { task.cancel() } }
    let value = await task.value
    cancellation.withLock { $0 = nil }
    return value
  }

  // Kept for the life of the process. A source is safe to share, though Dispatch does not declare
  // it Sendable.
  nonisolated(unsafe) private static let sources: [any DispatchSourceSignal] =
    [SIGINT, SIGTERM, SIGHUP].compactMap { number in
      let former = signal(number, SIG_IGN)
      // A process started in the background or under `nohup` ignores the signal; keep it ignored.
      guard unsafeBitCast(former, to: Int.self) != unsafeBitCast(SIG_IGN, to: Int.self) else {
        return nil
      }
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if StopRequest.note(number) { return }
        ProgressBar.erase(from: STDERR_FILENO)
        if let cancel = cancellation.withLock({ $0.take() }) { return cancel() }
        TemporaryFiles.removeAll(thenExit: 128 + number)
      }
      return source
    }
}
