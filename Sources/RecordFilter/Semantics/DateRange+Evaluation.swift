package import RowscopeModel

extension DateRange {
  /// Whether a stored date lies in the range.
  ///
  /// Unix seconds are a number in a range. ISO text is `YYYY-MM-DD`, optionally followed by `T` or
  /// a space and `HH:MM`, `HH:MM:SS` or `HH:MM:SS.fff`, and then nothing (local to the range's time
  /// zone), `Z`, or an offset `+HH:MM` of at most 14 hours. As in SQLite, a month has up to 31 days
  /// (30 February is 1 or 2 March as an instant), and a day has hours up to 24.
  package func contains(_ value: Value, in field: Field) -> Bool {
    switch encoding {
    case .unix:
      return lies(value, from: .integer(firstInstant), to: .integer(endInstant), in: field)
    case .iso:
      guard case .text(let text) = value else { return false }
      return text.withBytes { contains($0, collation: field.collation) }
    }
  }

  /// Whether a date stored as ISO text lies in the range. Does not allocate.
  ///
  /// - Precondition: the range's encoding is ISO text.
  package func contains(_ text: UnsafeBufferPointer<UInt8>, collation: Collation) -> Bool {
    precondition(encoding == .iso, "Unix seconds are no text")
    func lies(from low: Text, to end: Text) -> Bool {
      low.withBytes { Comparison.order(text, $0, collation: collation) >= 0 }
        && end.withBytes { Comparison.order(text, $0, collation: collation) < 0 }
    }
    // Most dates are far outside. Text that looks like a number, and so may compare as one, is
    // never a date.
    guard lies(from: outerFirst, to: outerEnd) else { return false }
    switch ISODate(text) {
    case nil: return false
    case .local: return lies(from: first, to: end)
    case .instant(let second): return second >= firstInstant && second < endInstant
    }
  }

  private func lies(_ value: Value, from low: Value, to end: Value, in field: Field) -> Bool {
    if value.isNull { return false }
    let affinity = field.affinity.whenComparedWithValue
    return Comparison.order(value, low, affinity: affinity, collation: field.collation) >= 0
      && Comparison.order(value, end, affinity: affinity, collation: field.collation) < 0
  }
}

/// A parsed ISO date. Source: SQLite's `date.c`, as far as the SQL of ``FieldTest/isWithin(_:)``
/// uses it.
private enum ISODate {
  /// Without an offset: a day or a time in the zone of the request.
  case local
  /// The Unix second.
  case instant(Int64)

  init?(_ text: UnsafeBufferPointer<UInt8>) {
    var position = 0
    /// A number of two (or four) digits in a range; otherwise nil.
    func number(_ range: ClosedRange<Int64>, digits: Int = 2) -> Int64? {
      guard position + digits <= text.count else { return nil }
      var number: Int64 = 0
      for _ in 0..<digits {
        guard text[position] &- 0x30 < 10 else { return nil }
        number = number * 10 + Int64(text[position] - 0x30)
        position += 1
      }
      return range.contains(number) ? number : nil
    }
    func skip(_ byte: UInt8) -> Bool {
      guard position < text.count, text[position] == byte else { return false }
      position += 1
      return true
    }
    guard let year = number(0...9999, digits: 4), skip(0x2D), let month = number(1...12),
      skip(0x2D),
      let day = number(1...31)
    else { return nil }
    self = .local
    if position == text.count { return }
    guard skip(0x54) || skip(0x20) else { return nil }
    guard let hour = number(0...24), skip(0x3A), let minute = number(0...59) else { return nil }
    var milliseconds = (hour * 60 + minute) * 60_000
    if skip(0x3A) {
      guard let second = number(0...59) else { return nil }
      guard let fraction = Self.fraction(text, &position) else { return nil }
      milliseconds += Int64((Double(second) + fraction) * 1000 + 0.5)
    }
    if position == text.count { return }
    var offset: Int64 = 0
    if !skip(0x5A) {
      let isWest = skip(0x2D)
      guard isWest || skip(0x2B), let hours = number(0...14), skip(0x3A),
        let minutes = number(0...59)
      else { return nil }
      offset = (hours * 60 + minutes) * (isWest ? -1 : 1)
    }
    guard position == text.count else { return nil }
    let days = Self.daysSinceEpoch(year, month, day)
    // Rounded down, also before 1970.
    let instant = days * 86_400_000 + milliseconds - offset * 60_000
    self = .instant(instant >= 0 ? instant / 1000 : -((999 - instant) / 1000))
  }

  /// `.fff` as a fraction of a second. 0 if absent, nil if digits are missing.
  private static func fraction(
    _ text: UnsafeBufferPointer<UInt8>, _ position: inout Int
  ) -> Double? {
    guard position < text.count, text[position] == 0x2E else { return 0 }
    position += 1
    var (digits, scale): (Double, Double) = (0, 1)
    guard position < text.count, text[position] &- 0x30 < 10 else { return nil }
    while position < text.count, text[position] &- 0x30 < 10 {
      digits = digits * 10 + Double(text[position] - 0x30)
      scale *= 10
      position += 1
    }
    return digits / scale
  }

  /// In the proleptic Gregorian calendar. A day past the end of its month runs into the next one.
  private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    // Years from March, so that the leap day is the last; eras of 400 years.
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
