import Documents
import RecordFilter
import RecordStore
import RowscopeModel
import TimeZones

/// When stored values of a field are one value, and how values are ordered: by the rules by which
/// conditions compare them and lists are sorted.
struct ValueForm {
  /// What a value has to be; nil for anything.
  let type: DeclaredType?
  /// The type whose values are compared; nil for the stored ones.
  private let comparedType: DeclaredType?
  /// Of the values that are compared.
  private let collation: Collation
  /// The period that dates fall into.
  private let period: (length: SummaryRequest.Period, day: Conversion)?
  let presentation: Presentation

  /// - Parameter zone: of the request.
  init(_ field: Field, by length: SummaryRequest.Period? = nil, in zone: ZoneRule) {
    type = field.type?.resolved(in: zone)
    comparedType = field.orderType?.resolved(in: zone)
    collation = comparedType?.collation(of: field) ?? field.collation
    var period: (SummaryRequest.Period, Conversion)?
    switch (type, length) {
    case (.date?, let length?): period = type.map { (length, .value($0)) }
    case (.datetime(let form)?, let length?): period = (length, .day(form))
    case (_, _): period = nil
    }
    self.period = period
    presentation = period == nil ? field.presentation : .stored
  }

  /// Whether the field holds dates, which fall into periods.
  static func isDate(_ field: Field) -> Bool {
    switch field.type {
    case .date?, .datetime?: true
    case .number?, .text?, .checkbox?, .time?, .uuid?, nil: false
    }
  }

  /// Appends bytes that are the same for stored values that are one value, and different for
  /// others. What stands for no value of the type is one value with the same stored ones alone.
  func append(_ stored: BorrowedValue, to key: inout ByteBuffer) {
    if stored.storageClass == .null { return key.append(0) }
    if let period {
      guard case .integer(let day) = period.day.converted(stored) else {
        return appendForeign(stored, to: &key)
      }
      return key.appendKey(.integer(period.length.start(of: day)), .binary)
    }
    guard let comparedType else { return key.appendKey(stored, collation) }
    guard let value = comparedType.value(of: stored) else {
      return appendForeign(stored, to: &key)
    }
    value.borrowed { key.appendKey($0, collation) }
  }

  private func appendForeign(_ stored: BorrowedValue, to key: inout ByteBuffer) {
    key.append(5)
    key.appendKey(stored, .binary)
  }

  /// What stands for a stored value in an answer: itself, or the first day of its period.
  func shown(_ stored: BorrowedValue) -> Value {
    guard let period, case .integer(let day) = period.day.converted(stored) else {
      return stored.copied
    }
    return .text(CivilDate(daysSinceEpoch: period.length.start(of: day)).text)
  }

  /// Whether a stored value is to stand for its group in place of another that is equal: it is the
  /// least of their stored forms.
  func precedes(_ stored: BorrowedValue, _ shown: Value) -> Bool {
    guard period == nil else { return false }
    switch (stored.storageClass, shown) {
    case (.integer, .integer(let other)): return stored.integer < other
    case (.text, .text(let other)):
      return other.withBytes { Comparison.order(stored.bytes, $0, collation: .binary) } < 0
    case (.null, _): return false
    case (_, _): return Value.exactOrder(stored.copied, shown) < 0
    }
  }

  /// What a group is ordered by.
  func orderValue(of stored: BorrowedValue) -> Value {
    if stored.storageClass == .null { return .null }
    if let period {
      guard case .integer(let day) = period.day.converted(stored) else { return .integer(.min) }
      return .integer(period.length.start(of: day))
    }
    return comparedType?.orderValue(of: stored) ?? stored.copied
  }

  /// The order of values, in which those that are one value are equal, however they are stored.
  /// What stands for no value of the type comes before the others, by the order of stored values.
  func order(_ left: OrderedValue, _ right: OrderedValue) -> Int {
    let order = Comparison.order(left.order, right.order, collation: collation)
    guard order == 0, comparedType != nil || period != nil else { return order }
    switch (isForeign(left), isForeign(right)) {
    case (false, false): return 0
    case (true, false): return -1
    case (false, true): return 1
    case (true, true): return Comparison.order(left.shown, right.shown, collation: .binary)
    }
  }

  private func isForeign(_ value: OrderedValue) -> Bool {
    if value.shown.isNull { return false }
    if period != nil { return value.order == .integer(.min) }
    return comparedType.map { $0.value(of: value.shown) == nil } ?? false
  }

  /// Compares a stored value with what another is ordered by.
  func order(_ stored: BorrowedValue, _ other: Value) -> Int {
    if comparedType == nil {
      switch (stored.storageClass, other) {
      case (.integer, .integer(let other)):
        return stored.integer < other ? -1 : stored.integer == other ? 0 : 1
      case (.text, .text(let other)):
        return other.withBytes { Comparison.order(stored.bytes, $0, collation: collation) }
      case (_, _): break
      }
    }
    return Comparison.order(orderValue(of: stored), other, collation: collation)
  }
}

/// A value in an answer, and what it is ordered by.
struct OrderedValue {
  var order: Value
  var shown: Value
}

extension Value {
  /// A total order of stored values: as they compare, an integer before an equal real, and texts
  /// by their bytes.
  static func exactOrder(_ left: Value, _ right: Value) -> Int {
    let order = Comparison.order(left, right, collation: .binary)
    guard order == 0 else { return order }
    switch (left, right) {
    case (.integer, .real): return -1
    case (.real, .integer): return 1
    case (.real(let left), .real(let right)):
      return left.sign == right.sign ? 0 : left.sign == .minus ? -1 : 1
    case (_, _): return 0
    }
  }
}

extension ByteBuffer {
  /// A value as bytes that are the same for equal ones.
  fileprivate mutating func appendKey(_ value: BorrowedValue, _ collation: Collation) {
    switch value.storageClass {
    case .null: append(0)
    case .integer: appendKey(1, value.bits)
    case .real:
      // Integers and reals compare exactly.
      if let integer = Int64(exactly: value.real) {
        appendKey(1, UInt64(bitPattern: integer))
      } else {
        appendKey(2, value.bits)
      }
    case .text:
      switch collation {
      case .binary: appendKey(3, value.bytes)
      case .rtrim:
        var end = value.bytes.count
        while end > 0, value.bytes[end - 1] == UInt8(ascii: " ") { end -= 1 }
        appendKey(3, UnsafeBufferPointer(rebasing: value.bytes[..<end]))
      case .nocase:
        // Behind a NUL, only the length counts.
        appendKey(3, UInt64(value.bytes.count))
        let end = value.bytes.firstIndex(of: 0) ?? value.bytes.count
        for byte in value.bytes[..<end] { append(byte.asciiLowercased) }
        append(0)
      }
    case .blob: appendKey(4, value.bytes)
    }
  }

  private mutating func appendKey(_ tag: UInt8, _ word: UInt64) {
    append(tag)
    extend(by: 8).storeBytes(of: word, as: UInt64.self)
  }

  private mutating func appendKey(_ tag: UInt8, _ bytes: UnsafeBufferPointer<UInt8>) {
    appendKey(tag, UInt64(bytes.count))
    append(bytes)
  }
}

extension SummaryRequest.Period {
  /// The first day of the period of a day, both counted from 1970-01-01.
  func start(of day: Int64) -> Int64 {
    let (year, month, _) = CivilDate(daysSinceEpoch: day).components
    let start: Int64
    switch self {
    case .day: return day
    // 1970-01-01 was a Thursday.
    case .week: start = day - (day + 3 - (day + 3).floorDivided(by: 7) * 7)
    case .month: start = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
    case .quarter:
      start = CivilDate(year: year, month: (month - 1) / 3 * 3 + 1, day: 1).daysSinceEpoch
    case .year: start = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch
    }
    return max(start, Moment.days.lowerBound)
  }
}
