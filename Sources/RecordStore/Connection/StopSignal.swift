internal import Synchronization

/// Ends work on a connection from another thread: SQLite looks at it as often as it looks at the deadline.
package final class StopSignal: Sendable {
  private let flag = Atomic(false)

  package init() {}

  package var isSet: Bool { flag.load(ordering: .relaxed) }

  package func set() { flag.store(true, ordering: .relaxed) }
}

extension Connection {
  /// Everything that `body` does on this connection ends with `cancelled` once the signal is set.
  package func withStopSignal<Result, Failure: Error>(
    _ signal: StopSignal, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let previous = core.stopSignal
    core.stopSignal = signal
    defer { core.stopSignal = previous }
    return try body()
  }
}
