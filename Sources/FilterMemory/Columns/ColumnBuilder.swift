import RecordFilter
import RowscopeModel

/// Collects the cells of one column.
///
/// The cells of a block are put down as they come, and what they have in common is looked at when the block is full. The first
/// block that is not all null decides the form; one that does not fit it makes the column a mixed one.
struct ColumnBuilder: ~Copyable {
  /// What the blocks before the one under way have been put into.
  enum Form {
    case nulls
    case integers(PackedIntegers)
    /// Their bit patterns.
    case reals(PackedIntegers)
    /// Of each row the number of its string plus one; 0 for null.
    case coded(PackedIntegers)
    /// The strings themselves, one a row, which is empty for null.
    case text, blobs
    /// Tags and payloads as in ``BlockBuffer``.
    case mixed(tags: PackedIntegers, payloads: PackedIntegers)
  }

  let collation: Collation
  private let fewestUnencoded: Int
  var form = Form.nulls
  var rowCount = 0
  var validity = ValidityBuilder()
  /// Of integers.
  var summary: [BlockSummary.Entry] = []
  let buffer = BlockBuffer.allocate()
  /// The strings, and where they are coded the way to find those that have come before.
  var dictionary = ByteTable()
  /// Whether that is worth while.
  private var findsStrings = true
  /// How many distinct strings there were when that was last looked at.
  private var lastDistinctCount = 0
  /// Whether there is a string for each row.
  private var isByRow = false
  /// Whether there was no room for a string. Then the column is lost.
  private(set) var isFull = false

  /// - Parameter fewestUnencoded: tables of fewer rows have their texts coded, however little they repeat.
  init(_ field: Field, fewestUnencoded: Int) {
    collation = field.collation
    self.fewestUnencoded = fewestUnencoded
  }

  deinit { buffer.deallocate() }

  // MARK: Cells

  /// Puts down a cell of the block under way. A NaN becomes NULL, as it does in SQLite.
  @inline(__always)
  mutating func append(_ cell: Cell, at place: Int) {
    switch cell.storageClass {
    case .integer: buffer.set(place, MixedColumn.Tag.integer, cell.integer)
    case .real where !cell.real.isNaN:
      buffer.set(place, MixedColumn.Tag.real, cell.integer)
    case .null, .real:
      buffer.set(place, MixedColumn.Tag.null, 0)
      if isByRow { dictionary.strings.appendEmpty() }
    case .text: append(cell.bytes, MixedColumn.Tag.text, at: place)
    case .blob: append(cell.bytes, MixedColumn.Tag.blob, at: place)
    }
  }

  private mutating func append(
    _ string: UnsafeBufferPointer<UInt8>, _ tag: UInt8, at place: Int
  ) {
    if findsStrings {
      guard let index = dictionary.insert(string) else { return isFull = true }
      buffer.set(place, tag, Int64(index))
    } else {
      buffer.set(place, tag, Int64(dictionary.strings.count))
      if !dictionary.strings.append(string) { isFull = true }
    }
  }

  // MARK: Blocks

  /// Takes the block under way, of so many cells, into the column. Only the last one may be less than full.
  ///
  /// - Precondition: the column is not full.
  mutating func endBlock(_ count: Int) {
    let classes = buffer.classes(count)
    let values = classes.subtracting(.null)
    if !accepts(values) { convert(to: form(for: values)) }
    validity.append(buffer, count, hasNulls: classes.contains(.null))
    store(buffer, count, hasNulls: classes.contains(.null))
    rowCount += count
    if values == .blob, case .coded = form { arrangeByRow(as: .blobs) }
    // At 16,384 rows and whenever there are twice as many.
    if rowCount >= 1 << 14, rowCount & (rowCount - 1) == 0 { lookAtStrings() }
  }

  private func accepts(_ values: BlockBuffer.Classes) -> Bool {
    switch form {
    case .nulls: values.isEmpty
    case .integers: values.isSubset(of: .integer)
    case .reals: values.isSubset(of: .real)
    case .coded, .text: values.isSubset(of: .text)
    case .blobs: values.isSubset(of: .blob)
    case .mixed: true
    }
  }

  private func form(for values: BlockBuffer.Classes) -> Form {
    if case .nulls = form {
      switch values {
      case .integer: return .integers(PackedIntegers())
      case .real: return .reals(PackedIntegers())
      case .text, .blob: return .coded(PackedIntegers())
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
    case .coded(let codes):
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

  /// Puts what is there into another form: any but those that have a string for each row.
  mutating func convert(to new: Form) {
    let old = form
    let scratch = BlockBuffer.allocate()
    defer { scratch.deallocate() }
    form = new
    summary = []
    isByRow = false
    for index in 0..<Block.count(forRows: rowCount) {
      let block = Block(index, rowCount: rowCount)
      unpack(block, of: old, to: scratch)
      store(
        scratch, block.count, hasNulls: scratch.classes(block.count).contains(.null))
    }
  }

  /// Writes out the cells of a block.
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
    case .coded(let codes):
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

  /// Puts the coded strings one behind another instead, one a row.
  private mutating func arrangeByRow(as new: Form) {
    guard case .coded(let codes) = form else { return }
    var arranged = ByteArenaBuilder()
    for index in 0..<Block.count(forRows: rowCount) {
      let block = Block(index, rowCount: rowCount)
      codes.unpack(block, to: buffer.payloads)
      for place in 0..<block.count {
        let code = Int(buffer.payloads[place])
        if code == 0 {
          arranged.appendEmpty()
        } else if !arranged.append(dictionary.strings[code - 1]) {
          return isFull = true
        }
      }
    }
    dictionary.strings = arranged
    stopFindingStrings()
    isByRow = true
    form = new
  }

  /// Gives up finding strings again where nearly all of late were new: codes would save nothing, and their distinct values are
  /// put in order in the end, which takes time.
  private mutating func lookAtStrings() {
    guard findsStrings else { return }
    let new = dictionary.count - lastDistinctCount
    lastDistinctCount = dictionary.count
    // Of the second half of the rows.
    guard rowCount >= max(fewestUnencoded, 1 << 15), new > rowCount / 2 / 8 * 7 else { return }
    if case .mixed = form { stopFindingStrings() } else { arrangeByRow(as: .text) }
  }

  private mutating func stopFindingStrings() {
    dictionary.forget()
    findsStrings = false
  }

  /// Leaves the form in which the column is to stay.
  mutating func settle() {
    if case .coded = form, rowCount >= fewestUnencoded, dictionary.count > rowCount / 4 {
      arrangeByRow(as: .text)
    }
    stopFindingStrings()
  }
}

extension BlockSummary.Entry {
  init(_ range: ClosedRange<Int64>?, hasNull: Bool) {
    self.init(
      least: range?.lowerBound ?? .max, greatest: range?.upperBound ?? .min, hasNull: hasNull,
      hasNumber: range != nil)
  }
}
