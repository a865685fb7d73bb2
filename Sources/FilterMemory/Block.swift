/// A run of rows that are looked at together: small enough that their marks stay in the nearest cache.
struct Block {
  static let size = 4_096

  let index: Int
  let count: Int

  /// The first row.
  var start: Int { index * Block.size }

  init(_ index: Int, rowCount: Int) {
    self.index = index
    count = min(Block.size, rowCount - index * Block.size)
  }

  static func count(forRows rowCount: Int) -> Int { (rowCount + size - 1) / size }
}

/// One byte a row of a block: 1 where the row is still in question, 0 where it is not wanted.
typealias Marks = UnsafeMutablePointer<UInt8>

enum MarkOperations {
  /// Whether a row is marked.
  static func containsAny(_ marks: Marks, _ count: Int) -> Bool {
    let raw = UnsafeRawPointer(marks)
    var any: UInt64 = 0
    for word in 0..<(count / 8) {
      any |= raw.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self)
    }
    for index in (count & ~7)..<count { any |= UInt64(marks[index]) }
    return any != 0
  }

  static func sum(_ marks: Marks, _ count: Int) -> Int {
    let raw = UnsafeRawPointer(marks)
    var total: UInt64 = 0
    var word = 0
    let words = count / 8
    while word < words {
      // Eight counters of a byte each, added up before one can overflow.
      var counters: UInt64 = 0
      for index in word..<min(word + 255, words) {
        counters &+= raw.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
      }
      let pairs = (counters & 0x00FF_00FF_00FF_00FF) + (counters >> 8 & 0x00FF_00FF_00FF_00FF)
      total += (pairs &* 0x0001_0001_0001_0001) >> 48
      word += 255
    }
    for index in (count & ~7)..<count { total += UInt64(marks[index]) }
    return Int(total)
  }

  /// Writes the numbers of the marked rows and returns how many there are. `rows` must have room for the whole block.
  static func rows(_ marks: Marks, _ block: Block, to rows: UnsafeMutablePointer<UInt32>) -> Int {
    var count = 0
    let start = UInt32(block.start)
    for index in 0..<block.count {
      rows[count] = start + UInt32(truncatingIfNeeded: index)
      count += Int(marks[index])
    }
    return count
  }

  /// `marks &= other ^ flip`.
  @inline(__always)
  static func narrow(_ marks: Marks, by other: UnsafePointer<UInt8>, flip: UInt8, _ count: Int) {
    for index in 0..<count { marks[index] &= other[index] ^ flip }
  }

  static func clear(_ marks: Marks, _ count: Int) { marks.update(repeating: 0, count: count) }
}

/// A test of one block of rows at a time. Concrete types only: a generic one would be called unspecialised.
protocol BlockPredicate: Sendable {
  /// Takes away the marks of the rows for which the test does not hold. What is not marked need not be looked at.
  func narrow(_ marks: Marks, _ block: Block)

  /// A rough rank of what a row costs, as in `Filter.cost`.
  var cost: Int { get }
}
