/// Bytes that grow at the end: what an `Array` does, without its checks at every byte.
///
/// Loops over cells write to it from other modules, so what they call is inlinable.
package struct ByteBuffer: ~Copyable, @unchecked Sendable {
  // Sendable because only its one owner changes it.

  /// Returns memory that `deallocate()` frees. A C function, so that a buffer has nothing to
  /// retain.
  package typealias Allocator = @convention(c) (_ byteCount: Int) -> UnsafeMutableRawPointer

  /// How many bytes can be written behind the capacity: vectors are stored whole.
  @usableFromInline static var slack: Int { 64 }

  @usableFromInline var start: UnsafeMutableRawPointer
  @usableFromInline var capacity: Int
  @usableFromInline var length = 0
  @usableFromInline let allocate: Allocator

  @inlinable
  package init(
    capacity: Int = 4096,
    allocator: Allocator = { UnsafeMutableRawPointer.allocate(byteCount: $0, alignment: 16) }
  ) {
    self.capacity = capacity
    allocate = allocator
    start = allocator(capacity + Self.slack)
  }

  deinit { start.deallocate() }

  // MARK: Reading

  @inlinable
  package var count: Int { length }

  @inlinable
  package var isEmpty: Bool { length == 0 }

  /// The first byte; valid until the buffer is changed.
  @inlinable
  package var base: UnsafeRawPointer { UnsafeRawPointer(start) }

  /// The bytes, valid until the buffer is changed.
  @inlinable
  package borrowing func withBytes<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(
      UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: length))
  }

  /// A copy. O(n).
  package var array: [UInt8] { withBytes { Array($0) } }

  /// Hands over the memory, which the caller deallocates, and the number of bytes in it.
  package consuming func release() -> (memory: UnsafeMutableRawPointer, count: Int) {
    let result = (start, length)
    discard self
    return result
  }

  // MARK: Appending

  @inlinable
  package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let source = bytes.baseAddress else { return }
    extend(by: bytes.count).copyMemory(from: source, byteCount: bytes.count)
  }

  package mutating func append(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { append($0) }
  }

  /// The text's UTF-8.
  package mutating func append(utf8 text: String) {
    var text = text
    text.withUTF8 { append($0) }
  }

  @inlinable
  package mutating func append(_ text: StaticString) {
    append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  @inlinable
  package mutating func append(_ byte: UInt8) {
    reserve(1).pointee = byte
    length += 1
  }

  /// How many bytes `append(blocksFrom:count:)` copies at a time.
  @inlinable
  package static var blockSize: Int { 16 }

  /// Copies bytes in whole blocks: a call for a dozen bytes costs more than they do.
  ///
  /// - Precondition: ``blockSize`` more bytes can be read after the last one.
  @inlinable
  @inline(__always)
  package mutating func append(blocksFrom source: UnsafePointer<UInt8>, count: Int) {
    let target = UnsafeMutableRawPointer(reserve(count))
    let source = UnsafeRawPointer(source)
    var offset = 0
    repeat {
      target.storeBytes(
        of: source.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self),
        toByteOffset: offset, as: SIMD16<UInt8>.self)
      offset += Self.blockSize
    } while offset < count
    length += count
  }

  /// Makes room for `more` bytes, counts them in and returns the place of the first.
  @inlinable
  @inline(__always)
  package mutating func extend(by more: Int) -> UnsafeMutableRawPointer {
    let place = reserve(more)
    length += more
    return UnsafeMutableRawPointer(place)
  }

  // MARK: Writing in place

  /// Makes room for `more` bytes and returns the place of the first. They count once `advance` says
  /// so. Up to 64 bytes more can be overwritten.
  @inlinable
  @inline(__always)
  package mutating func reserve(_ more: Int) -> UnsafeMutablePointer<UInt8> {
    if capacity - length < more { grow(by: more) }
    return (start + length).assumingMemoryBound(to: UInt8.self)
  }

  @inlinable
  @inline(__always)
  package mutating func advance(to end: UnsafeMutablePointer<UInt8>) {
    length = UnsafeRawPointer(end) - UnsafeRawPointer(start)
  }

  /// Forgets the bytes and keeps their room.
  @inlinable
  package mutating func removeAll() { length = 0 }

  /// Takes back the last bytes.
  @inlinable
  package mutating func truncate(to count: Int) { length = min(count, length) }

  @usableFromInline
  @inline(never)
  mutating func grow(by more: Int) {
    capacity = max(capacity * 2, length + more, 64)
    let larger = allocate(capacity + Self.slack)
    larger.copyMemory(from: start, byteCount: length)
    start.deallocate()
    start = larger
  }
}
