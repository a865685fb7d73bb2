extension Diagnostic.Code {
  // Mistakes that any document can have.
  package static let unknownKey = Self("unknown_key")
  package static let wrongType = Self("wrong_type")
  package static let badFlag = Self("bad_flag")
  /// A required key is missing.
  package static let requiredKey = Self("required_key")
  /// Two keys of one map name the same table, page or dashboard.
  package static let duplicateName = Self("duplicate_name")

  // Conditions.
  package static let unknownOperator = Self("unknown_operator")
  package static let unknownReference = Self("unknown_reference")
  /// The operator needs a value or reference, and there is none.
  package static let missingOperand = Self("missing_operand")
  /// The operator takes no value, and there is one; or there are two.
  package static let unexpectedOperand = Self("unexpected_operand")
  /// The operator does not accept this kind of value.
  package static let wrongOperand = Self("wrong_operand")
  package static let emptyGroup = Self("empty_group")
  /// A group shares its object with a second group or a condition.
  package static let mixedGroup = Self("mixed_group")
  /// Groups nested deeper than ``ConditionParser/nestingLimit``.
  package static let nestingLimit = Self("nesting_limit")
  /// A list longer than ``Condition/listLimit``.
  package static let listLimit = Self("list_limit")
  /// More days than ``Condition/daysLimit``.
  package static let daysLimit = Self("days_limit")

  // Profiles.
  package static let unknownItemType = Self("unknown_item_type")
  /// A warning: a map of enabled names is empty.
  package static let emptyMap = Self("empty_map")
  /// A warning: something is both granted and denied.
  package static let contradiction = Self("contradiction")
  /// A warning: a list has a name twice.
  package static let repeatedName = Self("repeated_name")
}
