package import RecordFilter
import RowscopeModel

/// What records are read for.
package enum ReadPurpose: Sendable {
  case seeing
  /// To tell what the user may do with them as well: the conditions of the acts are read too.
  case tellingActs
  /// To change them: beyond these conditions, the records that presets refer to.
  case changing
}

extension PreparedProfile {
  /// Every field that a query of this profile may read: the visible fields, and those used by the
  /// profile's conditions or by the limits of user types and invitations. The store refuses a
  /// statement that reads any other field.
  ///
  /// - Complexity: linear in the size of the schema and of the profile.
  package func readableFields(for purpose: ReadPurpose = .seeing) -> Set<FieldReference> {
    var reads = FieldReads(of: schema)
    for table in restrictedTables {
      for condition in everywhere(table) { reads.insert(condition, of: table) }
    }
    for (index, table) in schema.tables.enumerated() {
      let id = TableID(index)
      guard let grant = validGrant(id) else { continue }
      var fields = table.fieldIndices.filter { grant.fields[$0.index] != .hidden }
      fields.append(contentsOf: [table.ownerField, table.teamField].compactMap(\.self))
      for path in [table.ownerPath, table.teamPath].compactMap(\.self) {
        reads.insert(path, from: id)
      }
      // An invitation names a record by its key.
      fields.append(contentsOf: table.primaryKey)
      for field in fields { reads.insert(FieldReference(id, field)) }
      for condition in grant.conditions { reads.insert(condition, of: id) }
      guard purpose != .seeing else { continue }
      for condition in grant.editConditions + grant.deleteConditions {
        reads.insert(condition, of: id)
      }
      guard purpose == .changing else { continue }
      for relation in table.relations
      where relation.pairs.contains(where: { pair in
        // A guest's record is given its owner.
        grant.presets.contains { $0.field == pair.near } || pair.near == table.ownerField
      }) {
        reads.insert([relation], from: id)
      }
    }
    return schema.stored(reads.fields)
  }
}

extension Schema {
  /// The columns that fields are read from: for a link, those that hold its members.
  func stored(_ fields: Set<FieldReference>) -> Set<FieldReference> {
    var reads: Set<FieldReference> = []
    for field in fields {
      guard case .link(let link) = self[field.table][field.field].storage else {
        reads.insert(field)
        continue
      }
      reads.insert(FieldReference(link.table, link.member))
      for pair in link.pairs {
        reads.insert(FieldReference(field.table, pair.near))
        reads.insert(FieldReference(link.table, pair.far))
      }
    }
    return reads
  }
}
