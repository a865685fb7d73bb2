/// A day of the proleptic Gregorian calendar, from 0000-01-01 to 9999-12-31.
///
/// The arithmetic counts from 1 March, so that the leap day is the last of a year, in eras of 400
/// years (146,097 days): Hinnant, "chrono-Compatible Low-Level Date Algorithms".
package struct CivilDate: Sendable, Hashable {
  /// Days since 1970-01-01.
  package let daysSinceEpoch: Int64

  package static let first = CivilDate(unchecked: -719_528)
  package static let last = CivilDate(unchecked: 2_932_896)

  private init(unchecked days: Int64) { daysSinceEpoch = days }

  /// Days outside the calendar become its first or last one.
  package init(daysSinceEpoch days: Int64) {
    daysSinceEpoch = min(max(days, Self.first.daysSinceEpoch), Self.last.daysSinceEpoch)
  }

  /// A day beyond the month's last runs on into the next month.
  ///
  /// - Precondition: the year is from 0 to 9999, the month from 1 to 12, the day from 1 to 31.
  package init(year: Int64, month: Int64, day: Int64) {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted.floorDivided(by: 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    self.init(daysSinceEpoch: era * 146_097 + dayOfEra - 719_468)
  }

  /// Nil if the month has no such day.
  ///
  /// - Precondition: the year is from 0 to 9999, the month from 1 to 12, the day from 1 to 31.
  package init?(existingYear year: Int64, month: Int64, day: Int64) {
    if day > 28 {
      let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let last: Int64 = month == 2 ? isLeapYear ? 29 : 28 : 30 + (month ^ month >> 3) & 1
      guard day <= last else { return nil }
    }
    self.init(year: year, month: month, day: day)
  }

  /// `2026-11-22`.
  package var text: String {
    let (year, month, day) = components
    return "\(year.digits(4))-\(month.digits(2))-\(day.digits(2))"
  }

  package var components: (year: Int64, month: Int64, day: Int64) {
    let shifted = daysSinceEpoch + 719_468
    let era = shifted.floorDivided(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}

extension Int64 {
  /// The quotient rounded towards negative infinity; `divisor` is positive.
  package func floorDivided(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// In decimal, filled with zeros to `width`; the number is not negative.
  package func digits(_ width: Int) -> String {
    let digits = String(self)
    return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
  }
}
