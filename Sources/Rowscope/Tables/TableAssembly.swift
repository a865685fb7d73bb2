import FilterMemory
import RecordFilter
import RecordStore
import RowscopeModel

/// Builds a table in memory with the checks of a database: values are converted by their column's
/// affinity, required fields have values, and primary keys are unique.
struct TableAssembly: ~Copyable {
  let table: Table
  /// The table's name in errors.
  private let source: String
  private let affinities: [Affinity]
  private let mustHaveValue: [Bool]
  private var builder: ColumnTableBuilder

  init(_ table: Table, source: String) {
    // Store values as SQLite would, even without a database, so that answers are the same.
    SQLiteDialect.adoptLinked()
    self.table = table
    self.source = source
    builder = ColumnTableBuilder(table)
    affinities = table.fields.map(\.affinity)
    let key = table.primaryKeyIsTotal ? Set(table.primaryKey) : []
    mustHaveValue = table.fieldIndices.map { !table[$0].isNullable || key.contains($0) }
  }

  /// Appends the record's next value.
  ///
  /// - Parameter location: the record's position, for errors.
  /// - Returns: the storage class of the stored value.
  @discardableResult
  mutating func append(
    _ value: BorrowedValue, to field: FieldID,
    at location: @autoclosure () -> TableSourceError.Location
  ) throws(TableSourceError) -> StorageClass {
    let stored = value.stored(as: affinities[field.index]) { stored in
      builder.append(stored)
      return stored.storageClass
    }
    guard stored == .null, mustHaveValue[field.index] else { return stored }
    let name = table[field].name
    throw TableSourceError(
      .missingValue(name), in: source, at: location(),
      table.primaryKey.contains(field)
        ? "the field `\(name)` has no value, but is part of the primary key"
        : "the field `\(name)` has no value, but requires one")
  }

  /// - Parameter location: the position of a record, given its index, for errors.
  consuming func finish(
    _ location: (Int) -> TableSourceError.Location?
  ) throws(TableSourceError) -> ColumnTable {
    let (table, source) = (self.table, self.source)
    let repeated: Int?
    let columns: ColumnTable
    do throws(MemoryError) {
      columns = try builder.finish()
      let key = table.primaryKeyIsTotal ? table.primaryKey : []
      repeated = key.isEmpty ? nil : try columns.firstRepeatedKey(key)
    } catch {
      throw TableSourceError(error, in: source)
    }
    guard let repeated else { return columns }
    let key = table.primaryKey.map { "`\(table[$0].name)`" }.joined(separator: ", ")
    throw TableSourceError(
      .repeatedKey, in: source, at: location(repeated),
      "an earlier record has the same primary key (\(key)); change one of them, or declare another "
        + "key"
    )
  }
}

extension TableSourceError {
  init(_ error: MemoryError, in source: String) {
    self.init(.tooLarge, in: source, error.description)
  }
}
