package import RecordFilter
import RowscopeModel

/// Names the relations between tables for use in paths.
///
/// - From child to parent, a foreign key of one column has that column's name. A key of several
///   columns has the names of all its columns that do not name another relation; keys of one column
///   take precedence, and among equals those that the workspace declares.
/// - From parent to child, the relation has the child table's name, if it is the only one between
///   the two tables and the parent has no relation of that name; otherwise the name includes the
///   columns: `tasks(owner)`.
/// - From the members of a field there is no way back.
package struct RelationNaming {
  /// For each table, the relations to parents in field order, then those to children in table
  /// order.
  package let relations: [[Relation]]

  package init(_ keys: [ForeignKey], in tables: [Table]) {
    let toParents = tables.indices.map { index in
      Self.toParents(keys.filter { $0.child.index == index }, of: tables[index])
    }
    relations = tables.indices.map { index in
      let parents = toParents[index]
      let children = Self.toChildren(
        keys.filter { $0.parent.index == index && $0.memberType == nil }, in: tables,
        taken: Set(parents.map(\.name)))
      return parents + children
    }
  }

  private static func toParents(_ keys: [ForeignKey], of table: Table) -> [Relation] {
    var named: [FieldID: ForeignKey] = [:]
    for isSingle in [true, false] {
      for isDeclared in [true, false] {
        for key in keys
        where (key.singleField != nil) == isSingle && key.isDeclared == isDeclared {
          for pair in key.pairs where named[pair.near] == nil { named[pair.near] = key }
        }
      }
    }
    return named.sorted { $0.key < $1.key }.map { field, key in
      Relation(
        name: table[field].name, table: key.parent,
        direction: key.memberType == nil ? .toParent : .members, pairs: key.pairs,
        isTree: key.isTree, memberType: key.memberType, conditions: key.conditions)
    }
  }

  private static func toChildren(
    _ keys: [ForeignKey], in tables: [Table], taken: Set<Name>
  ) -> [Relation] {
    let ordered = keys.sorted { left, right in
      left.child == right.child
        ? left.pairs.map(\.near).lexicographicallyPrecedes(right.pairs.map(\.near))
        : left.child < right.child
    }
    return ordered.map { key in
      let child = tables[key.child.index]
      let isOnly = keys.count { $0.child == key.child } == 1
      let columns = key.pairs.map { child[$0.near].name.string }.joined(separator: ",")
      let name =
        isOnly && !taken.contains(child.name) ? child.name : Name("\(child.name)(\(columns))")
      return Relation(
        name: name, table: key.child, direction: .toChildren, pairs: key.pairs.map(\.reversed),
        conditions: key.conditions.reversed(from: key.parent))
    }
  }
}
