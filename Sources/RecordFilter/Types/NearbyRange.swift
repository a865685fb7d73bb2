package import RowscopeModel
import TimeZones

/// Ranges of stored dates outside which no value passes a test, for an index. What lies inside is
/// decided by its converted value.
package struct NearbyRange: Sendable, Hashable {
  package struct Part: Sendable, Hashable {
    package let low: Value?
    package let end: Value?
  }

  /// At least one, and each has an end or a beginning.
  package let ranges: [Part]
  /// Whether all dates inside pass the test.
  let isExact: Bool

  /// The distance between a text's own day and the day of its moment is less than this: an offset
  /// has at most fifteen hours, and so does the zone in which a day is meant.
  private static let days: Int64 = 2

  /// Nil if there are none.
  package init?(_ conversion: Conversion, _ test: FieldTest, of field: Field) {
    let (form, isDay): (DateForm, Bool)
    switch conversion {
    case .value(.date(let date)): (form, isDay) = (date, true)
    case .value(.datetime(let date)): (form, isDay) = (date, false)
    case .value, .instant, .day, .order, .text, .respelled, .keyText, .members, .member: return nil
    }
    guard let bounds = test.integerBounds else { return nil }
    let unit = isDay ? 1 : Moment.day
    var parts: [Part] = []
    var isExact = false
    for encoding in form.encodings {
      switch encoding {
      case .iso:
        guard field.collation != .rtrim else { return nil }
        parts.append(
          form.layout.map { layout in
            isExact = test.integerRange != nil && layout.fraction == .none
            return Self.exact(bounds, layout, unit: unit)
          }
            ?? Part(
              low: bounds.low.flatMap {
                Self.text(ofDay: $0.floorDivided(by: unit) - Self.days)
              },
              end: bounds.high.flatMap {
                Self.text(ofDay: $0.floorDivided(by: unit) + Self.days + 1)
              }))
      case .number(let number):
        let margin = isDay ? Self.days * Moment.day : 0
        let scale = isDay ? Moment.day : 1
        parts.append(
          Part(
            low: bounds.low.flatMap { Self.moment($0, scale, -margin).map(number.least) },
            end: bounds.high.flatMap {
              $0 == .max ? nil : Self.moment($0 + 1, scale, margin).map(number.least)
            }))
      }
    }
    // A part without bounds is no help.
    guard !parts.isEmpty, parts.allSatisfy({ $0.low != nil || $0.end != nil }) else { return nil }
    ranges = parts
    // A bound that no text has is no bound.
    self.isExact =
      isExact && (parts[0].low != nil) == (bounds.low != nil)
      && (parts[0].end != nil) == (bounds.high != nil)
  }

  /// `YYYY-MM-DD`, which comes before all times of the day; nil outside the calendar.
  private static func text(ofDay day: Int64) -> Value? {
    Moment.days.contains(day) ? .text(Text(CivilDate(daysSinceEpoch: day).text)) : nil
  }

  private static func moment(_ value: Int64, _ scale: Int64, _ margin: Int64) -> Int64? {
    let (moment, overflow) = value.multipliedReportingOverflow(by: scale)
    guard !overflow, Moment.all.contains(moment) else { return nil }
    let (sum, isTooFar) = moment.addingReportingOverflow(margin)
    return !isTooFar && Moment.all.contains(sum) ? sum : nil
  }

  /// Texts of one layout are in the order of time, to the second or minute. The last one of a day,
  /// 24:00, stands for the same moment as the first one of the next.
  private static func exact(
    _ bounds: (low: Int64?, high: Int64?), _ layout: DateLayout, unit: Int64
  ) -> Part {
    if layout.isOfDays {
      return Part(
        low: bounds.low.flatMap { text(ofDay: $0.dividedUp(by: unit)) },
        end: bounds.high.flatMap { text(ofDay: $0.floorDivided(by: unit) + 1) })
    }
    if unit == 1 {
      return Part(
        low: bounds.low.flatMap { layout.end(ofDay: $0 - 1) },
        end: bounds.high.flatMap { layout.end(ofDay: $0) })
    }
    return Part(
      low: bounds.low.flatMap { low in
        let step = layout.precision
        return layout.beginning(
          ofLocal: layout.fraction == .none ? low.dividedUp(by: step) * step : low)
      },
      end: bounds.high.flatMap { layout.beginning(ofLocal: $0 + layout.precision) })
  }
}

extension Int64 {
  /// The quotient rounded towards positive infinity; `divisor` is positive.
  fileprivate func dividedUp(by divisor: Int64) -> Int64 {
    floorDivided(by: divisor) + (self % divisor == 0 ? 0 : 1)
  }
}

extension FieldTest {
  /// The least and the greatest whole number that may pass; nil where there is no such bound.
  fileprivate var integerBounds: (low: Int64?, high: Int64?)? {
    func integer(_ value: Value) -> Int64? {
      if case .integer(let integer) = value { integer } else { nil }
    }
    if case .isOneOf(let values) = self {
      let integers = values.compactMap(integer)
      return (integers.min(), integers.max())
    }
    return integerRange.map {
      ($0.lowerBound == .min ? nil : $0.lowerBound, $0.upperBound == .max ? nil : $0.upperBound)
    }
  }

  /// The whole numbers that pass, where they are a range.
  var integerRange: ClosedRange<Int64>? {
    func range(from low: Value?, through high: Value?) -> ClosedRange<Int64>? {
      guard case .integer(let low) = low ?? .integer(.min),
        case .integer(let high) = high ?? .integer(.max), low <= high
      else { return nil }
      return low...high
    }
    switch self {
    case .equals(let value): return range(from: value, through: value)
    case .isBetween(let low, let high): return range(from: low, through: high)
    case .compares(.lessOrEqual, let value): return range(from: nil, through: value)
    case .compares(.greaterOrEqual, let value): return range(from: value, through: nil)
    case .compares(.less, .integer(let value)):
      return value == .min ? nil : .min...value - 1
    case .compares(.greater, .integer(let value)):
      return value == .max ? nil : value + 1 ... .max
    case .compares, .isOneOf, .isNull, .isEmpty, .matches, .hasMember, .converted: return nil
    }
  }
}

extension DateLayout {
  /// The steps of the texts, fractions aside.
  fileprivate var precision: Int64 { hasSeconds ? Moment.second : 60 * Moment.second }

  /// The text for the end of a day, up to the second or minute.
  fileprivate func end(ofDay day: Int64) -> Value? {
    guard Moment.days.contains(day), let separator else { return nil }
    return .text(
      Text(
        CivilDate(daysSinceEpoch: day).text + String(UnicodeScalar(separator))
          + (hasSeconds ? "24:00:00" : "24:00")))
  }

  /// The text up to the second or minute in which a local time lies: no text of the layout for
  /// this or a later time comes before it.
  fileprivate func beginning(ofLocal local: Int64) -> Value? {
    guard Moment.all.contains(local) else { return nil }
    let day = local.floorDivided(by: Moment.day)
    if local - day * Moment.day < precision { return end(ofDay: day - 1) }
    let text = text(ofLocal: local)
    return .text(Text(bytes: text.utf8.prefix(hasSeconds ? 19 : 16)))
  }
}
