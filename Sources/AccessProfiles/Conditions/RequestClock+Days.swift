package import RecordFilter
import RowscopeModel

extension RequestClock {
  /// The last `count` days, today included.
  package func lastDays(_ count: Int64, encoding: DateEncoding) -> DateRange {
    let end = today.daysSinceEpoch + 1
    return days(from: end - Self.clamped(count), to: end, encoding: encoding)
  }

  /// The next `count` days, today included.
  package func nextDays(_ count: Int64, encoding: DateEncoding) -> DateRange {
    let first = today.daysSinceEpoch
    return days(from: first, to: first + Self.clamped(count), encoding: encoding)
  }

  /// The days from `first` up to but not including `end`. Each end is clamped to the calendar by
  /// itself, so that the last million days still end today.
  private func days(from first: Int64, to end: Int64, encoding: DateEncoding) -> DateRange {
    let calendar = CivilDate.first.daysSinceEpoch...CivilDate.last.daysSinceEpoch + 1
    let first = min(max(first, calendar.lowerBound), calendar.upperBound)
    let end = min(max(end, calendar.lowerBound), calendar.upperBound)
    return DateRange(
      encoding: encoding, first: Self.text(ofDay: first), end: Self.text(ofDay: end),
      outerFirst: Self.text(ofDay: first - 2), outerEnd: Self.text(ofDay: end + 2),
      firstInstant: first * 86_400 - Int64(utcOffset), endInstant: end * 86_400 - Int64(utcOffset))
  }

  /// A day as text; for a day past the last one, a text that sorts after all dates and times.
  private static func text(ofDay day: Int64) -> Text {
    day > CivilDate.last.daysSinceEpoch
      ? Text("9999-12-32") : Text(CivilDate(daysSinceEpoch: day).text)
  }

  /// The calendar has fewer days than this limit.
  private static func clamped(_ days: Int64) -> Int64 { min(max(days, 0), 4_000_000) }
}
