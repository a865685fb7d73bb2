import AccessProfiles
import Documents
internal import RecordFilter
import RowscopeModel

extension SchemaOverlay {
  /// Adds a table's declared relations, in place of foreign keys between the same columns.
  mutating func addRelations(_ declaration: TableDeclaration, to table: TableID) {
    for declared in declaration.fields {
      guard let relation = declared.relation, let parent = tableID(relation.table) else { continue }
      // An unknown declaring field was already reported.
      guard let own = drafts[table.index].fieldIDs[Name(declared.name.value)] else { continue }
      let field = drafts[table.index].fields[own.index]
      if field.isManyValued, relation.pairs.count == 1 {
        guard let far = joinableField(relation.pairs[0].far, of: parent) else { continue }
        guard !relation.isTree else {
          problems.error(
            .mismatchedRelation,
            "the field \(Printable.quoted(declared.name.value)) holds many values: a record of a "
              + "tree has one parent",
            hint: "leave \"tree\" out", at: relation.range)
          continue
        }
        add(
          ForeignKey(
            child: table, parent: parent, pairs: [ColumnPair(near: own, far: far)],
            isDeclared: true, memberType: field.members.type,
            conditions: relation.conditions.from(table)), at: relation.range)
        continue
      }
      let pairs = relation.pairs.compactMap { pair -> ColumnPair? in
        let near = joinableField(pair.near, of: table)
        let far = joinableField(pair.far, of: parent)
        guard let near, let far else { return nil }
        return ColumnPair(near: near, far: far)
      }
      guard pairs.count == relation.pairs.count, !relation.isTree || isTree(relation, of: table)
      else { continue }
      add(
        ForeignKey(
          child: table, parent: parent, pairs: pairs, isDeclared: true, isTree: relation.isTree,
          conditions: relation.conditions.from(table)),
        at: relation.range)
    }
  }

  /// Reports a tree that leads to another table, and a second one of a table.
  private mutating func isTree(_ relation: RelationDeclaration, of table: TableID) -> Bool {
    let name = drafts[table.index].table.name
    guard Name(relation.table.value) == name else {
      problems.error(
        .mismatchedRelation, "a tree that leads to another table",
        hint: "\"tree\" is for the relation of \(Printable.quoted(name.string)) to itself, from a "
          + "record to its parent", at: relation.range)
      return false
    }
    guard !foreignKeys.contains(where: { $0.child == table && $0.isTree }) else {
      problems.error(
        .mismatchedRelation, "a second tree of the table \(Printable.quoted(name.string))",
        hint: "\"is under\" follows one relation: leave \"tree\" out of the other",
        at: relation.range)
      return false
    }
    return true
  }

  private mutating func add(_ key: ForeignKey, at range: Range<Int>) {
    if let known = foreignKeys.first(where: { $0.isDeclared && $0.joinsLike(key) }) {
      if !known.conditions.isEmpty || !key.conditions.isEmpty {
        problems.error(
          .mismatchedRelation, "this relation is declared twice",
          hint: "declare a relation with a condition at one of its fields alone", at: range)
      }
      return
    }
    // A field has one meaning: its declared relation replaces any foreign key of that column alone.
    foreignKeys.removeAll { other in
      !other.isDeclared
        && (other.joinsLike(key)
          || other.child == key.child && key.singleField != nil
            && other.singleField == key.singleField)
    }
    foreignKeys.append(key)
  }

  /// Reports fields of the type `relation` that refer to no table.
  mutating func checkRelationTypes(_ declaration: TableDeclaration, of table: TableID) {
    for declared in declaration.fields where declared.relation == nil && declared.link == nil {
      guard let type = declared.type, type.value == .relation,
        let field = drafts[table.index].fieldIDs[Name(declared.name.value)],
        !foreignKeys.contains(where: { key in
          key.child == table && key.pairs.contains { $0.near == field }
        })
      else { continue }
      problems.error(
        .mismatchedField,
        "the field \(Printable.quoted(declared.name.value)) is a relation to no table",
        hint: "the database declares no foreign key; add the table and its field: "
          + form(of: field, in: table),
        at: type.range)
    }
  }

  /// The declaration of a relation, with the table that the field's name speaks of.
  private func form(of field: FieldID, in table: TableID) -> String {
    let target = base.likelyTarget(of: field, in: table)
    return RelationForm.text(
      table: target.map { base[$0.table].name.string },
      field: target.map { base[$0.table][$0.field].name.string })
  }

  /// Gives the fields that refer to a key the key's type, where they declare none of their own.
  mutating func inheritTypes(in table: TableID) {
    for key in foreignKeys where key.child == table && key.pairs.count == 1 {
      let pair = key.pairs[0]
      let field = drafts[table.index].fields[pair.near.index]
      guard let type = drafts[key.parent.index].fields[pair.far.index].type, field.type == nil,
        !field.isManyValued
      else { continue }
      drafts[table.index].fields[pair.near.index] = field.typed(type)
    }
  }
}

extension Field {
  /// This field with another type for its values.
  fileprivate func typed(_ type: DeclaredType) -> Field {
    Field(
      name: name, declaredType: declaredType, affinity: affinity, collation: collation,
      isNullable: isNullable, kind: kind, type: type, members: members, holdsOnly: holdsOnly,
      statesCollation: statesCollation, storage: storage, isDeveloper: isDeveloper,
      origins: origins)
  }
}

extension Relation.Conditions {
  /// The same of a relation from a table.
  fileprivate func from(_ table: TableID) -> Relation.Conditions {
    isEmpty ? self : Relation.Conditions(near: near, far: far, from: table)
  }
}
