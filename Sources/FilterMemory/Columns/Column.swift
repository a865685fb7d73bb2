import RecordFilter

/// The cells of one field, in the form that suits them.
enum Column: Sendable {
  /// Nothing but nulls.
  case nulls(count: Int)
  case integers(IntegerColumn)
  case reals(RealColumn)
  /// Text that repeats.
  case coded(DictionaryColumn)
  /// Text that does not.
  case text(BytesColumn)
  case blobs(BytesColumn)
  /// Cells of several storage classes.
  case mixed(MixedColumn)

  /// One cell. Its bytes live as long as the column.
  func cell(_ row: Int) -> Cell {
    switch self {
    case .nulls: .null
    case .integers(let column): column.cell(row)
    case .reals(let column): column.cell(row)
    case .coded(let column): column.cell(row)
    case .text(let column): column.isNull(row) ? .null : .text(column.arena[row])
    case .blobs(let column): column.isNull(row) ? .null : .blob(column.arena[row])
    case .mixed(let column): column.cell(row)
    }
  }

  var byteCount: Int {
    switch self {
    case .nulls: 0
    case .integers(let column): column.values.byteCount + column.summary.byteCount
    case .reals(let column): column.values.byteCount
    case .coded(let column):
      column.codes.byteCount + column.texts.byteCount + (column.ranks?.byteCount ?? 0)
        + column.summary.byteCount
    case .text(let column), .blobs(let column):
      column.arena.byteCount + (column.validity?.byteCount ?? 0)
    case .mixed(let column):
      column.tags.byteCount + column.payloads.byteCount + column.arena.byteCount
    }
  }
}

/// The least and the greatest number of each block, and whether it has a null, so that a block of which all or no rows
/// pass need not be read.
struct BlockSummary: Sendable {
  struct Entry: Sendable, BitwiseCopyable {
    var least: Int64
    var greatest: Int64
    var hasNull: Bool
    /// Without a number there is no least one.
    var hasNumber: Bool
  }

  let entries: Vector<Entry>
  var byteCount: Int { entries.byteCount }

  enum Verdict { case all, none, some }

  /// Whether a value of the block lies in one of the ranges: all do, none does, or it depends.
  @inline(__always)
  func verdict(_ block: Int, _ ranges: [ClosedRange<Int64>]) -> Verdict {
    let entry = entries[block]
    guard entry.hasNumber else { return .none }
    var touches = false
    for range in ranges where range.lowerBound <= entry.greatest && range.upperBound >= entry.least
    {
      if range.lowerBound <= entry.least, range.upperBound >= entry.greatest, !entry.hasNull {
        return .all
      }
      touches = true
    }
    return touches ? .some : .none
  }
}

/// Integers. A null is a value outside of their range, so that every range test is false of it, and its complement true,
/// without looking anything up.
struct IntegerColumn: Sendable {
  let values: IntegerStorage
  let range: ClosedRange<Int64>
  /// Nil where there are no nulls.
  let null: Int64?
  let summary: BlockSummary
  /// Whether there are no nulls, and every row has more than the one before: the usual key.
  let ascends: Bool

  /// The values that are stored, the one that stands for null too; nil where they are more than so many.
  func storedRange(ofAtMost limit: Int) -> ClosedRange<Int64>? {
    let low = min(range.lowerBound, null ?? .max)
    let high = max(range.upperBound, null ?? .min)
    return UInt64(bitPattern: high &- low) < UInt64(max(0, limit)) ? low...high : nil
  }

  func cell(_ row: Int) -> Cell {
    let value = values[row]
    return value == null ? .null : .integer(value)
  }
}

/// Reals. A null is NaN, which SQLite never stores and of which every comparison is false.
struct RealColumn: Sendable {
  let values: Vector<Double>
  let hasNulls: Bool

  func cell(_ row: Int) -> Cell {
    let value = values[row]
    return value.isNaN ? .null : .real(value)
  }
}

/// Text as codes into its distinct values, which stand in the order of the field's collation (and by bytes among equals).
/// A comparison so becomes a range of codes, and every other test runs once a distinct value. Code 0 is null, code n the
/// text n - 1.
struct DictionaryColumn: Sendable {
  let codes: IntegerStorage
  let texts: ByteArena
  /// The place of a code in the order, where the collation holds texts for equal that differ; else the code itself is its
  /// place.
  let ranks: Vector<UInt32>?
  let hasNulls: Bool
  let summary: BlockSummary

  func cell(_ row: Int) -> Cell {
    let code = Int(codes[row])
    return code == 0 ? .null : .text(texts[code - 1])
  }
}

/// Texts, or blobs, one behind another.
struct BytesColumn: Sendable {
  let arena: ByteArena
  /// One bit a row, set where there is a value. Nil where there are no nulls.
  let validity: Vector<UInt64>?
  /// How many bytes all of them begin with alike (and without a NUL): what comes behind tells them apart sooner.
  let sharedCount: Int

  init(arena: ByteArena, validity: Vector<UInt64>?) {
    self.arena = arena
    self.validity = validity
    var shared: UnsafeBufferPointer<UInt8>?
    for row in 0..<arena.count
    where validity.map({ $0[row >> 6] >> UInt64(row & 63) & 1 != 0 }) ?? true {
      let string = arena[row]
      guard let known = shared else {
        shared = UnsafeBufferPointer(
          rebasing: string[..<(string.firstIndex(of: 0) ?? string.count)])
        continue
      }
      var count = 0
      while count < known.count, count < string.count, known[count] == string[count] { count += 1 }
      if count == 0 {
        shared = UnsafeBufferPointer(rebasing: known[..<0])
        break
      }
      shared = UnsafeBufferPointer(rebasing: known[..<count])
    }
    sharedCount = shared?.count ?? 0
  }

  /// Of a value: what its beginning tells of its place, see `Collation.prefix`.
  @inline(__always)
  func prefix(_ row: Int, _ collation: Collation) -> UInt64 {
    collation.prefix(of: UnsafeBufferPointer(rebasing: arena[row][sharedCount...]))
  }

  @inline(__always)
  func isNull(_ row: Int) -> Bool {
    guard let validity else { return false }
    return validity.base[row >> 6] >> UInt64(row & 63) & 1 == 0
  }
}

/// Cells each with a tag that tells its storage class.
struct MixedColumn: Sendable {
  let tags: Vector<UInt8>
  /// An integer, the bit pattern of a real, or the number of a string in the arena.
  let payloads: Vector<Int64>
  let arena: ByteArena

  enum Tag {
    static let null: UInt8 = 0
    static let integer: UInt8 = 1
    static let real: UInt8 = 2
    static let text: UInt8 = 3
    static let blob: UInt8 = 4
  }

  @inline(__always)
  func real(_ row: Int) -> Double { Double(bitPattern: UInt64(bitPattern: payloads.base[row])) }

  @inline(__always)
  func bytes(_ row: Int) -> UnsafeBufferPointer<UInt8> { arena[Int(payloads.base[row])] }

  func cell(_ row: Int) -> Cell {
    switch tags[row] {
    case Tag.integer: .integer(payloads[row])
    case Tag.real: .real(real(row))
    case Tag.text: .text(bytes(row))
    case Tag.blob: .blob(bytes(row))
    default: .null
    }
  }
}
