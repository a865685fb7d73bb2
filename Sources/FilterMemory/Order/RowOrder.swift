import RecordFilter
import RowscopeModel

/// The order of a query: one sort number per row that decides most comparisons, and a full
/// comparison for the rest.
///
/// The number packs as much of the keys as fits into 64 bits, the first key on top. An integer
/// takes the bits of its column's range, a dictionary-encoded text those of its rank, a real 64.
/// The comparison handles what is not exact (the first bytes of a text) or does not fit.
struct RowOrder {
  private struct Key {
    let column: Column
    let isDescending: Bool
    let collation: Collation
    /// See ``OrderKey/isExact``.
    let isExact: Bool
    /// Whether a dictionary column's codes are in the key's order.
    let usesCodes: Bool
    /// The number of bits the key needs, and how many of them are in the number.
    let width: Int
    let usedBits: Int
  }

  private var keys: [Key] = []
  /// The first key that the number does not decide.
  private var firstUndecided = 0

  /// - Throws: ``MemoryError`` if a link's table is not loaded.
  init(
    _ order: [OrderKey], _ table: ColumnTable, in database: MemoryDatabase,
    _ interruption: CancellationCheck
  ) throws(MemoryError) {
    let planner = Planner(database: database, interruption: interruption)
    var free = 64
    var isDecided = true
    for key in order {
      let column = try table.orderColumn(key, planner)
      // The rows are stored in this key's order and are all distinct, so further keys decide
      // nothing.
      if case .integers(let integers) = column, integers.ascends, key.direction == .ascending {
        break
      }
      let declared = key.declaration(in: table.table).collation
      let collation = key.isExact ? .binary : declared
      // Codes are in the order of the column's own collation.
      let hasCodes = collation == declared
      let (width, isExact) = column.orderWidth(usesCodes: hasCodes)
      let usedBits = isDecided ? min(width, free) : 0
      free -= usedBits
      keys.append(
        Key(
          column: column, isDescending: key.direction == .descending, collation: collation,
          isExact: key.isExact, usesCodes: hasCodes, width: width, usedBits: usedBits))
      isDecided = isDecided && isExact && usedBits == width
      if isDecided { firstUndecided += 1 }
    }
  }

  /// Whether this is the order in which the rows are stored.
  var isStorageOrder: Bool { keys.isEmpty }

  /// Whether rows with equal numbers are equal in the order.
  var isDecidedByNumber: Bool { firstUndecided == keys.count }

  /// The numbers of some rows.
  func numbers(_ rows: UnsafeBufferPointer<UInt32>, to numbers: UnsafeMutablePointer<UInt64>) {
    numbers.update(repeating: 0, count: rows.count)
    guard !rows.isEmpty else { return }
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: rows.count) { buffer in
      guard let places = buffer.baseAddress else { return }
      for key in keys where key.usedBits > 0 {
        key.column.orderPlaces(rows, key.collation, usesCodes: key.usesCodes, to: places)
        let all: UInt64 = key.width == 64 ? .max : 1 << UInt64(key.width) - 1
        let flip = key.isDescending ? all : 0
        let dropped = UInt64(key.width - key.usedBits)
        let shift = UInt64(key.usedBits)
        for index in 0..<rows.count {
          // A shift by 64 gives 0, as required.
          numbers[index] = numbers[index] << shift | (places[index] ^ flip) >> dropped
        }
      }
    }
  }

  /// A bound on the first key for rows whose number may be at most this one, which can be tested
  /// before computing numbers. Nil if the first key gives no bound.
  func bound(_ number: UInt64) -> OrderBound? {
    // The first key always fits into the number as a whole.
    guard let first = keys.first, first.width > 0 else { return nil }
    let behind = keys.dropFirst().reduce(0) { $0 + $1.usedBits }
    let place = number >> UInt64(behind)
    return first.column.orderBound(
      place ^ (first.isDescending ? UInt64.max >> UInt64(64 - first.width) : 0),
      isDescending: first.isDescending, usesCodes: first.usesCodes)
  }

  /// Whether a row comes before another with the same number. Ties are broken by row number.
  func precedes(_ row: UInt32, _ other: UInt32) -> Bool {
    for key in keys[firstUndecided...] {
      let (left, right) = (key.column.cell(Int(row)), key.column.cell(Int(other)))
      var order = left.order(right, collation: key.collation)
      if order == 0, key.isExact, left.storageClass != right.storageClass {
        order = left.storageClass == .integer ? -1 : 1
      }
      if order != 0 { return (order < 0) != key.isDescending }
    }
    return row < other
  }
}

extension ColumnTable {
  /// The column to order a field by: its own, or for a link the arrays of its members.
  fileprivate func orderColumn(
    _ key: OrderKey, _ planner: Planner
  ) throws(MemoryError) -> Column {
    let field = key.field
    if let path = key.path, path.isTruth {
      let holds = try planner.matches(path.condition, self)
      return try column(of: path.field, named: table.name) { row in
        holds[row] ? .integer(1) : .null
      }
    }
    if let path = key.path, path.steps.isEmpty {
      let everywhere = try orderColumn(key.ofEveryRecord, planner)
      let isShown = try planner.matches(path.condition, self)
      let declared = key.operand.conversion?.field(of: path.field) ?? path.field
      return try column(of: declared, named: path.field.name) { row in
        isShown[row] ? everywhere.cell(row) : .null
      }
    }
    if key.path != nil {
      let side = try planner.side(key.operand, self)
      return try column(of: side.field, named: side.field.name) { row in side.cell(row) }
    }
    if let type = key.type { return try converted(field, .order(type)) }
    guard case .link(let link) = table[field].storage else { return column(field) }
    let rows = Array(0..<UInt32(rowCount))
    let members = try LinkedMembers(link, of: self, in: planner.database)
    var texts = ByteArenaBuilder()
    for case .text(let text) in members.arrays(rows[...]) {
      guard text.withBytes({ texts.append($0) }) else {
        throw MemoryError(.columnTooLarge(table.name, table[field].name))
      }
    }
    let arrays = texts.finish()
    return try column(of: table[field], named: table[field].name) { row in .text(arrays[row]) }
  }

  /// A column of one cell for each row.
  private func column(
    of field: Field, named name: Name, _ cell: (Int) -> Cell
  ) throws(MemoryError) -> Column {
    var builder = ColumnBuilder(field, plainTextThreshold: .max)
    var place = 0
    for row in 0..<rowCount where !builder.isFull {
      builder.append(cell(row), at: place)
      place += 1
      if place == Block.size, !builder.isFull {
        builder.endBlock(place)
        place = 0
      }
    }
    guard !builder.isFull, let column = builder.finish(place) else {
      throw MemoryError(.columnTooLarge(table.name, name))
    }
    return column
  }
}

extension Column {
  /// The number of bits for the ranks of this column's values, and whether the ranks are exact.
  fileprivate func orderWidth(usesCodes: Bool) -> (width: Int, isExact: Bool) {
    switch self {
    case .nulls: return (0, true)
    case .integers(let column):
      let span = UInt64(bitPattern: column.range.upperBound &- column.range.lowerBound)
      // Null needs a rank too, the first one. Without nulls, a range over all 64 bits must not
      // overflow.
      if column.null == nil { return (64 - span.leadingZeroBitCount, true) }
      return (64 - (span + 1).leadingZeroBitCount, true)
    case .dictionary(let column):
      return usesCodes ? (64 - UInt64(column.texts.count).leadingZeroBitCount, true) : (64, false)
    case .reals: return (64, true)
    case .text, .blobs, .mixed: return (64, false)
    }
  }

  /// The values with a rank of at most this one (or, descending, at least); nil if they are not a
  /// range of numbers.
  fileprivate func orderBound(
    _ place: UInt64, isDescending: Bool, usesCodes: Bool
  ) -> OrderBound? {
    switch self {
    case .integers(let column):
      // With nulls, rank 0 is null.
      let number = column.null == nil ? place : max(place, 1) - 1
      let value = Int64(bitPattern: UInt64(bitPattern: column.range.lowerBound) &+ number)
      let hasNumber = isDescending || column.null == nil || place > 0
      return OrderBound(
        values: column.values, summary: column.summary,
        numbers: hasNumber
          ? (isDescending ? value...column.range.upperBound : column.range.lowerBound...value)
          : nil,
        null: isDescending && place > 0 ? nil : column.null)
    case .dictionary(let column) where usesCodes && column.ranks == nil:
      let code = Int64(place)
      return OrderBound(
        values: column.codes, summary: column.summary,
        numbers: isDescending
          ? max(1, code)...max(1, Int64(column.texts.count)) : code > 0 ? 1...code : nil,
        null: isDescending && code > 0 ? nil : 0)
    case .nulls, .dictionary, .reals, .text, .blobs, .mixed: return nil
    }
  }

  /// The ranks of some rows: a greater value never has a lower rank.
  fileprivate func orderPlaces(
    _ rows: UnsafeBufferPointer<UInt32>, _ collation: Collation, usesCodes: Bool,
    to places: UnsafeMutablePointer<UInt64>
  ) {
    switch self {
    case .nulls: places.update(repeating: 0, count: rows.count)
    case .integers(let column):
      Self.gather(column.values, rows, to: places)
      let low = UInt64(bitPattern: column.range.lowerBound)
      if let null = column.null {
        let null = UInt64(bitPattern: null)
        for index in 0..<rows.count {
          let value = places[index]
          places[index] = value == null ? 0 : value &- low &+ 1
        }
      } else {
        for index in 0..<rows.count { places[index] &-= low }
      }
    case .dictionary(let column) where !usesCodes:
      for index in 0..<rows.count {
        let code = Int(column.codes[Int(rows[index])])
        places[index] = code == 0 ? 0 : 1 << 63 | collation.prefix(of: column.texts[code - 1]) >> 1
      }
    case .dictionary(let column):
      Self.gather(column.codes, rows, to: places)
      if let ranks = column.ranks {
        for index in 0..<rows.count { places[index] = UInt64(ranks.base[Int(places[index])]) }
      }
    case .reals(let column):
      for index in 0..<rows.count { places[index] = column.values.base[Int(rows[index])].place }
    case .text(let column):
      for index in 0..<rows.count {
        let row = Int(rows[index])
        places[index] =
          column.isNull(row) ? 0 : 1 << 63 | column.prefix(row, collation) >> 1
      }
    case .blobs(let column):
      for index in 0..<rows.count {
        let row = Int(rows[index])
        places[index] =
          column.isNull(row) ? 0 : 1 << 63 | column.prefix(row, .binary) >> 1
      }
    case .mixed(let column):
      for index in 0..<rows.count { places[index] = column.place(Int(rows[index]), collation) }
    }
  }

  private static func gather(
    _ values: IntegerStorage, _ rows: UnsafeBufferPointer<UInt32>,
    to places: UnsafeMutablePointer<UInt64>
  ) {
    places.withMemoryRebound(to: Int64.self, capacity: rows.count) { values.gather(rows, to: $0) }
  }
}

extension MixedColumn {
  /// Two bits for the storage class, then the most significant part of the value.
  fileprivate func place(_ row: Int, _ collation: Collation) -> UInt64 {
    switch tags[row] {
    case Tag.integer: 1 << 62 | Double(payloads[row]).place >> 2
    case Tag.real: 1 << 62 | real(row).place >> 2
    case Tag.text: 2 << 62 | collation.prefix(of: bytes(row)) >> 2
    case Tag.blob: 3 << 62 | Collation.binary.prefix(of: bytes(row)) >> 2
    default: 0
    }
  }
}

extension Double {
  /// The rank among all reals as an unsigned number: negatives are inverted, both zeros are equal,
  /// NaN (null) is first.
  fileprivate var place: UInt64 {
    if isNaN { return 0 }
    let bits = (self == 0 ? 0 : self).bitPattern
    return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
  }
}
