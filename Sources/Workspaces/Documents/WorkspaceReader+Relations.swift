import AccessProfiles
import Documents
import RecordFilter
import RowscopeModel

/// The `relation` of a field.
extension WorkspaceReader {
  private enum RelationKey: String, CaseIterable {
    case table, field, fields, name, tree, `where`, when
  }

  /// One relation, or a list of relations, each with a name.
  mutating func relations(
    _ node: JSONNode, of field: Located<String>
  ) -> [RelationDeclaration] {
    guard let elements = node.elements else {
      return relation(node, of: field).map { [$0] } ?? []
    }
    if elements.isEmpty {
      problems.error(
        .wrongType, "the list is empty", hint: "name one relation or more", at: node.range)
    }
    return elements.compactMap { relation($0, of: field, isNamed: elements.count > 1) }
  }

  private mutating func relation(
    _ node: JSONNode, of field: Located<String>, isNamed: Bool = false
  ) -> RelationDeclaration? {
    if let name = node.string {
      problems.wrongType(
        node, expected: "a relation",
        hint: "name the field of \(Printable.quoted(name)) that this one equals as well: "
          + RelationForm.text(table: name, field: nil))
      return nil
    }
    guard let keys = KeyedMembers<RelationKey>(node, as: "a relation", reporting: &problems)
    else { return nil }
    let table = keys.required(.table, reporting: &problems).flatMap {
      problems.string($0, as: "a table name")
    }
    let nameNode =
      isNamed
      ? keys.required(
        .name, hint: "each of several relations has a name by which paths follow it",
        reporting: &problems) : keys[.name]
    let name = nameNode.flatMap { problems.string($0, as: "a name") }
    let isTree = keys[.tree].flatMap { problems.flag($0) } ?? false
    let conditions = Relation.Conditions(
      near: keys[.when].flatMap { when($0) }.map { [$0] } ?? [],
      far: keys[.where].flatMap { self.where($0) } ?? [])
    if let fields = keys[.fields] {
      if isTree, let tree = keys[.tree] {
        problems.error(
          .mismatchedRelation, "a tree by several fields",
          hint: "a tree has one field with the key of the parent", at: tree.range)
      }
      if keys[.field] != nil {
        problems.error(
          .mismatchedRelation, "\"field\" and \"fields\" in one relation",
          hint: "\"fields\" alone, for a key of several columns", at: fields.range)
      }
      let pairs = pairs(fields, of: field)
      guard let table, let pairs else { return nil }
      return RelationDeclaration(
        range: node.range, table: table, pairs: pairs, name: name, conditions: conditions)
    }
    let hint = "name the field of the other table that this one equals"
    let far = keys.required(.field, hint: hint, reporting: &problems).flatMap {
      problems.string($0, as: "a field name")
    }
    guard let table, let far else { return nil }
    return RelationDeclaration(
      range: node.range, table: table, pairs: [.init(near: field, far: far)], name: name,
      isTree: isTree, conditions: conditions)
  }

  /// The conditions on the record that a relation leads to.
  private mutating func `where`(_ node: JSONNode) -> [Condition]? {
    if node.elements?.isEmpty == true {
      problems.error(
        .emptyGroup, "\"where\" without a condition", hint: "leave it out for every record",
        at: node.range)
    }
    return ConditionParser(.profile).conditions(node, reporting: &problems)
  }

  private enum WhenKey: String, CaseIterable { case field, value }

  /// The condition on the record that a relation leads from: that a field has one value.
  private mutating func when(_ node: JSONNode) -> Condition? {
    guard let keys = KeyedMembers<WhenKey>(node, as: "\"when\"", reporting: &problems) else {
      return nil
    }
    let hint = #""when": {"field": "kind", "value": "Invoice"}"#
    let isWhole = WhenKey.allCases.allSatisfy {
      if case .some = keys.required($0, hint: hint, reporting: &problems) { true } else { false }
    }
    return isWhole ? ConditionParser(.profile).condition(node, reporting: &problems) : nil
  }

  private mutating func pairs(
    _ node: JSONNode, of field: Located<String>
  ) -> [RelationDeclaration.Pair]? {
    guard let members = problems.object(node, as: "a map of this table's fields to the other's")
    else { return nil }
    var seen: Set<Name> = []
    var pairs: [RelationDeclaration.Pair] = []
    for member in members {
      guard seen.insert(Name(member.key.value)).inserted else {
        repeated(member.key, as: "field")
        continue
      }
      if let far = problems.string(member.value, as: "a field name") {
        pairs.append(.init(near: member.key, far: far))
      }
    }
    if !seen.contains(Name(field.value)) {
      problems.error(
        .mismatchedRelation,
        "the relation of \(Printable.quoted(field.value)) does not name that field",
        hint: "\"fields\" maps every field of the key, this one among them", at: node.range)
      return nil
    }
    return pairs.count == members.count ? pairs : nil
  }
}
