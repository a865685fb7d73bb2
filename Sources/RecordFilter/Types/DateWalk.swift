package import RowscopeModel
import TimeZones

/// A range of dates in the order of an index on their column, which lists the stored texts by their
/// bytes.
///
/// Most columns hold texts to the second: those are tested without being converted.
@usableFromInline
package final class DateWalk: Sendable {
  /// No text of the range comes before this one.
  package let low: Value
  /// No text of the range comes at or behind this one; empty for none.
  private let end: [UInt8]
  private let reader: DateReader
  private let dates: ClosedRange<Int64>
  /// Whether the texts up to `end` that have 19 bytes and are dates lie in the range.
  @usableFromInline let isPlain: Bool
  /// `end`, if it has 19 bytes.
  @usableFromInline let plainEnd: PlainText
  @usableFromInline let separator: UInt64

  /// Where a text stands.
  @usableFromInline
  package enum Place { case inside, outside, behind }

  /// Nil for tests that are not of a range of ISO texts that `BINARY` compares.
  package init?(_ conversion: Conversion, _ test: FieldTest, of field: Field) {
    guard field.collation == .binary, let reader = DateReader(conversion),
      let dates = test.integerRange,
      let nearby = NearbyRange(conversion, test, of: field), nearby.ranges.count == 1
    else { return nil }
    let part = nearby.ranges[0]
    // All dates begin with a digit. (As a number, a slash could be converted to none.)
    low = part.low ?? .text("/")
    if case .text(let text)? = part.end { end = text.bytes } else { end = [] }
    self.reader = reader
    self.dates = dates
    isPlain = nearby.isExact && reader.plainSeparator != nil && (end.isEmpty || end.count == 19)
    separator = UInt64(reader.plainSeparator ?? 0)
    plainEnd =
      end.count == 19
      ? end.withUnsafeBytes { $0.baseAddress.map { PlainText($0) } } ?? .behindAll
      : .behindAll
  }

  /// Where a stored text stands.
  @inlinable @inline(__always)
  package func place(of start: UnsafeRawPointer?, count: Int) -> Place {
    if isPlain, count == 19, let start {
      let text = PlainText(start)
      if text.isBehind(plainEnd) { return .behind }
      if text.isSurelyDate(separator) { return .inside }
    }
    return exactPlace(
      of: UnsafeBufferPointer(start: start?.assumingMemoryBound(to: UInt8.self), count: count))
  }

  @usableFromInline @inline(never)
  func exactPlace(of text: UnsafeBufferPointer<UInt8>) -> Place {
    if !end.isEmpty, !text.lexicographicallyPrecedes(end) { return .behind }
    return reader.number(of: text).map(dates.contains) == true ? .inside : .outside
  }
}

/// A text of 19 bytes, such as `2026-11-22 09:30:15`, as three numbers that compare as its bytes.
@usableFromInline
struct PlainText: Sendable {
  /// The year and the month.
  @usableFromInline let first: UInt64
  /// The day, the hour and the minute.
  @usableFromInline let middle: UInt64
  /// The hour, the minute and the second.
  @usableFromInline let last: UInt64

  static var behindAll: PlainText { PlainText(first: .max, middle: .max, last: .max) }

  init(first: UInt64, middle: UInt64, last: UInt64) {
    (self.first, self.middle, self.last) = (first, middle, last)
  }

  @inlinable @inline(__always)
  init(_ start: UnsafeRawPointer) {
    func number(_ offset: Int) -> UInt64 {
      UInt64(bigEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    (first, middle, last) = (number(0), number(8), number(11))
  }

  /// Whether it is equal to another text or comes behind it.
  @inlinable @inline(__always)
  func isBehind(_ other: PlainText) -> Bool {
    if first != other.first { return first > other.first }
    return middle != other.middle ? middle > other.middle : last >= other.last
  }

  /// True only for dates, and for most of them: not on every last day of a month.
  @inlinable @inline(__always)
  func isSurelyDate(_ separator: UInt64) -> Bool {
    // A digit becomes its number, and a byte of the layout becomes 0. Then a sum reaches 0x80 where
    // a number is too large: above 9, above 5 in the tens of minutes and seconds, above 0 elsewhere.
    let (year, day, time) = (
      first ^ 0x3030_3030_2D30_302D, middle ^ (0x3030_0030_303A_3030 | separator << 40),
      last ^ 0x3030_3A30_303A_3030
    )
    let sums =
      (year | (year &+ 0x7676_7676_7F76_767F)) | (day | (day &+ 0x7676_7F76_767F_7A76))
      | (time | (time &+ 0x7676_7F7A_767F_7A76))
    guard sums & 0x8080_8080_8080_8080 == 0 else { return false }
    let monthNumber = (year >> 16 & 15) &* 10 &+ (year >> 8 & 15)
    let dayNumber = (day >> 56) &* 10 &+ (day >> 48 & 15)
    let hour = (time >> 56) &* 10 &+ (time >> 48 & 15)
    return monthNumber &- 1 < 12 && dayNumber &- 1 < 30 && hour < 24
      && (monthNumber != 2 || dayNumber < 29)
  }
}
