package import RecordFilter
import RowscopeModel

extension ColumnTable {
  /// The first row whose key duplicates an earlier row's, as a unique index would see it; nil if
  /// all keys are distinct. A key with a NULL equals no other.
  ///
  /// Complexity: linear in the rows.
  ///
  /// - Throws: ``MemoryError`` if the keys exceed 2^32 bytes.
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

  /// The same records under another declaration of the table, which may add links at the end.
  ///
  /// - Precondition: the stored fields keep their affinity.
  package func declared(as table: Table) -> ColumnTable {
    let columns = self.columns.enumerated().map { index, column -> Column? in
      let (old, new) = (self.table.fields[index], table.fields[index])
      precondition(old.affinity == new.affinity, "the columns are of another table")
      guard let column, old.collation != new.collation else { return column }
      // Texts are kept in the order of their collation. They fitted before.
      return column.mapped(as: new, rowCount: rowCount) { $0.value } ?? column
    }
    let links = Array(repeating: Column?.none, count: table.fields.count - columns.count)
    return ColumnTable(
      table: table, rowCount: rowCount, columns: columns + links, unconverted: unconverted)
  }
}
