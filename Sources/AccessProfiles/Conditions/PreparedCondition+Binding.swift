import RecordFilter
import RowscopeModel

/// Turns prepared conditions into a filter for one user.
///
/// A condition on a reference without a value is unknown, and so is its negation (Kleene logic). A
/// record is accessible only if the whole condition is true, not unknown. Negation is therefore
/// pushed down to the tests, where an unknown test becomes ``Filter/never`` with or without `not`.
/// Above the tests there are only AND and OR, for which unknown and false have the same effect.
///
/// In a request a test holds only of records that show its field, with or without `not` too.
struct ConditionBinding {
  let context: ReferenceContext
  let scope: FieldScope
  private(set) var unknowns: [UnknownReference] = []
  /// Whether the filter is of what may hold instead of what is certain to: an unknown test is then
  /// true.
  private var isOfPossible = false
  /// The table that the condition at hand is on.
  private var table: TableID

  init(context: ReferenceContext, scope: FieldScope, table: TableID) {
    self.context = context
    self.scope = scope
    self.table = table
  }

  mutating func bind(
    _ condition: PreparedCondition, negated: Bool = false
  ) throws(ReferenceMismatch) -> Filter {
    switch condition {
    case .test(let test): return try bind(test, negated: negated)
    case .not(let condition): return try bind(condition, negated: !negated)
    case .related(let related): return try bind(related, negated: negated)
    case .and(let conditions):
      let filters = try bind(conditions, negated: negated)
      return negated ? .any(filters) : .all(filters)
    case .or(let conditions):
      let filters = try bind(conditions, negated: negated)
      return negated ? .all(filters) : .any(filters)
    }
  }

  mutating func bind(
    _ conditions: [PreparedCondition], negated: Bool = false
  ) throws(ReferenceMismatch) -> [Filter] {
    var filters: [Filter] = []
    filters.reserveCapacity(conditions.count)
    for condition in conditions { filters.append(try bind(condition, negated: negated)) }
    return filters
  }

  /// `some` is one related record for which the conditions are certain to hold, and its complement
  /// that they are certain not to hold for any. Where they have an unknown part, a record without
  /// related ones is unknown too: nothing about it is certain.
  private mutating func bind(
    _ related: PreparedRelated, negated: Bool
  ) throws(ReferenceMismatch) -> Filter {
    let known = unknowns.count
    // `every` says that no related record fails the conditions.
    let isOfFailures = related.quantifier == .every
    let isUniversal = negated != (related.quantifier != .some)
    guard let steps = bind(related.steps, at: related.range) else { return unknown }
    let outer = (table, isOfPossible)
    defer { (table, isOfPossible) = outer }
    table = related.table
    // No related record matches for certain where none possibly does.
    if isUniversal { isOfPossible.toggle() }
    let filters = try bind(related.conditions, negated: isOfFailures)
    let found = Self.related(steps, isOfFailures ? .any(filters) : .all(filters))
    guard isUniversal else { return found }
    let isKnown = outer.1 || unknowns.count == known
    return isKnown ? found.complement : .all(found.complement, Self.related(steps, .always))
  }

  /// What an unknown test comes to.
  private var unknown: Filter { isOfPossible ? .always : .never }

  /// The records in reach that show a field; all of them in a rule.
  private func shown(_ field: FieldID, of table: TableID) -> Filter {
    scope.records(of: table, showing: field)
  }

  /// The records from which the steps lead to one that matches a filter.
  static func related(_ steps: [FieldOperand.Step], _ filter: Filter) -> Filter {
    steps.reversed().reduce(filter) { filter, step in
      .all(
        step.condition,
        .related(
          table: step.table, pairs: step.pairs, where: .all(step.filter, filter),
          memberType: step.memberType))
    }
  }

  /// The steps with what records at both ends must match: to be in scope, and by the relation's own
  /// conditions. Nil where these are unknown, which is recorded in ``unknowns``: it is then not
  /// known which records are related.
  mutating func bind(_ steps: [Relation], at range: Range<Int>) -> [FieldOperand.Step]? {
    guard isKnown(steps, at: range) else { return nil }
    var bound: [FieldOperand.Step] = []
    var start = table
    for step in steps {
      guard let near = conditions(step.conditions.near, on: step.conditions.table, at: range),
        let far = conditions(step.conditions.far, on: step.table, at: range)
      else { return nil }
      let ends = step.pairs.map { pair in
        (near: shown(pair.near, of: start), far: shown(pair.far, of: step.table))
      }
      bound.append(
        FieldOperand.Step(
          table: step.table, pairs: step.pairs, condition: .all([near] + ends.map(\.near)),
          filter: .all([scope.rows(of: step.table), far] + ends.map(\.far)),
          memberType: step.memberType))
      start = step.table
    }
    return bound
  }

  /// Whether it is known what the workspace's conditions of every table leave of the tables that the
  /// steps lead to; records it if it is not.
  private mutating func isKnown(_ steps: [Relation], at range: Range<Int>) -> Bool {
    guard let unknown = scope.unknown(of: steps) else { return true }
    unknowns.append(UnknownReference(reference: unknown, range: range))
    return false
  }

  /// What a relation's own conditions say of records at one end. Their names mean what they mean in
  /// the workspace, and their paths see what the condition at hand sees.
  mutating func conditions(
    _ conditions: [Condition], on table: TableID, at range: Range<Int>
  ) -> Filter? {
    guard !conditions.isEmpty else { return .always }
    var preparation = ConditionPreparation(
      scope: FieldScope(everythingIn: scope.schema), table: table)
    guard let prepared = preparation.prepare(conditions) else { return nil }
    var binding = ConditionBinding(context: context, scope: scope, table: table)
    let filters: [Filter]
    do throws(ReferenceMismatch) {
      filters = try binding.bind(prepared)
    } catch {
      // A value of the user that does not fit is none.
      unknowns.append(UnknownReference(reference: error.reference, range: range))
      return nil
    }
    guard binding.unknowns.isEmpty else {
      unknowns += binding.unknowns.map {
        UnknownReference(reference: $0.reference, range: range)
      }
      return nil
    }
    return .all(filters)
  }

  private mutating func bind(
    _ test: PreparedTest, negated: Bool
  ) throws(ReferenceMismatch) -> Filter {
    let field = scope.schema[test.path.table][test.path.field]
    if let other = test.other { return compare(test, with: other, negated: negated) }
    guard let operand = try resolve(test, field: field),
      let steps = bind(test.path.steps, at: test.range)
    else { return unknown }
    let known = unknowns.count
    let tested =
      test.tree.map { under($0, operand, at: test.range) }
      ?? test.operator.filter(
        test.path.field, in: scope.schema[test.path.table], operand, context.clock)
    guard let plain = tested else {
      // Literals were checked when the condition was prepared; this is what a user has.
      if case .reference(let reference) = test.operand, unknowns.count == known {
        unknowns.append(UnknownReference(reference: reference, range: test.range))
      }
      return unknown
    }
    let shown = shown(test.path.field, of: test.path.table)
    // Complementing is safe only here, because the filter holds no unknown condition. (The scope of
    // a related table may have held some, but its records are already determined.)
    let isComplement = negated != test.operator.isComplement
    if steps.isEmpty {
      let test = isComplement ? plain.complement : plain
      return shown == .always ? test : .all(shown, test)
    }
    let filter = Self.related(steps, shown == .always ? plain : .all(shown, plain))
    return isComplement ? filter.complement : filter
  }

  /// The records that stand at or below one of these keys of a tree, each step in scope; nil where a
  /// key is none of the type. A null is no key.
  private mutating func under(
    _ tree: TreePlace, _ operand: ResolvedOperand, at range: Range<Int>
  ) -> Filter? {
    let start = FieldOperands(
      tree.key, scope.schema[tree.table], operand.withoutNulls, context.clock
    ).equality
    guard let start, isKnown([tree.place], at: range),
      let near = conditions(
        tree.place.conditions.near, on: tree.place.conditions.table, at: range),
      let far = conditions(tree.place.conditions.far, on: tree.table, at: range),
      let child = conditions(tree.parent.conditions.near, on: tree.table, at: range),
      let parent = conditions(tree.parent.conditions.far, on: tree.table, at: range)
    else { return nil }
    let (place, up) = (tree.place.pairs[0], tree.parent.pairs[0])
    return .all(
      near,
      .under(
        tree.table, place: place, parent: up, start: start,
        step: .all(scope.rows(of: tree.table), shown(tree.key, of: tree.table)),
        child: .all(child, shown(up.near, of: tree.table)),
        parentFilter: .all(parent, shown(up.far, of: tree.table)),
        placeFilter: .all(far, shown(place.far, of: tree.table))))
  }

  private mutating func compare(
    _ test: PreparedTest, with other: FieldPath, negated: Bool
  ) -> Filter {
    let (left, right) = (
      scope.schema[test.path.table][test.path.field], scope.schema[other.table][other.field]
    )
    guard let pair = FieldPair.of(left, right, in: context.clock.zone),
      let relation = test.operator.fieldRelation,
      let (leftShown, leftSteps) = side(test.path, at: test.range),
      let (rightShown, rightSteps) = side(other, at: test.range)
    else { return unknown }
    return .all(
      leftShown, rightShown,
      .comparison(
        FieldComparison(
          FieldOperand(steps: leftSteps, field: test.path.field, conversion: pair.left), relation,
          FieldOperand(steps: rightSteps, field: other.field, conversion: pair.right),
          isComplement: negated != test.operator.isComplement)))
  }

  /// One side of a comparison of two fields: which records show it, and the way to it. Where a
  /// related record does not show it, it has none.
  private mutating func side(
    _ path: FieldPath, at range: Range<Int>
  ) -> (shown: Filter, steps: [FieldOperand.Step])? {
    guard var steps = bind(path.steps, at: range) else { return nil }
    let shown = shown(path.field, of: path.table)
    guard let last = steps.popLast() else { return (shown, []) }
    steps.append(
      FieldOperand.Step(
        table: last.table, pairs: last.pairs, condition: last.condition,
        filter: .all(last.filter, shown), memberType: last.memberType))
    return (.always, steps)
  }

  /// The values of a test; nil if its reference has none, which is recorded in ``unknowns``.
  private mutating func resolve(
    _ test: PreparedTest, field: Field
  ) throws(ReferenceMismatch) -> ResolvedOperand? {
    switch test.operand {
    case .none: return ResolvedOperand.none
    case .value(let value): return .scalar(value)
    case .list(let values): return .list(values)
    case .range(let low, let high): return .list([low, high])
    case .days(let days): return .scalar(.integer(Int64(days)))
    case .otherField: return nil
    case .reference(let reference):
      guard let value = context.value(of: reference) else {
        unknowns.append(UnknownReference(reference: reference, range: test.range))
        return nil
      }
      guard
        let operand = value.fitted(
          to: test.operator, isList: reference == .teams || reference == .profile)
      else {
        throw ReferenceMismatch(
          reference: reference, operator: test.operator,
          expected: test.operator.expectation, range: test.range)
      }
      guard let operand = identified(operand, by: reference, test) else {
        unknowns.append(UnknownReference(reference: reference, range: test.range))
        return nil
      }
      return operand
    }
  }
}

extension ConditionBinding {
  /// The operand without ids that the field cannot hold; nil if it would be ordered by such an id.
  private func identified(
    _ operand: ResolvedOperand, by reference: Reference, _ test: PreparedTest
  ) -> ResolvedOperand? {
    switch reference {
    case .idUser, .teams: break
    case .name, .email, .seat, .userType, .profile, .attribute, .now, .today: return operand
    }
    let table = scope.schema[test.tree?.table ?? test.path.table]
    let field = test.tree?.key ?? test.path.field
    // No number is written so, and a text is no value of a type of numbers.
    if table[field].isOfNumbers, operand.values.contains(where: \.isZeroPadded) {
      return nil
    }
    func comparable(_ ids: [Value]) -> [Value] {
      scope.schema.identifiers(ids, comparableWith: field, of: table)
    }
    switch (test.operator.operandShape, operand) {
    case (.scalarOrNull, .scalar(let id)), (.scalarOrList, .scalar(let id)):
      return comparable([id]).isEmpty ? .list([]) : operand
    case (.scalarOrNull, .list(let ids)), (.scalarOrList, .list(let ids)),
      (.list, .list(let ids)):
      return .list(comparable(ids))
    case (.scalar, .scalar(let id)): return comparable([id]).isEmpty ? nil : operand
    case (.range, .list(let ids)): return comparable(ids).count == ids.count ? operand : nil
    case (.none, _), (.text, _), (.days, _), (.scalarOrNull, .none), (.scalarOrList, .none),
      (.list, .none), (.list, .scalar), (.scalar, .none), (.scalar, .list), (.range, .none),
      (.range, .scalar), (_, .day):
      return operand
    }
  }
}

extension Field {
  /// Whether the declared type, of values or members, is one of numbers.
  fileprivate var isOfNumbers: Bool {
    isManyValued ? members.type == .number : type == .number
  }
}
