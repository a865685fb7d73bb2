package import RowscopeModel
import TimeZones

/// What a backend makes of a field's stored values before it tests or orders them.
package enum Conversion: Sendable, Hashable {
  /// The value of the declared type; NULL where a stored value stands for none.
  case value(DeclaredType)
  /// The moment of a datetime whose layout is compared by its local times, for comparisons with
  /// other fields; NULL as with `value`.
  indirect case instant(DateForm)
  /// The day on which the moment of a datetime falls in the field's zone, for comparisons with
  /// dates; NULL as with `value`. A layout does not matter: its texts say local times, or moments in
  /// UTC, which may fall on another day in the zone.
  indirect case day(DateForm)
  /// What the field is ordered by: as `value`, but a stored value that stands for none becomes one
  /// that comes before all values.
  case order(DeclaredType)
  /// The text that text operators see, of UUIDs; NULL for what is no UUID.
  case text(DeclaredType)
  /// The UUID of a column of the first form, any if nil, as a column of the second form stores it;
  /// NULL for what is no UUID.
  case respelled(UUIDForm?, as: UUIDForm)
  /// A number as the text that a key of text is, where that is the text of no other number; a text
  /// as it is; NULL for all else.
  case keyText
  /// The members as a JSON array; NULL where there are none to speak of.
  case members(MembersForm)
  /// A value as members of the type compare: what is equal as a member becomes the same. NULL where
  /// it is none of the type.
  case member(MemberType)

  /// - Precondition: the type's zones are resolved.
  package func converted(_ value: BorrowedValue) -> Value {
    switch self {
    case .value(let type): type.value(of: value) ?? .null
    case .instant(let form): form.instant(of: value).map { .integer($0) } ?? .null
    case .day(let form): form.dayInZone(of: value).map { .integer($0) } ?? .null
    case .order(let type): type.orderValue(of: value)
    case .text(let type):
      if case .blob(let bytes)? = type.value(of: value) {
        .text(UUIDText.canonical(bytes))
      } else {
        .null
      }
    case .respelled(let form, let other):
      if case .blob(let bytes)? = DeclaredType.uuid(form).value(of: value) {
        UUIDText.stored(bytes, as: other)
      } else {
        .null
      }
    case .keyText: Self.keyText(value)
    case .members(let form): form.array(of: value) ?? .null
    case .member(let type): type.key(of: value)
    }
  }

  package func converted(_ value: Value) -> Value { value.borrowed(converted) }

  private static func keyText(_ stored: BorrowedValue) -> Value {
    switch stored.storageClass {
    case .integer: return Value.integer(stored.integer).asTextIfNumber
    case .real:
      let text = Value.real(stored.real).asTextIfNumber
      // Fifteen digits may be those of several numbers.
      let isExact =
        Comparison.order(text.asNumberIfText, .real(stored.real), collation: .binary) == 0
      return isExact ? text : .null
    case .text: return .text(Text(bytes: stored.bytes))
    case .null, .blob: return .null
    }
  }

  /// The field that holds the converted values, as comparisons see it.
  package func field(of field: Field) -> Field {
    let collation: Collation
    switch self {
    case .value(let type), .order(let type): collation = type.collation(of: field)
    case .instant, .day, .text, .respelled, .keyText, .members: collation = .binary
    case .member: collation = field.collation
    }
    let isArray = if case .members = self { true } else { false }
    return Field(
      name: field.name, affinity: .blob, collation: collation, isNullable: true,
      storage: isArray ? .jsonArray : .column)
  }
}

extension DeclaredType {
  /// The value that a stored one stands for; nil for none, and for NULL.
  package func value(of stored: BorrowedValue) -> Value? {
    switch self {
    case .number: Self.number(stored)
    case .text: Self.text(stored)
    case .checkbox: Self.flag(stored).map { .integer($0 ? 1 : 0) }
    case .time: Self.time(stored).map { .integer($0) }
    case .uuid(let form): Self.uuid(stored, form).map { .blob($0) }
    case .date(let form): form.day(of: stored).map { .integer($0) }
    case .datetime(let form): form.moment(of: stored).map { .integer($0) }
    }
  }

  package func value(of stored: Value) -> Value? { stored.borrowed { value(of: $0) } }

  private static func number(_ stored: BorrowedValue) -> Value? {
    switch stored.storageClass {
    case .integer: .integer(stored.integer)
    case .real: .real(stored.real)
    // Versions of SQLite differ in what they make of a text with a NUL; a declared number does not.
    case .text: stored.bytes.contains(0) ? nil : NumberText.value(of: stored.bytes)
    case .null, .blob: nil
    }
  }

  private static func text(_ stored: BorrowedValue) -> Value? {
    switch stored.storageClass {
    case .integer: Value.integer(stored.integer).asTextIfNumber
    case .real: Value.real(stored.real).asTextIfNumber
    case .text: .text(Text(bytes: stored.bytes))
    case .null, .blob: nil
    }
  }

  private static func flag(_ stored: BorrowedValue) -> Bool? {
    switch stored.storageClass {
    case .integer: stored.integer == 0 ? false : stored.integer == 1 ? true : nil
    case .real: stored.real == 0 ? false : stored.real == 1 ? true : nil
    case .text: CheckboxText.flag(stored.bytes)
    case .null, .blob: nil
    }
  }

  private static func time(_ stored: BorrowedValue) -> Int64? {
    guard stored.storageClass == .text else { return nil }
    var reader = ByteReader(stored.bytes)
    guard let time = reader.timeOfDay(lastHour: 23), reader.isAtEnd else { return nil }
    return time
  }

  private static func uuid(_ stored: BorrowedValue, _ form: UUIDForm?) -> [UInt8]? {
    switch stored.storageClass {
    case .text:
      guard form != .blob, let bytes = UUIDText.bytes(of: stored.bytes) else { return nil }
      guard let form else { return bytes }
      // One spelling alone is what an index on the column finds.
      guard case .text(let text) = UUIDText.stored(bytes, as: form) else { return nil }
      return text.withBytes { $0.elementsEqual(stored.bytes) } ? bytes : nil
    case .blob:
      return (form ?? .blob) == .blob && stored.bytes.count == 16 ? Array(stored.bytes) : nil
    case .null, .integer, .real: return nil
    }
  }
}

extension DateForm {
  /// The moment in microseconds. With a layout it is the local time, which the texts' order is.
  func moment(of stored: BorrowedValue) -> Int64? {
    moment(of: stored, isLocal: layout != nil)
  }

  /// The moment in microseconds, with a layout too.
  func instant(of stored: BorrowedValue) -> Int64? { moment(of: stored, isLocal: false) }

  private func moment(of stored: BorrowedValue, isLocal: Bool) -> Int64? {
    for encoding in encodings {
      if let moment = moment(of: stored, encoding, isLocal: isLocal) { return moment }
    }
    return nil
  }

  private func moment(
    of stored: BorrowedValue, _ encoding: DateEncoding, isLocal: Bool
  ) -> Int64? {
    switch (encoding, stored.storageClass) {
    case (.iso, .text):
      guard let date = text(stored.bytes) else { return nil }
      let moment = isLocal ? date.local : date.moment(in: zone.rule)
      return Moment.all.contains(moment) ? moment : nil
    case (.number(let number), .integer): return number.moment(of: stored.integer)
    case (.number(let number), .real): return number.moment(of: stored.real)
    case (.iso, .null), (.iso, .integer), (.iso, .real), (.iso, .blob), (.number, .null),
      (.number, .text), (.number, .blob):
      return nil
    }
  }

  private func text(_ bytes: UnsafeBufferPointer<UInt8>) -> ISODateText? {
    guard let date = ISODateText(bytes) else { return nil }
    return layout.map { $0.fits(bytes) } ?? true ? date : nil
  }

  /// The day, counted from 1970-01-01.
  func day(of stored: BorrowedValue) -> Int64? {
    if stored.storageClass == .text, encodings.contains(.iso) {
      guard let date = text(stored.bytes) else { return nil }
      return day(of: date)
    }
    return moment(of: stored).flatMap { day(of: $0) }
  }

  /// The day on which a moment falls in the zone of the field, whatever the layout.
  func dayInZone(of stored: BorrowedValue) -> Int64? {
    var form = self
    form.dayZone = zone
    guard stored.storageClass == .text, encodings.contains(.iso) else {
      return form.moment(of: stored).flatMap { form.day(of: $0) }
    }
    guard let date = text(stored.bytes) else { return nil }
    form.layout = nil
    return form.day(of: date)
  }

  /// The day of a written date. A day is itself, and a local time lies on its day, wherever that
  /// is.
  func day(of date: ISODateText) -> Int64? {
    if layout != nil || !date.hasTime || date.offset == nil && zone == dayZone {
      return Moment.days.contains(date.day) ? date.day : nil
    }
    let moment = date.moment(in: zone.rule)
    return Moment.all.contains(moment) ? day(of: moment) : nil
  }

  func day(of moment: Int64) -> Int64? {
    let day = dayZone.rule.day(of: moment)
    return Moment.days.contains(day) ? day : nil
  }
}

/// The texts that a checkbox is stored as.
package enum CheckboxText {
  private static let words: [(word: StaticString, flag: Bool)] = [
    ("1", true), ("t", true), ("true", true), ("y", true), ("yes", true), ("on", true),
    ("0", false), ("f", false), ("false", false), ("n", false), ("no", false), ("off", false),
  ]

  /// Ignores ASCII case; nil for any other text.
  package static func flag(_ text: UnsafeBufferPointer<UInt8>) -> Bool? {
    for (word, flag) in words where word.utf8CodeUnitCount == text.count {
      let expected = UnsafeBufferPointer(start: word.utf8Start, count: text.count)
      if zip(text, expected).allSatisfy({ $0.asciiLowercased == $1 }) { return flag }
    }
    return nil
  }

  /// Every text, in each case, that means one of these.
  package static func spellings(of flags: [Bool]) -> [Value] {
    words.filter { flags.contains($0.flag) }.flatMap { word, _ in
      let bytes = Array(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
      let letters = bytes[0] >= 0x61 ? bytes.count : 0
      return (0..<(1 << letters)).map { cases in
        Value.text(
          Text(
            bytes: bytes.indices.map { cases >> $0 & 1 == 1 ? bytes[$0] & ~0x20 : bytes[$0] }))
      }
    }
  }
}
