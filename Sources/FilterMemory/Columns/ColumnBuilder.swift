import RecordFilter
import RowscopeModel

/// Collects the cells of one column.
///
/// Cells are buffered until a block is full, and then examined together. The first block that is
/// not all null determines the form. A later block that does not fit turns the column into a mixed
/// one.
struct ColumnBuilder: ~Copyable {
  /// The representation of the completed blocks.
  enum Form {
    case nulls
    case integers(PackedIntegers)
    /// Bit patterns.
    case reals(PackedIntegers)
    /// The number of each row's string plus one; 0 for null.
    case dictionary(PackedIntegers)
    /// One string per row, empty for null.
    case text, blobs
    /// Tags and payloads as in ``BlockBuffer``.
    case mixed(tags: PackedIntegers, payloads: PackedIntegers)
  }

  let collation: Collation
  private let plainTextThreshold: Int
  var form = Form.nulls
  var rowCount = 0
  var validity = ValidityBuilder()
  /// For integers only.
  var summary: [BlockSummary.Entry] = []
  let buffer = BlockBuffer.allocate()
  /// The strings, with a hash table to find duplicates as long as they are dictionary-encoded.
  var dictionary = ByteTable()
  /// Whether looking for duplicates still pays off.
  private var findsDuplicates = true
  /// The number of distinct strings at the last check.
  private var lastDistinctCount = 0
  /// Whether there is one string per row.
  private var hasStringPerRow = false
  /// Whether a string did not fit. The column is then unusable.
  private(set) var isFull = false

  /// - Parameter plainTextThreshold: tables with fewer rows always dictionary-encode their texts.
  init(_ field: Field, plainTextThreshold: Int) {
    collation = field.collation
    self.plainTextThreshold = plainTextThreshold
  }

  deinit { buffer.deallocate() }

  // MARK: Cells

  /// Adds a cell to the current block. NaN becomes NULL, as in SQLite.
  @inline(__always)
  mutating func append(_ cell: Cell, at place: Int) {
    switch cell.storageClass {
    case .integer: buffer.set(place, MixedColumn.Tag.integer, cell.integer)
    case .real where !cell.real.isNaN:
      buffer.set(place, MixedColumn.Tag.real, cell.integer)
    case .null, .real:
      buffer.set(place, MixedColumn.Tag.null, 0)
      if hasStringPerRow { dictionary.strings.appendEmpty() }
    case .text: append(cell.bytes, MixedColumn.Tag.text, at: place)
    case .blob: append(cell.bytes, MixedColumn.Tag.blob, at: place)
    }
  }

  private mutating func append(
    _ string: UnsafeBufferPointer<UInt8>, _ tag: UInt8, at place: Int
  ) {
    if findsDuplicates {
      guard let index = dictionary.insert(string) else { return isFull = true }
      buffer.set(place, tag, Int64(index))
    } else {
      buffer.set(place, tag, Int64(dictionary.strings.count))
      if !dictionary.strings.append(string) { isFull = true }
    }
  }

  // MARK: Blocks

  /// Adds the current block, with this number of cells, to the column. Only the last block may be
  /// partial.
  ///
  /// - Precondition: the column is not full.
  mutating func endBlock(_ count: Int) {
    let classes = buffer.classes(count)
    let values = classes.subtracting(.null)
    if !accepts(values) { convert(to: form(for: values)) }
    validity.append(buffer, count, hasNulls: classes.contains(.null))
    store(buffer, count, hasNulls: classes.contains(.null))
    rowCount += count
    if values == .blob, case .dictionary = form { storeStringPerRow(as: .blobs) }
    // At 16,384 rows and at each doubling.
    if rowCount >= 1 << 14, rowCount & (rowCount - 1) == 0 { checkDuplicates() }
  }

  private func accepts(_ values: BlockBuffer.Classes) -> Bool {
    switch form {
    case .nulls: values.isEmpty
    case .integers: values.isSubset(of: .integer)
    case .reals: values.isSubset(of: .real)
    case .dictionary, .text: values.isSubset(of: .text)
    case .blobs: values.isSubset(of: .blob)
    case .mixed: true
    }
  }

  private func form(for values: BlockBuffer.Classes) -> Form {
    if case .nulls = form {
      switch values {
      case .integer: return .integers(PackedIntegers())
      case .real: return .reals(PackedIntegers())
      case .text, .blob: return .dictionary(PackedIntegers())
      default: break
      }
    }
    return .mixed(tags: PackedIntegers(), payloads: PackedIntegers())
  }

  private mutating func store(
    _ block: BlockBuffer, _ count: Int, hasNulls: Bool
  ) {
    switch form {
    case .nulls, .text, .blobs: break
    case .integers(let integers):
      let range = block.range(count, hasNulls: hasNulls)
      summary.append(BlockSummary.Entry(range, hasNull: hasNulls))
      if hasNulls { block.fillNulls(count, with: range?.lowerBound ?? 0) }
      integers.append(block.payloads, count)
    case .reals(let reals):
      if hasNulls { block.fillNulls(count, with: Int64(bitPattern: Double.nan.bitPattern)) }
      reals.append(block.payloads, count)
    case .dictionary(let codes):
      if hasNulls { block.fillNulls(count, with: -1) }
      for index in 0..<count { block.payloads[index] += 1 }
      codes.append(block.payloads, count)
    case .mixed(let tags, let payloads):
      payloads.append(block.payloads, count)
      for index in 0..<count { block.payloads[index] = Int64(block.tags[index]) }
      tags.append(block.payloads, count)
    }
  }

  // MARK: Forms

  /// Converts the blocks to another form, which must not be one with a string per row.
  mutating func convert(to new: Form) {
    let old = form
    let scratch = BlockBuffer.allocate()
    defer { scratch.deallocate() }
    form = new
    summary = []
    hasStringPerRow = false
    for index in 0..<Block.count(forRows: rowCount) {
      let block = Block(index, rowCount: rowCount)
      unpack(block, of: old, to: scratch)
      store(
        scratch, block.count, hasNulls: scratch.classes(block.count).contains(.null))
    }
  }

  /// Writes the cells of a block.
  private func unpack(_ block: Block, of form: Form, to cells: BlockBuffer) {
    let payloads = cells.payloads
    let tag: UInt8
    switch form {
    case .nulls:
      tag = MixedColumn.Tag.null
      payloads.update(repeating: 0, count: block.count)
    case .integers(let integers):
      tag = MixedColumn.Tag.integer
      integers.unpack(block, to: payloads)
    case .reals(let reals):
      tag = MixedColumn.Tag.real
      reals.unpack(block, to: payloads)
    case .dictionary(let codes):
      tag = MixedColumn.Tag.text
      codes.unpack(block, to: payloads)
      for index in 0..<block.count { payloads[index] -= 1 }
    case .text, .blobs:
      tag = if case .text = form { MixedColumn.Tag.text } else { MixedColumn.Tag.blob }
      for index in 0..<block.count { payloads[index] = Int64(block.start + index) }
    case .mixed(let tags, let stored):
      tags.unpack(block, to: payloads)
      for index in 0..<block.count { cells.tags[index] = UInt8(payloads[index]) }
      stored.unpack(block, to: payloads)
      return
    }
    for index in 0..<block.count {
      cells.tags[index] = validity.isNull(block.start + index) ? MixedColumn.Tag.null : tag
    }
  }

  /// Replaces the dictionary encoding by one string per row.
  private mutating func storeStringPerRow(as new: Form) {
    guard case .dictionary(let codes) = form else { return }
    var rebuilt = ByteArenaBuilder()
    for index in 0..<Block.count(forRows: rowCount) {
      let block = Block(index, rowCount: rowCount)
      codes.unpack(block, to: buffer.payloads)
      for place in 0..<block.count {
        let code = Int(buffer.payloads[place])
        if code == 0 {
          rebuilt.appendEmpty()
        } else if !rebuilt.append(dictionary.strings[code - 1]) {
          return isFull = true
        }
      }
    }
    dictionary.strings = rebuilt
    stopFindingDuplicates()
    hasStringPerRow = true
    form = new
  }

  /// Stops looking for duplicates if nearly all recent strings were new: codes would save nothing,
  /// and sorting the dictionary would cost time.
  private mutating func checkDuplicates() {
    guard findsDuplicates else { return }
    let new = dictionary.count - lastDistinctCount
    lastDistinctCount = dictionary.count
    // Over the second half of the rows.
    guard rowCount >= max(plainTextThreshold, 1 << 15), new > rowCount / 2 / 8 * 7 else { return }
    if case .mixed = form { stopFindingDuplicates() } else { storeStringPerRow(as: .text) }
  }

  private mutating func stopFindingDuplicates() {
    dictionary.discardIndex()
    findsDuplicates = false
  }

  /// Chooses the final form.
  mutating func chooseForm() {
    if case .dictionary = form, rowCount >= plainTextThreshold, dictionary.count > rowCount / 4 {
      storeStringPerRow(as: .text)
    }
    stopFindingDuplicates()
  }
}

extension BlockSummary.Entry {
  init(_ range: ClosedRange<Int64>?, hasNull: Bool) {
    self.init(
      least: range?.lowerBound ?? .max, greatest: range?.upperBound ?? .min, hasNull: hasNull,
      hasNumber: range != nil)
  }
}
