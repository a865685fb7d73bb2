import RecordFilter
import RowscopeModel

/// What the values of a column have in common, over a sample of its records.
struct ColumnSample {
  /// A form that a value can have. One value may have several: 1 is a flag and a number.
  enum Form: Hashable, CaseIterable {
    case isoDay, isoMoment
    case unix, unixMilliseconds, unixMicroseconds, apple, webkit, julian
    case flag, flagLetter
    /// One of `true` and `false`.
    case flagWord
    /// Digits with a decimal point, as a text.
    case decimalText
    case number
    /// In lower case with dashes, or without; of 16 bytes; of any of these forms and in any case.
    case uuidText, uuidDigits, uuidBytes, uuid
    /// A JSON array: of whole numbers, or of other values.
    case numbers, members
  }

  /// Values that are not null.
  private(set) var count = 0
  private var counts: [Form: Int] = [:]
  /// The dates as text.
  private var dates: [Value] = []

  mutating func observe(_ value: Value) {
    // An empty text is written where there is no value.
    if value.isNull || value == .text("") { return }
    count += 1
    let forms = Self.forms(of: value)
    for form in forms { counts[form, default: 0] += 1 }
    if forms == [.isoDay] || forms == [.isoMoment] { dates.append(value) }
  }

  /// Whether every value has one of these forms.
  func isAll(_ forms: Form...) -> Bool {
    count > 0 && forms.reduce(0) { $0 + (counts[$1] ?? 0) } == count
  }

  /// The layout that all values have, if all are dates as text.
  var layout: DateLayout? { dates.count == count ? DateGuess.layout(of: dates) : nil }

  private static func forms(of value: Value) -> [Form] {
    switch value {
    case .null: []
    case .integer(let integer): forms(of: Double(integer)) + (0...1 ~= integer ? [.flag] : [])
    case .real(let real): forms(of: real)
    case .blob(let bytes): bytes.count == 16 ? [.uuidBytes, .uuid] : []
    case .text(let text): text.withBytes(forms)
    }
  }

  /// Moments of the years 1990 to 2100, by the number of units since a beginning. Apart from
  /// Apple's, which begins in 2001, the ranges do not overlap.
  private static let moments: [(form: Form, range: ClosedRange<Double>)] = [
    (.apple, 1_000_000...3_124_137_600), (.julian, 2_447_892...2_488_434),
    (.unix, 631_152_000...4_102_444_800),
    (.unixMilliseconds, 631_152_000_000...4_102_444_800_000),
    (.unixMicroseconds, 631_152_000_000_000...4_102_444_800_000_000),
    (.webkit, 12_275_625_600_000_000...15_746_918_400_000_000),
  ]

  private static func forms(of number: Double) -> [Form] {
    [.number] + moments.filter { $0.range.contains(number) }.map(\.form)
  }

  private static func forms(of text: UnsafeBufferPointer<UInt8>) -> [Form] {
    if isDay(text) { return text.count == 10 ? [.isoDay] : hasTime(text) ? [.isoMoment] : [] }
    if isUUID(text) {
      let isLower = text.allSatisfy { $0 == $0.asciiLowercased }
      return [.uuid] + (isLower ? [text.count == 36 ? .uuidText : .uuidDigits] : [])
    }
    if text.count <= 5 {
      let name = Name(String(decoding: text, as: UTF8.self))
      if name == "true" || name == "false" { return [.flagLetter, .flagWord] }
      if flagLetters.contains(name) { return [.flagLetter] }
    }
    if NumberGuess.isDecimal(text) { return [.decimalText] }
    guard text.first == UInt8(ascii: "[") else { return [] }
    var (areNumbers, isFlat) = (true, true)
    let isArray = JSONMembers.forEach(in: text) { element in
      switch element {
      case .integer: break
      case .real, .text: areNumbers = false
      case .other: isFlat = false
      }
    }
    return isArray && isFlat ? [areNumbers ? .numbers : .members] : []
  }

  private static let flagLetters: Set<Name> = [
    "t", "f", "true", "false", "y", "n", "yes", "no", "on", "off",
  ]

  /// Whether the text begins with a day as ISO 8601 has it.
  private static func isDay(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count >= 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-") else {
      return false
    }
    func number(_ range: Range<Int>) -> Int? {
      range.reduce(0 as Int?) { value, index in
        let digit = text[index] &- UInt8(ascii: "0")
        return digit < 10 ? value.map { $0 * 10 + Int(digit) } : nil
      }
    }
    guard number(0..<4) != nil, let month = number(5..<7), let day = number(8..<10) else {
      return false
    }
    return 1...12 ~= month && 1...31 ~= day
  }

  /// Whether a time of day follows the day.
  private static func hasTime(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    text.count >= 16 && (text[10] == UInt8(ascii: "T") || text[10] == UInt8(ascii: " "))
      && text[13] == UInt8(ascii: ":")
  }

  private static func isUUID(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    func isDigit(_ byte: UInt8) -> Bool {
      byte &- UInt8(ascii: "0") < 10 || byte.asciiLowercased &- UInt8(ascii: "a") < 6
    }
    switch text.count {
    case 36:
      return text.indices.allSatisfy { index in
        [8, 13, 18, 23].contains(index) ? text[index] == UInt8(ascii: "-") : isDigit(text[index])
      }
    case 32: return text.allSatisfy(isDigit) && !text.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
    default: return false
    }
  }
}
