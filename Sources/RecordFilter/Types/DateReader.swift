import RowscopeModel
import TimeZones

/// Converts many stored texts by one conversion to a date or datetime: what
/// ``Conversion/converted(_:)-(BorrowedValue)`` makes of each, in less time.
package final class DateReader: Sendable {
  private let form: DateForm
  private let isOfDays: Bool
  private let zone: ZoneRule
  /// Microseconds east of UTC, where the zone has one offset.
  private let fixedOffset: Int64?
  /// Whether a local time falls on the day that it says.
  private let isInDayZone: Bool
  /// The separator and length of texts, for a layout that says no more; nil for other layouts.
  private let plainLayout: (separator: UInt8, count: Int)?

  /// Nil for other conversions, and where dates are not ISO texts alone.
  package init?(_ conversion: Conversion) {
    switch conversion {
    case .value(.date(let form)): (self.form, isOfDays) = (form, true)
    case .value(.datetime(let form)): (self.form, isOfDays) = (form, false)
    default: return nil
    }
    guard form.encodings == [.iso] else { return nil }
    zone = form.zone.rule
    fixedOffset = if case .fixed(let seconds) = zone { Int64(seconds) * Moment.second } else { nil }
    isInDayZone = form.zone == form.dayZone
    if let layout = form.layout, layout.hasSeconds, layout.fraction == .none,
      layout.suffix.isEmpty, let separator = layout.separator
    {
      plainLayout = (separator, 19)
    } else {
      plainLayout = nil
    }
  }

  /// The separator of texts such as `2026-11-22 09:30:15`, for a layout that says no more.
  package var plainSeparator: UInt8? { plainLayout?.separator }

  /// The day or the moment that a text stands for; nil for none.
  package func number(of text: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard let date = ISODateText(text) else { return nil }
    let number: Int64
    if let plainLayout {
      guard text.count == plainLayout.count, text[10] == plainLayout.separator,
        text[16] == UInt8(ascii: ":")
      else { return nil }
      number = isOfDays ? date.day : date.local
    } else if form.layout != nil {
      return isOfDays ? form.day(of: .text(text)) : form.moment(of: .text(text))
    } else if isOfDays {
      guard !date.hasTime || date.offset == nil && isInDayZone else { return form.day(of: date) }
      number = date.day
    } else if let fixedOffset {
      number = date.local &- (date.offset.map { $0 &* Moment.second } ?? fixedOffset)
    } else {
      number = date.moment(in: zone)
    }
    return (isOfDays ? Moment.days : Moment.all).contains(number) ? number : nil
  }
}
