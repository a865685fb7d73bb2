import Documents
internal import RecordFilter
import RowscopeModel

extension SchemaOverlay {
  /// Adds the relations that a table declares, in place of the foreign keys that they restate.
  mutating func addRelations(_ declaration: TableDeclaration, to table: TableID) {
    for declared in declaration.fields where declared.link == nil {
      guard let relation = declared.relation, let parent = tableID(relation.table) else { continue }
      // That the declaring field is unknown has been said.
      guard drafts[table.index].fieldIDs[Name(declared.name.value)] != nil else { continue }
      let pairs = relation.pairs.compactMap { pair -> ColumnPair? in
        let near = joinableField(pair.near, of: table)
        let far = joinableField(pair.far, of: parent)
        guard let near, let far else { return nil }
        return ColumnPair(near: near, far: far)
      }
      guard pairs.count == relation.pairs.count else { continue }
      add(ForeignKey(child: table, parent: parent, pairs: pairs, isDeclared: true))
    }
  }

  private mutating func add(_ key: ForeignKey) {
    if foreignKeys.contains(where: { $0.isDeclared && $0.joinsLike(key) }) { return }
    // One field has one meaning: what is declared of it alone stands instead of any foreign key that it has alone.
    foreignKeys.removeAll { other in
      !other.isDeclared
        && (other.joinsLike(key)
          || other.child == key.child && key.singleField != nil
            && other.singleField == key.singleField)
    }
    foreignKeys.append(key)
  }

  /// A field of the type `relation` must lead somewhere.
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
        hint:
          "add \"relation\": {\"table\": …, \"field\": …}; the database declares no foreign key",
        at: type.range)
    }
  }
}
