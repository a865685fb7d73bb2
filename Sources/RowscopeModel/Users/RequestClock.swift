package import TimeZones

/// The time of one request: the same instant for every condition of it and on every backend, never
/// the database's own.
public struct RequestClock: Sendable, Hashable {
  /// Seconds since 1970-01-01T00:00:00Z.
  public let now: Int64
  /// The time zone in which a day begins and ends: seconds east of UTC at this time.
  public var utcOffset: Int { Int(zone.offset(at: now)) }
  /// The time zone in which a day begins and ends.
  package let zone: ZoneRule

  /// - Parameters:
  ///   - now: seconds since 1970-01-01T00:00:00Z, clamped to the years 0000 to 9999, the ones that
  ///     ISO 8601 text of ten characters can name.
  ///   - utcOffset: where the day begins, in seconds east of UTC; clamped to less than a day.
  public init(now: Int64, utcOffset: Int = 0) {
    self.init(now: now, zone: .fixed(min(max(utcOffset, -86_399), 86_399)))
  }

  package init(now: Int64, zone: ZoneRule) {
    let years = CivilDate.first.daysSinceEpoch * 86_400...CivilDate.last.daysSinceEpoch * 86_400
    self.now = min(max(now, years.lowerBound), years.upperBound)
    self.zone = zone
  }

  /// The local day.
  package var today: CivilDate {
    CivilDate(daysSinceEpoch: (now + zone.offset(at: now)).floorDivided(by: 86_400))
  }

  /// `2026-11-22T09:00:00Z`.
  package var nowText: Text {
    let day = now.floorDivided(by: 86_400)
    let second = now - day * 86_400
    let time = [second / 3_600, second / 60 % 60, second % 60].map { $0.digits(2) }
    return Text("\(CivilDate(daysSinceEpoch: day).text)T\(time.joined(separator: ":"))Z")
  }
}
