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
  /// Where the records of a tree are looked for: those of a path's table, by a place in the tree.
  typealias PathToTree = (path: FieldPath, place: TreePlace)

  /// The tree that a field leads to, or that a relation of this name does, as where a field has
  /// several relations; nil if there is none, or none in sight.
  func tree(named name: String, from table: TableID) -> PathToTree? {
    if let path = field(named: name, in: table) {
      if let members = schema[path.table].memberReference(of: path.field) {
        return tree(of: members, path)
      }
      return schema[path.table].reference(of: path.field).flatMap { tree(of: $0, path) }
    }
    return reference(named: name, from: table).flatMap { tree(of: $0.relation, $0.path) }
  }

  /// The relation of one field that a name which is no field's ends in, and the path to the field.
  func reference(
    named name: String, from table: TableID
  ) -> (relation: Relation, path: FieldPath)? {
    guard field(named: name, in: table) == nil, let steps = relations(named: name, from: table),
      let last = steps.last, last.direction != .toChildren, last.pairs.count == 1
    else { return nil }
    let near = steps.dropLast().last?.table ?? table
    return (last, FieldPath(steps: steps.dropLast(), table: near, field: last.pairs[0].near))
  }

  /// - Parameter path: to the field that the relation begins at.
  private func tree(of relation: Relation, _ path: FieldPath) -> PathToTree? {
    guard isOpen(relation, from: path.table), let parent = schema[relation.table].tree,
      isOpen(parent, from: relation.table)
    else { return nil }
    guard relation.direction == .members else {
      return (path, TreePlace(place: relation, parent: parent))
    }
    // Each record that a member names stands at itself.
    let key = relation.pairs[0].far
    let itself = Relation(
      name: relation.name, table: relation.table, direction: .toParent,
      pairs: [ColumnPair(near: key, far: key)])
    return (
      FieldPath(steps: path.steps + [relation], table: relation.table, field: key),
      TreePlace(place: itself, parent: parent)
    )
  }

  /// What would make a path to a field lead into a tree. A request's errors say nothing about the
  /// workspace.
  ///
  /// - Parameter named: the relation that the path names in the field's place.
  func treeHint(of path: FieldPath, _ named: Relation?) -> String {
    let (field, table) = (path.field, schema[path.table])
    let name = Printable.quoted(table[field].name.string)
    let rule = "it goes with a field that refers to a table of which the records form a tree"
    let ambiguity =
      named == nil ? ambiguity(in: table[field].name.string, from: path.table) : nil
    guard isOfEverything else { return ambiguity ?? rule }
    if named == nil, let reason = table.unusable.references[field] {
      return "the relation of \(name) cannot be used; correct the workspace: \(reason)"
    }
    if let ambiguity { return ambiguity }
    guard let relation = named ?? table.reference(of: field) else {
      return "\(name) is no relation by one column; \(rule)"
    }
    let nodes = schema[relation.table]
    let own = nodes.relations.filter {
      $0.direction == .toParent && $0.table == relation.table && $0.pairs.count == 1
    }
    let parent = own.count == 1 ? own[0] : nil
    return "declare the tree of \(Printable.quoted(nodes.name.string)) in the workspace: "
      + "\(Printable.quoted(parent.map { nodes[$0.pairs[0].near].name.string } ?? "PARENT FIELD")): "
      + RelationForm.text(
        table: nodes.name.string,
        field: parent.map { nodes[$0.pairs[0].far].name.string }
          ?? nodes[relation.pairs[0].far].name.string, isTree: true)
  }
}
