package import RecordFilter
package import RowscopeModel
import TimeZones

/// One field and what it is compared with, for one request.
struct FieldOperands {
  private let id: FieldID
  private let field: Field
  /// The field's type, with its zones resolved.
  private let type: DeclaredType?
  private let operand: ResolvedOperand
  private let clock: RequestClock

  init(_ id: FieldID, _ table: Table, _ operand: ResolvedOperand, _ clock: RequestClock) {
    self.id = id
    field = table[id]
    type = table[id].type?.resolved(in: clock.zone)
    self.operand = operand
    self.clock = clock
  }

  // MARK: Operands

  /// The scalar value; nil for a list.
  private var scalar: Value? {
    switch operand {
    case .scalar(let value): value
    case .day(let day): .text(CivilDate(daysSinceEpoch: day).text)
    case .none, .list: nil
    }
  }

  private var values: [Value]? {
    if case .list(let values) = operand { values } else { scalar.map { [$0] } }
  }

  /// What a value means to the type; nil for no value of the type.
  private func span(_ value: Value, _ type: DeclaredType) -> ValueSpan? {
    // Today is a day where the user is, and not where a column's times are written.
    if case .day(let day) = operand, case .datetime(let form) = type {
      return form.moments(ofDay: day, in: clock.zone)
    }
    return type.literal(value)
  }

  // MARK: Filters

  /// Equal to one of the values, or a list that contains one of them; null means that no value is
  /// stored.
  var equality: Filter? {
    if case .scalar(let value) = operand, type == nil, !value.isNull, !field.isManyValued {
      return .test(id, .equals(value))
    }
    guard let values else { return .never }
    let present = values.filter { !$0.isNull }
    guard let filter = field.isManyValued ? members(present) : equals(present) else { return nil }
    return present.count < values.count ? .any(.test(id, .isNull), filter) : filter
  }

  private func equals(_ values: [Value]) -> Filter? {
    guard let type else { return .equals(id, oneOf: values) }
    let spans = values.compactMap { span($0, type) }
    guard spans.count == values.count else { return nil }
    return field.equals(id, as: type, oneOf: spans)
  }

  private func members(_ values: [Value]) -> Filter? {
    guard !values.isEmpty else { return .never }
    let form = field.members
    let members = values.compactMap { form.type.converted($0) }
    guard members.count == values.count else { return nil }
    let test = FieldTest.hasMember(form.type.equals(members))
    return .test(id, field.isConvertedToMembers ? .converted(.members(form), test) : test)
  }

  var isEmpty: Filter {
    .test(
      id,
      field.storage == .jsonArray && field.isConvertedToMembers
        ? .converted(.members(field.members), .isEmpty) : .isEmpty)
  }

  func ordered(_ ordering: FieldTest.Ordering) -> Filter? {
    guard let value = scalar, !value.isNull else { return .never }
    guard let type else {
      return field.canOrder(value) ? .test(id, .compares(ordering, value)) : nil
    }
    return span(value, type).map { field.compares(id, as: type, ordering, $0) }
  }

  var between: Filter? {
    guard case .list(let ends) = operand, ends.count == 2 else { return .never }
    guard let type else {
      return ends.allSatisfy(field.canOrder) ? .test(id, .isBetween(ends[0], ends[1])) : nil
    }
    guard let low = span(ends[0], type), let high = span(ends[1], type) else { return nil }
    return field.between(id, as: type, low.low, high.high)
  }

  func pattern(_ anchor: TextPattern.Anchor) -> Filter? {
    guard case .scalar(.text(let text)) = operand else { return .never }
    let pattern = TextPattern(text, anchor: anchor, ignoresCase: field.collation == .nocase)
    if case .uuid? = type, let type {
      return .test(
        id,
        .converted(.text(type), .matches(TextPattern(text, anchor: anchor, ignoresCase: false))))
    }
    return .test(id, .matches(pattern))
  }

  /// A date within some days.
  ///
  /// - Parameter range: the days, given today and their number, which is at least 1.
  func days(_ range: (_ today: Int64, _ count: Int64) -> ClosedRange<Int64>) -> Filter {
    guard case .scalar(.integer(let count)) = operand, count > 0,
      let type = field.dateType(in: clock.zone)
    else { return .never }
    // The calendar has fewer days than this.
    let days = range(clock.today.daysSinceEpoch, min(count, 4_000_000)).clamped(to: Moment.days)
    let (low, high): (Int64, Int64)
    switch type {
    case .datetime(let form):
      guard case .integer(let start) = form.moments(ofDay: days.lowerBound, in: clock.zone).low,
        case .integer(let end) = form.moments(ofDay: days.upperBound, in: clock.zone).high
      else { return .never }
      (low, high) = (start, end)
    case .number, .text, .checkbox, .time, .uuid, .date:
      (low, high) = (days.lowerBound, days.upperBound)
    }
    return field.between(id, as: type, .integer(low), .integer(high))
  }
}

extension Field {
  /// Whether an undeclared column has an order with the value. A column of numbers has none with a
  /// text.
  fileprivate func canOrder(_ value: Value) -> Bool {
    guard affinity.isNumeric, case .text = value.asNumberIfText else { return true }
    return false
  }

  /// Whether members are tested in another form than the stored one.
  fileprivate var isConvertedToMembers: Bool { !members.isPlain }
}

extension Table {
  /// The records whose field equals one of these values, or whose list contains one. Null matches
  /// none, nor does a value that is none of the field's type.
  package func holds(_ field: FieldID, oneOf values: [Value]) -> Filter {
    // No zone plays a part: owners and teams are no dates.
    let clock = RequestClock(now: 0)
    let known = values.filter { !$0.isNull }
    func equality(_ values: [Value]) -> Filter? {
      FieldOperands(field, self, .list(values), clock).equality
    }
    return equality(known) ?? .any(known.compactMap { equality([$0]) })
  }
}
