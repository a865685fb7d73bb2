import RecordFilter
import RowscopeModel

/// A test of a column whose values are of the column's type.
///
/// `c` stands for the column; the SQL of the complement follows the arrow.
enum PostgreSQLTest: Hashable {
  /// No value passes. `FALSE` → `TRUE`
  case never
  /// Every value passes. `c IS NOT NULL` → `c IS NULL`
  case present
  /// `c = $1::bigint` → `c IS DISTINCT FROM $1::bigint`
  case equals(Value)
  /// `c = ANY ($1::bigint[])` → `(c <> ALL ($1::bigint[]) OR c IS NULL)`
  case isOneOf([Value])
  /// `c < $1::bigint` → `(c >= $1::bigint OR c IS NULL)`
  case compares(FieldTest.Ordering, Value)
  /// `(c >= $1::bigint AND c < $2::bigint)` → `(c < $1 OR c >= $2 OR c IS NULL)`
  case isBetween(low: Value, high: Value, includesHigh: Bool)
}

extension PostgreSQLTest {
  /// The test of a column of this type that holds for the same values; nil where there is none.
  init?(_ test: FieldTest, of type: PostgreSQLType, in field: Field) {
    if let few = type.fewValues {
      self.init(
        few: few.filter { Term(FieldID(0), test).holds(for: $0.seen, in: field) }, few.count)
      return
    }
    var (inner, reading) = (test, PostgreSQLReading.stored(field.affinity))
    if case .converted(let conversion, let converted) = test {
      guard let found = type.reading(after: conversion) else { return nil }
      (inner, reading) = (converted, found)
    }
    func place(_ value: Value) -> PostgreSQLPlace? {
      // Texts without case are compared in lower case.
      guard case .text = type, case .stored(let affinity) = reading, field.collation == .nocase,
        case .text(let text) = value.applying(affinity)
      else { return type.place(of: value, as: reading) }
      let lowered = Text(bytes: text.bytes.map(\.asciiLowercased))
      return type.place(of: .text(lowered), as: reading)
    }
    switch inner {
    case .equals(let value):
      guard let place = place(value) else { return nil }
      if case .at(let value, isExact: true) = place { self = .equals(value) } else { self = .never }
    case .isOneOf(let values):
      var found: [Value] = []
      for value in values {
        guard let place = place(value) else { return nil }
        if case .at(let value, isExact: true) = place, !found.contains(value) {
          found.append(value)
        }
      }
      self = found.isEmpty ? .never : .isOneOf(found)
    case .compares(let ordering, let value):
      guard let place = place(value) else { return nil }
      self.init(ordering, place)
    case .isBetween(let low, let high):
      guard let low = place(low), let high = place(high) else { return nil }
      self.init(from: low, to: high)
    case .isNull, .isEmpty, .matches, .hasMember, .converted: return nil
    }
  }

  private init(few passing: [(seen: Value, written: Value)], _ count: Int) {
    switch passing.count {
    case 0: self = .never
    case count: self = .present
    case 1: self = .equals(passing[0].written)
    default: self = .isOneOf(passing.map(\.written))
    }
  }

  init(_ ordering: FieldTest.Ordering, _ place: PostgreSQLPlace) {
    switch (ordering, place) {
    case (.less, .below), (.lessOrEqual, .below), (.greater, .above), (.greaterOrEqual, .above):
      self = .never
    case (.less, .above), (.lessOrEqual, .above), (.greater, .below), (.greaterOrEqual, .below):
      self = .present
    case (_, .at(let value, isExact: true)): self = .compares(ordering, value)
    case (.less, .at(let value, _)), (.lessOrEqual, .at(let value, _)):
      self = .compares(.less, value)
    case (.greater, .at(let value, _)), (.greaterOrEqual, .at(let value, _)):
      self = .compares(.greaterOrEqual, value)
    }
  }

  private init(from low: PostgreSQLPlace, to high: PostgreSQLPlace) {
    let from = PostgreSQLTest(.greaterOrEqual, low)
    let to = PostgreSQLTest(.lessOrEqual, high)
    switch (from, to) {
    case (.never, _), (_, .never): self = .never
    case (.present, _): self = to
    case (_, .present): self = from
    case (.compares(_, let low), .compares(let ordering, let high)):
      self = .isBetween(low: low, high: high, includesHigh: ordering == .lessOrEqual)
    default: self = .never
    }
  }
}

/// Lists of values as one parameter.
enum PostgreSQLArray {
  /// `{"a","b"}`: PostgreSQL's text of an array.
  static func text(of values: [Value]) -> Value {
    var text = "{"
    for (index, value) in values.enumerated() {
      if index > 0 { text += "," }
      switch value {
      case .integer(let integer): text += String(integer)
      case .real(let real):
        text += real.isInfinite ? (real < 0 ? "-Infinity" : "Infinity") : String(real)
      case .text(let value):
        text += "\""
        for scalar in value.string.unicodeScalars {
          if scalar == "\"" || scalar == "\\" { text += "\\" }
          text.unicodeScalars.append(scalar)
        }
        text += "\""
      case .null, .blob: preconditionFailure("not a value of a column")
      }
    }
    return .text(text + "}")
  }
}
