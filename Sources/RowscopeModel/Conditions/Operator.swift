/// What a condition asks of a field. The raw value is the canonical name.
///
/// Every operator but the ordered ones has a partner that is its exact complement
/// (``complement``), on null fields as well.
package enum Operator: String, Sendable, Hashable, CaseIterable {
  case equal = "=="
  case notEqual = "!="
  case greater = ">"
  case greaterOrEqual = ">="
  case less = "<"
  case lessOrEqual = "<="
  case oneOf = "in"
  case noneOf = "not in"
  case between = "between"
  case notBetween = "not between"
  /// Contains the text: `%` and `_` are themselves.
  case contains = "like"
  case notContains = "not like"
  case startsWith = "starts with"
  case notStartsWith = "not starts with"
  case endsWith = "ends with"
  case notEndsWith = "not ends with"
  case isNull = "is null"
  case isNotNull = "is not null"
  /// Null or the empty text.
  case isEmpty = "is empty"
  case isNotEmpty = "is not empty"
  case lastDays = "last days"
  case nextDays = "next days"
  /// At one of these records of a tree, or anywhere below it.
  case isUnder = "is under"
  case isNotUnder = "is not under"

  /// The operator that is true exactly where this one is false.
  ///
  /// None for the ordered comparisons: `>` and `<=` are both false on null. None for the day
  /// windows.
  package var complement: Operator? {
    switch self {
    case .equal: .notEqual
    case .notEqual: .equal
    case .oneOf: .noneOf
    case .noneOf: .oneOf
    case .between: .notBetween
    case .notBetween: .between
    case .contains: .notContains
    case .notContains: .contains
    case .startsWith: .notStartsWith
    case .notStartsWith: .startsWith
    case .endsWith: .notEndsWith
    case .notEndsWith: .endsWith
    case .isNull: .isNotNull
    case .isNotNull: .isNull
    case .isEmpty: .isNotEmpty
    case .isNotEmpty: .isEmpty
    case .isUnder: .isNotUnder
    case .isNotUnder: .isUnder
    case .greater, .greaterOrEqual, .less, .lessOrEqual, .lastDays, .nextDays: nil
    }
  }

  /// Whether it asks for a place in a tree.
  package var isOfTree: Bool { self == .isUnder || self == .isNotUnder }

  /// What an operator is given to compare with.
  package enum OperandShape: Sendable, Hashable {
    /// One number or text.
    case scalar
    /// One number or text, or null.
    case scalarOrNull
    /// Any number of scalars and nulls.
    case list
    /// One number or text, or a list of them.
    case scalarOrList
    /// Two scalars, the low end and the high end.
    case range
    /// One text.
    case text
    /// A whole number of days.
    case days
    /// Nothing.
    case none
  }

  /// Whether it compares with one value, which another field may give.
  package var comparesFields: Bool {
    switch operandShape {
    case .scalar, .scalarOrNull: true
    case .list, .scalarOrList, .range, .text, .days, .none: false
    }
  }

  package var operandShape: OperandShape {
    switch self {
    case .equal, .notEqual: .scalarOrNull
    case .greater, .greaterOrEqual, .less, .lessOrEqual: .scalar
    case .oneOf, .noneOf: .list
    case .between, .notBetween: .range
    case .contains, .notContains, .startsWith, .notStartsWith, .endsWith, .notEndsWith: .text
    case .isNull, .isNotNull, .isEmpty, .isNotEmpty: .none
    case .lastDays, .nextDays: .days
    case .isUnder, .isNotUnder: .scalarOrList
    }
  }
}

extension Operator: CustomStringConvertible {
  package var description: String { rawValue }
}
