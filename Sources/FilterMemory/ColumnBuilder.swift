import RecordFilter

/// Collects the cells of one column. The first cell that is not null decides the form; one that does not fit it makes the
/// column a mixed one.
struct ColumnBuilder {
  private enum Form { case nulls, integers, reals, coded, text, blobs, mixed }

  private let collation: Collation
  private let fewestUncoded: Int
  private var form: Form = .nulls
  private var count = 0
  private var integers: [Int64] = []
  private var reals: [Double] = []
  private var codes: [UInt32] = []
  private var dictionary = ByteTable()
  private var arena = ByteArenaBuilder()
  private var tags: [UInt8] = []
  /// The rows that are null, in a form that has no value for null while it is being built.
  private var nullRows: [UInt32] = []

  /// - Parameter fewestUncoded: tables of fewer rows have their texts coded, however little they repeat.
  init(_ field: Field, fewestUncoded: Int) {
    collation = field.collation
    self.fewestUncoded = fewestUncoded
  }

  /// False where the column has no room for the cell.
  mutating func append(_ cell: Cell) -> Bool {
    count += 1
    switch (cell.storageClass, form) {
    case (.integer, .integers):
      integers.append(cell.integer)
      return true
    case (.text, .coded): return appendCoded(cell.bytes)
    case (.text, .text), (.blob, .blobs): return arena.append(cell.bytes)
    case (.real, .reals):
      // A NaN becomes what it becomes in SQLite; the column's null is a NaN too.
      reals.append(cell.real)
      return true
    case (.null, _): return appendNull()
    case (_, .mixed): return appendMixed(cell)
    case (_, .nulls):
      begin(cell.storageClass)
      count -= 1
      return append(cell)
    default:
      mix()
      return appendMixed(cell)
    }
  }

  private mutating func appendNull() -> Bool {
    switch form {
    case .nulls: return true
    case .integers:
      nullRows.append(UInt32(count - 1))
      integers.append(0)
    case .reals: reals.append(.nan)
    case .coded: codes.append(0)
    case .text, .blobs:
      nullRows.append(UInt32(count - 1))
      return arena.append(UnsafeBufferPointer(start: nil, count: 0))
    case .mixed:
      tags.append(MixedColumn.Tag.null)
      integers.append(0)
    }
    return true
  }

  /// Takes the form for a storage class, after nothing but nulls.
  private mutating func begin(_ storageClass: StorageClass) {
    let nulls = count - 1
    switch storageClass {
    case .null: return
    case .integer:
      form = .integers
      integers = Array(repeating: 0, count: nulls)
      nullRows = Array(0..<UInt32(nulls))
    case .real:
      form = .reals
      reals = Array(repeating: .nan, count: nulls)
    case .text:
      form = .coded
      codes = Array(repeating: 0, count: nulls)
    case .blob:
      form = .blobs
      nullRows = Array(0..<UInt32(nulls))
      for _ in 0..<nulls { _ = arena.append(UnsafeBufferPointer(start: nil, count: 0)) }
    }
  }

  /// The bytes that the column takes while it is being built: more than when it is finished, where numbers can be narrowed.
  var byteCount: Int {
    integers.count * 8 + reals.count * 8 + codes.count * 4 + nullRows.count * 4 + tags.count
      + dictionary.byteCount + arena.byteCount
  }

  // MARK: Text

  private mutating func appendCoded(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let index = dictionary.insert(bytes) else { return false }
    codes.append(UInt32(index + 1))
    // Not before there are enough of them to tell, and then at powers of two.
    let isTimeToLook = codes.count >= Self.firstLook && codes.count & (codes.count - 1) == 0
    return isTimeToLook && repeatsLittle ? uncode() : true
  }

  private static var firstLook: Int { 1 << 15 }

  /// Whether codes save little: their distinct values are put in order in the end, and that takes time.
  private var repeatsLittle: Bool {
    codes.count >= fewestUncoded && dictionary.count > codes.count / 4
  }

  /// Puts the texts one behind another instead.
  private mutating func uncode() -> Bool {
    form = .text
    for (row, code) in codes.enumerated() {
      let fits: Bool
      if code == 0 {
        nullRows.append(UInt32(row))
        fits = arena.append(UnsafeBufferPointer(start: nil, count: 0))
      } else {
        fits = dictionary.strings.withString(Int(code - 1)) { arena.append($0) }
      }
      guard fits else { return false }
    }
    codes = []
    dictionary = ByteTable()
    return true
  }

  // MARK: Mixed

  private mutating func appendMixed(_ cell: Cell) -> Bool {
    switch cell.storageClass {
    case .null: return appendNull()
    case .integer:
      tags.append(MixedColumn.Tag.integer)
      integers.append(cell.integer)
    case .real:
      tags.append(cell.real.isNaN ? MixedColumn.Tag.null : MixedColumn.Tag.real)
      integers.append(Int64(bitPattern: cell.bits))
    case .text, .blob:
      tags.append(cell.storageClass == .text ? MixedColumn.Tag.text : MixedColumn.Tag.blob)
      integers.append(Int64(arena.count))
      return arena.append(cell.bytes)
    }
    return true
  }

  /// Turns what is there into the mixed form. (The cell that made it necessary has been counted, but not taken.)
  private mutating func mix() {
    let rows = count - 1
    tags = Array(repeating: MixedColumn.Tag.null, count: rows)
    switch form {
    case .nulls, .mixed: break
    case .integers:
      for row in 0..<rows { tags[row] = MixedColumn.Tag.integer }
    case .reals:
      for row in 0..<rows where !reals[row].isNaN { tags[row] = MixedColumn.Tag.real }
      integers = reals.map { Int64(bitPattern: $0.bitPattern) }
      reals = []
    case .coded:
      arena = dictionary.strings
      integers = codes.map { Int64($0) - 1 }
      for row in 0..<rows where codes[row] != 0 { tags[row] = MixedColumn.Tag.text }
      codes = []
      dictionary = ByteTable()
    case .text, .blobs:
      integers = Array(0..<Int64(rows))
      let tag = form == .text ? MixedColumn.Tag.text : MixedColumn.Tag.blob
      for row in 0..<rows { tags[row] = tag }
    }
    for row in nullRows { tags[Int(row)] = MixedColumn.Tag.null }
    nullRows = []
    form = .mixed
  }

  // MARK: Finishing

  mutating func finish() -> Column {
    if form == .coded, repeatsLittle { _ = uncode() }
    switch form {
    case .nulls: return .nulls(count: count)
    case .integers: return finishedIntegers()
    case .reals:
      return .reals(
        RealColumn(values: Vector(reals), hasNulls: reals.contains { $0.isNaN }))
    case .coded: return .coded(CodedColumn(dictionary.strings, codes: codes, collation: collation))
    case .text: return .text(BytesColumn(arena: arena.finish(), validity: validity()))
    case .blobs: return .blobs(BytesColumn(arena: arena.finish(), validity: validity()))
    case .mixed:
      return .mixed(
        MixedColumn(tags: Vector(tags), payloads: Vector(integers), arena: arena.finish()))
    }
  }

  private func validity() -> Vector<UInt64>? {
    guard !nullRows.isEmpty else { return nil }
    return Vector(count: (count + 63) / 64) { words in
      words.initialize(repeating: .max)
      for row in nullRows { words[Int(row >> 6)] &= ~(1 << UInt64(row & 63)) }
    }
  }

  private mutating func finishedIntegers() -> Column {
    let summary = BlockSummary(integers, nullRows: nullRows)
    let range = summary.range
    guard !nullRows.isEmpty else {
      let values = integers.withUnsafeBufferPointer { IntegerStorage($0, range: range) }
      return .integers(IntegerColumn(values: values, range: range, null: nil, summary: summary))
    }
    // One more value, on the side where it costs least.
    let above = range.upperBound < .max ? range.lowerBound...(range.upperBound + 1) : nil
    let below = range.lowerBound > .min ? (range.lowerBound - 1)...range.upperBound : nil
    guard let wider = [above, below].compactMap({ $0 }).min(by: { $0.width < $1.width }) else {
      count += 1
      mix()
      count -= 1
      return finish()
    }
    let null = wider.upperBound > range.upperBound ? wider.upperBound : wider.lowerBound
    for row in nullRows { integers[Int(row)] = null }
    let values = integers.withUnsafeBufferPointer { IntegerStorage($0, range: wider) }
    return .integers(IntegerColumn(values: values, range: range, null: null, summary: summary))
  }
}

extension ClosedRange<Int64> {
  /// The bytes of the narrowest type that holds the range.
  fileprivate var width: Int {
    func fits<T: FixedWidthInteger>(_ type: T.Type) -> Bool {
      T(exactly: lowerBound) != nil && T(exactly: upperBound) != nil
    }
    if fits(UInt8.self) || fits(Int8.self) { return 1 }
    if fits(UInt16.self) || fits(Int16.self) { return 2 }
    return fits(UInt32.self) || fits(Int32.self) ? 4 : 8
  }
}

extension BlockSummary {
  init(_ values: [Int64], nullRows: [UInt32]) {
    var nulls = nullRows[...]
    entries = Vector(count: Block.count(forRows: values.count)) { entries in
      for index in 0..<entries.count {
        let block = Block(index, rowCount: values.count)
        let end = block.start + block.count
        var entry = Entry(least: .max, greatest: .min, hasNull: false, hasNumber: false)
        for row in block.start..<end {
          if let null = nulls.first, Int(null) == row {
            nulls = nulls.dropFirst()
            entry.hasNull = true
            continue
          }
          entry.least = min(entry.least, values[row])
          entry.greatest = max(entry.greatest, values[row])
          entry.hasNumber = true
        }
        entries.initializeElement(at: index, to: entry)
      }
    }
  }

  /// Of all blocks; zero where there is no number.
  var range: ClosedRange<Int64> {
    var range: ClosedRange<Int64>?
    for index in 0..<entries.count where entries[index].hasNumber {
      let entry = entries[index]
      range =
        min(
          range?.lowerBound ?? entry.least, entry.least)...max(
          range?.upperBound ?? entry.greatest, entry.greatest)
    }
    return range ?? 0...0
  }
}

extension CodedColumn {
  /// - Parameter codes: the number of each row's text among `strings` plus one; 0 for null.
  init(_ strings: ByteArenaBuilder, codes: [UInt32], collation: Collation) {
    let unordered = strings.finish()
    let count = unordered.count
    // By the first eight bytes first, as the collation sees them: most texts differ there.
    var order = (0..<count).map { (prefix: collation.prefix(of: unordered[$0]), index: $0) }
    order.sort { left, right in
      if left.prefix != right.prefix { return left.prefix < right.prefix }
      let (one, other) = (unordered[left.index], unordered[right.index])
      let order = Comparison.order(one, other, collation: collation)
      return order != 0 ? order < 0 : Comparison.order(one, other, collation: .binary) < 0
    }
    var sorted = ByteArenaBuilder()
    var newCodes = [Int64](repeating: 0, count: count + 1)
    for (place, entry) in order.enumerated() {
      _ = sorted.append(unordered[entry.index])
      newCodes[entry.index + 1] = Int64(place + 1)
    }
    let texts = sorted.finish()
    let recoded = codes.map { newCodes[Int($0)] }
    var nullRows: [UInt32] = []
    for (row, code) in codes.enumerated() where code == 0 { nullRows.append(UInt32(row)) }
    self.texts = texts
    hasNulls = !nullRows.isEmpty
    summary = BlockSummary(recoded, nullRows: nullRows)
    self.codes = recoded.withUnsafeBufferPointer { IntegerStorage($0, range: 0...Int64(count)) }
    ranks = Self.ranks(of: texts, collation: collation)
  }

  private static func ranks(of texts: ByteArena, collation: Collation) -> Vector<UInt32>? {
    guard collation != .binary, texts.count > 1 else { return nil }
    var rank: UInt32 = 1
    var hasEquals = false
    let ranks = Vector<UInt32>(count: texts.count + 1) { ranks in
      ranks.initializeElement(at: 0, to: 0)
      for index in 0..<texts.count {
        if index > 0 {
          if Comparison.order(texts[index - 1], texts[index], collation: collation) == 0 {
            hasEquals = true
          } else {
            rank += 1
          }
        }
        ranks.initializeElement(at: index + 1, to: rank)
      }
    }
    return hasEquals ? ranks : nil
  }
}

extension Collation {
  /// The first eight bytes of a text, as a number that never orders two texts otherwise than the collation does.
  func prefix(of text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var prefix: UInt64 = 0
    var end = text.count
    if self == .rtrim { while end > 0, text[end - 1] == 0x20 { end -= 1 } }
    for index in 0..<min(8, end) {
      let byte = self == .nocase ? text[index].asciiLowercased : text[index]
      // What follows a NUL does not count.
      if self == .nocase, byte == 0 { break }
      prefix |= UInt64(byte) << UInt64(56 - 8 * index)
    }
    return prefix
  }
}
