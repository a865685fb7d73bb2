import Foundation
import Synchronization

/// Seconds in which this process ran: time in which the process was stopped, so that something else
/// could be measured, does not count. libFuzzer's own time-out is wall-clock time.
enum Stopwatch {
  private static let limit = 30
  private static let ticks = Atomic(0)
  /// When the current input began; -1 between inputs.
  private static let start = Atomic(-1)

  static var now: Int { ticks.load(ordering: .relaxed) }

  /// Started once, on first use.
  private static let isRunning: Bool = {
    Thread.detachNewThread {
      while true {
        sleep(1)
        let now = ticks.add(1, ordering: .relaxed).newValue
        let start = start.load(ordering: .relaxed)
        require(start < 0 || now - start <= limit, "an input within \(limit) s")
      }
    }
    return true
  }()

  static func begin() {
    _ = isRunning
    start.store(now, ordering: .relaxed)
  }

  static func end() { start.store(-1, ordering: .relaxed) }
}
