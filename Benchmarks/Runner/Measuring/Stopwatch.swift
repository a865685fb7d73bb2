import Foundation

/// Measures how long work takes.
///
/// By the processor's time, where the work is one thread's: a machine that others share takes the processor away for a while,
/// and that is nobody's cost. Nothing here waits for a disk or a network, so that on an idle machine both clocks say the same.
struct Stopwatch {
  enum Clock {
    /// What this process has used, of all its threads together.
    case processor
    /// What the processes that this one has waited for have used.
    case children
    /// What a person waits: for work that several threads share.
    case wall
  }

  private let clock: Clock
  private let start: Double

  init(_ clock: Clock) {
    self.clock = clock
    start = Self.now(clock)
  }

  /// Since it was made.
  var seconds: Double { Self.now(clock) - start }

  private static func now(_ clock: Clock) -> Double {
    switch clock {
    case .processor: return time(CLOCK_PROCESS_CPUTIME_ID)
    case .wall: return time(CLOCK_MONOTONIC)
    case .children:
      var usage = rusage()
      #if canImport(Darwin)
        getrusage(RUSAGE_CHILDREN, &usage)
      #else
        getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
      #endif
      return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
  }

  private static func time(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) * 1e-6
  }
}
