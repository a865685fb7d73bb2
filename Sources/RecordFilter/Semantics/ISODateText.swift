package import RowscopeModel

/// A date, or a date and time, as ISO 8601 text: `2026-11-22`, optionally followed by `T` or a
/// space and `09:30`, `09:30:15` or `09:30:15.5`, and then nothing (a local time), `Z`, or an
/// offset `±hh:mm` of at most 14 hours.
///
/// The single grammar for dates: stored dates, values to be stored, and the command line.
package struct ISODateText {
  /// Which days and times are valid.
  package enum Calendar {
    /// Only those that exist.
    case exact
    /// Those that SQLite's `julianday` accepts, since its SQL decides which stored texts are dates.
    /// Each month has 31 days, with surplus days running into the next month, and a day has an hour
    /// 24. Source: SQLite's `date.c`.
    case sqlite
  }

  package let date: CivilDate
  /// Whether the text has a time of day.
  package let hasTime: Bool
  /// Minutes east of UTC; nil for a local time and for a date without a time.
  package let offset: Int64?

  /// Minutes of the day; 0 for a date without a time.
  private let minute: Int64
  private let second: Int64
  /// The fraction of the second.
  private let fraction: Double

  /// Nil for any other text. Does not allocate.
  package init?(_ text: UnsafeBufferPointer<UInt8>, calendar: Calendar) {
    var reader = Reader(text)
    guard let year = reader.number(0...9999, digits: 4), reader.take("-"),
      let month = reader.number(1...12), reader.take("-"), let day = reader.number(1...31)
    else { return nil }
    let date = CivilDate(year: year, month: month, day: day)
    switch calendar {
    case .exact: guard date.components == (year, month, day) else { return nil }
    case .sqlite: break
    }
    self.date = date
    if reader.isAtEnd {
      (hasTime, offset, minute, second, fraction) = (false, nil, 0, 0, 0)
      return
    }
    let lastHour: Int64 =
      switch calendar {
      case .exact: 23
      case .sqlite: 24
      }
    guard reader.take("T") || reader.take(" "), let hour = reader.number(0...lastHour),
      reader.take(":"), let minute = reader.number(0...59)
    else { return nil }
    hasTime = true
    self.minute = hour * 60 + minute
    if reader.take(":") {
      guard let second = reader.number(0...59), let fraction = reader.fraction() else { return nil }
      (self.second, self.fraction) = (second, fraction)
    } else {
      (second, fraction) = (0, 0)
    }
    if reader.isAtEnd {
      offset = nil
      return
    }
    if reader.take("Z") {
      offset = 0
    } else {
      let isWest = reader.take("-")
      guard isWest || reader.take("+"), let hours = reader.number(0...14), reader.take(":"),
        let minutes = reader.number(0...59)
      else { return nil }
      offset = (hours * 60 + minutes) * (isWest ? -1 : 1)
    }
    guard reader.isAtEnd else { return nil }
  }

  /// The Unix second, without its fraction.
  ///
  /// - Parameter localOffset: seconds east of UTC, used for a local time.
  package func second(localOffset: Int) -> Int64 {
    date.daysSinceEpoch * 86_400 + minute * 60 + second
      - (offset.map { $0 * 60 } ?? Int64(localOffset))
  }

  /// The Unix second as computed by SQLite's `unixepoch`, which first rounds to milliseconds. Nil
  /// without an offset.
  package var sqliteSecond: Int64? {
    guard let offset else { return nil }
    let milliseconds = Int64((Double(second) + fraction) * 1000 + 0.5)
    let instant =
      date.daysSinceEpoch * 86_400_000 + (minute - offset) * 60_000 + milliseconds
    return instant.floorDivided(by: 1000)
  }
}

extension ISODateText {
  private struct Reader {
    private let text: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    var isAtEnd: Bool { position == text.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }

    private mutating func digit() -> UInt8? {
      guard position < text.count, text[position] &- 0x30 < 10 else { return nil }
      position += 1
      return text[position - 1] - 0x30
    }

    /// A number with this many digits; nil if there is none or if it is out of range.
    mutating func number(_ range: ClosedRange<Int64>, digits: Int = 2) -> Int64? {
      var number: Int64 = 0
      for _ in 0..<digits {
        guard let digit = digit() else { return nil }
        number = number * 10 + Int64(digit)
      }
      return range.contains(number) ? number : nil
    }

    /// `.fff` as a fraction of a second. 0 if absent, nil if digits are missing.
    mutating func fraction() -> Double? {
      guard take(".") else { return 0 }
      guard var digit = digit() else { return nil }
      var (digits, scale): (Double, Double) = (0, 1)
      while true {
        digits = digits * 10 + Double(digit)
        scale *= 10
        guard let next = self.digit() else { return digits / scale }
        digit = next
      }
    }
  }
}
