import Documents
import RecordFilter
import RowscopeModel

/// The members of a link field as one JSON array per record, as SQLite's `json_group_array` builds
/// them, in their own order. NULL is not a member. Blobs are omitted, since JSON cannot represent
/// them.
struct LinkedMembers {
  private let parts: [SemiJoin.Part]
  private let other: ColumnTable
  private let member: FieldID

  init(_ link: Link, of table: ColumnTable, in database: MemoryDatabase) throws(MemoryError) {
    let other = try database.table(link.table)
    self.other = other
    member = link.member
    parts = try SemiJoin.parts(link.pairs, table, other)
  }

  /// The array of each row.
  ///
  /// Complexity: linear in the rows and in the link's table. For few rows, the latter is a single
  /// scan of its key column.
  func arrays(_ rows: ArraySlice<UInt32>) -> [Value] {
    var keys = ByteTable()
    var key: [UInt8] = []
    let indices = rows.map { row -> Int? in
      guard encode(row, isFar: false, to: &key) else { return nil }
      return key.withUnsafeBufferPointer { keys.insert($0) }
    }
    let column = other.column(member)
    var members: [[UInt32]] = Array(repeating: [], count: keys.count)
    func add(_ row: UInt32) {
      let storageClass = column.cell(Int(row)).storageClass
      guard storageClass != .null, storageClass != .blob, encode(row, isFar: true, to: &key),
        let index = key.withUnsafeBufferPointer({ keys.index(of: $0) })
      else { return }
      members[index].append(row)
    }
    if let matches = matches(of: rows) {
      for row in matches { add(row) }
    } else {
      for row in 0..<UInt32(other.rowCount) { add(row) }
    }
    let arrays = members.map { array($0, column) }
    return indices.map { $0.map { arrays[$0] } ?? .text("[]") }
  }

  /// The link table's rows that belong to these rows; nil if there are too many rows for a scan to
  /// pay off.
  private func matches(of rows: ArraySlice<UInt32>) -> [UInt32]? {
    guard rows.count * 4 < other.rowCount else { return nil }
    let predicate = SemiJoin(parts: parts.map(\.reversed), rows: Array(rows))
      .predicate(isComplement: false)
    return Scan(predicate, rowCount: other.rowCount, CancellationCheck { true }).rows()
  }

  private func encode(
    _ row: UInt32, isFar: Bool, to key: inout [UInt8]
  ) -> Bool {
    key.removeAll(keepingCapacity: true)
    for part in parts {
      let cell = (isFar ? part.far : part.near).cell(Int(row))
      guard
        KeyEncoder.append(cell, affinity: part.affinity, collation: part.collation, to: &key)
      else { return false }
    }
    return true
  }

  private func array(_ rows: [UInt32], _ column: Column) -> Value {
    let collation = other.table[member].collation
    let sorted = rows.sorted { one, other in
      let (left, right) = (column.cell(Int(one)), column.cell(Int(other)))
      var order = left.order(right, collation: collation)
      // A tie is broken as in the SQL.
      if order == 0 { order = left.order(right, collation: .binary) }
      return order != 0
        ? order < 0 : left.storageClass == .integer && right.storageClass == .real
    }
    var bytes = ByteBuffer(capacity: 256)
    bytes.append(UInt8(ascii: "["))
    for (index, row) in sorted.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      let cell = column.cell(Int(row))
      switch cell.storageClass {
      case .integer: bytes.appendJSON(cell.integer)
      case .real: NumberText.withJSONBytes(of: cell.real) { bytes.append($0) }
      case .text:
        // Invalid UTF-8 stays, as in SQLite.
        bytes.append(UInt8(ascii: "\""))
        bytes.appendEscaped(cell.bytes)
        bytes.append(UInt8(ascii: "\""))
      case .null, .blob: continue
      }
    }
    bytes.append(UInt8(ascii: "]"))
    return .text(Text(bytes: bytes.array))
  }
}
