import RowscopeModel
import TimeZones

/// The one form that all texts of a column have, whose order as text is that of time.
///
/// `YYYY-MM-DD`, then maybe `T` or a space, `HH:MM` or `HH:MM:SS`, a fraction (`.f` for each digit,
/// or `[.f]` for any number of digits or none), and a constant `+00:00`, ` +00:00`, ` UTC` or, but
/// for `[.f]`, `Z`.
package struct DateLayout: Sendable, Hashable {
  package enum Fraction: Sendable, Hashable {
    case none
    case digits(Int)
    case optional
  }

  package let text: String
  /// `T` or a space; nil for days alone.
  let separator: UInt8?
  let hasSeconds: Bool
  let fraction: Fraction
  let suffix: String

  package var isOfDays: Bool { separator == nil }

  private static let suffixes = ["", "Z", "+00:00", " +00:00", " UTC"]

  /// Nil if the text is not a layout.
  package init?(_ text: String) {
    var rest = Substring(text)
    func take(_ part: String) -> Bool {
      guard rest.utf8.starts(with: part.utf8) else { return false }
      rest = Substring(rest.utf8.dropFirst(part.utf8.count))
      return true
    }
    guard take("YYYY-MM-DD") else { return nil }
    self.text = text
    separator = take("T") ? UInt8(ascii: "T") : take(" ") ? UInt8(ascii: " ") : nil
    guard separator != nil else {
      guard rest.isEmpty else { return nil }
      (hasSeconds, fraction, suffix) = (false, .none, "")
      return
    }
    guard take("HH:MM") else { return nil }
    hasSeconds = take(":SS")
    if hasSeconds, take("[.f]") {
      fraction = .optional
    } else if hasSeconds, take(".") {
      var digits = 0
      while take("f") { digits += 1 }
      guard 1...9 ~= digits else { return nil }
      fraction = .digits(digits)
    } else {
      fraction = .none
    }
    suffix = String(rest)
    // A point comes before a Z: a text without a fraction would stand behind one with it.
    guard Self.suffixes.contains(suffix), suffix != "Z" || fraction != .optional else {
      return nil
    }
  }

  /// Whether texts say that they are in UTC.
  package var isUTC: Bool { !suffix.isEmpty }

  /// Whether a date's text has this layout.
  func fits(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let separator else { return text.count == 10 }
    let (plain, end) = (hasSeconds ? 19 : 16, suffix.utf8.count)
    // A date has minutes or an offset in the place of seconds otherwise.
    guard text.count >= plain + end, text[10] == separator,
      !hasSeconds || text[16] == UInt8(ascii: ":"),
      text.suffix(end).elementsEqual(suffix.utf8)
    else { return false }
    let middle = text[plain..<(text.count - end)]
    let digits = middle.dropFirst()
    let isFraction =
      middle.first == UInt8(ascii: ".") && !digits.isEmpty
      && digits.allSatisfy { 0x30...0x39 ~= $0 }
    return switch fraction {
    case .none: middle.isEmpty
    case .digits(let count): isFraction && digits.count == count
    case .optional: middle.isEmpty || isFraction
    }
  }

  /// A local time, in microseconds, in this layout. Digits that it has no place for are dropped.
  package func text(ofLocal local: Int64) -> String {
    let day = local.floorDivided(by: Moment.day)
    let date = CivilDate(daysSinceEpoch: day).text
    guard let separator else { return date }
    let time = local - day * Moment.day
    let (second, part) = (time / Moment.second, time % Moment.second)
    var text = date + String(UnicodeScalar(separator))
    text += (second / 3_600).digits(2) + ":" + (second / 60 % 60).digits(2)
    if hasSeconds { text += ":" + (second % 60).digits(2) }
    let digits = part.digits(6)
    switch fraction {
    case .none: break
    case .digits(let count): text += "." + String((digits + "000").prefix(count))
    case .optional:
      if part > 0 {
        var shown = digits
        while shown.utf8.last == UInt8(ascii: "0") { shown.removeLast() }
        text += "." + shown
      }
    }
    return text + suffix
  }
}
