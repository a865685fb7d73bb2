extension Condition {
  /// Whether the condition depends on the time.
  package var dependsOnClock: Bool {
    switch content {
    case .and(let conditions), .or(let conditions): conditions.contains(where: \.dependsOnClock)
    case .not(let condition): condition.dependsOnClock
    // What the name stands for may.
    case .named: true
    case .related(let related): related.conditions.contains(where: \.dependsOnClock)
    case .test(let test):
      switch test.operator.value {
      case .lastDays, .nextDays: true
      case .equal, .notEqual, .greater, .greaterOrEqual, .less, .lessOrEqual, .oneOf, .noneOf,
        .between, .notBetween, .contains, .notContains, .startsWith, .notStartsWith, .endsWith,
        .notEndsWith, .isNull, .isNotNull, .isEmpty, .isNotEmpty, .isUnder, .isNotUnder:
        switch test.operand.value {
        case .reference(let reference): reference == .now || reference == .today
        case .days: true
        case .none, .value, .list, .range, .otherField: false
        }
      }
    }
  }
}
