package import RecordFilter
package import RowscopeModel

/// The fields that conditions name and follow, those that relations' own conditions read included.
package struct FieldReads {
  private let schema: Schema
  package private(set) var fields: Set<FieldReference> = []
  /// The relations that are followed.
  package private(set) var steps: Set<Step> = []
  /// The references to the user and to the time that they use. For `last days` and `next days` it
  /// is ``Reference/today``.
  package private(set) var references: Set<Reference> = []

  /// A relation from a table.
  package struct Step: Sendable, Hashable {
    package let near: TableID
    package let relation: Relation
  }

  package init(of schema: Schema) { self.schema = schema }

  package mutating func insert(_ field: FieldReference) { fields.insert(field) }

  mutating func insert(_ condition: PreparedCondition, of table: TableID) {
    switch condition {
    case .and(let conditions), .or(let conditions):
      for condition in conditions { insert(condition, of: table) }
    case .not(let condition):
      insert(condition, of: table)
    case .related(let related):
      insert(related.steps, from: table)
      for condition in related.conditions { insert(condition, of: related.table) }
    case .test(let test):
      for path in [test.path, test.other].compactMap(\.self) {
        insert(path, from: table)
      }
      if let tree = test.tree {
        insert([tree.place], from: test.path.table)
        insert([tree.parent], from: tree.table)
      }
      if case .reference(let reference) = test.operand { references.insert(reference) }
      if test.operator == .lastDays || test.operator == .nextDays { references.insert(.today) }
    }
  }

  package mutating func insert(_ path: FieldPath, from table: TableID) {
    insert(path.steps, from: table)
    insert(FieldReference(path.table, path.field))
  }

  package mutating func insert(_ steps: [Relation], from table: TableID) {
    var near = table
    for step in steps {
      self.steps.insert(Step(near: near, relation: step))
      for pair in step.pairs {
        insert(FieldReference(near, pair.near))
        insert(FieldReference(step.table, pair.far))
      }
      insert(step.conditions, to: step.table)
      near = step.table
    }
  }

  /// A workspace's relations do not lead through themselves, so this ends.
  mutating func insert(_ conditions: Relation.Conditions, to far: TableID) {
    guard !conditions.isEmpty else { return }
    for (table, conditions) in [(conditions.table, conditions.near), (far, conditions.far)] {
      var preparation = ConditionPreparation(
        scope: FieldScope(everythingIn: schema), table: table)
      for condition in preparation.prepare(conditions) ?? [] { insert(condition, of: table) }
    }
  }
}

extension FieldScope {
  /// What a request's conditions read; of one with a mistake nothing.
  package func reads(of conditions: [Condition], on table: TableID) -> FieldReads {
    var reads = FieldReads(of: schema)
    var preparation = ConditionPreparation(scope: self, table: table)
    for condition in preparation.prepare(conditions) ?? [] { reads.insert(condition, of: table) }
    return reads
  }
}
