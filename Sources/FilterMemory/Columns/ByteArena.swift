import Documents

/// Concatenated byte strings.
struct ByteArena: Sendable {
  /// The start of each string, and the end of the last.
  var starts: Vector<UInt32>
  var bytes: Vector<UInt8>

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
struct ByteArenaBuilder: ~Copyable, Sendable {
  private var starts = ByteBuffer.ofVector()
  private var bytes = ByteBuffer.ofVector()
  private(set) var count = 0

  /// The largest start that fits in 32 bits.
  static let limit = Int(UInt32.max)

  init() { starts.extend(by: 4).storeBytes(of: 0, as: UInt32.self) }

  /// The size of the finished arena.
  var byteCount: Int { starts.count + bytes.count }

  /// Returns false if there is no room left.
  @inline(__always)
  mutating func append(_ string: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count + string.count <= Self.limit else { return false }
    bytes.append(string)
    appendEmpty()
    return true
  }

  @inline(__always)
  mutating func appendEmpty() {
    starts.extend(by: 4).storeBytes(
      of: UInt32(truncatingIfNeeded: bytes.count), as: UInt32.self)
    count += 1
  }

  /// One of the strings, valid until the next is appended.
  @inline(__always)
  subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
    let start = Int(starts.base.load(fromByteOffset: index * 4, as: UInt32.self))
    let end = Int(starts.base.load(fromByteOffset: index * 4 + 4, as: UInt32.self))
    return UnsafeBufferPointer(
      start: (bytes.base + start).assumingMemoryBound(to: UInt8.self), count: end - start)
  }

  consuming func finish() -> ByteArena {
    ByteArena(starts: starts.finish(), bytes: bytes.finish())
  }
}
