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
    try checkMembers(link, of: record, for: change)
    _ = try run(
      engine.compiler.deleteMembers(of: record, except: link.members, from: link.link),
      .delete(from: table.name), for: change)
    let columns = Set((link.link.pairs.map(\.far) + [link.link.member]).map { table[$0].name })
    for member in link.members {
      _ = try run(
        engine.compiler.insert(member: member, of: record, into: link.link),
        .insert(into: table.name, columns: columns), for: change)
    }
  }

  /// A member that refers to a record may be added only if the user sees that record. Existing
  /// members may stay.
  private func checkMembers(
    _ link: RecordChange.LinkChange, of record: [Value], for change: RecordChange
  ) throws(ServiceError) {
    let table = change.linkTable(link.link)
    let relations = table.relations.filter {
      $0.direction == .toParent && $0.pairs.map(\.near) == [link.link.member]
    }
    guard !relations.isEmpty, !link.members.isEmpty else { return }
    let engine = change.engine
    let present = try engine.rows(
      engine.compiler.members(of: record, in: link.link), on: connection
    ).map { $0[0] }
    let member = table[link.link.member]
    for value in link.members {
      let isPresent = present.contains {
        Comparison.order($0, value, affinity: member.affinity, collation: member.collation) == 0
      }
      guard !isPresent else { continue }
      for relation in relations where try !leadsToVisible(relation, value, for: change) {
        throw change.unrelated(link.field)
      }
    }
  }
}
