package import Documents
package import RecordFilter
import RowscopeModel

/// The own conditions of relations: on the record that a relation leads from, and on the one that it
/// leads to.
package enum RelationConditions {
  /// What is wrong with a relation's own conditions: names, types, and that they lead through the
  /// relation itself.
  ///
  /// - Complexity: linear in the conditions, and in those of the relations that they follow.
  package static func problems(of relation: Relation, in schema: Schema) -> [Diagnostic] {
    let ends = relation.ends
    var problems: [Diagnostic] = []
    for end in ends {
      var preparation = ConditionPreparation(
        scope: FieldScope(everythingIn: schema), table: end.table)
      _ = preparation.prepare(end.conditions)
      problems += preparation.problems.list.filter { $0.severity == .error }
    }
    if let first = ends.flatMap(\.conditions).first, schema.leadsThroughItself(relation) {
      problems.append(
        Diagnostic(
          .recursiveRelation, "the relation's condition leads through the relation itself",
          hint: "a condition may follow only relations that do not depend on it",
          at: first.range))
    }
    return problems
  }
}

extension FieldScope {
  /// A relation as one step of a path: what records at both ends must match, by its own conditions
  /// and, at the far end, to be in scope. Where the conditions are unknown for the user, no record
  /// is related.
  package func step(
    _ relation: Relation, from table: TableID, _ context: ReferenceContext
  ) -> FieldOperand.Step {
    var binding = ConditionBinding(context: context, scope: self, table: table)
    return binding.bind([relation], at: 0..<0)?.first
      ?? FieldOperand.Step(
        table: relation.table, pairs: relation.pairs, filter: .never,
        memberType: relation.memberType)
  }
}

extension FieldScope {
  /// The records from which relations lead to one that matches a filter, each step in scope; none
  /// where it is unknown what is related.
  func related(
    _ steps: [Relation], from table: TableID, _ filter: Filter, _ context: ReferenceContext
  ) -> Filter {
    var binding = ConditionBinding(context: context, scope: self, table: table)
    return binding.bind(steps, at: 0..<0).map { ConditionBinding.related($0, filter) } ?? .never
  }
}

extension ProfileUnion {
  /// A relation as a user follows it: what records at both ends must match, by its own conditions
  /// and, at the far end, to be in the user's scope. Nil where it is unknown, and where its
  /// conditions read what is hidden.
  package func step(
    _ relation: Relation, from table: TableID, for context: ReferenceContext
  ) -> FieldOperand.Step? {
    let scope = requestScope(for: context)
    guard scope.areVisible(relation.conditions, of: relation) else { return nil }
    var binding = ConditionBinding(context: context, scope: scope, table: table)
    return binding.bind([relation], at: 0..<0)?.first
  }

  /// What a record must match for a relation to begin at it, wherever it leads. Nil where that is
  /// unknown for the user, or reads what is hidden.
  package func condition(of relation: Relation, for context: ReferenceContext) -> Filter? {
    let near = relation.conditions.near
    let scope = requestScope(for: context)
    var reads = FieldReads(of: schema)
    reads.insert(
      Relation.Conditions(near: near, from: relation.conditions.table), to: relation.table)
    guard reads.fields.allSatisfy({ scope.isVisible($0.field, in: $0.table) }) else { return nil }
    var binding = ConditionBinding(
      context: context, scope: scope, table: relation.conditions.table)
    return binding.conditions(near, on: relation.conditions.table, at: 0..<0)
  }
}

extension Relation {
  /// The fields of the record that it leads from on which it depends, besides those of its key.
  package func conditionFields(in schema: Schema) -> Set<FieldID> {
    guard !conditions.near.isEmpty else { return [] }
    var reads = FieldReads(of: schema)
    var preparation = ConditionPreparation(
      scope: FieldScope(everythingIn: schema), table: conditions.table)
    for condition in preparation.prepare(conditions.near) ?? [] {
      reads.insert(condition, of: conditions.table)
    }
    return Set(reads.fields.filter { $0.table == conditions.table }.map(\.field))
  }
}

extension Relation {
  /// The fields that its own conditions read, of either end and of what they follow.
  package func conditionReads(in schema: Schema) -> Set<FieldReference> {
    guard !conditions.isEmpty else { return [] }
    var reads = FieldReads(of: schema)
    reads.insert([self], from: conditions.table)
    return reads.fields
  }
}

extension Relation {
  /// The conditions on each end, with the table of the end.
  fileprivate var ends: [(table: TableID, conditions: [Condition])] {
    [(conditions.table, conditions.near), (table, conditions.far)].filter { !$0.1.isEmpty }
  }
}

extension Schema {
  /// Whether a condition of the relation, or of a relation that one follows, follows the relation.
  fileprivate func leadsThroughItself(_ relation: Relation) -> Bool {
    var seen: Set<Relation> = []
    var open = [relation]
    while let next = open.popLast() {
      for step in steps(inConditionsOf: next) where !step.conditions.isEmpty {
        if step.isSame(as: relation) { return true }
        if seen.insert(step).inserted { open.append(step) }
      }
    }
    return false
  }

  private func steps(inConditionsOf relation: Relation) -> [Relation] {
    relation.ends.flatMap { end in
      // Names alone: what a path's own relations have for conditions is not looked at here.
      end.conditions.flatMap { $0.relations(from: end.table, in: self) }
    }
  }
}

extension Relation {
  /// Whether it is the other, in either direction.
  fileprivate func isSame(as other: Relation) -> Bool {
    conditions == other.conditions && Set(pairs) == Set(other.pairs) && table == other.table
      || conditions.near == other.conditions.far && conditions.far == other.conditions.near
        && Set(pairs.map(\.reversed)) == Set(other.pairs)
  }
}

extension Condition {
  /// The relations that its paths follow.
  fileprivate func relations(from table: TableID, in schema: Schema) -> [Relation] {
    let scope = FieldScope(everythingIn: schema)
    switch content {
    case .and(let parts), .or(let parts):
      return parts.flatMap { $0.relations(from: table, in: schema) }
    case .not(let part): return part.relations(from: table, in: schema)
    case .named(let name):
      return (schema.conditions[Text(name)] ?? []).flatMap {
        $0.relations(from: table, in: schema)
      }
    case .related(let related):
      guard let steps = scope.relations(named: related.path.value, from: table) else { return [] }
      return steps
        + related.conditions.flatMap { $0.relations(from: steps.last?.table ?? table, in: schema) }
    case .test(let test):
      var names = [test.field.value]
      if case .otherField(let other) = test.operand.value { names.append(other) }
      if test.operator.value.isOfTree, let tree = scope.tree(named: names[0], from: table) {
        return tree.path.steps + [tree.place.place, tree.place.parent]
      }
      return names.flatMap { scope.field(named: $0, in: table)?.steps ?? [] }
    }
  }
}

extension Diagnostic.Code {
  /// A relation whose own condition follows the relation.
  package static let recursiveRelation = Self("recursive_relation")
}
