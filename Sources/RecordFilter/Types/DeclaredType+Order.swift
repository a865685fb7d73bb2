package import RowscopeModel
import TimeZones

/// The stored numbers or texts that stand for values of a type, where they compare among each other
/// as those values do. An index on the column then serves comparisons and orders.
package struct PlainRange: Sendable, Hashable {
  /// The first stored value in the range; nil where none of its class is too small.
  package let low: Value?
  /// What is not in the range begins here.
  package let end: Value

  package init(low: Value?, end: Value) {
    self.low = low
    self.end = end
  }

  /// The test of a column that lies in the range.
  package func filter(_ field: FieldID) -> Filter {
    let below = Filter.test(field, .compares(.less, end))
    return low.map { .all(.test(field, .compares(.greaterOrEqual, $0)), below) } ?? below
  }

  /// The complement among values that are not null.
  package func outside(_ field: FieldID) -> Filter {
    let above = Filter.test(field, .compares(.greaterOrEqual, end))
    return low.map { .any(.test(field, .compares(.less, $0)), above) } ?? above
  }

  func contains(_ value: Value, collation: Collation) -> Bool {
    (low.map { Comparison.order(value, $0, collation: collation) >= 0 } ?? true)
      && Comparison.order(value, end, collation: collation) < 0
  }
}

extension Field {
  /// The type by which the field's values are ordered; nil where their own order is that of the
  /// type, or where none is declared.
  package var orderType: DeclaredType? {
    switch type {
    case nil: nil
    case .date(let form)? where form.layout != nil: nil
    case .datetime(let form)? where form.layout != nil: nil
    case let type?: isAlwaysOfClass(of: type) ? nil : type
    }
  }

  /// Whether the database holds nothing in the column but values of the type.
  private func isAlwaysOfClass(of type: DeclaredType) -> Bool {
    switch type {
    case .number: holdsOnly == .numbers
    case .text: holdsOnly == .text
    case .checkbox, .time, .uuid, .date, .datetime: false
    }
  }

  /// The stored values that compare among each other as the values of the type do; nil where the
  /// comparison needs the converted values.
  package var plainRange: PlainRange? {
    switch type {
    case .number?:
      affinity.isNumeric ? PlainRange(low: nil, end: .text(Text(""))) : nil
    case .text?:
      affinity == .text ? PlainRange(low: nil, end: .blob([])) : nil
    case .date(let form)?:
      // Days of a zone with summer times do not always follow each other in the order of moments.
      if case .rule(.fixed(let offset)) = form.dayZone {
        numericRange(form, within: Moment.all.shifted(by: -Int64(offset) * Moment.second))
      } else {
        nil
      }
    case .datetime(let form)?: numericRange(form, within: Moment.all)
    case .checkbox?, .time?, .uuid?, nil: nil
    }
  }

  private func numericRange(
    _ form: DateForm, within moments: ClosedRange<Int64>
  ) -> PlainRange? {
    guard affinity != .text, case .number(let number)? = form.encodings.first,
      form.encodings.count == 1
    else { return nil }
    let moments = moments.clamped(to: Moment.all)
    return PlainRange(
      low: number.least(from: moments.lowerBound), end: number.least(from: moments.upperBound + 1))
  }

  /// Whether the column's value as it is stored takes part in the type's order.
  package var isPlainlyOrdered: Bool {
    if case .date? = type { return false }
    return plainRange != nil
  }

  /// What a stored value is ordered by under a type, on every backend. NULL stays NULL.
  package func orderValue(of stored: Value, as type: DeclaredType) -> Value {
    guard isPlainlyOrdered, let range = plainRange else {
      return Conversion.order(type).converted(stored)
    }
    if stored.isNull { return .null }
    return range.contains(stored, collation: collation) ? stored : type.plainlyLowest
  }
}

extension ClosedRange<Int64> {
  fileprivate func shifted(by distance: Int64) -> ClosedRange {
    lowerBound + distance...upperBound + distance
  }
}

extension DeclaredType {
  /// What stands in an order for a stored value that stands for no value of the type.
  package var lowest: Value {
    switch self {
    case .number: .real(-.infinity)
    case .checkbox, .time, .date, .datetime: .integer(.min)
    // Numbers come before texts and blobs.
    case .text, .uuid: .integer(0)
    }
  }

  /// The same among stored values, where they take part in the order themselves.
  package var plainlyLowest: Value {
    switch self {
    case .number, .date, .datetime: .real(-.infinity)
    case .text, .uuid, .checkbox, .time: .integer(0)
    }
  }

  /// What a stored value is ordered by. NULL stays NULL.
  package func orderValue(of stored: BorrowedValue) -> Value {
    stored.storageClass == .null ? .null : value(of: stored) ?? lowest
  }
}
