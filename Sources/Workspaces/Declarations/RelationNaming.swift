package import RecordFilter
import RowscopeModel

/// Names the relations between tables for use in paths.
///
/// - From child to parent, a relation has the name that the workspace declares for it. Without one,
///   a foreign key of one column has that column's name. A key of several columns has the names of
///   all its columns that do not name another relation; keys of one column take precedence, and
///   among equals those that the workspace declares.
/// - From parent to child, the relation has the child table's name, if it is the only one between
///   the two tables and the parent has no relation of that name; otherwise the name includes the
///   columns: `tasks(owner)`. Where several relations have the same columns, it is their own name
///   that stands there: `comments(invoice)`.
/// - From the members of a field there is no way back.
///
/// A relation that cannot be used keeps the names that it would have, and no other relation gets
/// them. So a mistake in one relation gives no name another meaning.
package struct RelationNaming {
  /// For each table, the relations to parents in field order, then those to children in table
  /// order.
  package private(set) var relations: [[Relation]] = []
  /// For each table, the names of relations that cannot be used, and why.
  private(set) var reasons: [[Name: String]]
  /// For each table, names that could mean several relations, and the names of these.
  private(set) var ambiguous: [[Name: [Name]]]

  package init(_ keys: [ForeignKey], unusable: [UnusableRelation] = [], in tables: [Table]) {
    reasons = Array(repeating: [:], count: tables.count)
    ambiguous = reasons.map { _ in [:] }
    for index in tables.indices {
      let parents = toParents(
        keys.filter { $0.child.index == index }, unusable.filter { $0.child.index == index },
        of: tables[index], index)
      relations.append(parents)
    }
    for index in tables.indices {
      relations[index] += toChildren(
        keys.filter { $0.parent.index == index && $0.memberType == nil },
        unusable.filter {
          if case .table(let parent) = $0.parent { parent.index == index } else { false }
        }, in: tables, index)
    }
    for relation in unusable {
      guard case .unknown = relation.parent else { continue }
      nameWaysBack(of: relation, in: tables)
    }
  }

  private mutating func toParents(
    _ keys: [ForeignKey], _ unusable: [UnusableRelation], of table: Table, _ index: Int
  ) -> [Relation] {
    var found: [(field: FieldID, name: Name, key: ForeignKey)] = []
    var taken: Set<Name> = []
    for key in keys {
      guard let name = key.name, let field = key.pairs.first?.near else { continue }
      found.append((field, name, key))
      taken.insert(name)
    }
    // A path by the column itself is told the names.
    for (field, name, _) in found {
      taken.insert(table[field].name)
      ambiguous[index][table[field].name, default: []].append(name)
    }
    func claim(_ name: Name, _ relation: UnusableRelation) {
      guard taken.insert(name).inserted else { return }
      reasons[index][name] = relation.reason
    }
    for relation in unusable {
      // The name of a field stays that of the field.
      if let name = relation.name, table.fieldID(named: name.string) == nil {
        claim(name, relation)
      }
      claim(table[relation.field].name, relation)
    }
    func add(_ keys: some Sequence<ForeignKey>) {
      for key in keys where key.name == nil {
        for pair in key.pairs where taken.insert(table[pair.near].name).inserted {
          found.append((pair.near, table[pair.near].name, key))
        }
      }
    }
    for isDeclared in [true, false] {
      add(keys.filter { $0.singleField != nil && $0.isDeclared == isDeclared })
    }
    add(keys.filter { $0.singleField == nil && $0.isDeclared })
    for relation in unusable where relation.name == nil {
      for column in relation.columns { claim(table[column].name, relation) }
    }
    add(keys.filter { $0.singleField == nil && !$0.isDeclared })
    // Sorting keeps the order of a field's relations.
    let ordered = found.enumerated().sorted {
      ($0.element.field, $0.offset) < ($1.element.field, $1.offset)
    }
    return ordered.map { _, found in
      Relation(
        name: found.name, table: found.key.parent,
        direction: found.key.memberType == nil ? .toParent : .members, pairs: found.key.pairs,
        isTree: found.key.isTree, memberType: found.key.memberType,
        conditions: found.key.conditions)
    }
  }

  /// What may be the way back of a relation to an unknown table is told so, where it is nothing else.
  private mutating func nameWaysBack(of relation: UnusableRelation, in tables: [Table]) {
    let child = tables[relation.child.index]
    let columns = relation.columns.map { child[$0].name.string }.joined(separator: ",")
    for index in tables.indices {
      for name in [child.name, Name("\(child.name)(\(columns))")]
      where reasons[index][name] == nil && ambiguous[index][name] == nil
        && !relations[index].contains(where: { $0.name == name })
      {
        reasons[index][name] = relation.reason
      }
    }
  }

  /// A way to children, by a relation or by one that cannot be used.
  private struct WayBack {
    let child: TableID
    let columns: [FieldID]
    let name: Name?
    let use: Use
    enum Use {
      case key(ForeignKey)
      case unusable(String)
    }
  }

  private mutating func toChildren(
    _ keys: [ForeignKey], _ unusable: [UnusableRelation], in tables: [Table], _ index: Int
  ) -> [Relation] {
    let ways =
      keys.map {
        WayBack(child: $0.child, columns: $0.pairs.map(\.near), name: $0.name, use: .key($0))
      }
      + unusable.map {
        WayBack(child: $0.child, columns: $0.columns, name: $0.name, use: .unusable($0.reason))
      }
    let ordered = ways.sorted { left, right in
      left.child == right.child
        ? left.columns.lexicographicallyPrecedes(right.columns) : left.child < right.child
    }
    let taken = Set(relations[index].map(\.name)).union(reasons[index].keys)
    var found: [Relation] = []
    for way in ordered {
      let child = tables[way.child.index]
      let siblings = ordered.filter { $0.child == way.child }
      var name = child.name
      if siblings.count > 1 || taken.contains(name) {
        let isAlone = siblings.count { $0.columns == way.columns } == 1
        let columns = way.columns.map { child[$0].name.string }.joined(separator: ",")
        name = Name("\(child.name)(\(isAlone ? columns : way.name?.string ?? columns))")
      }
      switch way.use {
      case .unusable(let reason): reasons[index][name] = reason
      case .key(let key):
        found.append(
          Relation(
            name: name, table: key.child, direction: .toChildren, pairs: key.pairs.map(\.reversed),
            conditions: key.conditions.reversed(from: key.parent)))
      }
      if siblings.count > 1, !taken.contains(child.name) {
        ambiguous[index][child.name, default: []].append(name)
      }
    }
    return found
  }
}
