import FilterSQL
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

/// Many-valued fields whose members are in another table.
extension RecordWriter {
  /// Sets the members of a record's field: removes those that are no longer wanted, and adds the
  /// missing ones.
  func write(
    _ link: RecordChange.LinkChange, of record: [Value], for change: RecordChange
  ) throws(ServiceError) {
    let engine = change.engine
    let table = change.linkTable(link.link)
    guard table.kind == .table else {
      throw ServiceError(
        .unsupported,
        "the members of \(Printable.quoted(change.table.table[link.field].name.string)) come from "
          + "a view and cannot be written"
      )
    }
    // A key with NULL matches no record: its rows would belong to none, and would be added again
    // each time.
    guard !record.contains(.null) else { return }
    let members = try checkedMembers(link, of: record, for: change)
    _ = try run(
      engine.compiler.deleteMembers(of: record, except: members, from: link.link),
      .delete(from: table.name), for: change)
    let columns = Set((link.link.pairs.map(\.far) + [link.link.member]).map { table[$0].name })
    for member in members {
      _ = try run(
        engine.compiler.insert(member: member, of: record, into: link.link),
        .insert(into: table.name, columns: columns), for: change)
    }
  }

  /// The members as they are to be stored. A member that refers to a record may be added only if
  /// the user sees that record, and is stored as that record's key is. Existing members may stay.
  private func checkedMembers(
    _ link: RecordChange.LinkChange, of record: [Value], for change: RecordChange
  ) throws(ServiceError) -> [Value] {
    let table = change.linkTable(link.link)
    let relations = change.engine.schema.references(of: link.link.table).filter {
      $0.pairs.map(\.near) == [link.link.member]
    }
    let named = change.memberRelations(of: link.field)
    let leadsNowhere =
      change.leadsNowhere(from: link.field)
      || table.unusable.references[link.link.member] != nil
    guard !relations.isEmpty || !named.isEmpty || leadsNowhere, !link.members.isEmpty,
      !change.isOwn(link.field)
    else {
      return link.members
    }
    let engine = change.engine
    let present = try engine.rows(
      engine.compiler.members(of: record, in: link.link), on: connection
    ).map { $0[0] }
    let member = table[link.link.member]
    return try link.members.map { value throws(ServiceError) in
      if let stored = present.first(where: { member.isEqual($0, value) }) { return stored }
      if leadsNowhere { throw change.unrelated(link.field) }
      for relation in named where try !namesVisible(value, by: relation, for: change) {
        throw change.unrelated(link.field)
      }
      var stored = value
      for relation in relations {
        guard let key = try visibleKey(relation, value, from: member, for: change) else {
          throw change.unrelated(link.field)
        }
        stored = key
      }
      return stored
    }
  }
}

extension Field {
  /// Whether a stored value of the field is the value that is to be stored.
  fileprivate func isEqual(_ stored: Value, _ value: Value) -> Bool {
    if hasUndeclaredForm, let type, let uuid = type.value(of: value) {
      return type.value(of: stored) == uuid
    }
    return Comparison.order(stored, value, affinity: affinity, collation: collation) == 0
  }
}
