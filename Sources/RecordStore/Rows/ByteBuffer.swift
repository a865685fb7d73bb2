/// A growing byte buffer without `Array`'s checks at every byte.
package struct ByteBuffer: ~Copyable {
  private var storage: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  package private(set) var count = 0

  package init(capacity: Int = 4096) {
    self.capacity = max(capacity, 64)
    storage = .allocate(capacity: self.capacity)
  }

  deinit { storage.deallocate() }

  package var isEmpty: Bool { count == 0 }

  /// Removes the bytes but keeps the capacity.
  package mutating func removeAll() { count = 0 }

  /// The bytes, valid until the buffer is changed.
  package borrowing func withBytes<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeBufferPointer(start: storage, count: count))
  }

  /// A copy. O(n).
  package var array: [UInt8] { Array(UnsafeBufferPointer(start: storage, count: count)) }

  package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let start = bytes.baseAddress else { return }
    let end = reserve(bytes.count)
    end.update(from: start, count: bytes.count)
    count += bytes.count
  }

  /// The step of `append(blocksFrom:count:)`.
  static var blockSize: Int { 16 }

  /// Copies bytes in whole blocks, reading past the end: for a dozen bytes, a call to `memcpy`
  /// would cost more than the copy.
  ///
  /// - Precondition: ``blockSize`` more bytes can be read after the last one.
  @inline(__always)
  mutating func append(blocksFrom start: UnsafePointer<UInt8>, count: Int) {
    let end = UnsafeMutableRawPointer(reserve(count + Self.blockSize))
    let source = UnsafeRawPointer(start)
    var offset = 0
    repeat {
      end.storeBytes(
        of: source.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self),
        toByteOffset: offset, as: SIMD16<UInt8>.self)
      offset += Self.blockSize
    } while offset < count
    self.count += count
  }

  package mutating func append(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { append($0) }
  }

  package mutating func append(_ text: StaticString) {
    append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  package mutating func append(_ byte: UInt8) {
    reserve(1).pointee = byte
    count += 1
  }

  /// Reserves space for `more` bytes and returns its start. Bytes written there count once
  /// `advance` includes them.
  @inline(__always)
  mutating func reserve(_ more: Int) -> UnsafeMutablePointer<UInt8> {
    if capacity - count < more { grow(by: more) }
    return storage + count
  }

  @inline(__always)
  mutating func advance(to end: UnsafeMutablePointer<UInt8>) { count = end - storage }

  /// Removes bytes from the end.
  mutating func truncate(to count: Int) { self.count = min(count, self.count) }

  @inline(never)
  private mutating func grow(by more: Int) {
    capacity = max(capacity * 2, count + more)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.update(from: storage, count: count)
    storage.deallocate()
    storage = larger
  }
}
