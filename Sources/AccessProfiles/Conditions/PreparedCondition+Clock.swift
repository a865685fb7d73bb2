import RecordFilter
import RowscopeModel

extension PreparedGrant {
  /// Whether the conditions depend on the time: they use `now`, `today`, or the last or next days.
  package var dependsOnClock: Bool { conditions.contains(where: \.dependsOnClock) }

  /// The same for which records may be edited or deleted, and for what new ones are set to.
  package var actsDependOnClock: Bool {
    dependsOnClock || editConditions.contains(where: \.dependsOnClock)
      || deleteConditions.contains(where: \.dependsOnClock)
      || presets.contains(where: \.dependsOnClock)
  }
}

extension PreparedPreset {
  fileprivate var dependsOnClock: Bool {
    switch source {
    case .value: false
    case .reference(let reference): reference == .now || reference == .today
    }
  }
}

extension PreparedCondition {
  var dependsOnClock: Bool {
    switch self {
    case .test(let test): test.dependsOnClock
    case .and(let conditions), .or(let conditions): conditions.contains(where: \.dependsOnClock)
    case .not(let condition): condition.dependsOnClock
    case .related(let related):
      related.conditions.contains(where: \.dependsOnClock)
        || related.steps.contains(where: \.conditions.dependOnClock)
    }
  }
}

extension PreparedTest {
  fileprivate var dependsOnClock: Bool {
    let steps =
      path.steps + (other?.steps ?? []) + (tree.map { [$0.place, $0.parent] } ?? [])
    if steps.contains(where: \.conditions.dependOnClock) { return true }
    return switch operand {
    case .days: true
    case .reference(let reference): reference == .now || reference == .today || isOfDays
    case .none, .value, .list, .range, .otherField: false
    }
  }

  /// The operators whose number of days may itself be a reference.
  private var isOfDays: Bool { self.operator == .lastDays || self.operator == .nextDays }
}
