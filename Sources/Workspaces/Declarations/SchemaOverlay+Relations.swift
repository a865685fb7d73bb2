import AccessProfiles
import Documents
internal import RecordFilter
import RowscopeModel

extension SchemaOverlay {
  /// Adds a table's declared relations, in place of foreign keys of the same field.
  ///
  /// One that does not fit is reported and leads nowhere: the foreign key does not come back for it.
  mutating func addRelations(_ declaration: TableDeclaration, to table: TableID) {
    for declared in declaration.fields {
      // An unknown declaring field was already reported.
      guard let own = drafts[table.index].fieldIDs[Name(declared.name.value)] else { continue }
      for relation in declared.relations {
        let (key, problem) = setAside { overlay in
          overlay.key(relation, of: own, in: table).flatMap { overlay.accepted($0, relation) }
        }
        if let key {
          // A field has one meaning: what it declares replaces any foreign key of that column alone.
          foreignKeys.removeAll { other in
            !other.isDeclared
              && (other.joinsLike(key)
                || other.child == key.child && key.singleField != nil
                  && other.singleField == key.singleField)
          }
          if !foreignKeys.contains(where: {
            $0.isDeclared && $0.joinsLike(key) && $0.name == key.name
          }) {
            foreignKeys.append(key)
          }
        } else if let problem {
          setAside(relation, of: own, in: table, problem)
        }
      }
    }
  }

  /// Keeps the names of a declared relation that cannot be used, and takes away the foreign keys
  /// that it stands for.
  private mutating func setAside(
    _ relation: RelationDeclaration, of field: FieldID, in table: TableID,
    _ problem: Diagnostic
  ) {
    let columns = relation.pairs.compactMap { drafts[table.index].fieldIDs[Name($0.near.value)] }
    let replaced = foreignKeys.filter { key in
      !key.isDeclared && key.child == table && key.pairs.contains { $0.near == field }
        && (key.singleField == nil) == (columns.count > 1)
    }
    foreignKeys.removeAll { replaced.contains($0) }
    let known = base.tableID(named: relation.table.value)
    let far = known.flatMap { drafts[$0.index].fieldIDs[Name(relation.pairs[0].far.value)] }
    if let known, let far, relation.pairs.count == 1 {
      typingKeys.append(
        ForeignKey(child: table, parent: known, pairs: [ColumnPair(near: field, far: far)]))
    } else {
      typingKeys += replaced
    }
    let parent = (known ?? replaced.first?.parent).map { UnusableRelation.Parent.table($0) }
    append(
      UnusableRelation(
        child: table, field: field, name: relation.name.map { Name($0.value) }, columns: columns,
        parent: drafts[table.index].fields[field.index].isManyValued
          ? .ofMembers : parent ?? .unknown,
        reason: problem.message))
  }

  private mutating func append(_ relation: UnusableRelation) {
    unusable.append(relation)
    for column in relation.columns {
      drafts[relation.child.index].unusable.references[column] = relation.reason
    }
  }

  /// The relation, if the fields that it names can be joined.
  private mutating func key(
    _ relation: RelationDeclaration, of own: FieldID, in table: TableID
  ) -> ForeignKey? {
    let parent = tableID(relation.table)
    let field = drafts[table.index].fields[own.index]
    let conditions = self.conditions(of: relation, from: table)
    if field.isManyValued, relation.pairs.count == 1 {
      guard let parent, let far = joinableField(relation.pairs[0].far, of: parent), let conditions
      else { return nil }
      guard !relation.isTree else {
        problems.error(
          .mismatchedRelation,
          "the field \(Printable.quoted(field.name.string)) holds many values: a record of a "
            + "tree has one parent",
          hint: "leave \"tree\" out", at: relation.range)
        return nil
      }
      return ForeignKey(
        child: table, parent: parent, pairs: [ColumnPair(near: own, far: far)],
        name: relation.name.map { Name($0.value) }, declaredAt: own,
        memberType: field.members.type, conditions: conditions)
    }
    let pairs = relation.pairs.compactMap { pair -> ColumnPair? in
      let near = joinableField(pair.near, of: table)
      let far = parent.flatMap { joinableField(pair.far, of: $0) }
      guard let near, let far else { return nil }
      return ColumnPair(near: near, far: far)
    }
    guard let parent, pairs.count == relation.pairs.count, let conditions,
      !relation.isTree || isTree(relation, of: table)
    else { return nil }
    return ForeignKey(
      child: table, parent: parent, pairs: pairs, name: relation.name.map { Name($0.value) },
      declaredAt: own, isTree: relation.isTree, conditions: conditions)
  }

  /// A relation's own conditions, with what named ones stand for in their place.
  private mutating func conditions(
    of relation: RelationDeclaration, from table: TableID
  ) -> Relation.Conditions? {
    let own = relation.conditions
    guard !own.isEmpty else { return own }
    var expansion = ConditionExpansion(named)
    let (near, far) = (
      own.near.map { expansion.expanded($0) }, own.far.map { expansion.expanded($0) }
    )
    for problem in expansion.problems.list { problems.append(problem) }
    return expansion.problems.hasErrors
      ? nil : Relation.Conditions(near: near, far: far, from: table)
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

  /// The relation, unless another one of the table has its columns or its name.
  private mutating func accepted(
    _ key: ForeignKey, _ relation: RelationDeclaration
  ) -> ForeignKey? {
    if let name = relation.name, let fault = fault(of: name.value, in: key.child) {
      problems.error(.mismatchedRelation, fault, hint: "give it another name", at: name.range)
      return nil
    }
    let known = foreignKeys.first { $0.isDeclared && $0.name == key.name && $0.joinsLike(key) }
    if let known, key.name == nil, !known.conditions.isEmpty || !key.conditions.isEmpty {
      problems.error(
        .mismatchedRelation, "this relation is declared twice",
        hint: "declare a relation with a condition at one of its fields alone", at: relation.range)
      return nil
    }
    return key
  }

  /// Why a relation of a table cannot have a name; nil if it can.
  private func fault(of name: String, in table: TableID) -> String? {
    let near = Printable.quoted(drafts[table.index].table.name.string)
    if name.isEmpty { return "the name of the relation is empty" }
    if drafts[table.index].fieldIDs[Name(name)] != nil {
      return "\(Printable.quoted(name)) is a field of table \(near)"
    }
    guard foreignKeys.contains(where: { $0.child == table && $0.name == Name(name) }) else {
      return nil
    }
    return "another relation of table \(near) is called \(Printable.quoted(name))"
  }

  /// Sets aside relations whose own conditions name what there is not, or lead through the relation
  /// itself. Another's condition may follow one of them, and is then one of them too.
  mutating func checkConditions() {
    var isStable = false
    while !isStable, foreignKeys.contains(where: { !$0.conditions.isEmpty }) {
      let related = schema()
      let faulty = foreignKeys.compactMap { key -> (ForeignKey, [Diagnostic])? in
        guard !key.conditions.isEmpty else { return nil }
        let found = RelationConditions.problems(
          of: Relation(
            name: "", table: key.parent, direction: .toParent, pairs: key.pairs,
            conditions: key.conditions), in: related)
        return found.isEmpty ? nil : (key, found)
      }
      isStable = faulty.isEmpty
      for (key, found) in faulty {
        foreignKeys.removeAll { $0 == key }
        for problem in found { setAsideProblems.append(problem) }
        let columns = key.pairs.map(\.near)
        append(
          UnusableRelation(
            child: key.child, field: key.declaredAt ?? columns[0], name: key.name, columns: columns,
            parent: key.memberType == nil ? .table(key.parent) : .ofMembers,
            reason: found[0].message))
      }
    }
  }

  /// Reports fields of the type `relation` that refer to no table.
  mutating func checkRelationTypes(_ declaration: TableDeclaration, of table: TableID) {
    for declared in declaration.fields where declared.relations.isEmpty && declared.link == nil {
      guard let type = declared.type, type.value == .relation,
        let field = drafts[table.index].fieldIDs[Name(declared.name.value)],
        drafts[table.index].unusable.references[field] == nil,
        !foreignKeys.contains(where: { key in
          key.child == table && key.pairs.contains { $0.near == field }
        })
      else { continue }
      let problem = Diagnostic(
        .mismatchedField,
        "the field \(Printable.quoted(declared.name.value)) is a relation to no table",
        hint: "the database declares no foreign key; add the table and its field: "
          + form(of: field, in: table),
        at: type.range)
      setAsideProblems.append(problem)
      append(
        UnusableRelation(
          child: table, field: field, name: nil, columns: [field], parent: .unknown,
          reason: problem.message))
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
  ///
  /// A relation that cannot be used takes no type away: with another one `!=` could hold of more.
  mutating func inheritTypes(in table: TableID) {
    let keys = (foreignKeys + typingKeys).filter { $0.child == table && $0.pairs.count == 1 }
    for (near, keys) in Dictionary(grouping: keys, by: { $0.pairs[0].near }) {
      let field = drafts[table.index].fields[near.index]
      guard field.type == nil, !field.isManyValued else { continue }
      let targets = keys.map { drafts[$0.parent.index].fields[$0.pairs[0].far.index] }
      // Keys of several types are compared as they are stored.
      guard let type = targets[0].type, targets.allSatisfy({ $0.type == type }) else { continue }
      drafts[table.index].fields[near.index] = field.typed(
        type, ignoresCase: targets[0].statesCollation && field.collation != .nocase)
    }
  }
}

extension Field {
  /// This field with another type for its values.
  fileprivate func typed(_ type: DeclaredType, ignoresCase: Bool) -> Field {
    Field(
      name: name, declaredType: declaredType, affinity: affinity,
      collation: ignoresCase ? .nocase : collation,
      isNullable: isNullable, kind: kind, type: type, members: members, holdsOnly: holdsOnly,
      statesCollation: ignoresCase || statesCollation, storage: storage, isDeveloper: isDeveloper,
      origins: origins)
  }
}
