package import TimeZones

/// A date, or a date and time, as ISO 8601 text: `2026-11-22`, optionally followed by `T` or a
/// space and `09:30`, `09:30:15` or `09:30:15.5`, and then nothing (a local time), `Z`, ` UTC`, or
/// an offset as `+02:00`, `+0200` or `+02`, with or without a space before it. `+0000 UTC` is what
/// Go writes. `24:00:00` is the next midnight.
///
/// The single grammar for dates: stored dates, values to be stored, and the command line.
package struct ISODateText {
  /// The days from 1970-01-01 to the local day.
  package let day: Int64
  /// Whether the text has a time of day.
  package let hasTime: Bool
  /// Seconds east of UTC; nil for a local time and for a date without a time.
  package let offset: Int64?
  /// Microseconds from the local day's midnight, rounded down.
  private let time: Int64

  /// Microseconds from 1970-01-01T00:00:00 to this local time.
  package var local: Int64 { day * Moment.day + time }

  /// The moment in microseconds; a text without an offset is local to the zone.
  package func moment(in zone: ZoneRule) -> Int64 {
    offset.map { local - $0 * Moment.second } ?? zone.moment(ofLocal: local)
  }

  /// Nil for any other text. Does not allocate.
  @inline(__always)
  package init?(_ text: UnsafeBufferPointer<UInt8>) {
    if let common = Self(common: text) {
      self = common
    } else {
      self.init(any: text)
    }
  }

  /// The text that most databases hold: a day and a time to the second, and nothing or `Z`. Nil for
  /// other dates too.
  private init?(common text: UnsafeBufferPointer<UInt8>) {
    guard text.count == 19 || text.count == 20 && text[19] == UInt8(ascii: "Z"),
      let base = text.baseAddress
    else { return nil }
    var highest: UInt8 = 0
    @inline(__always)
    func pair(_ place: Int) -> Int64 {
      let (ten, one) = (base[place] &- 0x30, base[place + 1] &- 0x30)
      highest = max(highest, ten, one)
      return Int64(ten) &* 10 &+ Int64(one)
    }
    let (year, month, day) = (pair(0) &* 100 &+ pair(2), pair(5), pair(8))
    let (hour, minute, second) = (pair(11), pair(14), pair(17))
    let dashes = base[4] == UInt8(ascii: "-") && base[7] == UInt8(ascii: "-")
    let colons = base[13] == UInt8(ascii: ":") && base[16] == UInt8(ascii: ":")
    guard highest < 10, dashes, colons,
      base[10] == UInt8(ascii: "T") || base[10] == UInt8(ascii: " "),
      1...12 ~= month, 1...31 ~= day, hour < 24, minute < 60, second < 60,
      let date = CivilDate(existingYear: year, month: month, day: day)
    else { return nil }
    self.day = date.daysSinceEpoch
    hasTime = true
    time = ((hour &* 60 &+ minute) &* 60 &+ second) &* Moment.second
    offset = text.count == 20 ? 0 : nil
  }

  @inline(never)
  init?(any text: UnsafeBufferPointer<UInt8>) {
    var reader = ByteReader(text)
    guard let year = reader.number(0...9999, digits: 4), reader.take("-"),
      let month = reader.number(1...12), reader.take("-"), let day = reader.number(1...31),
      let date = CivilDate(existingYear: year, month: month, day: day)
    else { return nil }
    if reader.isAtEnd {
      (self.day, hasTime, offset, time) = (date.daysSinceEpoch, false, nil, 0)
      return
    }
    guard reader.take("T") || reader.take(" "), let time = reader.timeOfDay(lastHour: 24),
      time <= Moment.day
    else { return nil }
    hasTime = true
    let isNextDay = time == Moment.day
    self.day = date.daysSinceEpoch + (isNextDay ? 1 : 0)
    self.time = isNextDay ? 0 : time
    if reader.isAtEnd {
      offset = nil
      return
    }
    guard let offset = reader.offset(), reader.isAtEnd else { return nil }
    self.offset = offset
  }
}

/// Reads fixed forms from bytes.
struct ByteReader {
  private let text: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

  var isAtEnd: Bool { position == text.count }

  @inline(__always)
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  @inline(__always)
  private mutating func digit() -> UInt8? {
    guard position < text.count, text[position] &- 0x30 < 10 else { return nil }
    position += 1
    return text[position - 1] - 0x30
  }

  private var isAtDigit: Bool { position < text.count && text[position] &- 0x30 < 10 }

  /// A number with this many digits; nil if there is none or if it is out of range.
  @inline(__always)
  mutating func number(_ range: ClosedRange<Int64>, digits: Int = 2) -> Int64? {
    var number: Int64 = 0
    for _ in 0..<digits {
      guard let digit = digit() else { return nil }
      number = number * 10 + Int64(digit)
    }
    return range.contains(number) ? number : nil
  }

  /// `HH:MM`, `HH:MM:SS` or `HH:MM:SS.f` in microseconds. More than a day for what follows 24:00.
  mutating func timeOfDay(lastHour: Int64) -> Int64? {
    guard let hour = number(0...lastHour), take(":"), let minute = number(0...59) else {
      return nil
    }
    var time = (hour * 60 + minute) * 60 * Moment.second
    if take(":") {
      guard let second = number(0...59), let fraction = fraction() else { return nil }
      time += second * Moment.second + fraction
    }
    return time
  }

  /// `.f` as microseconds, rounded down. 0 if absent, nil if digits are missing.
  private mutating func fraction() -> Int64? {
    guard take(".") else { return 0 }
    guard var digit = digit() else { return nil }
    var (microseconds, unit): (Int64, Int64) = (0, Moment.second / 10)
    while true {
      microseconds += Int64(digit) * unit
      unit /= 10
      guard let next = self.digit() else { return microseconds }
      digit = next
    }
  }

  /// `Z`, ` UTC` or an offset, as seconds east of UTC.
  mutating func offset() -> Int64? {
    if take("Z") { return 0 }
    let hasSpace = take(" ")
    if hasSpace, take("U") { return take("T") && take("C") ? 0 : nil }
    let isWest = take("-")
    guard isWest || take("+"), let hours = number(0...14) else { return nil }
    var minutes: Int64 = 0
    if take(":") {
      guard let given = number(0...59) else { return nil }
      minutes = given
    } else if isAtDigit {
      guard let given = number(0...59) else { return nil }
      minutes = given
    }
    let offset = (hours * 60 + minutes) * (isWest ? -60 : 60)
    if hasSpace, offset == 0, take(" ") {
      guard take("U"), take("T"), take("C") else { return nil }
    }
    return offset
  }
}
