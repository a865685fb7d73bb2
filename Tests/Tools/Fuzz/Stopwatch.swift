import Foundation
import Synchronization

/// Seconds in which this process ran: a process that is stopped for a while, so that something else can be measured, has not
/// taken longer. libFuzzer's own time-out goes by the clock on the wall.
enum Stopwatch {
  private static let limit = 30
  private static let ticks = Atomic(0)
  /// When the current input began; -1 between two.
  private static let start = Atomic(-1)

  static var now: Int { ticks.load(ordering: .relaxed) }

  /// Started once, by whoever asks first.
  private static let isRunning: Bool = {
    Thread.detachNewThread {
      while true {
        sleep(1)
        let now = ticks.add(1, ordering: .relaxed).newValue
        let start = start.load(ordering: .relaxed)
        require(start < 0 || now - start <= limit, "an input that is done within \(limit) s")
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
