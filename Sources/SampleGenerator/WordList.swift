/// Texts by index, as bytes at fixed addresses while the list lives: statements bind them without
/// copying.
final class WordList {
  private let arena: UnsafeMutableBufferPointer<UInt8>
  private let ends: [Int]

  init(_ words: [String]) {
    let bytes = words.flatMap { Array($0.utf8) }
    arena = .allocate(capacity: bytes.count)
    _ = arena.initialize(from: bytes)
    var end = 0
    ends = words.map { word in
      end += word.utf8.count
      return end
    }
  }

  deinit { arena.deallocate() }

  var count: Int { ends.count }

  subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
    let start = index == 0 ? 0 : ends[index - 1]
    return UnsafeBufferPointer(rebasing: UnsafeBufferPointer(arena)[start..<ends[index]])
  }

  func random(_ random: inout SplitMix64) -> UnsafeBufferPointer<UInt8> {
    self[random.below(count)]
  }
}
