import RowscopeModel
import TimeZones

/// A day, counted from 1970-01-01.
struct Day {
  let number: Int

  init(_ number: Int) { self.number = number }

  init(_ year: Int, _ month: Int, _ day: Int) {
    let date = CivilDate(year: Int64(year), month: Int64(month), day: Int64(day))
    number = Int(date.daysSinceEpoch)
  }

  /// `2026-11-22`.
  var iso: String { CivilDate(daysSinceEpoch: Int64(number)).text }

  /// Midnight in Unix seconds.
  var seconds: Int { number * 86_400 }

  static func + (day: Day, days: Int) -> Day { Day(day.number + days) }
  static func - (later: Day, earlier: Day) -> Int { later.number - earlier.number }
}
