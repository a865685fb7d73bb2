import RowscopeModel

extension Fingerprint {
  /// The fingerprint of everything that a cursor is bound to.
  ///
  /// It uses the conditions as written, not resolved: `last days 7` stays the same query after
  /// midnight. The selection, the count and the page size may change between pages.
  ///
  /// - Parameters:
  ///   - key: see ``ServiceLimits/secret``.
  ///   - summary: what is made of the records, where they are not listed.
  init(
    of request: ListRequest, user: Value, profile: Fingerprint, table: Name, key: [UInt8],
    summary: SummaryRequest? = nil
  ) {
    var encoder = ByteEncoder()
    encoder.string(key)
    encoder.value(user)
    encoder.word(profile.tag([]))
    encoder.word(profile.tag([0]))
    encoder.string(table.string)
    encoder.string(request.joining.rawValue)
    encoder.conditions(request.filters)
    encoder.string(request.search ?? "")
    encoder.integer(Int64(request.sort.count))
    for key in request.sort {
      encoder.string(key.field)
      encoder.byte(key.isDescending ? 1 : 0)
    }
    if let summary { encoder.summary(summary) }
    self.init(encoder.bytes)
  }
}

extension ByteEncoder {
  fileprivate mutating func summary(_ summary: SummaryRequest) {
    integer(Int64(summary.groupBy.count))
    for grouping in summary.groupBy {
      string(grouping.field)
      string(grouping.period?.rawValue ?? "")
      string(grouping.shownName)
    }
    for aggregate in summary.aggregates {
      string(aggregate.function.rawValue)
      string(aggregate.field ?? "")
      byte(aggregate.field == nil ? 0 : 1)
      string(aggregate.shownName)
    }
  }

  mutating func conditions(_ conditions: [Condition]) {
    integer(Int64(conditions.count))
    for condition in conditions { self.condition(condition) }
  }

  private mutating func condition(_ condition: Condition) {
    switch condition.content {
    case .and(let conditions):
      byte(0)
      self.conditions(conditions)
    case .or(let conditions):
      byte(1)
      self.conditions(conditions)
    case .not(let condition):
      byte(2)
      self.condition(condition)
    case .related(let related):
      byte(4)
      string(related.path.value)
      string(related.quantifier.value.rawValue)
      self.conditions(related.conditions)
    case .named(let name):
      byte(5)
      string(name)
    case .test(let test):
      byte(3)
      string(test.field.value)
      string(test.operator.value.rawValue)
      operand(test.operand.value)
    }
  }

  private mutating func operand(_ operand: ConditionTest.Operand) {
    switch operand {
    case .none: byte(0)
    case .value(let value):
      byte(1)
      self.value(value)
    case .list(let values):
      byte(2)
      integer(Int64(values.count))
      for value in values { self.value(value) }
    case .range(let low, let high):
      byte(3)
      value(low)
      value(high)
    case .days(let days):
      byte(4)
      integer(Int64(days))
    case .otherField(let name):
      byte(6)
      string(name)
    case .reference(let reference):
      byte(5)
      string(reference.description)
    }
  }
}
