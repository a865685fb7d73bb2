package import RecordFilter
import RowscopeModel

extension PreparedProfile {
  /// Every field that a query of this profile may read: the visible fields, and those used by the
  /// profile's conditions or by the limits of user types and invitations. The store refuses a
  /// statement that reads any other field.
  ///
  /// - Parameter isWriting: whether records are changed, so that the conditions of the acts and the
  ///   records that presets refer to are read too.
  /// - Complexity: linear in the size of the schema and of the profile.
  package func readableFields(isWriting: Bool = false) -> Set<FieldReference> {
    var reads: Set<FieldReference> = []
    for table in restrictedTables {
      for condition in everywhere(table) { insert(condition, of: table, into: &reads) }
    }
    for (index, table) in schema.tables.enumerated() {
      let id = TableID(index)
      guard let grant = validGrant(id) else { continue }
      var fields = table.fieldIndices.filter { grant.fields[$0.index] != .hidden }
      fields.append(contentsOf: [table.ownerField, table.teamField].compactMap(\.self))
      for path in [table.ownerPath, table.teamPath].compactMap(\.self) {
        insert(path, from: id, into: &reads)
      }
      // An invitation names a record by its key.
      fields.append(contentsOf: table.primaryKey)
      for field in fields { insert(FieldReference(id, field), into: &reads) }
      for condition in grant.conditions { insert(condition, of: id, into: &reads) }
      guard isWriting else { continue }
      for condition in grant.editConditions + grant.deleteConditions {
        insert(condition, of: id, into: &reads)
      }
      for relation in table.relations
      where relation.pairs.contains(where: { pair in
        // A guest's record is given its owner.
        grant.presets.contains { $0.field == pair.near } || pair.near == table.ownerField
      }) {
        insert([relation], from: id, into: &reads)
      }
    }
    return reads
  }

  private func insert(
    _ condition: PreparedCondition, of table: TableID, into reads: inout Set<FieldReference>
  ) {
    switch condition {
    case .and(let conditions), .or(let conditions):
      for condition in conditions { insert(condition, of: table, into: &reads) }
    case .not(let condition):
      insert(condition, of: table, into: &reads)
    case .related(let related):
      insert(related.steps, from: table, into: &reads)
      for condition in related.conditions { insert(condition, of: related.table, into: &reads) }
    case .test(let test):
      for path in [test.path, test.other].compactMap(\.self) {
        insert(path, from: table, into: &reads)
      }
      if let tree = test.tree {
        for field in [tree.place.far, tree.parent.near, tree.parent.far] {
          reads.insert(FieldReference(tree.table, field))
        }
      }
    }
  }

  private func insert(
    _ path: FieldPath, from table: TableID, into reads: inout Set<FieldReference>
  ) {
    insert(path.steps, from: table, into: &reads)
    insert(FieldReference(path.table, path.field), into: &reads)
  }

  private func insert(
    _ steps: [Relation], from table: TableID, into reads: inout Set<FieldReference>
  ) {
    var near = table
    for step in steps {
      for pair in step.pairs {
        insert(FieldReference(near, pair.near), into: &reads)
        reads.insert(FieldReference(step.table, pair.far))
      }
      near = step.table
    }
  }

  /// Adds a field; for a link, adds the columns that hold its members.
  private func insert(_ field: FieldReference, into reads: inout Set<FieldReference>) {
    guard case .link(let link) = schema[field.table][field.field].storage else {
      reads.insert(field)
      return
    }
    reads.insert(FieldReference(link.table, link.member))
    for pair in link.pairs {
      reads.insert(FieldReference(field.table, pair.near))
      reads.insert(FieldReference(link.table, pair.far))
    }
  }
}
