package import RecordFilter
import RowscopeModel

extension MemoryTables {
  /// Adds a table of a program's records.
  ///
  /// - Parameters:
  ///   - table: its fields, their affinities and its primary key.
  ///   - rows: one value for each field, in order. A many-valued field has the text of a JSON
  ///     array.
  /// - Throws: ``TableSourceError`` for a row with another number of values, without a required
  ///   value, or with the primary key of an earlier one. Nothing is added then.
  package mutating func add(
    _ table: Table, rows: some Sequence<[Value]>
  ) throws(TableSourceError) {
    try check(table)
    let name = table.name.string
    var assembly = TableAssembly(table, source: name)
    let fields = table.fieldIndices
    var number = 0
    for row in rows {
      number += 1
      guard row.count == fields.count else {
        throw TableSourceError(
          .valueCount, in: name, at: .record(number),
          "\(row.count) values were given for \(fields.count) fields")
      }
      for field in fields { try assembly.append(row[field.index], to: field, record: number) }
    }
    append(try assembly.finish { .record($0 + 1) })
  }

  /// Adds a table of a program's records, given by field names. A field that a record does not name
  /// is NULL.
  ///
  /// - Throws: the errors of ``add(_:rows:)``, and an error for a name that is not a field of the
  ///   table.
  package mutating func add(
    _ table: Table, records: some Sequence<[String: Value]>
  ) throws(TableSourceError) {
    try check(table)
    let name = table.name.string
    var assembly = TableAssembly(table, source: name)
    var number = 0
    for record in records {
      number += 1
      var row = Array(repeating: Value?.none, count: table.fields.count)
      for (key, value) in record {
        guard let field = table.fieldID(named: key) else {
          throw TableSourceError(unknownField: key, of: table, in: name, at: .record(number))
        }
        guard row[field.index] == nil else {
          throw TableSourceError(
            .repeatedField(table[field].name), in: name, at: .record(number),
            "the field `\(table[field].name)` is given twice, as names ignore case"
          )
        }
        row[field.index] = value
      }
      for field in table.fieldIndices {
        try assembly.append(row[field.index] ?? .null, to: field, record: number)
      }
    }
    append(try assembly.finish { .record($0 + 1) })
  }
}

extension TableAssembly {
  fileprivate mutating func append(
    _ value: Value, to field: FieldID, record: Int
  ) throws(TableSourceError) {
    let outcome = value.borrowed { borrowed -> Result<StorageClass, TableSourceError> in
      do throws(TableSourceError) {
        return .success(try append(borrowed, to: field, at: .record(record)))
      } catch {
        return .failure(error)
      }
    }
    _ = try outcome.get()
  }
}
