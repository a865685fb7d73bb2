import Foundation

/// Points in time on the command line.
enum Instant {
  /// `2026-11-22T09:00:00Z` or `2026-11-22T09:00-03:00` in seconds since 1970-01-01T00:00:00Z.
  static func seconds(_ text: String) throws(CommandError) -> Int64 {
    let pattern =
      /([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))/
    guard let match = text.wholeMatch(of: pattern)?.output else { throw wrong(text) }
    func number(_ part: Substring?) -> Int32 { part.flatMap { Int32($0) } ?? 0 }
    var time = tm()
    time.tm_year = number(match.1) - 1900
    time.tm_mon = number(match.2) - 1
    time.tm_mday = number(match.3)
    time.tm_hour = number(match.4)
    time.tm_min = number(match.5)
    time.tm_sec = number(match.6)
    let asWritten = time
    let offset = Int64(number(match.8)) * 3600 + Int64(number(match.9)) * 60
    // `timegm` normalizes 30 February to 2 March and writes that back, which shows the mistake.
    let seconds = Int64(timegm(&time))
    guard time.tm_mday == asWritten.tm_mday, time.tm_mon == asWritten.tm_mon,
      time.tm_hour == asWritten.tm_hour, time.tm_min == asWritten.tm_min,
      time.tm_sec == asWritten.tm_sec, offset < 86_400, number(match.9) < 60
    else { throw wrong(text) }
    return seconds - (match.7 == "-" ? -offset : offset)
  }

  private static func wrong(_ text: String) -> CommandError {
    .usage(
      "`--now` takes a time with its zone, not `\(text)`",
      help: "2026-11-22T09:00:00Z, or 2026-11-22T06:00:00-03:00")
  }
}
