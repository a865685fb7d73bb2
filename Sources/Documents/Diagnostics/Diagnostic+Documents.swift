extension Diagnostic.Code {
  // What any document may have wrong.
  package static let unknownKey = Self("unknown_key")
  package static let wrongType = Self("wrong_type")
  package static let badFlag = Self("bad_flag")
  /// A key that must be there is not.
  package static let requiredKey = Self("required_key")
  /// Two keys of one map that name the same table, page or dashboard.
  package static let duplicateName = Self("duplicate_name")

  // Conditions.
  package static let unknownOperator = Self("unknown_operator")
  package static let unknownReference = Self("unknown_reference")
  /// The operator takes a value or reference, and there is none.
  package static let missingOperand = Self("missing_operand")
  /// The operator takes no value, and there is one; or there are two.
  package static let unexpectedOperand = Self("unexpected_operand")
  /// The operator takes another kind of value.
  package static let wrongOperand = Self("wrong_operand")
  package static let emptyGroup = Self("empty_group")
  /// A group with a second group, or a condition, in the same object.
  package static let mixedGroup = Self("mixed_group")
  /// Groups inside groups beyond ``Condition/nestingLimit``.
  package static let nestingLimit = Self("nesting_limit")
  /// A list longer than ``Condition/listLimit``.
  package static let listLimit = Self("list_limit")
  /// More days than ``Condition/daysLimit``.
  package static let daysLimit = Self("days_limit")

  // Profiles.
  package static let unknownItemType = Self("unknown_item_type")
  /// A warning: an enabled map that enables nothing.
  package static let emptyMap = Self("empty_map")
  /// A warning: what is both given and taken away.
  package static let contradiction = Self("contradiction")
  /// A warning: a name that a list has twice.
  package static let repeatedName = Self("repeated_name")
}
