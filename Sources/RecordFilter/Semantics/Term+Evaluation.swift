package import RowscopeModel

extension Term {
  /// Whether a field with this value passes the test, exactly as SQLite decides it.
  ///
  /// This is the reference implementation, one value at a time, that faster forms are tested
  /// against. It allocates only when a number is compared with text in a column of text affinity,
  /// and for JSON texts with escapes.
  ///
  /// - Precondition: the field is not a link, whose members are not part of the record.
  package func holds(for value: Value, in field: Field) -> Bool {
    test.holds(for: value, in: field) != isComplement
  }
}

extension FieldTest {
  fileprivate func holds(for value: Value, in field: Field) -> Bool {
    if case .link = field.storage { preconditionFailure("a link's members are not in the record") }
    switch self {
    case .isNull: return value.isNull
    case .isEmpty:
      if field.isManyValued { return value.memberCount == 0 }
      return value.isNull || value.order(.text(Text("")), in: field) == 0
    case .hasMember(let values): return value.hasMember(values)
    case .equals(let other): return !value.isNull && value.order(other, in: field) == 0
    case .compares(let ordering, let other):
      return !value.isNull && ordering.admits(value.order(other, in: field))
    case .isOneOf(let others):
      return !value.isNull && others.contains { value.order($0, in: field) == 0 }
    case .isBetween(let low, let high):
      return !value.isNull && value.order(low, in: field) >= 0 && value.order(high, in: field) <= 0
    case .matches(let pattern): return pattern.matches(value)
    case .converted(let conversion, let test):
      return test.holds(for: conversion.converted(value), in: conversion.field(of: field))
    }
  }
}

extension FieldTest.Ordering {
  /// Whether a comparison result (negative for before, positive for after) passes.
  package func admits(_ order: Int) -> Bool {
    switch self {
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .greater: order > 0
    case .greaterOrEqual: order >= 0
    }
  }
}

extension Value {
  fileprivate func order(_ other: Value, in field: Field) -> Int {
    Comparison.order(
      self, other, affinity: field.affinity.whenComparedWithValue, collation: field.collation)
  }

  /// The number of elements of a JSON array; 0 for everything else.
  fileprivate var memberCount: Int {
    guard case .text(let text) = self else { return 0 }
    return text.withBytes { JSONMembers.count(in: $0) } ?? 0
  }

  fileprivate func hasMember(_ values: [Value]) -> Bool {
    guard case .text(let text) = self else { return false }
    return text.withBytes { JSONMembers.contain(values, in: $0) }
  }
}
