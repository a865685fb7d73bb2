import AccessProfiles
import FilterSQL
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

/// The records of a change, as they are before it.
struct AffectedRecords {
  let identity: RecordIdentity
  /// One for each record, in order.
  var identities: [[Value]] = []
  /// For each record, the key columns that link tables refer to.
  var keys: [[FieldID: Value]] = []
}

extension RecordWriter {
  /// Updates the matching records in the user's scope, and reads them back.
  ///
  /// - Parameter isOne: whether the filter is a key, so that no match is an error.
  func update(
    _ change: RecordChange, _ request: Filter, isOne: Bool
  ) throws(ServiceError) -> WrittenRecords {
    for (field, value) in change.columns where value.isNull && !change.table.table[field].isNullable
    {
      throw ServiceError.required(change.table.table[field])
    }
    let target = change.target(request)
    var affected = try affectedRecords(target, of: change, isOne: isOne)
    guard !affected.identities.isEmpty else {
      return WrittenRecords(count: 0, records: [], shape: change.shape)
    }
    let moved = try recordsWithOtherRelations(target, of: change, affected)
    let leaving = try recordsLeaving(target, of: change, affected)
    let change = try checkRelations(of: change, updating: target)

    let count = affected.identities.count
    if !change.columns.isEmpty {
      let statement = try compiled { () throws(SQLCompilationError) in
        try change.engine.compiler.update(target, change.columns)
      }
      let written = try run(
        statement, .update(change.table.table.name, columns: change.columnNames), for: change)
      // What the answer shows would not be what was asked for.
      guard written == count else {
        throw ServiceError.refusedByDatabase(because: "a trigger left a record as it was")
      }
    }
    let before = affected
    affected.rename(change.columns)
    try moveLinks(from: before, to: affected, for: change)
    for link in change.links {
      for key in affected.keys {
        try write(link, of: link.link.pairs.map { key[$0.near] ?? .null }, for: change)
      }
    }
    try checkComposites(
      of: change, moved.map { affected.identities[$0] }, affected.identity)
    try checkKept(
      affected.identities, affected.identity, satisfying: change.write.edited, by: change)
    let staying = affected.identities.indices.filter { !leaving.contains($0) }
    try checkKept(
      staying.map { affected.identities[$0] }, affected.identity, satisfying: change.write.stays,
      by: change)
    let records = try readAgain(affected.identities, by: affected.identity, of: change)
    return WrittenRecords(count: count, records: records, shape: change.shape)
  }

  /// The records of a change. No other connection can change them from here on.
  ///
  /// - Throws: `not_found` if a single record was requested and does not exist; `not_unique` if
  ///   several spellings of its key do; `conflict` if a field does not have the value that the
  ///   caller expects.
  func affectedRecords(
    _ target: MutationTarget, of change: RecordChange, isOne: Bool
  ) throws(ServiceError) -> AffectedRecords {
    let identity = try identity(of: change.table)
    var affected = AffectedRecords(identity: identity)
    let near = Array(Set(change.table.table.links.flatMap { $0.pairs.map(\.near) })).sorted()
    let width = identity.width
    var rows: [[Value]] = []
    if !target.isNever {
      let engine = change.engine
      let statement = try compiled { () throws(SQLCompilationError) in
        try engine.compiler.identities(
          target, identity, with: near + change.expected.map(\.field))
      }
      rows = try engine.rows(statement, on: connection)
    }
    if rows.isEmpty, isOne {
      // The user sees the record, so the error may say that they may not change it.
      let seen = MutationTarget(
        table: target.table, scope: change.table.access.rows.filter, request: target.request)
      guard try change.engine.hasRecord(seen, on: connection) else { throw change.notFound }
      // Of the fields, the first that is readonly in a record which may be edited.
      for field in change.right == .edit ? change.writtenFields : [] {
        var written = seen
        written.scope = change.write.editableRows(writing: [field])
        var editable = seen
        editable.scope = change.write.edit.rows.filter
        if try change.engine.hasRecord(editable, on: connection),
          try !change.engine.hasRecord(written, on: connection)
        {
          throw change.readonly(field)
        }
      }
      throw change.readonlyRecord
    }
    if isOne, rows.count > 1 { throw change.ambiguous }
    for expectation in change.expected {
      // Nothing is said of what a record does not show.
      guard let shown = change.table.access.cells[expectation.field] else { continue }
      var hiding = target
      hiding.request = .all(target.request, shown.complement)
      if try change.engine.hasRecord(hiding, on: connection) { throw change.conflict(isOne) }
    }
    for row in rows {
      for (place, expectation) in change.expected.enumerated() {
        let stored = row[width + near.count + place]
        guard change.isUnchanged(expectation.field, stored, expectation.value) else {
          throw change.conflict(isOne)
        }
      }
      affected.identities.append(Array(row[..<width]))
      affected.keys.append(
        Dictionary(uniqueKeysWithValues: zip(near, row[width..<(width + near.count)])))
    }
    return affected
  }

  /// The indices of the records that a profile lets leave its reach.
  private func recordsLeaving(
    _ target: MutationTarget, of change: RecordChange, _ affected: AffectedRecords
  ) throws(ServiceError) -> Set<Int> {
    let all = Set(affected.identities.indices)
    var leaving = target
    switch change.write.rowsLeaving(byWriting: change.writtenFields) {
    case .always: return all
    case let rows: leaving.scope = .all(target.scope, rows)
    }
    if leaving.isNever { return [] }
    let engine = change.engine
    let statement = try compiled { () throws(SQLCompilationError) in
      try engine.compiler.identities(leaving, affected.identity, with: [])
    }
    let identities = Set(try engine.rows(statement, on: connection))
    return all.filter { identities.contains(affected.identities[$0]) }
  }

  private func moveLinks(
    from before: AffectedRecords, to after: AffectedRecords, for change: RecordChange
  ) throws(ServiceError) {
    let engine = change.engine
    for link in change.table.table.links {
      let near = link.pairs.map(\.near)
      guard change.columns.contains(where: { near.contains($0.field) }) else { continue }
      let table = change.linkTable(link)
      let columns = Set(link.pairs.map { table[$0.far].name })
      for (old, new) in zip(before.keys, after.keys) {
        let (old, new) = (near.map { old[$0] ?? .null }, near.map { new[$0] ?? .null })
        _ = try run(
          engine.compiler.moveRows(of: old, to: new, in: link),
          .update(table.name, columns: columns), for: change)
      }
    }
  }
}

extension AffectedRecords {
  /// Updates the identities to those after these columns are written.
  fileprivate mutating func rename(_ columns: [(field: FieldID, value: Value)]) {
    for (field, value) in columns {
      if case .key(let fields) = identity, let place = fields.firstIndex(of: field) {
        for index in identities.indices { identities[index][place] = value }
      }
      for index in keys.indices where keys[index][field] != nil { keys[index][field] = value }
    }
  }
}

extension RecordIdentity {
  /// The number of values in an identity.
  fileprivate var width: Int {
    switch self {
    case .rowID: 1
    case .key(let fields): fields.count
    }
  }
}

extension RecordChange {
  /// The matching records that the user can access and may edit, or delete.
  func target(_ request: Filter) -> MutationTarget {
    MutationTarget(
      table: table.access.table,
      scope: right == .delete ? write.delete.rows.filter : writtenRows, request: request)
  }

  /// The records in which what is given may be written.
  var writtenRows: Filter { write.editableRows(writing: writtenFields) }

  /// The fields that the change sets.
  var writtenFields: [FieldID] { columns.map(\.field) + links.map(\.field) }

  func conflict(_ isOne: Bool) -> ServiceError {
    ServiceError(
      .conflict,
      isOne
        ? "the record has changed since it was read, so nothing was changed"
        : "a record has changed since it was read, so nothing was changed",
      hint: "read it again and retry")
  }

  var readonlyRecord: ServiceError {
    ServiceError(
      .denied,
      "the user may see but not \(right.rawValue) this record of table "
        + Printable.quoted(table.table.name.string)
    )
  }

  /// The same error whether the record does not exist or the user cannot access it.
  /// See ``PreparedRequest/ambiguous``.
  var ambiguous: ServiceError {
    ServiceError(
      .notUnique,
      "several records of table \(Printable.quoted(table.table.name.string)) have this key, in "
        + "different spellings", hint: "select them with a filter")
  }

  var notFound: ServiceError {
    ServiceError(
      .notFound, "no such record in table \(Printable.quoted(table.table.name.string))")
  }

  func linkTable(_ link: Link) -> Table { table.entry.profiles.schema[link.table] }
}
