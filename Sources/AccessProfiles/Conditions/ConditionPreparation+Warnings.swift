import Documents
import RecordFilter
import RowscopeModel

extension Reference {
  /// The reference in a text such as `@id_user`, `$user_type` or `{{attributes.region}}`.
  fileprivate init?(markedIn text: String) {
    let isMark: (Unicode.Scalar) -> Bool = { "@$:#{}".unicodeScalars.contains($0) }
    let scalars = text.unicodeScalars
    guard let first = scalars.first, isMark(first) else { return nil }
    var name = String.UnicodeScalarView(scalars.drop(while: isMark))
    while let last = name.last, isMark(last) { name.removeLast() }
    self.init(named: String(name))
  }
}

/// What is legal and rarely meant.
extension ConditionPreparation {
  /// A view's expression has no affinity, so that SQLite converts neither side: the text "1" is
  /// then different from the number 1, and the opposite test passes every number.
  mutating func warnOfText(_ test: ConditionTest, on field: Field, of table: Table) {
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

  /// `"value": "@id_user"` is a text like any other.
  mutating func warnOfReference(in operand: ConditionTest.Operand, at range: Range<Int>) {
    let values: [Value] =
      switch operand {
      case .value(let value): [value]
      case .list(let list): list
      case .range, .reference, .otherField, .days, .none: []
      }
    for value in values { warnOfReference(value, at: range) }
  }

  mutating func warnOfReference(_ value: Value, at range: Range<Int>) {
    guard case .text(let text) = value, let reference = Reference(markedIn: text.string) else {
      return
    }
    problems.warning(
      .textForReference,
      "\(Printable.quoted(text.string)) is a text, and not what a user has",
      hint: "write \"reference\": \(JSONWriter.string(reference.description)) instead of \"value\"",
      at: range)
  }

  /// `client.region is not null` is the complement of "the client's region is null", which is false
  /// of a record without a client.
  mutating func warnOfUnrelated(
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
      guard !required.contains(first.pairs[0].near) else { return }
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

  /// The record's own field that a condition requires to have a value.
  func requiredField(_ condition: Condition) -> FieldID? {
    guard case .test(let test) = condition.content,
      [.isNotNull, .isNotEmpty].contains(test.operator.value),
      let path = scope.field(named: test.field.value, in: table), path.steps.isEmpty
    else { return nil }
    return path.field
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

  /// Two tests by one path of many records may hold of two different records, which is rarely
  /// meant. Of negations this is not so: each says something of all records.
  mutating func warnOfSeveralRecords(
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
