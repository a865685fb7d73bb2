package import RecordFilter
package import RowscopeModel

/// A relation between the records of two tables, as a foreign key or a workspace declares it,
/// before it is named in either direction.
package struct ForeignKey: Hashable {
  /// The table that refers to the other.
  package let child: TableID
  package let parent: TableID
  /// `near` is in the child, `far` in the parent.
  package let pairs: [ColumnPair]
  /// Its name in paths; nil where it has the child's columns' names.
  package let name: Name?
  /// The child's field at which the workspace declares it; nil for a key of the database.
  package let declaredAt: FieldID?
  /// Where the one near field holds many values, each of which may name a record: how they compare.
  /// Such a relation leads from the child to the parents alone.
  package let memberType: MemberType?
  /// Whether a workspace declares it to lead from a record of a tree to its parent.
  package let isTree: Bool
  /// `near` is on the child, `far` on the parent.
  package let conditions: Relation.Conditions

  /// Declared by the workspace, not by the database.
  package var isDeclared: Bool { declaredAt != nil }

  /// The child's field; nil for a key of several columns.
  package var singleField: FieldID? { pairs.count == 1 ? pairs[0].near : nil }

  /// Whether both relate records by the same columns.
  package func joinsLike(_ other: ForeignKey) -> Bool {
    child == other.child && parent == other.parent && Set(pairs) == Set(other.pairs)
  }

  /// The foreign keys behind a schema's relations, each once, whichever direction it was named in.
  package static func all(in schema: Schema) -> [ForeignKey] {
    var keys: [ForeignKey] = []
    for direction in [Relation.Direction.toParent, .members, .toChildren] {
      for (index, table) in schema.tables.enumerated() {
        for relation in table.relations where relation.direction == direction {
          let key = ForeignKey(relation, of: TableID(index))
          if !keys.contains(where: { $0.joinsLike(key) }) { keys.append(key) }
        }
      }
    }
    return keys
  }

  package init(
    child: TableID, parent: TableID, pairs: [ColumnPair], name: Name? = nil,
    declaredAt: FieldID? = nil, isTree: Bool = false, memberType: MemberType? = nil,
    conditions: Relation.Conditions = Relation.Conditions()
  ) {
    self.name = name
    self.memberType = memberType
    self.child = child
    self.parent = parent
    self.pairs = pairs
    self.declaredAt = declaredAt
    self.isTree = isTree
    self.conditions = conditions
  }

  private init(_ relation: Relation, of table: TableID) {
    switch relation.direction {
    case .toParent, .members:
      self.init(
        child: table, parent: relation.table, pairs: relation.pairs,
        isTree: relation.isTree, memberType: relation.memberType, conditions: relation.conditions)
    case .toChildren:
      self.init(
        child: relation.table, parent: table, pairs: relation.pairs.map(\.reversed),
        conditions: relation.conditions.reversed(from: relation.table))
    }
  }
}
