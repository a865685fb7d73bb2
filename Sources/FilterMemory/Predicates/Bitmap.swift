internal import CFilterKernels

/// The candidate rows of a block: one bit per row, the first row's the lowest. Bits after the last
/// row are 0. Rows whose bit is 0 are not tested, so a test of a few rows reads only a few cells.
///
/// Plain memory: the code that allocates it deallocates it.
struct Bitmap: BitwiseCopyable {
  static let wordsPerBlock = Block.size / 64

  let words: UnsafeMutablePointer<UInt64>
  /// The number of words for the block's rows.
  let wordCount: Int

  /// Calls `body` with the memory for a block's bitmap.
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

  /// Sets the bits of all rows.
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

  /// The number of rows whose bit is set.
  var count: Int { count(wide: WideKernels.areAvailable) }

  /// - Parameter wide: whether AVX2 may be used; false only in tests.
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

  /// Keeps the bits that are also set in `other`, or, if `flip` is all ones, those that are not.
  func narrow(by other: UnsafePointer<UInt64>, flip: UInt64) {
    for word in 0..<wordCount { words[word] &= other[word] ^ flip }
  }

  func mark(_ index: Int) { words[index >> 6] |= 1 << UInt64(index & 63) }

  func isMarked(_ index: Int) -> Bool { words[index >> 6] >> UInt64(index & 63) & 1 == 1 }

  /// Keeps the candidate rows that pass. `body` receives their index in the block.
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

  /// Writes the numbers of the rows whose bit is set, and returns how many there are. `rows` must
  /// have room for a whole block.
  ///
  /// - Parameter wide: whether AVX2 may be used; false only in tests.
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
