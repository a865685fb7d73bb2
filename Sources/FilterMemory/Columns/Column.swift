import RecordFilter

/// The cells of one field, in the representation that suits them.
enum Column: Sendable {
  /// Only nulls.
  case nulls(count: Int)
  case integers(IntegerColumn)
  case reals(RealColumn)
  /// Text with many duplicates.
  case dictionary(DictionaryColumn)
  /// Text with few duplicates.
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
    case .dictionary(let column): column.cell(row)
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
    case .dictionary(let column):
      column.codes.byteCount + column.texts.byteCount + (column.ranks?.byteCount ?? 0)
        + column.summary.byteCount
    case .text(let column), .blobs(let column):
      column.arena.byteCount + (column.validity?.byteCount ?? 0)
    case .mixed(let column):
      column.tags.byteCount + column.payloads.byteCount + column.arena.byteCount
    }
  }
}

/// The minimum and maximum of each block and whether it has a null, so that a block is skipped if
/// all or none of its rows pass.
struct BlockSummary: Sendable {
  struct Entry: Sendable, BitwiseCopyable {
    var least: Int64
    var greatest: Int64
    var hasNull: Bool
    /// Without a number, there is no minimum.
    var hasNumber: Bool
  }

  var entries: Vector<Entry>
  var byteCount: Int { entries.byteCount }

  enum Verdict { case all, none, some }

  /// Whether the values of the block lie in the ranges: all of them, none, or some.
  @inline(__always)
  func verdict(_ block: Int, _ ranges: [ClosedRange<Int64>]) -> Verdict {
    let entry = entries[block]
    guard entry.hasNumber else { return .none }
    var overlaps = false
    for range in ranges where range.lowerBound <= entry.greatest && range.upperBound >= entry.least
    {
      if range.lowerBound <= entry.least, range.upperBound >= entry.greatest, !entry.hasNull {
        return .all
      }
      overlaps = true
    }
    return overlaps ? .some : .none
  }
}

/// Integers. Null is stored as a value outside their range, so that every range test is false for
/// it and every complement true, without a lookup.
struct IntegerColumn: Sendable {
  var values: IntegerStorage
  /// Contains every value.
  var range: ClosedRange<Int64>
  /// The value that stands for null; nil if there are no nulls.
  var null: Int64?
  var summary: BlockSummary
  /// Whether there are no nulls and the values are strictly ascending, as in most keys.
  var ascends: Bool

  /// The range of stored values, including the one for null; nil if it has more than `limit`
  /// values.
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

/// Reals. Null is stored as NaN, which SQLite never stores and for which every comparison is false.
struct RealColumn: Sendable {
  var values: Vector<Double>
  var hasNulls: Bool

  func cell(_ row: Int) -> Cell {
    let value = values[row]
    return value.isNaN ? .null : .real(value)
  }
}

/// Text as codes into a dictionary of its distinct values, and of some that were there before. The
/// dictionary is sorted by the field's collation, and bytewise among equal texts. So a comparison
/// becomes a range of codes, and any other test runs once per distinct value. Code 0 is null; code
/// n is text n - 1.
struct DictionaryColumn: Sendable {
  var codes: IntegerStorage
  var texts: ByteArena
  /// The rank of each code, if the collation treats some different texts as equal; otherwise a code
  /// is its own rank.
  var ranks: Vector<UInt32>?
  var hasNulls: Bool
  var summary: BlockSummary

  func cell(_ row: Int) -> Cell {
    let code = Int(codes[row])
    return code == 0 ? .null : .text(texts[code - 1])
  }
}

/// Texts or blobs, concatenated.
struct BytesColumn: Sendable {
  var arena: ByteArena
  /// One bit per row, set if there is a value. Nil if there are no nulls.
  var validity: Vector<UInt64>?
  /// The length of a common prefix of all values (up to a NUL). The bytes after it distinguish
  /// the values sooner.
  var sharedCount: Int

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

  /// The prefix of a value as a number for sorting, see `Collation.prefix`.
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

/// Cells with a tag each for their storage class.
struct MixedColumn: Sendable {
  var tags: Vector<UInt8>
  /// An integer, the bit pattern of a real, or a string's number in the arena.
  var payloads: Vector<Int64>
  /// Strings of cells, and of some that were there before.
  var arena: ByteArena

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
