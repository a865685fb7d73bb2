package import RecordFilter
package import RowscopeModel

/// Builds a table row by row, from cells in field order. Link fields have no cell.
///
/// ```
/// var builder = ColumnTableBuilder(table)
/// for row in rows { builder.append(row) }
/// let table = try builder.finish()
/// ```
///
/// Complexity: amortised constant per byte. Finishing takes n log n in the number of distinct texts
/// of dictionary-encoded columns.
package struct ColumnTableBuilder: ~Copyable {
  private let table: Table
  /// The fields that have a column, in order.
  package let fields: [FieldID]
  private let rowIDs: RowIDSource?
  private let columns: Columns
  /// The column of the next cell.
  private var next = 0
  /// The number of complete rows in the current block.
  private var place = 0
  /// The number of complete rows.
  package private(set) var rowCount = 0
  /// The error that ``finish()`` will throw; nil so far.
  package private(set) var failure: MemoryError?
  /// Checked for every row; an optional error would be too large for that.
  private var hasFailed = false

  /// The column builders, in plain memory: an array's checks would cost more than appending a cell.
  private final class Columns {
    let base: UnsafeMutablePointer<ColumnBuilder>
    let count: Int

    init(_ fields: [Field], plainTextThreshold: Int) {
      base = .allocate(capacity: fields.count)
      count = fields.count
      for (index, field) in fields.enumerated() {
        (base + index).initialize(
          to: ColumnBuilder(field, plainTextThreshold: plainTextThreshold))
      }
    }

    deinit {
      base.deinitialize(count: count)
      base.deallocate()
    }
  }

  /// Where the database's numbers of the rows come from.
  package enum RowIDSource: Sendable {
    case field(FieldID)
    /// A cell after those of the fields.
    case lastCell
  }

  /// - Parameter rowIDs: where rows have numbers by which they can be changed; they ascend.
  package init(_ table: Table, rowIDs: RowIDSource? = nil) {
    self.init(table, rowIDs: rowIDs, plainTextThreshold: Block.size)
  }

  /// - Parameter plainTextThreshold: from this many rows on, texts with few duplicates are stored
  ///   plainly instead of as codes.
  package init(_ table: Table, rowIDs: RowIDSource? = nil, plainTextThreshold: Int) {
    self.table = table
    self.rowIDs = rowIDs
    fields = table.fieldIndices.filter { field in
      if case .link = table[field].storage { false } else { true }
    }
    var described = fields.map { table[$0] }
    if case .lastCell = rowIDs { described.append(Field.rowID) }
    columns = Columns(described, plainTextThreshold: plainTextThreshold)
  }

  /// Appends the next cells of the current row; the last one completes it. NaN becomes NULL.
  ///
  /// - Precondition: the row has at least this many cells left.
  package mutating func append(_ cells: UnsafeBufferPointer<BorrowedValue>) {
    precondition(cells.count <= columns.count - next, "a row has one cell for each column")
    if !hasFailed {
      let first = columns.base + next
      for index in 0..<cells.count { first[index].append(cells[index], at: place) }
    }
    next += cells.count
    // A table without columns still has rows.
    if next == columns.count { endRow() }
  }

  /// Appends the next cell of the current row.
  package mutating func append(_ cell: BorrowedValue) {
    withUnsafePointer(to: cell) { append(UnsafeBufferPointer(start: $0, count: 1)) }
  }

  private mutating func endRow() {
    next = 0
    rowCount += 1
    place += 1
    if place == Block.size { endBlock() }
  }

  private mutating func endBlock() {
    if !hasFailed, let found = findFailure() {
      failure = found
      hasFailed = true
    }
    if !hasFailed {
      for index in 0..<columns.count { columns.base[index].endBlock(place) }
    }
    place = 0
  }

  private func findFailure() -> MemoryError? {
    if rowCount >= Int(UInt32.max) { return MemoryError(.tooManyRows(table.name)) }
    for index in fields.indices where columns.base[index].isFull {
      return MemoryError(.columnTooLarge(table.name, table[fields[index]].name))
    }
    return nil
  }

  /// Appends a whole row with one value for each of ``fields``.
  ///
  /// - Precondition: the previous row is complete.
  package mutating func append(_ values: [Value]) {
    precondition(next == 0 && values.count == columns.count, "a row has one value for each column")
    if columns.count == 0 { endRow() }
    for value in values {
      switch value {
      case .null: append(.null)
      case .integer(let integer): append(.integer(integer))
      case .real(let real): append(.real(real))
      case .text(let text): text.withBytes { append(.text($0)) }
      case .blob(let bytes): bytes.withUnsafeBufferPointer { append(.blob($0)) }
      }
    }
  }

  /// The size of the columns in bytes if they were finished now, without up to 4,096 recent rows.
  /// Complexity: linear in the number of columns and blocks.
  package var byteCount: Int {
    (0..<columns.count).reduce(0) { $0 + columns.base[$1].byteCount }
  }

  /// Finishes the table.
  ///
  /// - Throws: ``MemoryError`` if a column has too many bytes, or the table too many rows.
  /// - Precondition: the last row is complete.
  package consuming func finish() throws(MemoryError) -> ColumnTable {
    precondition(next == 0, "the last row is not complete")
    if let error = failure ?? findFailure() { throw error }
    var finished: [Column?] = Array(repeating: nil, count: table.fields.count)
    var unconverted: Set<FieldID> = []
    for (index, field) in fields.enumerated() {
      guard let column = columns.base[index].finish(place) else {
        throw MemoryError(.columnTooLarge(table.name, table[field].name))
      }
      finished[field.index] = column
      if column.isUnconverted(table[field].affinity) { unconverted.insert(field) }
    }
    return ColumnTable(
      table: table, rowCount: rowCount, columns: finished, unconverted: unconverted,
      rowIDs: finishedRowIDs(finished))
  }

  /// Nil if they do not ascend.
  private func finishedRowIDs(_ finished: [Column?]) -> ColumnTable.RowIDs? {
    switch rowIDs {
    case nil: return nil
    case .field(let field):
      return finished[field.index]?.ascends(rowCount: rowCount) == true ? .field(field) : nil
    case .lastCell:
      switch columns.base[fields.count].finish(place) {
      case .integers(let ids)? where ids.ascends: return .own(ids)
      case .nulls(count: 0)?: return .own(.none)
      default: return nil
      }
    }
  }
}

extension Field {
  /// For the numbers of rows.
  static let rowID = Field(name: "rowid", affinity: .integer)
}

extension IntegerColumn {
  fileprivate static var none: IntegerColumn {
    IntegerColumn(
      values: .int64(Vector([])), range: 0...0, null: nil,
      summary: BlockSummary(entries: Vector([])), ascends: true)
  }
}

extension Column {
  fileprivate func ascends(rowCount: Int) -> Bool {
    if case .integers(let column) = self { column.ascends } else { rowCount == 0 }
  }

  /// See ``ColumnTable/unconverted``.
  fileprivate func isUnconverted(_ affinity: Affinity) -> Bool {
    switch affinity {
    case .blob: return false
    case .text:
      switch self {
      case .integers, .reals: return true
      case .mixed(let column):
        return (0..<column.tags.count).contains {
          column.tags[$0] == MixedColumn.Tag.integer || column.tags[$0] == MixedColumn.Tag.real
        }
      case .nulls, .dictionary, .text, .blobs: return false
      }
    case .integer, .real, .numeric:
      switch self {
      case .nulls, .integers, .reals, .blobs: return false
      case .dictionary(let column):
        return (0..<column.texts.count).contains { NumberText.value(of: column.texts[$0]) != nil }
      case .text(let column):
        return (0..<column.arena.count).contains { NumberText.value(of: column.arena[$0]) != nil }
      case .mixed(let column):
        return (0..<column.tags.count).contains {
          column.tags[$0] == MixedColumn.Tag.text && NumberText.value(of: column.bytes($0)) != nil
        }
      }
    }
  }
}
