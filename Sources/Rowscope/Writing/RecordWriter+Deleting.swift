import AccessProfiles
import FilterSQL
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

extension RecordWriter {
  /// Deletes the matching records in the user's scope, and returns their number.
  ///
  /// Their rows in link tables are part of the records and are deleted too, whether the user sees
  /// the field or not.
  func delete(
    _ change: RecordChange, _ request: Filter, isOne: Bool
  ) throws(ServiceError) -> Int {
    let target = change.target(request)
    let affected = try affectedRecords(target, of: change, isOne: isOne)
    guard !affected.identities.isEmpty else { return 0 }
    let engine = change.engine
    let statement = try compiled { () throws(SQLCompilationError) in
      try engine.compiler.delete(target)
    }
    let count = try run(statement, .delete(from: change.table.table.name), for: change)
    if count != affected.identities.count { try checkGone(affected, of: change) }
    // Delete links last: the scope may depend on a record's links.
    for link in change.table.table.links {
      for key in affected.keys {
        _ = try run(
          engine.compiler.deleteRows(of: link.pairs.map { key[$0.near] ?? .null }, from: link),
          .delete(from: change.linkTable(link).name), for: change)
      }
    }
    return affected.identities.count
  }

  /// A foreign key may delete a record early; a trigger may keep it.
  private func checkGone(
    _ affected: AffectedRecords, of change: RecordChange
  ) throws(ServiceError) {
    let everything = MutationTarget(
      table: change.table.access.table, scope: .always, request: .always)
    let left = try rows(
      [], of: everything, among: affected.identities, by: affected.identity, for: change)
    guard left.isEmpty else { throw ServiceError.refusedByDatabase }
  }
}
