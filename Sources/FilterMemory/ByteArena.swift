/// Byte strings, one behind another.
struct ByteArena: Sendable {
  /// Where each begins, and where the last one ends.
  let starts: Vector<UInt32>
  let bytes: Vector<UInt8>

  var count: Int { starts.count - 1 }

  @inline(__always)
  subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
    let start = Int(starts.base[index])
    return UnsafeBufferPointer(
      start: bytes.base + start, count: Int(starts.base[index + 1]) - start)
  }

  var byteCount: Int { starts.byteCount + bytes.byteCount }
}

/// Collects byte strings for an arena.
///
/// One builder owns its bytes: a copy of it shares them, and must not be appended to.
struct ByteArenaBuilder {
  private(set) var starts: [UInt32] = [0]
  private let bytes = ByteStore()

  /// What the 32 bits of a start can reach.
  static let limit = Int(UInt32.max)

  var count: Int { starts.count - 1 }
  var byteCount: Int { starts.count * 4 + bytes.count }

  /// False where there is no room left.
  mutating func append(_ string: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count + string.count <= Self.limit else { return false }
    bytes.append(string)
    starts.append(UInt32(bytes.count))
    return true
  }

  /// Calls `body` with one of the strings.
  func withString<Result>(
    _ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    let start = Int(starts[index])
    return body(
      UnsafeBufferPointer(start: bytes.base + start, count: Int(starts[index + 1]) - start))
  }

  /// The arena. The builder is empty then.
  func finish() -> ByteArena { ByteArena(starts: Vector(starts), bytes: bytes.take()) }
}

/// Bytes that grow in number, and then become a vector without being copied.
private final class ByteStore: @unchecked Sendable {
  // Sendable because it is written only while its one builder is.
  private(set) var base: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  private var capacity: Int

  init() {
    capacity = 0
    base = Self.allocate(0)
  }

  deinit { base.deallocate() }

  private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer.allocate(byteCount: capacity + 64, alignment: 64)
      .bindMemory(to: UInt8.self, capacity: capacity + 64)
  }

  func append(_ string: UnsafeBufferPointer<UInt8>) {
    guard let start = string.baseAddress, !string.isEmpty else { return }
    if count + string.count > capacity { grow(to: count + string.count) }
    (base + count).update(from: start, count: string.count)
    count += string.count
  }

  private func grow(to needed: Int) {
    capacity = max(needed, capacity * 2, 256)
    let larger = Self.allocate(capacity)
    larger.update(from: base, count: count)
    base.deallocate()
    base = larger
  }

  /// Gives the bytes away. What was asked for and not used stays unused: pages that were never written take no memory.
  func take() -> Vector<UInt8> {
    let vector = Vector<UInt8>(adopting: UnsafeMutableRawPointer(base), count: count)
    (base, count, capacity) = (Self.allocate(0), 0, 0)
    return vector
  }
}
