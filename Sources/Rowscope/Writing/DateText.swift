import RowscopeModel

/// An ISO 8601 date, or date and time, as in conditions: `2026-11-22`, `2026-11-22T09:30`,
/// `2026-11-22 09:30:15.5`. With `Z` or `±hh:mm` at the end it is an instant, otherwise a local
/// time.
struct DateText {
  /// Days since 1970-01-01.
  private let day: Int64
  /// Seconds since midnight; nil for a date without a time.
  private let seconds: Int64?
  /// Seconds east of UTC; nil for a local time.
  private let offset: Int64?

  var hasTime: Bool { seconds != nil }

  /// Nil for any other text, and for days and times that do not exist.
  init?(_ text: some Sequence<UInt8>) {
    var reader = Reader(rest: Array(text)[...])
    guard let year = reader.number(4), reader.take("-"), let month = reader.number(2),
      reader.take("-"), let day = reader.number(2), let date = Self.day(year, month, day)
    else { return nil }
    self.day = date
    if reader.rest.isEmpty {
      (seconds, offset) = (nil, nil)
      return
    }
    guard reader.take("T") || reader.take(" "), let hour = reader.number(2), hour < 24,
      reader.take(":"), let minute = reader.number(2), minute < 60
    else { return nil }
    var second: Int64 = 0
    if reader.take(":") {
      guard let number = reader.number(2), number < 60 else { return nil }
      second = number
      if reader.take("."), reader.digits() == 0 { return nil }
    }
    seconds = hour * 3_600 + minute * 60 + second
    guard let offset = reader.offset() else { return nil }
    self.offset = offset.value
  }

  /// Seconds since 1970-01-01T00:00:00Z; a date without a time is its first second.
  func instant(localOffset: Int) -> Int64 {
    day * 86_400 + (seconds ?? 0) - (offset ?? Int64(localOffset))
  }

  private static func day(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
    guard (1...12).contains(month), (1...31).contains(day) else { return nil }
    // Years that begin in March end with the leap day: Hinnant, "chrono-Compatible Low-Level Date
    // Algorithms".
    let shifted = month > 2 ? year : year - 1
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    let found = CivilDate(daysSinceEpoch: days).components
    // 30 February would become a day in March.
    return found == (year, month, day) ? days : nil
  }

  private struct Reader {
    var rest: ArraySlice<UInt8>

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard rest.first == UInt8(ascii: character) else { return false }
      rest.removeFirst()
      return true
    }

    /// Exactly `width` digits.
    mutating func number(_ width: Int) -> Int64? {
      let digits = rest.prefix(width)
      guard digits.count == width, digits.allSatisfy(Self.isDigit) else { return nil }
      rest = rest.dropFirst(width)
      return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    /// Skips digits and returns their number.
    mutating func digits() -> Int {
      let digits = rest.prefix(while: Self.isDigit)
      rest = rest.dropFirst(digits.count)
      return digits.count
    }

    /// The offset at the end of a time; nil if it is malformed.
    mutating func offset() -> (value: Int64?, Void)? {
      if rest.isEmpty { return (nil, ()) }
      if take("Z") { return rest.isEmpty ? (0, ()) : nil }
      let isWest = rest.first == UInt8(ascii: "-")
      guard take("+") || take("-"), let hours = number(2), hours < 15, take(":"),
        let minutes = number(2), minutes < 60, rest.isEmpty
      else { return nil }
      let seconds = hours * 3_600 + minutes * 60
      return (isWest ? -seconds : seconds, ())
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
  }
}
