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

/// What happens on Ctrl-C, on a polite request to end, and when the terminal goes away: the progress bar is erased, and
/// the task that asked for it is cancelled, to clean up itself. Where there is none, and the second time, unfinished files
/// are deleted and the process ends with 128 + the signal's number.
///
/// The database needs no care: readers change nothing, and SQLite's journal makes a write that was cut off as if it had
/// never begun.
enum TerminationSignals {
  /// Call once, before any work.
  static func install() {
    // A write to a closed pipe is an error to be handled, not the end.
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

  // Held for the life of the process; a source is safe to share, though Dispatch does not say so to the compiler.
  nonisolated(unsafe) private static let sources: [any DispatchSourceSignal] =
    [SIGINT, SIGTERM, SIGHUP].compactMap { number in
      let former = signal(number, SIG_IGN)
      // Whoever started this process in the background, or under `nohup`, asked it to go on.
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
