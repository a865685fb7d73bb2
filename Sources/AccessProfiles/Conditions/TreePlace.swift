import Documents
package import RecordFilter
import RowscopeModel

/// How a field leads into a tree.
package struct TreePlace: Sendable, Hashable {
  /// From the field to where its record stands. Of one column.
  package let place: Relation
  /// From a record of the tree to its parent. Of one column.
  package let parent: Relation

  /// The table whose records form the tree.
  package var table: TableID { place.table }
  /// The key by which records of the tree are named.
  package var key: FieldID { place.pairs[0].far }
}

extension FieldScope {
  /// The tree that a field leads to; nil if it leads to none, or to none in sight.
  func tree(of field: FieldID, in table: TableID) -> TreePlace? {
    guard let relation = schema[table].reference(of: field), isOpen(relation, from: table),
      let parent = schema[relation.table].tree, isOpen(parent, from: relation.table)
    else { return nil }
    return TreePlace(place: relation, parent: parent)
  }

  /// The tree whose records the members of a field name: each stands at itself. Nil if they name no
  /// such records.
  func treeOfMembers(_ path: FieldPath) -> (path: FieldPath, place: TreePlace)? {
    let relation = schema[path.table].relations.first {
      $0.direction == .members && $0.pairs[0].near == path.field
    }
    guard let relation, isOpen(relation, from: path.table),
      let parent = schema[relation.table].tree, isOpen(parent, from: relation.table)
    else { return nil }
    let key = relation.pairs[0].far
    let itself = Relation(
      name: relation.name, table: relation.table, direction: .toParent,
      pairs: [ColumnPair(near: key, far: key)])
    return (
      FieldPath(steps: path.steps + [relation], table: relation.table, field: key),
      TreePlace(place: itself, parent: parent)
    )
  }

  /// What would make a field lead into a tree. A request's errors say nothing about the workspace.
  func treeHint(of field: FieldID, in table: TableID) -> String {
    let name = Printable.quoted(schema[table][field].name.string)
    let rule = "it goes with a field that refers to a table of which the records form a tree"
    guard isOfEverything else { return rule }
    if let reason = schema[table].unusable.references[field] {
      return "the relation of \(name) cannot be used; correct the workspace: \(reason)"
    }
    guard let relation = schema[table].reference(of: field) else {
      return "\(name) is no relation by one column; \(rule)"
    }
    let nodes = schema[relation.table]
    let own = nodes.relations.filter {
      $0.direction == .toParent && $0.table == relation.table && $0.pairs.count == 1
    }
    let parent = own.count == 1 ? own[0] : nil
    return "declare the tree of \(Printable.quoted(nodes.name.string)) in the workspace: "
      + "\(Printable.quoted(parent?.name.string ?? "PARENT FIELD")): "
      + RelationForm.text(
        table: nodes.name.string,
        field: parent.map { nodes[$0.pairs[0].far].name.string }
          ?? nodes[relation.pairs[0].far].name.string, isTree: true)
  }
}
