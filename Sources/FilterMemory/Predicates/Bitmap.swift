internal import CFilterKernels

/// Which rows of a block are still in question: one bit each, the first row's the lowest. Bits behind the last row are 0, and what is
/// 0 need not be looked at: a test of rows that are few reads few of a column's cells.
///
/// Plain memory: whoever allocates it deallocates it.
struct Bitmap: BitwiseCopyable {
  static let wordsPerBlock = Block.size / 64

  let words: UnsafeMutablePointer<UInt64>
  /// How many words the block's rows take.
  let wordCount: Int

  /// Calls `body` with the memory that a block's bitmap take.
  @inline(__always)
  static func withWords<Result>(_ body: (UnsafeMutablePointer<UInt64>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: wordsPerBlock) { buffer in
      guard let words = buffer.baseAddress else { preconditionFailure("there is no such block") }
      return body(words)
    }
  }

  init(_ words: UnsafeMutablePointer<UInt64>, _ block: Block) {
    self.words = words
    wordCount = (block.count + 63) / 64
  }

  /// Bitmap every row.
  func fill(_ block: Block) {
    words.update(repeating: .max, count: wordCount)
    if block.count % 64 != 0 { words[wordCount - 1] = 1 << UInt64(block.count % 64) - 1 }
  }

  func clear() { words.update(repeating: 0, count: wordCount) }

  var isEmpty: Bool {
    var any: UInt64 = 0
    for word in 0..<wordCount { any |= words[word] }
    return any == 0
  }

  /// How many rows are marked.
  var count: Int { count(wide: WideKernels.areAvailable) }

  /// - Parameter wide: whether AVX2 may be used: only tests say no.
  func count(wide: Bool) -> Int {
    if wide { return filter_count(words, wordCount) }
    var count = 0
    for word in 0..<wordCount { count += words[word].nonzeroBitCount }
    return count
  }

  func copy(_ other: Bitmap) { words.update(from: other.words, count: wordCount) }

  func add(_ other: Bitmap) {
    for word in 0..<wordCount { words[word] |= other.words[word] }
  }

  func remove(_ other: Bitmap) {
    for word in 0..<wordCount { words[word] &= ~other.words[word] }
  }

  /// Keeps what is marked in the other too, or where `flip` is all ones what is not.
  func narrow(by other: UnsafePointer<UInt64>, flip: UInt64) {
    for word in 0..<wordCount { words[word] &= other[word] ^ flip }
  }

  func mark(_ index: Int) { words[index >> 6] |= 1 << UInt64(index & 63) }

  /// Keeps the marked rows that pass, which are given by their places in the block.
  @inline(__always)
  func keep(where passes: (Int) -> Bool) {
    for word in 0..<wordCount {
      var rest = words[word]
      var kept = rest
      while rest != 0 {
        let bit = rest & (0 &- rest)
        if !passes(word << 6 | rest.trailingZeroBitCount) { kept ^= bit }
        rest ^= bit
      }
      words[word] = kept
    }
  }

  /// Writes the numbers of the marked rows and returns how many there are. `rows` must have room for the whole block.
  ///
  /// - Parameter wide: whether AVX2 may be used: only tests say no.
  func rows(
    _ block: Block, to rows: UnsafeMutablePointer<UInt32>, wide: Bool = WideKernels.areAvailable
  ) -> Int {
    let start = UInt32(block.start)
    if wide { return filter_rows(words, wordCount, start, rows) }
    var count = 0
    for word in 0..<wordCount {
      var rest = words[word]
      while rest != 0 {
        rows[count] = start + UInt32(word << 6 | rest.trailingZeroBitCount)
        rest &= rest &- 1
        count += 1
      }
    }
    return count
  }
}
