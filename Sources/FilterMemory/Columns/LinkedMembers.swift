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
    parts = link.pairs.map { pair in
      let (near, far) = (table.table[pair.near], other.table[pair.far])
      return SemiJoin.Part(
        near: table.column(pair.near), far: other.column(pair.far),
        affinity: far.affinity.whenCompared(with: near.affinity), collation: far.collation)
    }
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
    let reversed = parts.map {
      SemiJoin.Part(near: $0.far, far: $0.near, affinity: $0.affinity, collation: $0.collation)
    }
    let predicate = SemiJoin(parts: reversed, rows: Array(rows)).predicate(isComplement: false)
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
    var bytes: [UInt8] = [0x5B]
    for (index, row) in sorted.enumerated() {
      if index > 0 { bytes.append(0x2C) }
      let cell = column.cell(Int(row))
      switch cell.storageClass {
      case .integer: NumberText.withBytes(of: cell.integer) { bytes.append(contentsOf: $0) }
      case .real: NumberText.withJSONBytes(of: cell.real) { bytes.append(contentsOf: $0) }
      case .text: Self.append(cell.bytes, to: &bytes)
      case .null, .blob: continue
      }
    }
    bytes.append(0x5D)
    return .text(Text(bytes: bytes))
  }

  /// A string as SQLite writes it in JSON.
  private static func append(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
    bytes.append(0x22)
    for byte in text {
      switch byte {
      case 0x22, 0x5C: bytes.append(contentsOf: [0x5C, byte])
      case 0x08: bytes.append(contentsOf: [0x5C, 0x62])
      case 0x09: bytes.append(contentsOf: [0x5C, 0x74])
      case 0x0A: bytes.append(contentsOf: [0x5C, 0x6E])
      case 0x0C: bytes.append(contentsOf: [0x5C, 0x66])
      case 0x0D: bytes.append(contentsOf: [0x5C, 0x72])
      case ..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(contentsOf: [0x5C, 0x75, 0x30, 0x30, 0x30 + byte >> 4, digits[Int(byte & 15)]])
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }
}
