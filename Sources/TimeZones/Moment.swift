/// Moments as microseconds since 1970-01-01T00:00:00Z, and the arithmetic of days.
package enum Moment {
  package static let second: Int64 = 1_000_000
  package static let day: Int64 = 86_400 * second

  /// From 0000-01-01T00:00:00Z to the last microsecond of 9999-12-31. Everything else is no date.
  package static let all =
    CivilDate.first.daysSinceEpoch * day...(CivilDate.last.daysSinceEpoch + 1) * day - 1

  /// The days of the calendar, counted from 1970-01-01.
  package static let days = CivilDate.first.daysSinceEpoch...CivilDate.last.daysSinceEpoch
}
