#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Lines of any bytes from a descriptor, as they come.
struct LineReader: ~Copyable {
  enum Line: Equatable {
    /// Without its line feed.
    case text([UInt8])
    /// Longer than the limit; it has been passed over.
    case tooLong
  }

  private let descriptor: Int32
  /// The most bytes of a line.
  private let limit: Int
  private var buffer: [UInt8] = []
  /// Where the next line begins.
  private var start = 0
  /// Up to where no line feed was found.
  private var searched = 0
  private var isAtEnd = false
  /// Whether the beginning of the line under way has been thrown away.
  private var isPassingOver = false

  private static let chunk = 1 << 16

  init(_ descriptor: Int32, limit: Int) {
    self.descriptor = descriptor
    self.limit = limit
  }

  /// A line that is there already; nil where it would have to be waited for, or there is none any more.
  mutating func available() -> Line? {
    while let end = nextLineFeed() {
      let line = start..<end
      start = end + 1
      searched = start
      return take(line)
    }
    if isAtEnd, start < buffer.count || isPassingOver {
      // The last line need not end in a line feed.
      let line = start..<buffer.count
      start = buffer.count
      return take(line)
    }
    return nil
  }

  /// Waits for bytes until there are some, the input ends, or `stop` can be read from.
  ///
  /// - Returns: whether there is anything to go on with.
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
    defer { isPassingOver = false }
    return isPassingOver || line.count > limit ? .tooLong : .text(Array(buffer[line]))
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

  /// Forgets the lines that were taken, and what need not be kept of a line that is too long.
  private mutating func makeRoom() {
    if buffer.count - start > limit {
      isPassingOver = true
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
