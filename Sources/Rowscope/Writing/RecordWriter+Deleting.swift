import AccessProfiles
import FilterSQL
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

extension RecordWriter {
  /// Deletes the matching records in the user's scope.
  ///
  /// A trigger of the database may keep a record, to mark it as deleted. That is respected, as by
  /// SQL's DELETE.
  ///
  /// A record's rows in link tables are part of it and are deleted too, whether the user sees the
  /// field or not.
  func delete(
    _ change: RecordChange, _ request: Filter, isOne: Bool
  ) throws(ServiceError) -> DeletedRecords {
    let target = change.target(request)
    let affected = try affectedRecords(target, of: change, isOne: isOne)
    guard !affected.identities.isEmpty else { return DeletedRecords(count: 0, kept: 0) }
    let engine = change.engine
    let statement = try compiled { () throws(SQLCompilationError) in
      try engine.compiler.delete(target)
    }
    let count = try run(statement, .delete(from: change.table.table.name), for: change)
    // A foreign key may delete a record before the statement does.
    let left =
      count == affected.identities.count
      ? [] : try left(of: affected, in: affected.identities.indices, by: change)
    // Delete links last: the scope may depend on a record's links.
    for link in change.table.table.links {
      for (index, key) in affected.keys.enumerated() where !left.contains(index) {
        _ = try run(
          engine.compiler.deleteRows(of: link.pairs.map { key[$0.near] ?? .null }, from: link),
          .delete(from: change.linkTable(link).name), for: change)
      }
    }
    let kept = try rows(
      [], of: change.inSight, among: left.map { affected.identities[$0] }, by: affected.identity,
      for: change)
    return DeletedRecords(count: affected.identities.count - kept.count, kept: kept.count)
  }

  /// Which of the records are still in the table, in sight or not. Few queries if that holds for
  /// all or none of them.
  private func left(
    of affected: AffectedRecords, in range: Range<Int>, by change: RecordChange
  ) throws(ServiceError) -> Set<Int> {
    let everything = MutationTarget(
      table: change.table.access.table, scope: .always, request: .always)
    let found = try rows(
      [], of: everything, among: Array(affected.identities[range]), by: affected.identity,
      for: change)
    if found.isEmpty { return [] }
    if found.count == range.count { return Set(range) }
    let middle = range.lowerBound + range.count / 2
    return try left(of: affected, in: range.lowerBound..<middle, by: change)
      .union(try left(of: affected, in: middle..<range.upperBound, by: change))
  }
}
