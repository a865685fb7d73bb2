import Foundation

/// Measures the length of work.
///
/// Single-threaded work is measured in processor time, which excludes the time that a shared
/// machine gives to others. Nothing here waits for a disk or a network, so on an idle machine both
/// clocks agree.
struct Stopwatch {
  enum Clock {
    /// The processor time of all threads of this process.
    case processor
    /// The processor time of the child processes that have ended.
    case children
    /// Elapsed time, for work that several threads share.
    case wall
  }

  private let clock: Clock
  private let start: Double

  init(_ clock: Clock) {
    self.clock = clock
    start = Self.now(clock)
  }

  /// Seconds since the stopwatch was created.
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
