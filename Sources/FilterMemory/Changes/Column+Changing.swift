import RecordFilter
import RowscopeModel

extension Column {
  /// Applies an edit: where the column is, if the cell fits, and otherwise by building it anew.
  ///
  /// - Parameters:
  ///   - cell: not used for a removal.
  ///   - rowCount: the number of rows before.
  /// - Returns: false if the values have too many bytes; the column is unusable then.
  mutating func apply(_ edit: RowEdit, _ cell: Cell, of field: Field, rowCount: Int) -> Bool {
    if fit(edit, cell, field.collation, rowCount) { return true }
    guard let rebuilt = rebuilt(edit, cell, of: field, rowCount: rowCount) else { return false }
    self = rebuilt
    return true
  }

  /// Returns false if the cell does not fit; the column is as it was then.
  private mutating func fit(
    _ edit: RowEdit, _ cell: Cell, _ collation: Collation, _ rowCount: Int
  ) -> Bool {
    let fits: Bool
    // Memory that is held twice would be copied.
    switch self {
    case .nulls(let count):
      fits = !edit.hasCell || cell.storageClass == .null
      if fits { self = .nulls(count: count - edit.rows.count + (edit.hasCell ? 1 : 0)) }
    case .integers(var column):
      self = .nulls(count: 0)
      fits = column.apply(edit, cell, rowCount: rowCount)
      self = .integers(column)
    case .reals(var column):
      self = .nulls(count: 0)
      fits = column.apply(edit, cell)
      self = .reals(column)
    case .dictionary(var column):
      self = .nulls(count: 0)
      fits = column.apply(edit, cell, collation, rowCount: rowCount)
      self = .dictionary(column)
    case .text(var column):
      self = .nulls(count: 0)
      fits = column.apply(edit, cell, as: .text, rowCount: rowCount)
      self = .text(column)
    case .blobs(var column):
      self = .nulls(count: 0)
      fits = column.apply(edit, cell, as: .blob, rowCount: rowCount)
      self = .blobs(column)
    case .mixed(var column):
      self = .nulls(count: 0)
      fits = column.apply(edit, cell)
      self = .mixed(column)
    }
    return fits
  }

  /// The column after an edit, built from its cells.
  func rebuilt(_ edit: RowEdit, _ cell: Cell, of field: Field, rowCount: Int) -> Column? {
    var builder = ColumnBuilder(field, plainTextThreshold: Block.size)
    var place = 0
    func append(_ cell: Cell) {
      guard !builder.isFull else { return }
      builder.append(cell, at: place)
      place += 1
      if place == Block.size, !builder.isFull {
        builder.endBlock(place)
        place = 0
      }
    }
    for row in 0..<edit.row { append(self.cell(row)) }
    if edit.hasCell { append(cell) }
    for row in edit.rows.upperBound..<rowCount { append(self.cell(row)) }
    return builder.isFull ? nil : builder.finish(place)
  }
}

extension IntegerColumn {
  /// How far from the values the one is that stands for null, where there is room.
  private static let distanceOfNull: Int64 = 1 << 16

  mutating func apply(_ edit: RowEdit, _ cell: Cell, rowCount: Int) -> Bool {
    var value: Int64?
    if edit.hasCell {
      switch cell.storageClass {
      case .integer where values.limits.contains(cell.integer):
        let new = cell.integer
        let wider = min(range.lowerBound, new)...max(range.upperBound, new)
        if let null, wider.contains(null) {
          guard let other = valueForNull(besides: wider) else { return false }
          values.apply(.exchange(null, by: other))
          self.null = other
        }
        range = wider
        value = new
      case .null:
        guard let null = null ?? valueForNull(besides: range) else { return false }
        self.null = null
      default: return false
      }
    }
    values.apply(.replace(edit.rows, edit.hasCell ? value ?? null : nil))
    let count = rowCount - edit.rows.count + (edit.hasCell ? 1 : 0)
    if edit.hasCell, ascends {
      let row = edit.row
      ascends =
        value.map { value in
          (row == 0 || values[row - 1] < value) && (row + 1 >= count || value < values[row + 1])
        } ?? false
    }
    summary.apply(edit, value, rowCount: count) { row in
      let value = values[row]
      return value == null ? nil : value
    }
    return true
  }

  /// A value that is none of a range's and fits; nil if there is none.
  private func valueForNull(besides range: ClosedRange<Int64>) -> Int64? {
    let limits = values.limits
    if range.upperBound < limits.upperBound {
      let (above, overflows) = range.upperBound.addingReportingOverflow(Self.distanceOfNull)
      return overflows ? limits.upperBound : min(limits.upperBound, above)
    }
    if range.lowerBound > limits.lowerBound {
      let (below, overflows) = range.lowerBound.subtractingReportingOverflow(Self.distanceOfNull)
      return overflows ? limits.lowerBound : max(limits.lowerBound, below)
    }
    return nil
  }
}

extension RealColumn {
  mutating func apply(_ edit: RowEdit, _ cell: Cell) -> Bool {
    var new: [Double] = []
    if edit.hasCell {
      switch cell.storageClass {
      case .real where !cell.real.isNaN: new = [cell.real]
      case .real, .null:
        new = [.nan]
        hasNulls = true
      default: return false
      }
    }
    new.withUnsafeBufferPointer { Vector.replace(edit.rows, in: &values, with: $0) }
    return true
  }
}

extension DictionaryColumn {
  mutating func apply(
    _ edit: RowEdit, _ cell: Cell, _ collation: Collation, rowCount: Int
  ) -> Bool {
    var code: Int64 = 0
    if edit.hasCell {
      switch cell.storageClass {
      case .null: hasNulls = true
      case .text:
        guard let known = self.code(of: cell.bytes, collation) else { return false }
        code = known
      default: return false
      }
    }
    codes.apply(.replace(edit.rows, edit.hasCell ? code : nil))
    let count = rowCount - edit.rows.count + (edit.hasCell ? 1 : 0)
    summary.apply(edit, code == 0 ? nil : code, rowCount: count) { row in
      let code = codes[row]
      return code == 0 ? nil : code
    }
    return true
  }

  /// The code of a text, which is added where it is new; nil if there is no room for it.
  private mutating func code(
    of text: UnsafeBufferPointer<UInt8>, _ collation: Collation
  ) -> Int64? {
    var (low, high) = (0, texts.count)
    while low < high {
      let middle = (low + high) / 2
      var order = Comparison.order(texts[middle], text, collation: collation)
      if order == 0 { order = Comparison.order(texts[middle], text, collation: .binary) }
      if order == 0 { return Int64(middle + 1) }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    let isLast = low == texts.count
    guard codes.limits.contains(Int64(texts.count + 1)), texts.replace(low..<low, with: text)
    else { return nil }
    let code = Int64(low + 1)
    if !isLast {
      codes.apply(.raise(from: code))
      summary.raise(from: code)
    }
    ranks = Self.ranks(of: texts, collation: collation)
    return code
  }
}

extension BytesColumn {
  mutating func apply(
    _ edit: RowEdit, _ cell: Cell, as storageClass: StorageClass, rowCount: Int
  ) -> Bool {
    let isNull = cell.storageClass == .null
    guard edit.hasCell else {
      guard arena.replace(edit.rows, with: nil) else { return false }
      applyValidity(edit, false, rowCount)
      return true
    }
    guard isNull || cell.storageClass == storageClass else { return false }
    let bytes = isNull ? UnsafeBufferPointer(start: nil, count: 0) : cell.bytes
    guard arena.replace(edit.rows, with: bytes) else { return false }
    applyValidity(edit, !isNull, rowCount)
    if !isNull { shareLess(edit.row) }
    return true
  }

  private mutating func applyValidity(_ edit: RowEdit, _ isValid: Bool, _ rowCount: Int) {
    if validity == nil, edit.hasCell, !isValid {
      validity = Vector([UInt64](repeating: .max, count: (rowCount + 63) / 64))
    }
    guard var bits = validity.take().map({ RowBits(words: $0) }) else { return }
    bits.apply(edit, isValid, count: rowCount)
    validity = bits.words
  }

  /// Shortens the common prefix to what it has in common with a row.
  private mutating func shareLess(_ row: Int) {
    guard sharedCount > 0 else { return }
    guard let other = (0..<arena.count).first(where: { $0 != row && !isNull($0) }) else {
      sharedCount = 0
      return
    }
    let (one, another) = (arena[row], arena[other])
    var count = 0
    while count < sharedCount, count < one.count, count < another.count,
      one[count] == another[count]
    { count += 1 }
    sharedCount = count
  }
}

extension MixedColumn {
  mutating func apply(_ edit: RowEdit, _ cell: Cell) -> Bool {
    var (tags, payloads): ([UInt8], [Int64]) = ([], [])
    if edit.hasCell {
      switch cell.storageClass {
      case .real where !cell.real.isNaN: (tags, payloads) = ([Tag.real], [cell.integer])
      case .null, .real: (tags, payloads) = ([Tag.null], [0])
      case .integer: (tags, payloads) = ([Tag.integer], [cell.integer])
      case .text, .blob:
        let number = arena.count
        guard arena.replace(number..<number, with: cell.bytes) else { return false }
        tags = [cell.storageClass == .text ? Tag.text : Tag.blob]
        payloads = [Int64(number)]
      }
    }
    tags.withUnsafeBufferPointer { Vector.replace(edit.rows, in: &self.tags, with: $0) }
    payloads.withUnsafeBufferPointer { Vector.replace(edit.rows, in: &self.payloads, with: $0) }
    return true
  }
}
