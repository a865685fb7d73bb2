public import RecordFilter

/// The time of one request: the same instant for every condition of it and on every backend, never the database's own.
public struct RequestClock: Sendable, Hashable {
  /// Seconds since 1970-01-01T00:00:00Z.
  public let now: Int64
  /// The time zone in which a day begins and ends: seconds east of UTC.
  public let utcOffset: Int

  /// - Parameter now: clamped to the years 0000 to 9999, the ones that ISO 8601 text of ten characters can name.
  public init(now: Int64, utcOffset: Int = 0) {
    let years = CivilDate.first.daysSinceEpoch * 86_400...CivilDate.last.daysSinceEpoch * 86_400
    self.now = min(max(now, years.lowerBound), years.upperBound)
    self.utcOffset = min(max(utcOffset, -86_399), 86_399)
  }

  /// The local day.
  public var today: CivilDate {
    CivilDate(daysSinceEpoch: (now + Int64(utcOffset)).floorDivided(by: 86_400))
  }

  /// `2026-11-22T09:00:00Z`.
  public var nowText: Text {
    let day = now.floorDivided(by: 86_400)
    let second = now - day * 86_400
    let time = [second / 3_600, second / 60 % 60, second % 60].map { $0.digits(2) }
    return Text("\(CivilDate(daysSinceEpoch: day).text)T\(time.joined(separator: ":"))Z")
  }

  /// The Unix second at which a local day begins.
  public func start(of day: CivilDate) -> Int64 { day.daysSinceEpoch * 86_400 - Int64(utcOffset) }

  /// The last `count` days, today the last of them.
  public func lastDays(_ count: Int64, encoding: DateEncoding) -> DateRange {
    let end = today.daysSinceEpoch + 1
    return days(from: end - Self.clamped(count), to: end, encoding: encoding)
  }

  /// The next `count` days, today the first of them.
  public func nextDays(_ count: Int64, encoding: DateEncoding) -> DateRange {
    let first = today.daysSinceEpoch
    return days(from: first, to: first + Self.clamped(count), encoding: encoding)
  }

  /// The days from `first` to the one before `end`, as far as there are such days: each end is cut off by itself, so that
  /// the last million days still end today.
  private func days(from first: Int64, to end: Int64, encoding: DateEncoding) -> DateRange {
    let calendar = CivilDate.first.daysSinceEpoch...CivilDate.last.daysSinceEpoch + 1
    let first = min(max(first, calendar.lowerBound), calendar.upperBound)
    let end = min(max(end, calendar.lowerBound), calendar.upperBound)
    return DateRange(
      encoding: encoding, first: Self.text(ofDay: first), end: Self.text(ofDay: end),
      outerFirst: Self.text(ofDay: first - 2), outerEnd: Self.text(ofDay: end + 2),
      firstInstant: first * 86_400 - Int64(utcOffset), endInstant: end * 86_400 - Int64(utcOffset))
  }

  /// A day as text; past the last day, what stands after every date and time of that day.
  private static func text(ofDay day: Int64) -> Text {
    day > CivilDate.last.daysSinceEpoch
      ? Text("9999-12-32") : Text(CivilDate(daysSinceEpoch: day).text)
  }

  /// More days than the calendar has are all of them.
  private static func clamped(_ days: Int64) -> Int64 { min(max(days, 0), 4_000_000) }
}
