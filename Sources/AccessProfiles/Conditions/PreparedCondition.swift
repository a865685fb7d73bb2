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
  /// Where the operator is of a tree.
  package let tree: TreePlace?
  /// The position of the condition in its document.
  package let range: Range<Int>
}

/// Resolves conditions against a schema and collects the problems.
struct ConditionPreparation {
  let scope: FieldScope
  /// The table whose fields a name begins with.
  private(set) var table: TableID
  var problems = DiagnosticCollector()
  /// Whether the condition at hand is under an odd number of `not`.
  private(set) var isNegated = false
  /// The fields of ``table`` that conditions beside the one at hand require to have a value.
  private(set) var required: Set<FieldID> = []
  /// How many named conditions have been looked up.
  private var namedCount = 0
  private static let namedLimit = 1_000

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
    case .named(let name): return prepare(named: name, at: condition.range)
    }
  }

  /// The workspace's conditions of a name. Their mistakes are reported where the name is.
  private mutating func prepare(named name: String, at range: Range<Int>) -> PreparedCondition? {
    guard let conditions = scope.schema.conditions[Text(name)] else {
      problems.append(.unknownCondition(name, among: scope.schema.conditions.keys, at: range))
      return nil
    }
    namedCount += 1
    guard namedCount <= Self.namedLimit else {
      problems.error(
        .nestingLimit, "named conditions that stand for more than \(Self.namedLimit) others",
        at: range)
      return nil
    }
    return prepareAll(conditions.map { $0.placed(at: range) }).map(PreparedCondition.and)
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
    let (near, wasNegated, nearRequired) = (table, isNegated, required)
    table = far
    required = []
    if related.quantifier.value == .none { isNegated.toggle() }
    defer { (table, isNegated, required) = (near, wasNegated, nearRequired) }
    return prepareAll(related.conditions).map {
      .related(
        PreparedRelated(
          steps: steps, table: far, quantifier: related.quantifier.value, conditions: $0,
          range: range))
    }
  }

  /// Conditions that must all hold; nil if one has a mistake.
  mutating func prepareAll(_ conditions: [Condition]) -> [PreparedCondition]? {
    let outer = required
    if !isNegated { required.formUnion(conditions.compactMap(requiredField)) }
    defer { required = outer }
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

  /// A field's name in the place of a value may mean the field.
  private func otherFieldHint(_ operand: ConditionTest.Operand) -> String? {
    guard case .value(.text(let text)) = operand, let name = text.validString,
      scope.field(named: name, in: table) != nil
    else { return nil }
    return
      "to compare with that field, write \"other_field\": \(Printable.quoted(name)); in --where "
      + "a field's name after an operator stands in backticks"
  }

  private mutating func prepare(_ test: ConditionTest, at range: Range<Int>) -> PreparedTest? {
    let symbol = test.operator.value
    if symbol.isOfTree { return prepareOfTree(test, at: range) }
    guard let path = field(test.field) else { return nil }
    let field = scope.schema[path.table][path.field]
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
        path: path, operator: symbol, operand: test.operand.value, other: other, tree: nil,
        range: range)
    }
    if let problem = symbol.misuse(on: field) {
      problems.error(
        .operatorNotApplicable,
        "operator \"\(symbol.rawValue)\" does not apply to the field "
          + Printable.quoted(test.field.value), hint: problem, at: test.operator.range)
      return nil
    }
    if let fault = symbol.fault(of: test.operand.value, on: field) {
      problems.error(
        .wrongOperand, fault.message,
        hint: otherFieldHint(test.operand.value) ?? fault.hint, at: test.operand.range)
      return nil
    }
    warnOfText(test, on: field, of: scope.schema[path.table])
    warnOfReference(in: test.operand.value, at: test.operand.range)
    warnOfUnrelated(test, path, at: range)
    return PreparedTest(
      path: path, operator: symbol, operand: test.operand.value, other: nil, tree: nil,
      range: range)
  }

  /// A test of where a record stands in a tree. The operand is a key of the tree.
  private mutating func prepareOfTree(
    _ test: ConditionTest, at range: Range<Int>
  ) -> PreparedTest? {
    let symbol = test.operator.value
    guard let found = scope.tree(named: test.field.value, from: table) else {
      let relation = scope.reference(named: test.field.value, from: table)
      guard let path = relation?.path ?? field(test.field) else { return nil }
      problems.error(
        .operatorNotApplicable,
        "operator \"\(symbol.rawValue)\" does not apply to the field "
          + Printable.quoted(test.field.value),
        hint: scope.treeHint(of: path, relation?.relation), at: test.operator.range)
      return nil
    }
    let tree = found.place
    let key = scope.schema[tree.table][tree.key]
    if let fault = symbol.fault(of: test.operand.value, on: key) {
      problems.error(.wrongOperand, fault.message, hint: fault.hint, at: test.operand.range)
      return nil
    }
    warnOfText(test, on: key, of: scope.schema[tree.table])
    return PreparedTest(
      path: found.path, operator: symbol, operand: test.operand.value, other: nil, tree: tree,
      range: range)
  }

  /// The field that a name refers to; nil, with a diagnostic, if it is not found. The diagnostic is
  /// the same for hidden fields and for fields that do not exist.
  mutating func field(_ name: Located<String>) -> FieldPath? {
    if let path = scope.field(named: name.value, in: table) { return path }
    problems.append(.unknownField(name, in: table, scope: scope))
    return nil
  }
}

extension Diagnostic {
  /// - Parameter known: the names of the workspace's conditions.
  package static func unknownCondition(
    _ name: String, among known: some Sequence<Text>, at range: Range<Int>
  ) -> Diagnostic {
    let names = known.map(\.string).sorted()
    return Diagnostic(
      .unknownCondition, "unknown condition \(Printable.quoted(name))",
      hint: Suggestion.hint(for: name, among: names)
        ?? (names.isEmpty
          ? "the workspace has no \"conditions\""
          : "the workspace's conditions are " + names.map(Printable.quoted).joined(separator: ", ")),
      at: range)
  }

  /// What is said of a path that leads to no related records: the same where a relation is hidden.
  fileprivate static func unknownRelation(
    _ path: Located<String>, in table: TableID, scope: FieldScope
  ) -> Diagnostic {
    if let unusable = unusableRelation(path, in: table, scope: scope) { return unusable }
    let isField = scope.field(named: path.value, in: table) != nil
    let hint =
      isField
      ? "it is a field; \"some\", \"none\" and \"every\" take a path of relations"
      : scope.relationHint(for: path.value, in: table)
    return Diagnostic(
      .unknownField,
      "\(Printable.quoted(path.value)) leads to no related records from table "
        + Printable.quoted(scope.schema[table].name.string),
      hint: scope.limitOfSteps(in: path.value, from: table)
        ?? scope.ambiguity(in: path.value, from: table) ?? hint, at: path.range)
  }

  package static func unknownField(
    _ name: Located<String>, in table: TableID, scope: FieldScope
  ) -> Diagnostic {
    if let unusable = unusableRelation(name, in: table, scope: scope) { return unusable }
    return Diagnostic(
      .unknownField,
      "unknown field \(Printable.quoted(name.value)) in table "
        + Printable.quoted(scope.schema[table].name.string),
      hint: scope.hint(for: name.value, in: table), at: name.range)
  }

  /// What is said of a name that needs a relation or a link which the workspace declares and which
  /// cannot be used. Only to those who write documents.
  private static func unusableRelation(
    _ name: Located<String>, in table: TableID, scope: FieldScope
  ) -> Diagnostic? {
    scope.unusable(in: name.value, from: table).map { unusable in
      Diagnostic(
        .unusableRelation,
        "\(Printable.quoted(name.value)) needs \(Printable.quoted(unusable.name.string)) of table "
          + "\(Printable.quoted(scope.schema[unusable.table].name.string)), which cannot be used",
        hint: "correct the workspace: \(unusable.reason)", at: name.range)
    }
  }
}

extension Diagnostic.Code {
  /// The same code for hidden fields and for fields that do not exist.
  package static let unknownField = Self("unknown_field")
  package static let unknownTable = Self("unknown_table")
  /// A relation or a link that the workspace declares and that cannot be used.
  package static let unusableRelation = Self("unusable_relation")
  /// The workspace has no condition of this name.
  package static let unknownCondition = Self("unknown_condition")
  /// Conditions of one group that different related records may satisfy.
  package static let severalRelated = Self("several_related")
  /// A text that a view's column of numbers never equals.
  package static let textForNumber = Self("text_for_number")
  /// A text that is what other tools write for a reference.
  package static let textForReference = Self("text_for_reference")
  /// A test over a relation passes records without a related one, though it does not look so.
  package static let passesUnrelated = Self("passes_unrelated")
  /// The operator does not apply to this field.
  package static let operatorNotApplicable = Self("operator_not_applicable")
}
