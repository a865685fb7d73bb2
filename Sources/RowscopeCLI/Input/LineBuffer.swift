#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Lines of arbitrary bytes, taken from bytes as they arrive.
struct LineBuffer: ~Copyable {
  enum Line: Equatable {
    /// Without the line feed.
    case text([UInt8])
    /// A line longer than the limit, which was skipped.
    case tooLong
  }

  /// The most bytes in a line.
  var limit: Int
  private var buffer: [UInt8] = []
  /// The start of the next line.
  private var start = 0
  /// There is no line feed before this index.
  private var searched = 0
  /// Whether the start of the current line was dropped because it is too long.
  private var isSkipping = false

  /// Memory that is kept for the next lines.
  private static let kept = 1 << 17

  init(limit: Int) { self.limit = limit }

  /// Whether the line that has begun is longer than the limit.
  var isTooLong: Bool { isSkipping }

  /// The next whole line; nil if its end has yet to arrive.
  mutating func next() -> Line? {
    guard let end = nextLineFeed() else { return nil }
    let line = start..<end
    start = end + 1
    searched = start
    return take(line)
  }

  /// What has arrived of a line that will not end any more.
  mutating func rest() -> Line? {
    guard start < buffer.count || isSkipping else { return nil }
    let line = start..<buffer.count
    start = buffer.count
    return take(line)
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) { buffer.append(contentsOf: bytes) }

  /// Drops the lines already returned, and the unneeded part of a line that is too long. Call it
  /// when there is no whole line left.
  mutating func makeRoom() {
    if buffer.count - start > limit {
      isSkipping = true
      start = buffer.count
    }
    guard start > 0 else { return }
    if start == buffer.count, buffer.capacity > Self.kept {
      buffer = []
    } else {
      buffer.removeSubrange(..<start)
    }
    searched -= start
    start = 0
  }

  private mutating func take(_ line: Range<Int>) -> Line {
    defer { isSkipping = false }
    return isSkipping || line.count > limit ? .tooLong : .text(Array(buffer[line]))
  }

  private mutating func nextLineFeed() -> Int? {
    let searched = searched
    let found = buffer.withUnsafeBytes { bytes -> Int? in
      guard let base = bytes.baseAddress, searched < bytes.count else { return nil }
      return memchr(base + searched, 0x0A, bytes.count - searched).map {
        UnsafeRawPointer($0) - base
      }
    }
    if found == nil { self.searched = buffer.count }
    return found
  }
}
