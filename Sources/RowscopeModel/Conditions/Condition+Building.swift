extension Condition {
  /// A field to compare: its name, or a path of relations that ends in one, as `client.region`.
  ///
  /// ```swift
  /// let urgent: Condition = "priority" >= 4 && "status" != "Done"
  /// let mine: Condition = .field("title").contains("invoice") || .field("watchers") == 7
  /// ```
  ///
  /// Names are looked up among the fields that the user sees when the request is answered. An
  /// operand that does not fit its operator (an order with null, a blob) is an error then.
  public struct Field: Sendable, Hashable, ExpressibleByStringLiteral {
    /// As it was given; not yet looked up.
    public let name: String

    /// A field of this name, or at the end of this path. It is the same as ``Condition/field(_:)``.
    public init(_ name: String) { self.name = name }

    /// A name in a condition: `"priority" >= 4`.
    public init(stringLiteral name: String) { self.init(name) }

    /// Equals one of the values; a null among them equals null fields. False of no values.
    public func isOne(of values: [Value]) -> Condition { test(.oneOf, .list(values)) }

    /// Equals none of the values: the complement of ``isOne(of:)``.
    public func isNone(of values: [Value]) -> Condition { test(.noneOf, .list(values)) }

    /// From `low` to `high`, both included.
    public func isBetween(_ low: Value, and high: Value) -> Condition {
      test(.between, .range(low, high))
    }

    /// Holds this text anywhere. `%` and `_` are themselves.
    public func contains(_ text: String) -> Condition { test(.contains, .value(.text(text))) }

    /// Begins with this text. `%` and `_` are themselves.
    public func starts(with text: String) -> Condition { test(.startsWith, .value(.text(text))) }

    /// Ends with this text. `%` and `_` are themselves.
    public func ends(with text: String) -> Condition { test(.endsWith, .value(.text(text))) }

    /// Whether no value is stored.
    public var isNull: Condition { test(.isNull, .none) }

    /// The complement of ``isNull``.
    public var isNotNull: Condition { test(.isNotNull, .none) }

    /// Null, the empty text, or no member.
    public var isEmpty: Condition { test(.isEmpty, .none) }

    /// The complement of ``isEmpty``.
    public var isNotEmpty: Condition { test(.isNotEmpty, .none) }

    /// Whether one related record satisfies a condition. The field is a path of relations, and the
    /// condition's names begin at the related table:
    /// `.field("members").some("user" == 7 && "role" == "editor")`.
    public func some(_ condition: Condition) -> Condition { related(.some, condition) }

    /// The exact complement of ``some(_:)``.
    public func none(_ condition: Condition) -> Condition { related(.none, condition) }

    /// Whether no related record fails a condition; true where there is none.
    public func every(_ condition: Condition) -> Condition { related(.every, condition) }

    /// Whether the record stands at this record of a tree, or anywhere below it. The field is a
    /// relation to a table whose relation to itself the workspace declares a tree:
    /// `.field("folder").isUnder(12)`.
    public func isUnder(_ key: Value) -> Condition { test(.isUnder, .value(key)) }

    /// At or below one of several.
    public func isUnder(anyOf keys: [Value]) -> Condition { test(.isUnder, .list(keys)) }

    /// The exact complement of ``isUnder(_:)``: it holds of records that stand nowhere too.
    public func isNotUnder(_ key: Value) -> Condition { test(.isNotUnder, .value(key)) }

    /// The exact complement of ``isUnder(anyOf:)``.
    public func isNotUnder(anyOf keys: [Value]) -> Condition { test(.isNotUnder, .list(keys)) }

    private func related(_ quantifier: Quantifier, _ condition: Condition) -> Condition {
      let nowhere = 0..<0
      let conditions: [Condition] =
        if case .and(let parts) = condition.content { parts } else { [condition] }
      return Condition(
        .related(
          RelatedCondition(
            path: Located(name, at: nowhere), quantifier: Located(quantifier, at: nowhere),
            conditions: conditions)), at: nowhere)
    }

    /// A date within the last `days` days, of which today is the last.
    public func isInLast(days: Int) -> Condition { test(.lastDays, .days(days)) }

    /// A date within the next `days` days, of which today is the first.
    public func isInNext(days: Int) -> Condition { test(.nextDays, .days(days)) }

    fileprivate func test(_ name: Operator, _ operand: ConditionTest.Operand) -> Condition {
      let nowhere = 0..<0
      return Condition(
        .test(
          ConditionTest(
            field: Located(self.name, at: nowhere), operator: Located(name, at: nowhere),
            operand: Located(operand, at: nowhere))), at: nowhere)
    }
  }

  /// A field to compare, for what no operator says: `.field("title").contains("invoice")`.
  public static func field(_ name: String) -> Field { Field(name) }

  /// Holds where both hold.
  public static func && (left: Condition, right: Condition) -> Condition {
    // Flat, so that a long chain is not deep.
    if case .and(let conditions) = left.content { return .all(conditions + [right]) }
    return .all([left, right])
  }

  /// Holds where one of them holds.
  public static func || (left: Condition, right: Condition) -> Condition {
    if case .or(let conditions) = left.content { return .any(conditions + [right]) }
    return .any([left, right])
  }

  /// The exact complement.
  public static prefix func ! (condition: Condition) -> Condition {
    Condition(.not(condition), at: 0..<0)
  }

  /// Holds where all of them hold; true of none.
  public static func all(_ conditions: [Condition]) -> Condition {
    Condition(.and(conditions), at: 0..<0)
  }

  /// Holds where one of them holds; false of none.
  public static func any(_ conditions: [Condition]) -> Condition {
    Condition(.or(conditions), at: 0..<0)
  }
}

extension Condition {
  /// Another field of the same record, or of one related record, to compare a field with:
  /// `"paid_on" > .other("due_date")`.
  public struct OtherField: Sendable, Hashable {
    /// As it was given; not yet looked up.
    public let name: String

    /// The same as ``other(_:)``.
    public init(_ name: String) { self.name = name }

    /// A field's name, or a path of relations to one record that ends in one.
    public static func other(_ name: String) -> OtherField { OtherField(name) }
  }
}

/// With a null on either side all but `!=` are false.
extension Condition.Field {
  /// Equal, as the two columns compare.
  public static func == (field: Condition.Field, other: Condition.OtherField) -> Condition {
    field.test(.equal, .otherField(other.name))
  }

  /// The complement of `==`.
  public static func != (field: Condition.Field, other: Condition.OtherField) -> Condition {
    field.test(.notEqual, .otherField(other.name))
  }

  /// The field's value is less than the other's.
  public static func < (field: Condition.Field, other: Condition.OtherField) -> Condition {
    field.test(.less, .otherField(other.name))
  }

  /// The field's value is the other's, or less.
  public static func <= (field: Condition.Field, other: Condition.OtherField) -> Condition {
    field.test(.lessOrEqual, .otherField(other.name))
  }

  /// The field's value is greater than the other's.
  public static func > (field: Condition.Field, other: Condition.OtherField) -> Condition {
    field.test(.greater, .otherField(other.name))
  }

  /// The field's value is the other's, or greater.
  public static func >= (field: Condition.Field, other: Condition.OtherField) -> Condition {
    field.test(.greaterOrEqual, .otherField(other.name))
  }
}

extension Condition.Field {
  /// Equal to the value, as SQLite compares them; `== .null` holds of null fields. Of a field of
  /// many values: one of its members is.
  public static func == (field: Condition.Field, value: Value) -> Condition {
    field.test(.equal, .value(value))
  }

  /// The complement of `==`: it holds of null fields too, unless `value` is null.
  public static func != (field: Condition.Field, value: Value) -> Condition {
    field.test(.notEqual, .value(value))
  }

  /// Less than the value. False of null fields; null for a value is an error.
  public static func < (field: Condition.Field, value: Value) -> Condition {
    field.test(.less, .value(value))
  }

  /// The value, or less. False of null fields; null for a value is an error.
  public static func <= (field: Condition.Field, value: Value) -> Condition {
    field.test(.lessOrEqual, .value(value))
  }

  /// Greater than the value. False of null fields; null for a value is an error.
  public static func > (field: Condition.Field, value: Value) -> Condition {
    field.test(.greater, .value(value))
  }

  /// The value, or greater. False of null fields; null for a value is an error.
  public static func >= (field: Condition.Field, value: Value) -> Condition {
    field.test(.greaterOrEqual, .value(value))
  }
}

extension Condition {
  /// The most values of a list.
  package static let listLimit = 100_000
  /// The most days of a window: some thousand years, so that both ends have four-digit years.
  package static let daysLimit = 365_000
  /// How deep groups may stand inside one another.
  package static let nestingLimit = 64

  /// What the reader of documents sees to, for conditions that a program builds.
  ///
  /// - Throws: `invalid_value` for an operand that does not fit its operator; `limit_exceeded`.
  package func checkOperands(depth: Int = 0) throws(ServiceError) {
    guard depth <= Self.nestingLimit else {
      throw ServiceError(
        .limitExceeded, "conditions are nested more than \(Self.nestingLimit) deep")
    }
    switch content {
    case .and(let conditions), .or(let conditions):
      for condition in conditions { try condition.checkOperands(depth: depth + 1) }
    case .not(let condition): try condition.checkOperands(depth: depth + 1)
    case .named:
      throw ServiceError(.invalidRequest, "the workspace's named conditions are for documents")
    case .related(let related):
      for condition in related.conditions { try condition.checkOperands(depth: depth + 1) }
    case .test(let test): try test.checkOperand()
    }
  }
}

extension ConditionTest {
  fileprivate func checkOperand() throws(ServiceError) {
    let name = self.operator.value
    func fault(_ expected: String) -> ServiceError {
      ServiceError(
        .invalidValue,
        "the operator \"\(name.rawValue)\" on \(Printable.quoted(field.value)) takes \(expected)")
    }
    switch operand.value {
    case .none, .reference: break
    case .otherField: if !name.comparesFields { throw fault("no other field") }
    case .value(let value):
      if case .blob = value { throw fault("no blob") }
      if value.isNull, name.operandShape != .scalarOrNull { throw fault("no null") }
    case .list(let values):
      guard values.count <= Condition.listLimit else {
        throw ServiceError(
          .limitExceeded, "a list has more than \(Condition.listLimit) values")
      }
      for case .blob in values { throw fault("no blob") }
    case .range(let low, let high):
      for value in [low, high] {
        if case .blob = value { throw fault("no blob") }
        if value.isNull { throw fault("no null") }
      }
    case .days(let days):
      guard 0...Condition.daysLimit ~= days else {
        throw fault("a whole number of days from 0 to \(Condition.daysLimit)")
      }
    }
  }
}
