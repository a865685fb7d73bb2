package import Documents
import RecordFilter
package import RowscopeModel

/// A condition with resolved names and checked types, complete but for the user and the clock.
package indirect enum PreparedCondition: Sendable {
  case test(PreparedTest)
  case and([PreparedCondition])
  case or([PreparedCondition])
  case not(PreparedCondition)
}

/// One comparison of a field with a value or a reference.
package struct PreparedTest: Sendable {
  package let path: FieldPath
  package let `operator`: Operator
  package let operand: ConditionTest.Operand
  /// The position of the condition in its document.
  package let range: Range<Int>
}

/// Resolves conditions against a schema and collects the problems.
struct ConditionPreparation {
  let scope: FieldScope
  let table: TableID
  var problems = DiagnosticCollector()

  init(scope: FieldScope, table: TableID) {
    self.scope = scope
    self.table = table
  }

  /// The prepared condition; nil if it has a mistake.
  mutating func prepare(_ condition: Condition) -> PreparedCondition? {
    switch condition.content {
    case .test(let test): return prepare(test, at: condition.range).map(PreparedCondition.test)
    case .and(let conditions): return prepare(conditions).map(PreparedCondition.and)
    case .or(let conditions): return prepare(conditions).map(PreparedCondition.or)
    case .not(let condition): return prepare(condition).map(PreparedCondition.not)
    }
  }

  /// All conditions; nil if one has a mistake. All are checked in any case.
  mutating func prepare(_ conditions: [Condition]) -> [PreparedCondition]? {
    var prepared: [PreparedCondition] = []
    for condition in conditions {
      if let condition = prepare(condition) { prepared.append(condition) }
    }
    return prepared.count == conditions.count ? prepared : nil
  }

  private mutating func prepare(_ test: ConditionTest, at range: Range<Int>) -> PreparedTest? {
    guard let path = field(test.field) else { return nil }
    let field = scope.schema[path.table][path.field]
    let symbol = test.operator.value
    if let problem = symbol.misuse(on: field) {
      problems.error(
        .operatorNotApplicable,
        "operator \"\(symbol.rawValue)\" does not apply to the field "
          + Printable.quoted(test.field.value), hint: problem, at: test.operator.range)
      return nil
    }
    return PreparedTest(
      path: path, operator: symbol, operand: test.operand.value, range: range)
  }

  /// The field that a name refers to; nil, with a diagnostic, if it is not found. The diagnostic is
  /// the same for hidden fields and for fields that do not exist.
  mutating func field(_ name: Located<String>) -> FieldPath? {
    if let path = scope.field(named: name.value, in: table) { return path }
    problems.append(
      Diagnostic.unknownField(name, in: table, scope: scope))
    return nil
  }
}

extension Diagnostic {
  static func unknownField(
    _ name: Located<String>, in table: TableID, scope: FieldScope
  ) -> Diagnostic {
    Diagnostic(
      .unknownField,
      "unknown field \(Printable.quoted(name.value)) in table "
        + Printable.quoted(scope.schema[table].name.string),
      hint: scope.suggestion(for: name.value, in: table).map {
        "did you mean \(Printable.quoted($0))?"
      },
      at: name.range)
  }
}

extension Operator {
  /// What to do instead, if the operator does not apply to the field; nil if it applies.
  fileprivate func misuse(on field: Field) -> String? {
    switch self {
    case .equal, .notEqual, .oneOf, .noneOf, .isNull, .isNotNull, .isEmpty, .isNotEmpty:
      return nil
    case .greater, .greaterOrEqual, .less, .lessOrEqual, .between, .notBetween, .contains,
      .notContains, .startsWith, .notStartsWith, .endsWith, .notEndsWith:
      return field.isManyValued
        ? "the field holds many values: ask for a member with ==, !=, in, not in or is empty" : nil
    case .lastDays, .nextDays:
      if field.isManyValued { return "the field holds many values, and none of them is a date" }
      return field.dateEncoding == nil
        ? "declare the field's type as date or datetime in the workspace" : nil
    }
  }
}

extension Field {
  /// The format of dates in this field: the declared one, or ISO text if the column can hold text;
  /// nil if it is unknown.
  var dateEncoding: DateEncoding? {
    switch kind {
    case .date(let encoding), .datetime(let encoding): return encoding
    case .text, .number, .currency, .checkbox, .user, .relation, .users, .multi, .tags: return nil
    case .unspecified:
      switch affinity {
      case .text, .blob, .numeric: return .iso
      case .integer, .real: return nil
      }
    }
  }
}

extension Diagnostic.Code {
  /// The same code for hidden fields and for fields that do not exist.
  package static let unknownField = Self("unknown_field")
  package static let unknownTable = Self("unknown_table")
  /// The operator does not apply to this field.
  package static let operatorNotApplicable = Self("operator_not_applicable")
}
