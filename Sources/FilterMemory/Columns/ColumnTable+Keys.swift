package import RecordFilter
import RowscopeModel

extension ColumnTable {
  /// The first row whose key an earlier row has, as an index of a database would see it; nil where all are different. A key
  /// with a NULL in it is like no other.
  ///
  /// Complexity: linear in the rows.
  ///
  /// - Throws: ``MemoryError`` where the keys have more bytes than 32 bits can number.
  package func firstRepeatedKey(_ key: [FieldID]) throws(MemoryError) -> Int? {
    let parts = key.map { (column: column($0), field: table[$0]) }
    if parts.count == 1, case .integers(let integers) = parts[0].column, integers.ascends {
      return nil
    }
    var keys = ByteTable()
    var bytes: [UInt8] = []
    for row in 0..<rowCount {
      bytes.removeAll(keepingCapacity: true)
      let isWhole = parts.allSatisfy { part in
        KeyEncoder.append(
          part.column.cell(row), affinity: .blob, collation: part.field.collation, to: &bytes)
      }
      guard isWhole else { continue }
      let count = keys.count
      guard let index = bytes.withUnsafeBufferPointer({ keys.insert($0) }) else {
        throw MemoryError(.columnTooLarge(table.name, parts[0].field.name))
      }
      if index < count { return row }
    }
    return nil
  }

  /// Whether a record has no value in a field.
  package func isNull(_ field: FieldID, row: Int) -> Bool {
    column(field).cell(row).storageClass == .null
  }

  /// The same records as those of another declaration of the table, which may add links at the end.
  ///
  /// - Precondition: the fields that have columns are of the same affinity and collation as they were.
  package func declared(as table: Table) -> ColumnTable {
    precondition(
      columns.indices.allSatisfy { index in
        let (old, new) = (self.table.fields[index], table.fields[index])
        return old.affinity == new.affinity && old.collation == new.collation
      }, "the columns are of another table")
    let links = Array(repeating: Column?.none, count: table.fields.count - columns.count)
    return ColumnTable(
      table: table, rowCount: rowCount, columns: columns + links, unconverted: unconverted)
  }
}
