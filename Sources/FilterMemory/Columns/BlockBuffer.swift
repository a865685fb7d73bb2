/// The cells of one block before they are stored in a column: tags for their storage classes
/// (``MixedColumn/Tag``), and payloads, which are integers, bit patterns of reals or string
/// numbers. The payload of a null is arbitrary.
///
/// Plain pointers: the code that allocates it deallocates it.
struct BlockBuffer: BitwiseCopyable {
  let tags: UnsafeMutablePointer<UInt8>
  let payloads: UnsafeMutablePointer<Int64>

  static func allocate() -> BlockBuffer {
    BlockBuffer(
      tags: .allocate(capacity: Block.size), payloads: .allocate(capacity: Block.size))
  }

  func deallocate() {
    tags.deallocate()
    payloads.deallocate()
  }

  @inline(__always)
  func set(_ place: Int, _ tag: UInt8, _ payload: Int64) {
    tags[place] = tag
    payloads[place] = payload
  }

  /// The storage classes among the first `count` cells.
  func classes(_ count: Int) -> Classes {
    var bits: UInt8 = 0
    for index in 0..<count { bits |= 1 << (tags[index] & 7) }
    return Classes(rawValue: bits)
  }

  struct Classes: OptionSet {
    let rawValue: UInt8
    static let null = Classes(rawValue: 1 << MixedColumn.Tag.null)
    static let integer = Classes(rawValue: 1 << MixedColumn.Tag.integer)
    static let real = Classes(rawValue: 1 << MixedColumn.Tag.real)
    static let text = Classes(rawValue: 1 << MixedColumn.Tag.text)
    static let blob = Classes(rawValue: 1 << MixedColumn.Tag.blob)
  }

  /// Replaces the payloads of nulls.
  func fillNulls(_ count: Int, with payload: Int64) {
    for index in 0..<count where tags[index] == MixedColumn.Tag.null { payloads[index] = payload }
  }

  /// The range of the integers among the first `count` cells; nil if there are none.
  func range(_ count: Int, hasNulls: Bool) -> ClosedRange<Int64>? {
    var (least, greatest) = (Int64.max, Int64.min)
    if hasNulls {
      for index in 0..<count where tags[index] != MixedColumn.Tag.null {
        least = min(least, payloads[index])
        greatest = max(greatest, payloads[index])
      }
    } else {
      for index in 0..<count {
        least = min(least, payloads[index])
        greatest = max(greatest, payloads[index])
      }
    }
    return least <= greatest ? least...greatest : nil
  }
}

/// One bit per row, set if the row has a value, for a column that is being built. Empty as long as
/// there are no nulls.
struct ValidityBuilder {
  private(set) var words: [UInt64] = []
  private var rowCount = 0

  var hasNulls: Bool { !words.isEmpty }

  /// - Precondition: all blocks except the last are full.
  mutating func append(_ buffer: BlockBuffer, _ count: Int, hasNulls: Bool) {
    defer { rowCount += count }
    if !hasNulls, words.isEmpty { return }
    if words.isEmpty { words = Array(repeating: .max, count: rowCount / 64) }
    for start in stride(from: 0, to: count, by: 64) {
      var word = UInt64.max
      for index in start..<min(count, start + 64)
      where buffer.tags[index] == MixedColumn.Tag.null {
        word &= ~(1 << UInt64(index - start))
      }
      words.append(word)
    }
  }

  @inline(__always)
  func isNull(_ row: Int) -> Bool {
    !words.isEmpty && words[row >> 6] >> UInt64(row & 63) & 1 == 0
  }
}
