import Documents
import RecordFilter
import RowscopeModel
import TimeZones

extension Operator {
  /// What to do instead, if the operator does not apply to the field; nil if it applies.
  func misuse(on field: Field) -> String? {
    switch self {
    case .equal, .notEqual, .oneOf, .noneOf, .isNull, .isNotNull, .isEmpty, .isNotEmpty:
      return nil
    case .greater, .greaterOrEqual, .less, .lessOrEqual, .between, .notBetween:
      return field.isManyValued ? Self.memberHint : nil
    case .contains, .notContains, .startsWith, .notStartsWith, .endsWith, .notEndsWith:
      if field.isManyValued { return Self.memberHint }
      return field.isSeenAsText
        ? nil : "the field's type is not text: compare it with ==, != or between"
    case .lastDays, .nextDays:
      if field.isManyValued { return "the field holds many values, and none of them is a date" }
      return field.holdsDates
        ? nil : "declare the field's type as date or datetime in the workspace"
    // Whether a field leads to a tree, its relations tell.
    case .isUnder, .isNotUnder: return nil
    }
  }

  private static var memberHint: String {
    "the field holds many values: ask for a member with ==, !=, in, not in or is empty"
  }

  /// Why an operand cannot be meant; nil if it can.
  func fault(
    of operand: ConditionTest.Operand, on field: Field
  ) -> (message: String, hint: String?)? {
    guard comparesValues else { return nil }
    let values: [Value]
    switch operand {
    case .value(let value): values = [value]
    case .list(let list): values = list
    case .range(let low, let high): values = [low, high]
    case .reference(.now), .reference(.today): values = [.text("2026-11-22")]
    case .reference, .otherField, .days, .none: return nil
    }
    for value in values where !value.isNull {
      if let fault = fault(of: value, isReference: operand.isReference, on: field) { return fault }
    }
    return nil
  }

  private func fault(
    of value: Value, isReference: Bool, on field: Field
  ) -> (message: String, hint: String?)? {
    // Only for a fault: there may be many values.
    var name: String { Printable.quoted(field.name.string) }
    var given: String { isReference ? "a date" : Printable.quoted(value.shownText) }
    if field.isManyValued {
      return field.members.type.converted(value) == nil
        ? ("the members of \(name) are numbers, and \(given) is not one", nil) : nil
    }
    guard let type = field.type?.resolved(in: .utc) else {
      guard isOrder, field.affinity.isNumeric, case .text = value.asNumberIfText else {
        return nil
      }
      return (
        "the column \(name) compares as numbers, and \(given) is not one",
        "if it holds dates as text, declare its type as date or datetime in the workspace"
      )
    }
    guard type.literal(value) == nil else { return nil }
    return ("\(name) takes \(type.expectation), and \(given) is not one", "such as \(type.example)")
  }

  /// Whether the operand is compared with the field's values.
  private var comparesValues: Bool {
    switch self {
    case .equal, .notEqual, .oneOf, .noneOf, .isUnder, .isNotUnder: true
    default: isOrder
    }
  }

  /// Whether the operator depends on the order of values.
  private var isOrder: Bool {
    switch self {
    case .greater, .greaterOrEqual, .less, .lessOrEqual, .between, .notBetween: true
    case .equal, .notEqual, .oneOf, .noneOf, .isNull, .isNotNull, .isEmpty, .isNotEmpty, .contains,
      .notContains, .startsWith, .notStartsWith, .endsWith, .notEndsWith, .lastDays, .nextDays,
      .isUnder, .isNotUnder:
      false
    }
  }
}

extension ConditionTest.Operand {
  fileprivate var isReference: Bool { if case .reference = self { true } else { false } }
}

extension Value {
  var shownText: String {
    switch self {
    case .text(let text): text.string
    case .null, .integer, .real, .blob: literal
    }
  }
}

extension Field {
  /// Whether text operators apply: to text, to dates as text and to UUIDs.
  fileprivate var isSeenAsText: Bool {
    switch type {
    case nil, .text?, .uuid?: true
    case .date(let form)?, .datetime(let form)?: form.encodings.contains(.iso)
    case .number?, .checkbox?, .time?: false
    }
  }

  /// Whether the field may hold dates.
  fileprivate var holdsDates: Bool { dateType(in: .utc) != nil }

  /// The type by which the field is compared with days: the declared one, or that of ISO text if
  /// the column can hold text; nil if it holds no dates.
  ///
  /// - Parameter zone: the request's. Nobody has declared in which zone an undeclared column's days
  ///   are meant, so it is that one; its texts without an offset are in UTC, as everywhere.
  func dateType(in zone: ZoneRule) -> DeclaredType? {
    switch type {
    case .date?, .datetime?: return type?.resolved(in: zone)
    case .number?, .text?, .checkbox?, .time?, .uuid?: return nil
    case nil:
      guard kind == .unspecified else { return nil }
      switch affinity {
      case .text, .blob, .numeric: return .date(DateForm(dayZone: .rule(zone)))
      case .integer, .real: return nil
      }
    }
  }
}
