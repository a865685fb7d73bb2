import RowscopeModel

extension Query {
  /// Orders by the stored values where the filter lets no others through than those that compare as
  /// the values of their type do. NULL and what stands for no value of the type need no place of
  /// their own then, and an index on the field brings the order by itself.
  ///
  /// Complexity: O(k × n) in the keys of the order and the conjuncts of the filter.
  package mutating func simplifyOrder(in schema: Schema) {
    for index in order.indices where order[index].type != nil && order[index].path == nil {
      let field = schema[table][order[index].field]
      guard field.isPlainlyOrdered, let range = field.plainRange else { continue }
      var (isAboveLow, isBelowEnd) = (range.low == nil, false)
      for case .term(let term) in scope.conjuncts + request.conjuncts
      where term.field == order[index].field && !term.isComplement {
        let bounds = range.bounds(by: term.test, collation: field.collation)
        isAboveLow = isAboveLow || bounds.low
        isBelowEnd = isBelowEnd || bounds.end
      }
      if isAboveLow, isBelowEnd { order[index].type = nil }
    }
  }
}

extension PlainRange {
  /// Which ends of the range the values keep to that pass a test. NULL passes none of those that
  /// keep to any.
  fileprivate func bounds(by test: FieldTest, collation: Collation) -> (low: Bool, end: Bool) {
    func isFrom(_ value: Value) -> Bool {
      low.map { Comparison.order(value, $0, collation: collation) >= 0 } ?? true
    }
    func isUpTo(_ value: Value) -> Bool { Comparison.order(value, end, collation: collation) < 0 }
    switch test {
    case .equals(let value): return (isFrom(value), isUpTo(value))
    case .isOneOf(let values): return (values.allSatisfy(isFrom), values.allSatisfy(isUpTo))
    case .isBetween(let first, let last): return (isFrom(first), isUpTo(last))
    case .compares(.greater, let value), .compares(.greaterOrEqual, let value):
      return (isFrom(value), false)
    case .compares(.lessOrEqual, let value): return (false, isUpTo(value))
    case .compares(.less, let value): return (false, isUpTo(value) || value == end)
    case .isNull, .isEmpty, .matches, .hasMember, .converted: return (false, false)
    }
  }
}
