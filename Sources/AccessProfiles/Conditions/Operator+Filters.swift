import RecordFilter
import RowscopeModel
import TimeZones

extension Operator {
  /// The comparison of two fields, without its negation.
  var fieldRelation: FieldComparison.Relation? {
    switch self {
    case .equal, .notEqual: .equal
    case .greater: .ordered(.greater)
    case .greaterOrEqual: .ordered(.greaterOrEqual)
    case .less: .ordered(.less)
    case .lessOrEqual: .ordered(.lessOrEqual)
    case .oneOf, .noneOf, .between, .notBetween, .contains, .notContains, .startsWith,
      .notStartsWith, .endsWith, .notEndsWith, .isNull, .isNotNull, .isEmpty, .isNotEmpty,
      .lastDays, .nextDays, .isUnder, .isNotUnder:
      nil
    }
  }

  /// Whether the operator is the negation of another one.
  var isComplement: Bool {
    switch self {
    case .notEqual, .noneOf, .notBetween, .notContains, .notStartsWith, .notEndsWith, .isNotNull,
      .isNotEmpty, .isNotUnder:
      true
    case .equal, .greater, .greaterOrEqual, .less, .lessOrEqual, .oneOf, .between, .contains,
      .startsWith, .endsWith, .isNull, .isEmpty, .lastDays, .nextDays, .isUnder:
      false
    }
  }

  var expectation: String {
    switch operandShape {
    case .none: "no value"
    case .scalar, .scalarOrNull: "one value"
    case .list: "a list, or a text with commas"
    case .scalarOrList: "one value, or a list of them"
    case .range: "a list of two values"
    case .text: "a text"
    case .days: "a whole number of days"
    }
  }

  /// The filter of the operator without its negation; nil where a value is none of the field's
  /// type.
  func filter(
    _ field: FieldID, in table: Table, _ operand: ResolvedOperand, _ clock: RequestClock
  ) -> Filter? {
    let operands = FieldOperands(field, table, operand, clock)
    switch self {
    case .equal, .notEqual, .oneOf, .noneOf: return operands.equality
    case .greater: return operands.ordered(.greater)
    case .greaterOrEqual: return operands.ordered(.greaterOrEqual)
    case .less: return operands.ordered(.less)
    case .lessOrEqual: return operands.ordered(.lessOrEqual)
    case .between, .notBetween: return operands.between
    case .contains, .notContains: return operands.pattern(.anywhere)
    case .startsWith, .notStartsWith: return operands.pattern(.start)
    case .endsWith, .notEndsWith: return operands.pattern(.end)
    case .isNull, .isNotNull: return .test(field, .isNull)
    case .isEmpty, .isNotEmpty: return operands.isEmpty
    case .lastDays: return operands.days { today, count in today - count + 1...today }
    case .nextDays: return operands.days { today, count in today...today + count - 1 }
    // Of a tree, not of a field.
    case .isUnder, .isNotUnder: return nil
    }
  }
}
