package import RecordFilter
import RowscopeModel

extension MemoryDatabase {
  /// Brings a table up to date. In place where no query is running on it; otherwise what changes is
  /// copied, and the query keeps what it has.
  ///
  /// Complexity: for each change a search by row id, constant for a number or a known text in its
  /// place and for a record at the end, and otherwise linear in the bytes of the columns concerned.
  ///
  /// - Throws: ``MemoryError`` if the records do not fit; the table is unusable then.
  /// - Precondition: the table is loaded, with row ids.
  package mutating func apply(
    _ changes: [RowChange], to id: TableID
  ) throws(MemoryError) {
    var table = try table(id)
    load(nil, as: id)
    defer { load(table, as: id) }
    for change in changes { try table.apply(change) }
  }
}

extension ColumnTable {
  /// Whether the table can be brought up to date by its row ids.
  package var hasRowIDs: Bool { rowIDs != nil }

  fileprivate mutating func apply(_ change: RowChange) throws(MemoryError) {
    let place = place(of: change.rowID)
    switch (place.isFound, change.values) {
    case (false, nil): return
    case (true, nil): try apply(.remove(place.row), [], rowID: change.rowID)
    case (false, let values?): try apply(.insert(place.row), values, rowID: change.rowID)
    case (true, let values?): try apply(.set(place.row), values, rowID: change.rowID)
    }
  }

  /// Where a record is, or would be.
  private func place(of rowID: Int64) -> (row: Int, isFound: Bool) {
    let ids: IntegerColumn
    switch rowIDs {
    case .own(let column): ids = column
    case .field(let field):
      guard case .integers(let column) = column(field) else { return (0, false) }
      ids = column
    case nil: preconditionFailure("the table has no row ids")
    }
    var (low, high) = (0, rowCount)
    while low < high {
      let middle = (low + high) / 2
      if ids.values[middle] < rowID { low = middle + 1 } else { high = middle }
    }
    return (low, low < rowCount && ids.values[low] == rowID)
  }

  private mutating func apply(
    _ edit: RowEdit, _ values: [Value], rowID: Int64
  ) throws(MemoryError) {
    let stored = columns.indices.filter { columns[$0] != nil }
    precondition(!edit.hasCell || values.count == stored.count, "a record has all of its cells")
    if case .insert = edit, rowCount + 1 >= Int(UInt32.max) {
      throw MemoryError(.tooManyRows(table.name))
    }
    var edited: Set<FieldID> = []
    for (index, place) in stored.enumerated() {
      let value = edit.hasCell ? values[index] : .null
      guard try apply(edit, value, toFieldAt: place) else { continue }
      edited.insert(FieldID(place))
    }
    if case .set = edit {
      guard !edited.isEmpty else { return }
    } else if case .own(var ids) = rowIDs {
      rowIDs = nil
      let isApplied = ids.apply(edit, .integer(rowID), rowCount: rowCount)
      rowIDs = isApplied ? .own(ids) : .own(try rebuiltRowIDs(ids, edit, rowID))
    }
    try editDerived(edit, values, edited, stored)
    switch edit {
    case .set: break
    case .insert: rowCount += 1
    case .remove: rowCount -= 1
    }
  }

  /// Returns whether the column has changed.
  private mutating func apply(
    _ edit: RowEdit, _ value: Value, toFieldAt index: Int
  ) throws(MemoryError) -> Bool {
    guard var column = columns[index] else { return false }
    let field = table.fields[index]
    // The column must not be in two places, or it would be copied.
    columns[index] = nil
    defer { columns[index] = column }
    let (hasChanged, fits) = value.borrowed { cell in
      if case .set(let row) = edit, column.cell(row).isIdentical(to: cell) { return (false, true) }
      return (true, column.apply(edit, cell, of: field, rowCount: rowCount))
    }
    guard fits else { throw MemoryError(.columnTooLarge(table.name, field.name)) }
    if edit.hasCell, value.isUnconverted(field.affinity) { unconverted.insert(FieldID(index)) }
    return hasChanged
  }

  private func rebuiltRowIDs(
    _ ids: IntegerColumn, _ edit: RowEdit, _ rowID: Int64
  ) throws(MemoryError) -> IntegerColumn {
    let field = Field.rowID
    guard
      case .integers(let rebuilt)? = Column.integers(ids).rebuilt(
        edit, .integer(rowID), of: field, rowCount: rowCount)
    else { throw MemoryError(.columnTooLarge(table.name, field.name)) }
    return rebuilt
  }

  /// Converted columns change with those that they are made of.
  private mutating func editDerived(
    _ edit: RowEdit, _ values: [Value], _ edited: Set<FieldID>, _ stored: [Int]
  ) throws(MemoryError) {
    var (columns, trees) = DerivedColumns.take(from: &derived)
    defer { derived = DerivedColumns(columns, trees) }
    if case .set = edit {
      trees = trees.filter { !edited.contains($0.key.near) && !edited.contains($0.key.far) }
    } else {
      trees = [:]
    }
    for key in Array(columns.keys) {
      if case .set = edit, !edited.contains(key.field) { continue }
      guard var column = columns[key] else { continue }
      let declared = table[key.field]
      var value = Value.null
      if edit.hasCell, let index = stored.firstIndex(of: key.field.index) {
        value = values[index].borrowed { key.conversion.value(of: $0, in: declared) }
      }
      // Not in two places, so that it is changed where it is.
      columns[key] = Column.nulls(count: 0)
      let field = key.conversion.field(of: declared)
      let fits = value.borrowed { column.apply(edit, $0, of: field, rowCount: rowCount) }
      columns[key] = column
      guard fits else { throw MemoryError(.columnTooLarge(table.name, declared.name)) }
    }
  }
}

extension Cell {
  /// Whether nothing tells two cells apart, not even the sign of a zero.
  fileprivate func isIdentical(to other: Cell) -> Bool {
    guard storageClass == other.storageClass else { return false }
    switch storageClass {
    case .null: return true
    // A real's bits.
    case .integer, .real: return integer == other.integer
    case .text, .blob: return bytes.elementsEqual(other.bytes)
    }
  }
}

extension Value {
  /// See ``ColumnTable/unconverted``.
  fileprivate func isUnconverted(_ affinity: Affinity) -> Bool {
    switch (affinity, self) {
    case (.text, .integer), (.text, .real): true
    case (.integer, .text(let text)), (.real, .text(let text)), (.numeric, .text(let text)):
      text.withBytes { NumberText.value(of: $0) } != nil
    default: false
    }
  }
}
