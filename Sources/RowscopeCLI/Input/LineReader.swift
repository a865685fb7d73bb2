#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Reads lines of arbitrary bytes from a descriptor as they arrive.
struct LineReader: ~Copyable {
  enum Line: Equatable {
    /// Without the line feed.
    case text([UInt8])
    /// A line longer than the limit, which was skipped.
    case tooLong
  }

  private let descriptor: Int32
  /// The most bytes in a line.
  private let limit: Int
  private var buffer: [UInt8] = []
  /// The start of the next line.
  private var start = 0
  /// There is no line feed before this index.
  private var searched = 0
  private var isAtEnd = false
  /// Whether the start of the current line was dropped because it is too long.
  private var isSkipping = false

  private static let chunk = 1 << 16

  init(_ descriptor: Int32, limit: Int) {
    self.descriptor = descriptor
    self.limit = limit
  }

  /// A buffered line; nil if the next one has yet to arrive, or the input has ended.
  mutating func available() -> Line? {
    while let end = nextLineFeed() {
      let line = start..<end
      start = end + 1
      searched = start
      return take(line)
    }
    if isAtEnd, start < buffer.count || isSkipping {
      // The last line may lack a line feed.
      let line = start..<buffer.count
      start = buffer.count
      return take(line)
    }
    return nil
  }

  /// Waits until there are bytes to read, the input ends, or `stop` is readable.
  ///
  /// - Returns: whether there is more to read.
  mutating func wait(orStopAt stop: Int32) throws(CommandError) -> Bool {
    guard !isAtEnd else { return false }
    makeRoom()
    while true {
      var requests = [
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
      ]
      if poll(&requests, 2, -1) < 0 {
        if errno == EINTR { continue }
        throw Self.failure(errno)
      }
      if requests[1].revents != 0 { return false }
      let count = receive()
      if count < 0 {
        if errno == EINTR || errno == EAGAIN { continue }
        throw Self.failure(errno)
      }
      isAtEnd = count == 0
      return true
    }
  }

  private mutating func take(_ line: Range<Int>) -> Line {
    defer { isSkipping = false }
    return isSkipping || line.count > limit ? .tooLong : .text(Array(buffer[line]))
  }

  private mutating func nextLineFeed() -> Int? {
    let found = buffer.withUnsafeBytes { bytes -> Int? in
      guard let base = bytes.baseAddress, searched < bytes.count else { return nil }
      return memchr(base + searched, 0x0A, bytes.count - searched).map {
        UnsafeRawPointer($0) - base
      }
    }
    if found == nil { searched = buffer.count }
    return found
  }

  /// Drops the lines already returned, and the unneeded part of a line that is too long.
  private mutating func makeRoom() {
    if buffer.count - start > limit {
      isSkipping = true
      start = buffer.count
    }
    guard start > 0 else { return }
    buffer.removeSubrange(..<start)
    searched -= start
    start = 0
  }

  private mutating func receive() -> Int {
    let descriptor = descriptor
    var count = 0
    withUnsafeTemporaryAllocation(byteCount: Self.chunk, alignment: 1) { bytes in
      count = read(descriptor, bytes.baseAddress, bytes.count)
      if count > 0 { buffer.append(contentsOf: bytes[..<count]) }
    }
    return count
  }

  private static func failure(_ code: Int32) -> CommandError {
    .failed("cannot read standard input: \(String(cString: strerror(code)))")
  }
}
