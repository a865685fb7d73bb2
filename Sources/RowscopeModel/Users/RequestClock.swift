/// The time of one request: the same instant for every condition of it and on every backend, never
/// the database's own.
public struct RequestClock: Sendable, Hashable {
  /// Seconds since 1970-01-01T00:00:00Z.
  public let now: Int64
  /// The time zone in which a day begins and ends: seconds east of UTC.
  public let utcOffset: Int

  /// - Parameter now: clamped to the years 0000 to 9999, the ones that ISO 8601 text of ten
  ///   characters can name.
  public init(now: Int64, utcOffset: Int = 0) {
    let years = CivilDate.first.daysSinceEpoch * 86_400...CivilDate.last.daysSinceEpoch * 86_400
    self.now = min(max(now, years.lowerBound), years.upperBound)
    self.utcOffset = min(max(utcOffset, -86_399), 86_399)
  }

  /// The local day.
  package var today: CivilDate {
    CivilDate(daysSinceEpoch: (now + Int64(utcOffset)).floorDivided(by: 86_400))
  }

  /// `2026-11-22T09:00:00Z`.
  package var nowText: Text {
    let day = now.floorDivided(by: 86_400)
    let second = now - day * 86_400
    let time = [second / 3_600, second / 60 % 60, second % 60].map { $0.digits(2) }
    return Text("\(CivilDate(daysSinceEpoch: day).text)T\(time.joined(separator: ":"))Z")
  }

  /// The Unix second at which a local day begins.
  package func start(of day: CivilDate) -> Int64 { day.daysSinceEpoch * 86_400 - Int64(utcOffset) }
}
