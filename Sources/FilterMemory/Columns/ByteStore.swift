/// A growing byte buffer that becomes a vector without a copy.
struct ByteStore: ~Copyable, @unchecked Sendable {
  // Sendable because only its one owner changes it.
  private(set) var base: UnsafeMutableRawPointer
  private(set) var count = 0
  private var capacity = 0

  init() { base = VectorMemory.allocate(0) }

  deinit { base.deallocate() }

  /// Makes room for `more` bytes, counts them as used and returns their start.
  @inline(__always)
  mutating func extend(by more: Int) -> UnsafeMutableRawPointer {
    if capacity - count < more { grow(by: more) }
    let place = base + count
    count += more
    return place
  }

  @inline(__always)
  mutating func append(_ string: UnsafeBufferPointer<UInt8>) {
    guard let start = string.baseAddress, !string.isEmpty else { return }
    extend(by: string.count).copyMemory(from: start, byteCount: string.count)
  }

  @inline(never)
  private mutating func grow(by more: Int) {
    capacity = max(count + more, capacity * 2, 256)
    let larger = VectorMemory.allocate(capacity)
    larger.copyMemory(from: base, byteCount: count)
    base.deallocate()
    base = larger
  }

  /// The bytes as a vector. Excess capacity is kept: pages that were never written take no memory.
  consuming func finish<Element: BitwiseCopyable & Sendable>(
    as type: Element.Type = Element.self
  ) -> Vector<Element> {
    let vector = Vector<Element>(adopting: base, count: count / MemoryLayout<Element>.stride)
    discard self
    return vector
  }
}
