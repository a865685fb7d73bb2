extension Diagnostic.Code {
  // What any document may have wrong.
  public static let unknownKey = Self("unknown_key")
  public static let wrongType = Self("wrong_type")
  public static let badFlag = Self("bad_flag")
  /// A key that must be there is not.
  public static let requiredKey = Self("required_key")
  /// Two keys of one map that name the same table, page or dashboard.
  public static let duplicateName = Self("duplicate_name")

  // Conditions.
  public static let unknownOperator = Self("unknown_operator")
  public static let unknownReference = Self("unknown_reference")
  /// The operator takes a value or reference, and there is none.
  public static let missingOperand = Self("missing_operand")
  /// The operator takes no value, and there is one; or there are two.
  public static let unexpectedOperand = Self("unexpected_operand")
  /// The operator takes another kind of value.
  public static let wrongOperand = Self("wrong_operand")
  public static let emptyGroup = Self("empty_group")
  /// A group with a second group, or a condition, in the same object.
  public static let mixedGroup = Self("mixed_group")
  /// Groups inside groups beyond ``ConditionParser/nestingLimit``.
  public static let nestingLimit = Self("nesting_limit")
  /// A list longer than ``ConditionParser/listLimit``.
  public static let listLimit = Self("list_limit")
  /// More days than ``ConditionParser/daysLimit``.
  public static let daysLimit = Self("days_limit")

  // Profiles.
  public static let unknownItemType = Self("unknown_item_type")
  /// A warning: an enabled map that enables nothing.
  public static let emptyMap = Self("empty_map")
  /// A warning: what is both given and taken away.
  public static let contradiction = Self("contradiction")
  /// A warning: a name that a list has twice.
  public static let repeatedName = Self("repeated_name")
}
