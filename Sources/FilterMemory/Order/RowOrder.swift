import RecordFilter
import RowscopeModel

/// The order of a query: for each row one number that puts most rows in their place, and a comparison for the others.
///
/// The number packs as much of the keys as fits into 64 bits, the first key on top: an integer takes the bits of its
/// column's range, a coded text those of its place among the distinct ones, a real 64. What is not exact (the first bytes
/// of a text) or does not fit is left to the comparison.
struct RowOrder {
  private struct Key {
    let column: Column
    let isDescending: Bool
    let collation: Collation
    /// See ``OrderKey/isExact``.
    let isExact: Bool
    /// Whether the codes of a coded column stand in the key's order.
    let byCode: Bool
    /// How many bits the key needs, and how many of them are in the number.
    let width: Int
    let taken: Int
  }

  private var keys: [Key] = []
  /// The first key that the number does not settle.
  private var firstUnsettled = 0

  /// - Throws: ``MemoryError`` where a link's table is not loaded.
  init(
    _ order: [OrderKey], _ table: ColumnTable, in database: MemoryDatabase
  ) throws(MemoryError) {
    var free = 64
    var isSettled = true
    for key in order {
      let column = try table.orderColumn(key.field, in: database)
      // The rows stand in this key's order, and no two of them are alike: what follows decides nothing.
      if case .integers(let integers) = column, integers.ascends, key.direction == .ascending {
        break
      }
      let declared = table.table[key.field].collation
      let collation = key.isExact ? .binary : declared
      // Codes stand in the order of the column's own collation.
      let hasCodes = collation == declared
      let (width, isExact) = column.orderWidth(byCode: hasCodes)
      let taken = isSettled ? min(width, free) : 0
      free -= taken
      keys.append(
        Key(
          column: column, isDescending: key.direction == .descending, collation: collation,
          isExact: key.isExact, byCode: hasCodes, width: width, taken: taken))
      isSettled = isSettled && isExact && taken == width
      if isSettled { firstUnsettled += 1 }
    }
  }

  /// Whether the rows stand in this order anyway.
  var isThatOfRows: Bool { keys.isEmpty }

  /// Whether rows with the same number are the same in order.
  var isSettledByNumber: Bool { firstUnsettled == keys.count }

  /// The numbers of some rows.
  func numbers(_ rows: UnsafeBufferPointer<UInt32>, to numbers: UnsafeMutablePointer<UInt64>) {
    numbers.update(repeating: 0, count: rows.count)
    guard !rows.isEmpty else { return }
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: rows.count) { buffer in
      guard let places = buffer.baseAddress else { return }
      for key in keys where key.taken > 0 {
        key.column.orderPlaces(rows, key.collation, byCode: key.byCode, to: places)
        let all: UInt64 = key.width == 64 ? .max : 1 << UInt64(key.width) - 1
        let flip = key.isDescending ? all : 0
        let dropped = UInt64(key.width - key.taken)
        let shift = UInt64(key.taken)
        for index in 0..<rows.count {
          // A shift by 64 gives 0, as it should.
          numbers[index] = numbers[index] << shift | (places[index] ^ flip) >> dropped
        }
      }
    }
  }

  /// What tells of the rows whose number may be as small as this one, by the first key alone and before their numbers are made;
  /// nil where the first key does not tell.
  func bound(_ number: UInt64) -> OrderBound? {
    // All of the first key is in the number, which nothing has taken bits of before.
    guard let first = keys.first, first.width > 0 else { return nil }
    let behind = keys.dropFirst().reduce(0) { $0 + $1.taken }
    let place = number >> UInt64(behind)
    return first.column.orderBound(
      place ^ (first.isDescending ? UInt64.max >> UInt64(64 - first.width) : 0),
      isDescending: first.isDescending, byCode: first.byCode)
  }

  /// Whether one row stands before another that has the same number. The last resort is the order of the rows.
  func precedes(_ row: UInt32, _ other: UInt32) -> Bool {
    for key in keys[firstUnsettled...] {
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
  /// The column by whose cells a field orders: its own, or for a link the arrays of its members.
  fileprivate func orderColumn(
    _ field: FieldID, in database: MemoryDatabase
  ) throws(MemoryError) -> Column {
    guard case .link(let link) = table[field].storage else { return column(field) }
    var builder = ColumnBuilder(table[field], fewestUnencoded: .max)
    let rows = Array(0..<UInt32(rowCount))
    var place = 0
    for case .text(let text) in try LinkedMembers(link, of: self, in: database).arrays(rows[...]) {
      text.withBytes { builder.append(.text($0), at: place) }
      place += 1
      if place == Block.size, !builder.isFull {
        builder.endBlock(place)
        place = 0
      }
      if builder.isFull { break }
    }
    guard !builder.isFull, let column = builder.finish(place) else {
      throw MemoryError(.columnTooLarge(table.name, table[field].name))
    }
    return column
  }
}

extension Column {
  /// How many bits the places of this column's values take, and whether a place tells all.
  fileprivate func orderWidth(byCode: Bool) -> (width: Int, isExact: Bool) {
    switch self {
    case .nulls: return (0, true)
    case .integers(let column):
      let span = UInt64(bitPattern: column.range.upperBound &- column.range.lowerBound)
      // One more for null, which is first. Without nulls and over all of 64 bits it would not fit.
      if column.null == nil { return (64 - span.leadingZeroBitCount, true) }
      return (64 - (span + 1).leadingZeroBitCount, true)
    case .coded(let column):
      return byCode ? (64 - UInt64(column.texts.count).leadingZeroBitCount, true) : (64, false)
    case .reals: return (64, true)
    case .text, .blobs, .mixed: return (64, false)
    }
  }

  /// The values whose place is no greater than this one (or, descending, no lesser); nil where they are no range of numbers.
  fileprivate func orderBound(
    _ place: UInt64, isDescending: Bool, byCode: Bool
  ) -> OrderBound? {
    switch self {
    case .integers(let column):
      // Where there are nulls, theirs is the first place.
      let number = column.null == nil ? place : max(place, 1) - 1
      let value = Int64(bitPattern: UInt64(bitPattern: column.range.lowerBound) &+ number)
      let hasNumber = isDescending || column.null == nil || place > 0
      return OrderBound(
        values: column.values, summary: column.summary,
        numbers: hasNumber
          ? (isDescending ? value...column.range.upperBound : column.range.lowerBound...value)
          : nil,
        null: isDescending && place > 0 ? nil : column.null)
    case .coded(let column) where byCode && column.ranks == nil:
      let code = Int64(place)
      return OrderBound(
        values: column.codes, summary: column.summary,
        numbers: isDescending
          ? max(1, code)...max(1, Int64(column.texts.count)) : code > 0 ? 1...code : nil,
        null: isDescending && code > 0 ? nil : 0)
    case .nulls, .coded, .reals, .text, .blobs, .mixed: return nil
    }
  }

  /// The places of some rows: a greater value has no lesser place.
  fileprivate func orderPlaces(
    _ rows: UnsafeBufferPointer<UInt32>, _ collation: Collation, byCode: Bool,
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
    case .coded(let column) where !byCode:
      for index in 0..<rows.count {
        let code = Int(column.codes[Int(rows[index])])
        places[index] = code == 0 ? 0 : 1 << 63 | collation.prefix(of: column.texts[code - 1]) >> 1
      }
    case .coded(let column):
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
  /// Two bits of storage class, then what is likely to tell.
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
  /// The place among all reals, as a number: negative ones turned round, both zeros the same, NaN (null) first.
  fileprivate var place: UInt64 {
    if isNaN { return 0 }
    let bits = (self == 0 ? 0 : self).bitPattern
    return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
  }
}
