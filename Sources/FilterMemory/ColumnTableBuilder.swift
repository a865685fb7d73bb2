public import RecordFilter

/// Loads a table, row by row, cell by cell in the order of its fields. Fields that are links have no cell.
///
/// ```
/// var builder = ColumnTableBuilder(table)
/// for row in rows { builder.append(row) }
/// let table = try builder.finish()
/// ```
///
/// Complexity: amortised constant for each byte; to finish, n log n in the number of distinct texts of columns whose texts
/// repeat.
public struct ColumnTableBuilder: ~Copyable {
  private let table: Table
  /// The fields that have a column, in order.
  public let fields: [FieldID]
  private var columns: [ColumnBuilder]
  private var next = 0
  /// How many rows are complete.
  public private(set) var rowCount = 0
  private var failure: MemoryError?

  public init(_ table: Table) { self.init(table, fewestUncoded: Block.size) }

  /// - Parameter fewestUncoded: from so many rows on, texts that repeat little are kept as they are instead of as codes.
  package init(_ table: Table, fewestUncoded: Int) {
    self.table = table
    fields = table.fieldIndices.filter { field in
      if case .link = table[field].storage { false } else { true }
    }
    columns = fields.map { ColumnBuilder(table[$0], fewestUncoded: fewestUncoded) }
  }

  /// Takes the next cell of the row under way; with the last one the row is complete. A NaN is NULL.
  public mutating func append(_ cell: Cell) {
    if columns[next].append(cell) == false, failure == nil {
      failure = MemoryError(.columnTooLarge(table.name, table[fields[next]].name))
    }
    next += 1
    if next == columns.count {
      next = 0
      rowCount += 1
    }
  }

  /// Takes a whole row: one value for each of ``fields``.
  ///
  /// - Precondition: no row is under way.
  public mutating func append(_ values: [Value]) {
    precondition(next == 0 && values.count == columns.count, "a row has one value for each column")
    if columns.isEmpty { rowCount += 1 }
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

  /// The bytes that the columns take so far. Complexity: linear in the number of columns.
  public var byteCount: Int { columns.reduce(0) { $0 + $1.byteCount } }

  /// Ends loading.
  ///
  /// - Throws: ``MemoryError`` where a column has more bytes or the table more rows than can be numbered.
  /// - Precondition: no row is under way.
  public consuming func finish() throws(MemoryError) -> ColumnTable {
    precondition(next == 0, "the last row is not complete")
    if let failure { throw failure }
    guard rowCount < Int(UInt32.max) else { throw MemoryError(.tooManyRows(table.name)) }
    var finished: [Column?] = Array(repeating: nil, count: table.fields.count)
    var unconverted: Set<FieldID> = []
    for (index, field) in fields.enumerated() {
      let column = columns[index].finish()
      finished[field.index] = column
      if column.isUnconverted(table[field].affinity) { unconverted.insert(field) }
    }
    return ColumnTable(
      table: table, rowCount: rowCount, columns: finished, unconverted: unconverted)
  }
}

extension Column {
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
      case .nulls, .coded, .text, .blobs: return false
      }
    case .integer, .real, .numeric:
      switch self {
      case .nulls, .integers, .reals, .blobs: return false
      case .coded(let column):
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
