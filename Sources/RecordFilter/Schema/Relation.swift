package import RowscopeModel

/// Two columns that are equal in related records. `near` belongs to the table where the relation
/// starts. One of them is the key that the other refers to; it decides how both are compared, see
/// ``KeyEquality``.
package struct ColumnPair: Sendable, Hashable {
  package enum Side: Sendable, Hashable { case near, far }

  package let near: FieldID
  package let far: FieldID
  /// Which of the two is the key; nil for those of a link, which are compared as they are stored, by
  /// the far column's collation.
  package let key: Side?

  package init(near: FieldID, far: FieldID, key: Side? = .far) {
    self.near = near
    self.far = far
    self.key = key
  }

  package func with(key: Side?) -> ColumnPair { ColumnPair(near: near, far: far, key: key) }

  /// The same pair from the other table's side.
  package var reversed: ColumnPair {
    ColumnPair(near: far, far: near, key: key.map { $0 == .far ? .near : .far })
  }
}

/// A relation from the records of one table to those of another.
package struct Relation: Sendable, Hashable {
  package enum Direction: String, Sendable, Hashable {
    /// From the table with the foreign key to the table that it refers to: usually at most one
    /// record.
    case toParent
    /// The same foreign key in reverse: any number of records.
    case toChildren
    /// From a field of many values to the records that its members name: any number.
    case members
  }

  /// Its name in a path: the foreign key's column on the way to the parent, the other table's name
  /// on the way to the children.
  package let name: Name
  package let table: TableID
  package let direction: Direction
  /// The columns that must be equal; more than one for a composite key. Of members, the field that
  /// holds them and the key that one of them equals.
  package let pairs: [ColumnPair]
  /// Whether it leads from a record of a tree to its parent: of one column, to the same table.
  package let isTree: Bool
  /// Conditions of the relation's own. Records that do not satisfy them are not related.
  package let conditions: Conditions

  /// Conditions on both ends of a relation.
  package struct Conditions: Sendable, Hashable {
    /// On the record that it leads from, and on the one that it leads to.
    package let near: [Condition]
    package let far: [Condition]
    /// The table that it leads from, where there are conditions.
    package let table: TableID

    package init(
      near: [Condition] = [], far: [Condition] = [], from table: TableID = TableID(0)
    ) {
      self.near = near
      self.far = far
      self.table = table
    }

    package var isEmpty: Bool { near.isEmpty && far.isEmpty }

    /// The same in the other direction.
    package func reversed(from table: TableID) -> Conditions {
      isEmpty ? self : Conditions(near: far, far: near, from: table)
    }

    package var dependOnClock: Bool { (near + far).contains(where: \.dependsOnClock) }
  }

  /// How members compare with the key; nil for columns, which compare as SQLite compares them.
  package let memberType: MemberType?

  /// The pairs' keys are on the parent's side, whatever they say.
  package init(
    name: Name, table: TableID, direction: Direction, pairs: [ColumnPair], isTree: Bool = false,
    memberType: MemberType? = nil, conditions: Conditions = Conditions()
  ) {
    self.name = name
    self.table = table
    self.direction = direction
    self.pairs = pairs.map { $0.with(key: direction == .toChildren ? .near : .far) }
    self.isTree = isTree
    self.conditions = conditions
    self.memberType = memberType
  }

  /// The same relation under another name.
  package func named(_ name: Name) -> Relation {
    Relation(
      name: name, table: table, direction: direction, pairs: pairs, isTree: isTree,
      memberType: memberType, conditions: conditions)
  }
}

extension Schema {
  /// Every way by which the columns of a table refer to records of others: those that paths follow,
  /// and foreign keys of columns that name another relation, which no path follows. What is written
  /// must satisfy all of them.
  ///
  /// Complexity: linear in the relations of the schema.
  package func references(of table: TableID) -> [Relation] {
    var found = self[table].relations.filter { $0.direction == .toParent }
    for (index, other) in tables.enumerated() {
      for back in other.relations where back.direction == .toChildren && back.table == table {
        let forward = Relation(
          name: "", table: TableID(index), direction: .toParent,
          pairs: back.pairs.map(\.reversed), conditions: back.conditions.reversed(from: table))
        let isKnown = found.contains { known in
          known.table == forward.table && Set(known.pairs) == Set(forward.pairs)
            && known.conditions == forward.conditions
        }
        if !isKnown { found.append(forward) }
      }
    }
    return found
  }
}
