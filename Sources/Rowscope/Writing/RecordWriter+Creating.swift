import AccessProfiles
import FilterSQL
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

extension RecordWriter {
  /// Adds the record and reads it back; none if the user cannot access it.
  func insert(_ change: RecordChange) throws(ServiceError) -> [Record] {
    let change = try checkRelations(of: change, updating: nil)
    let values = try change.valuesToInsert()
    let rowID = try rowIDName(of: change.table)
    let key = try change.keyToInsert(values, hasRowID: rowID != nil)
    let statement = change.engine.compiler.insert(into: change.table.access.table, values)
    let name = change.table.table.name
    let columns = Set(values.map { change.table.table[$0.field].name })
    guard try run(statement, .insert(into: name, columns: columns), for: change) == 1 else {
      throw ServiceError.refusedByDatabase(because: "a trigger did not let the record be added")
    }
    let identity: RecordIdentity = rowID.map { .rowID(name: $0) } ?? .key(key.fields)
    let inserted = rowID == nil ? key.values : [.integer(connection.lastInsertedRowID)]
    try writeLinks(of: change, inserted, identity)
    try checkComposites(of: change, [inserted], identity)
    try checkKept([inserted], identity, satisfying: change.created, by: change)
    return try readAgain([inserted], by: identity, of: change)
  }

  private func writeLinks(
    of change: RecordChange, _ record: [Value], _ identity: RecordIdentity
  ) throws(ServiceError) {
    guard !change.links.isEmpty else { return }
    let near = change.links.flatMap { $0.link.pairs.map(\.near) }
    // Use the stored key, which the database may have generated.
    let target = MutationTarget(
      table: change.table.access.table, scope: .always, request: .always)
    guard
      let stored = try rows(near, of: target, among: [record], by: identity, for: change).first
    else {
      throw ServiceError.refusedByDatabase
    }
    let keys = Dictionary(zip(near, stored), uniquingKeysWith: { first, _ in first })
    for link in change.links {
      try write(link, of: link.link.pairs.map { keys[$0.near] ?? .null }, for: change)
    }
  }
}

extension RecordChange {
  /// The columns' values; a null for a key that the database generates counts as absent.
  fileprivate func valuesToInsert() throws(ServiceError) -> [(field: FieldID, value: Value)] {
    for (field, value) in columns where value.isNull && !table.table[field].isNullable {
      throw ServiceError.required(table.table[field])
    }
    return columns
  }

  /// The key of a new record in a table without rowids. If the database generated the key, the new
  /// record could not be found.
  fileprivate func keyToInsert(
    _ values: [(field: FieldID, value: Value)], hasRowID: Bool
  ) throws(ServiceError) -> (fields: [FieldID], values: [Value]) {
    let fields = table.table.primaryKey
    var key: [Value] = []
    for field in fields where !hasRowID {
      guard let value = values.first(where: { $0.field == field })?.value else {
        guard table.access.fields[field.index] == .editable else {
          throw ServiceError(
            .unsupported,
            "the user cannot set the key of table \(Printable.quoted(table.table.name.string)), "
              + "so they cannot create records")
        }
        throw ServiceError.required(table.table[field])
      }
      key.append(value)
    }
    guard hasRowID || !key.isEmpty else {
      throw ServiceError(
        .unsupported,
        "the records of table \(Printable.quoted(table.table.name.string)) cannot be identified, "
          + "so they cannot be written"
      )
    }
    return (fields, key)
  }
}
