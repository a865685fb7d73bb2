internal import Synchronization

/// Stops work on a connection from another thread. SQLite checks it as often as the deadline.
package final class StopSignal: Sendable {
  private let flag = Atomic(false)

  package init() {}

  package var isSet: Bool { flag.load(ordering: .relaxed) }

  package func set() { flag.store(true, ordering: .relaxed) }
}

extension Connection {
  /// Runs `body`; its work on this connection fails with `cancelled` once the signal is set.
  package func withStopSignal<Result, Failure: Error>(
    _ signal: StopSignal, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let previous = core.stopSignal
    core.stopSignal = signal
    defer { core.stopSignal = previous }
    return try body()
  }
}
