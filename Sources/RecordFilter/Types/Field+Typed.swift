package import RowscopeModel
import TimeZones

/// Filters over fields of a declared type.
extension Field {
  /// The records whose value lies in one of the spans.
  ///
  /// - Parameter type: the field's, with its zones resolved.
  package func equals(_ id: FieldID, as type: DeclaredType, oneOf spans: [ValueSpan]) -> Filter {
    if let stored = storedEqual(to: spans, type) { return .equals(id, oneOf: stored) }
    if let filter = checkbox(id, type, { flag in spans.contains { $0.low == .flag(flag) } }) {
      return filter
    }
    if case .number = type, plainRange != nil {
      return .equals(id, oneOf: spans.map(\.low))
    }
    if case .text = type, plainRange != nil {
      return .equals(id, oneOf: spans.map(\.low))
    }
    let single = spans.filter { $0.low == $0.high }.map(\.low)
    let ranges = spans.filter { $0.low != $0.high }
    if plainRange != nil { return .any(spans.map { between(id, as: type, $0.low, $0.high) }) }
    let equal: Filter =
      single.isEmpty
      ? .never
      : .test(
        id, .converted(.value(type), single.count == 1 ? .equals(single[0]) : .isOneOf(single)))
    return .any([equal] + ranges.map { between(id, as: type, $0.low, $0.high) })
  }

  /// The records whose value lies between two others, both included.
  package func between(
    _ id: FieldID, as type: DeclaredType, _ low: Value, _ high: Value
  ) -> Filter {
    if let filter = checkbox(id, type, { low.isAtMost(.flag($0)) && Value.flag($0).isAtMost(high) })
    {
      return filter
    }
    if let bounds = storedBounds(low, high, type) {
      return .all(
        .test(id, .compares(.greaterOrEqual, bounds.low)), .test(id, .compares(.less, bounds.end)))
    }
    if plainRange != nil {
      // Both ends are of the range's class.
      return .test(id, .isBetween(low, high))
    }
    return .test(id, .converted(.value(type), .isBetween(low, high)))
  }

  /// The records whose value compares so with a literal.
  package func compares(
    _ id: FieldID, as type: DeclaredType, _ ordering: FieldTest.Ordering, _ span: ValueSpan
  ) -> Filter {
    let value = ordering == .less || ordering == .greaterOrEqual ? span.low : span.high
    if let filter = checkbox(
      id, type,
      { ordering.admits(Comparison.order(.flag($0), value, collation: .binary)) })
    {
      return filter
    }
    if case .integer(let number) = value, case (let all, let encoding)? = numeric(type) {
      let bound: Int64? =
        switch ordering {
        case .less, .greaterOrEqual: number
        case .lessOrEqual, .greater: number + 1
        }
      let limit = bound.flatMap { storedLeast(from: $0, type, encoding) } ?? all.end
      return switch ordering {
      case .less, .lessOrEqual:
        .all(
          .test(id, .compares(.greaterOrEqual, all.low)),
          .test(id, .compares(.less, limit)))
      case .greater, .greaterOrEqual:
        .all(
          .test(id, .compares(.greaterOrEqual, limit)), .test(id, .compares(.less, all.end)))
      }
    }
    if let plainRange, numeric(type) == nil {
      let test = Filter.test(id, .compares(ordering, value))
      switch ordering {
      case .less, .lessOrEqual: return test
      case .greater, .greaterOrEqual:
        return holdsOnly == nil ? .all(test, .test(id, .compares(.less, plainRange.end))) : test
      }
    }
    return .test(id, .converted(.value(type), .compares(ordering, value)))
  }

  // MARK: Stored forms

  /// The spellings that stand for one of the spans, where there is one for each.
  private func storedEqual(to spans: [ValueSpan], _ type: DeclaredType) -> [Value]? {
    guard case .uuid(let form?) = type, collation == .binary else { return nil }
    // A column of numbers would take 32 digits for a number.
    if affinity.isNumeric, form == .lowerDigits || form == .upperDigits { return nil }
    return spans.map { span in
      if case .blob(let bytes) = span.low { UUIDText.stored(bytes, as: form) } else { span.low }
    }
  }

  /// The records whose checkbox passes a test, as the texts and numbers that stand for it.
  private func checkbox(
    _ id: FieldID, _ type: DeclaredType, _ passes: (Bool) -> Bool
  ) -> Filter? {
    guard case .checkbox = type, collation != .rtrim else { return nil }
    let flags = [false, true].filter(passes)
    if flags.isEmpty { return .never }
    let spellings = Filter.test(id, .isOneOf(CheckboxText.spellings(of: flags)))
    if affinity == .text { return spellings }
    let numbers = Filter.equals(id, oneOf: flags.map { .flag($0) })
    if holdsOnly == .numbers { return numbers }
    // A comparison that numbers fail at once spares them the look at the list.
    let texts = Filter.test(id, .compares(.greaterOrEqual, .text(Text(""))))
    return .any(numbers, .all(texts, spellings))
  }

  /// The range of stored numbers and their encoding, of dates that are stored as numbers alone.
  private func numeric(_ type: DeclaredType) -> (all: (low: Value, end: Value), NumericDate)? {
    guard let range = plainRange, let low = range.low else { return nil }
    switch type {
    case .date(let form), .datetime(let form):
      guard case .number(let number)? = form.encodings.first else { return nil }
      return ((low, range.end), number)
    case .number, .text, .checkbox, .time, .uuid: return nil
    }
  }

  /// The stored numbers from one moment or day to another; the end is excluded.
  private func storedBounds(
    _ low: Value, _ high: Value, _ type: DeclaredType
  ) -> (low: Value, end: Value)? {
    guard case (let all, let encoding)? = numeric(type), case .integer(let first) = low,
      case .integer(let last) = high
    else { return nil }
    let end = last == .max ? nil : storedLeast(from: last + 1, type, encoding)
    return (storedLeast(from: first, type, encoding) ?? all.low, end ?? all.end)
  }

  /// The least stored number from a moment or the beginning of a day on; nil if the calendar ends
  /// before it.
  private func storedLeast(
    from value: Int64, _ type: DeclaredType, _ encoding: NumericDate
  ) -> Value? {
    var moment = value
    if case .date(let form) = type {
      guard Moment.days.lowerBound...Moment.days.upperBound + 1 ~= value else { return nil }
      moment = form.dayZone.rule.start(ofDay: value)
    }
    if moment > Moment.all.upperBound { return nil }
    return encoding.least(from: max(moment, Moment.all.lowerBound))
  }
}

extension Value {
  fileprivate func isAtMost(_ other: Value) -> Bool {
    Comparison.order(self, other, collation: .binary) <= 0
  }
}
