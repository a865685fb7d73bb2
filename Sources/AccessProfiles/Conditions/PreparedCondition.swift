package import Documents
package import RecordFilter
package import RowscopeModel
import TimeZones

/// A condition with resolved names and checked types, complete but for the user and the clock.
package indirect enum PreparedCondition: Sendable {
  case test(PreparedTest)
  case and([PreparedCondition])
  case or([PreparedCondition])
  case not(PreparedCondition)
  case related(PreparedRelated)
}

/// Conditions on one and the same related record.
package struct PreparedRelated: Sendable {
  /// The relations to follow; at least one.
  package let steps: [Relation]
  /// The table that the last one leads to, and that the conditions are on.
  package let table: TableID
  package let quantifier: Quantifier
  package let conditions: [PreparedCondition]
  /// The position of the condition in its document.
  package let range: Range<Int>
}

/// One comparison of a field with a value or a reference.
package struct PreparedTest: Sendable {
  package let path: FieldPath
  package let `operator`: Operator
  package let operand: ConditionTest.Operand
  /// The field that the operand names, if it names one.
  package let other: FieldPath?
  /// The position of the condition in its document.
  package let range: Range<Int>
}

/// Resolves conditions against a schema and collects the problems.
struct ConditionPreparation {
  let scope: FieldScope
  /// The table whose fields a name begins with.
  private var table: TableID
  var problems = DiagnosticCollector()
  /// Whether the condition at hand is under an odd number of `not`.
  private var isNegated = false

  init(scope: FieldScope, table: TableID) {
    self.scope = scope
    self.table = table
  }

  /// The prepared condition; nil if it has a mistake.
  mutating func prepare(_ condition: Condition) -> PreparedCondition? {
    switch condition.content {
    case .test(let test): return prepare(test, at: condition.range).map(PreparedCondition.test)
    case .and(let conditions): return prepareAll(conditions).map(PreparedCondition.and)
    case .or(let conditions): return prepare(conditions).map(PreparedCondition.or)
    case .not(let condition):
      isNegated.toggle()
      defer { isNegated.toggle() }
      return prepare(condition).map(PreparedCondition.not)
    case .related(let related): return prepare(related, at: condition.range)
    }
  }

  private mutating func prepare(
    _ related: RelatedCondition, at range: Range<Int>
  ) -> PreparedCondition? {
    guard let steps = scope.relations(named: related.path.value, from: table),
      let far = steps.last?.table
    else {
      problems.append(.unknownRelation(related.path, in: table, scope: scope))
      return nil
    }
    let (near, wasNegated) = (table, isNegated)
    table = far
    if related.quantifier.value == .none { isNegated.toggle() }
    defer { (table, isNegated) = (near, wasNegated) }
    return prepareAll(related.conditions).map {
      .related(
        PreparedRelated(
          steps: steps, table: far, quantifier: related.quantifier.value, conditions: $0,
          range: range))
    }
  }

  /// Conditions that must all hold; nil if one has a mistake.
  mutating func prepareAll(_ conditions: [Condition]) -> [PreparedCondition]? {
    let prepared = prepare(conditions)
    if let prepared { warnOfSeveralRecords(prepared, conditions) }
    return prepared
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
    if case .otherField(let name) = test.operand.value {
      let name = Located(name, at: test.operand.range)
      guard let other = self.field(name) else { return nil }
      for (path, name) in [(path, test.field), (other, name)] {
        if let fault = scope.schema.faultOfSide(path, from: table) {
          problems.error(
            .wrongOperand, "\(Printable.quoted(name.value)) \(fault.message)", hint: fault.hint,
            at: name.range)
          return nil
        }
      }
      let right = scope.schema[other.table][other.field]
      guard FieldPair.of(field, right, in: .utc) != nil else {
        problems.error(
          .wrongOperand,
          "\(Printable.quoted(test.field.value)) and \(Printable.quoted(name.value)) are of "
            + "different types", hint: FieldPair.hint(field, right), at: name.range)
        return nil
      }
      return PreparedTest(
        path: path, operator: symbol, operand: test.operand.value, other: other, range: range)
    }
    if let problem = symbol.misuse(on: field) {
      problems.error(
        .operatorNotApplicable,
        "operator \"\(symbol.rawValue)\" does not apply to the field "
          + Printable.quoted(test.field.value), hint: problem, at: test.operator.range)
      return nil
    }
    if let fault = symbol.fault(of: test.operand.value, on: field) {
      problems.error(.wrongOperand, fault.message, hint: fault.hint, at: test.operand.range)
      return nil
    }
    warnOfText(test, on: field, of: scope.schema[path.table])
    warnOfUnrelated(test, path, at: range)
    return PreparedTest(
      path: path, operator: symbol, operand: test.operand.value, other: nil, range: range)
  }

  /// A view's expression has no affinity, so that SQLite converts neither side: the text "1" is
  /// then different from the number 1, and the opposite test passes every number.
  private mutating func warnOfText(_ test: ConditionTest, on field: Field, of table: Table) {
    guard table.kind == .view, field.affinity == .blob, field.type == nil, !field.isManyValued,
      [.equal, .notEqual, .oneOf, .noneOf].contains(test.operator.value)
    else { return }
    let values: [Value] =
      switch test.operand.value {
      case .value(let value): [value]
      case .list(let list): list
      case .range, .reference, .otherField, .days, .none: []
      }
    guard let text = values.first(where: { $0.asNumberIfText != $0 }) else { return }
    problems.warning(
      .textForNumber,
      "the view's column \(Printable.quoted(field.name.string)) has no type, so a number in it does "
        + "not equal the text \(Printable.quoted(text.shownText))",
      hint: "if it holds numbers, write \(text.asNumberIfText.literal), or declare its type in the "
        + "workspace", at: test.operand.range)
  }

  /// `client.region is not null` is the complement of "the client's region is null", which is false
  /// of a record without a client.
  private mutating func warnOfUnrelated(
    _ test: ConditionTest, _ path: FieldPath, at range: Range<Int>
  ) {
    let symbol = test.operator.value
    let isMeant = isNegated ? symbol.complement : symbol
    guard let isMeant, isMeant == .isNotNull || isMeant == .isNotEmpty,
      !alwaysLeads(path.steps)
    else { return }
    let first = path.steps[0]
    var hint = "test the value instead, as with `in` or `>=`, to require a related record"
    if path.steps.count == 1, first.direction == .toParent, first.pairs.count == 1 {
      let near = scope.schema[table][first.pairs[0].near].name.string
      hint =
        "add {\"field\": \(JSONWriter.string(near)), \"operator\": \"is not null\"} to require one"
    }
    problems.warning(
      .passesUnrelated,
      "\"\(isMeant.rawValue)\" on \(Printable.quoted(test.field.value)) also passes records "
        + "without a related one: it is the complement of "
        + "\"\(isMeant == .isNotNull ? "is null" : "is empty")\"", hint: hint, at: range)
  }

  /// Whether every record has a related one, as far as the columns can say.
  private func alwaysLeads(_ steps: [Relation]) -> Bool {
    var near = table
    for step in steps {
      guard step.direction == .toParent,
        step.pairs.allSatisfy({ !scope.schema[near][$0.near].isNullable })
      else { return false }
      near = step.table
    }
    return true
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

extension ConditionPreparation {
  /// Two tests by one path of many records may hold of two different records, which is rarely
  /// meant. Of negations this is not so: each says something of all records.
  private mutating func warnOfSeveralRecords(
    _ prepared: [PreparedCondition], _ conditions: [Condition]
  ) {
    guard !isNegated else { return }
    let tests = existentialTests(prepared, conditions)
    var reported: Set<[Relation]> = []
    for (index, second) in tests.enumerated() {
      for first in tests[..<index] {
        let shared = zip(first.path.steps, second.path.steps).prefix { $0 == $1 }.map(\.0)
        let nearTables = [table] + shared.map(\.table)
        guard
          let last = shared.indices.last(where: {
            !scope.schema.leadsToOne(shared[$0], from: nearTables[$0])
          })
        else { continue }
        let steps = Array(shared[...last])
        guard reported.insert(steps).inserted else { break }
        warn(ofSeveral: steps, tests.filter { $0.path.steps.starts(with: steps) })
        break
      }
    }
  }

  /// The tests that ask for a record, those in groups that must hold too included.
  private func existentialTests(
    _ prepared: [PreparedCondition], _ conditions: [Condition]
  ) -> [(path: FieldPath, condition: Condition)] {
    var tests: [(path: FieldPath, condition: Condition)] = []
    for (prepared, condition) in zip(prepared, conditions) {
      switch (prepared, condition.content) {
      case (.test(let test), _) where !test.operator.isComplement && test.other == nil:
        tests.append((test.path, condition))
      case (.and(let parts), .and(let written)): tests += existentialTests(parts, written)
      default: break
      }
    }
    return tests
  }

  private mutating func warn(
    ofSeveral steps: [Relation], _ tests: [(path: FieldPath, condition: Condition)]
  ) {
    let path = steps.map(\.name.string).joined(separator: ".")
    let conditions = tests.map { test -> Condition in
      guard case .test(let written) = test.condition.content else { return test.condition }
      let name =
        test.path.steps.dropFirst(steps.count).map(\.name.string)
        + [scope.schema[test.path.table][test.path.field].name.string]
      return Condition(
        .test(
          ConditionTest(
            field: Located(name.joined(separator: "."), at: written.field.range),
            operator: written.operator, operand: written.operand)), at: test.condition.range)
    }
    let some = RelatedCondition(
      path: Located(path, at: 0..<0), quantifier: Located(.some, at: 0..<0), conditions: conditions)
    var writer = JSONWriter()
    writer.write(Condition(.related(some), at: 0..<0))
    problems.warning(
      .severalRelated,
      "these conditions may hold of different records of \(Printable.quoted(path))",
      hint: "if one record is meant to satisfy them all, write \(writer.text)",
      at: tests[1].condition.range)
  }
}

extension Diagnostic {
  /// What is said of a path that leads to no related records: the same where a relation is hidden.
  fileprivate static func unknownRelation(
    _ path: Located<String>, in table: TableID, scope: FieldScope
  ) -> Diagnostic {
    let relations = scope.relationNames(from: table)
    let isField = scope.field(named: path.value, in: table) != nil
    return Diagnostic(
      .unknownField,
      "\(Printable.quoted(path.value)) leads to no related records from table "
        + Printable.quoted(scope.schema[table].name.string),
      hint: isField
        ? "it is a field; \"some\", \"none\" and \"every\" take a path of relations"
        : Suggestion.hint(for: path.value, among: relations)
          ?? (relations.isEmpty
            ? nil
            : "its relations are " + relations.map(Printable.quoted).joined(separator: ", ")),
      at: path.range)
  }

  static func unknownField(
    _ name: Located<String>, in table: TableID, scope: FieldScope
  ) -> Diagnostic {
    Diagnostic(
      .unknownField,
      "unknown field \(Printable.quoted(name.value)) in table "
        + Printable.quoted(scope.schema[table].name.string),
      hint: scope.hint(for: name.value, in: table), at: name.range)
  }
}

extension Operator {
  /// What to do instead, if the operator does not apply to the field; nil if it applies.
  fileprivate func misuse(on field: Field) -> String? {
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
    }
  }

  private static var memberHint: String {
    "the field holds many values: ask for a member with ==, !=, in, not in or is empty"
  }

  /// Why an operand cannot be meant; nil if it can.
  fileprivate func fault(
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
    let name = Printable.quoted(field.name.string)
    let given = isReference ? "a date" : Printable.quoted(value.shownText)
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
    case .equal, .notEqual, .oneOf, .noneOf: true
    default: isOrder
    }
  }

  /// Whether the operator depends on the order of values.
  private var isOrder: Bool {
    switch self {
    case .greater, .greaterOrEqual, .less, .lessOrEqual, .between, .notBetween: true
    case .equal, .notEqual, .oneOf, .noneOf, .isNull, .isNotNull, .isEmpty, .isNotEmpty, .contains,
      .notContains, .startsWith, .notStartsWith, .endsWith, .notEndsWith, .lastDays, .nextDays:
      false
    }
  }
}

extension ConditionTest.Operand {
  fileprivate var isReference: Bool { if case .reference = self { true } else { false } }
}

extension Value {
  fileprivate var shownText: String {
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

extension Diagnostic.Code {
  /// The same code for hidden fields and for fields that do not exist.
  package static let unknownField = Self("unknown_field")
  package static let unknownTable = Self("unknown_table")
  /// Conditions of one group that different related records may satisfy.
  package static let severalRelated = Self("several_related")
  /// A text that a view's column of numbers never equals.
  package static let textForNumber = Self("text_for_number")
  /// A test over a relation passes records without a related one, though it does not look so.
  package static let passesUnrelated = Self("passes_unrelated")
  /// The operator does not apply to this field.
  package static let operatorNotApplicable = Self("operator_not_applicable")
}
