#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Reads lines of arbitrary bytes from a descriptor as they arrive.
struct LineReader: ~Copyable {
  private let descriptor: Int32
  private var lines: LineBuffer
  private var isAtEnd = false

  static let chunk = 1 << 16

  init(_ descriptor: Int32, limit: Int) {
    self.descriptor = descriptor
    lines = LineBuffer(limit: limit)
  }

  /// A buffered line; nil if the next one has yet to arrive, or the input has ended.
  mutating func available() -> LineBuffer.Line? {
    if let line = lines.next() { return line }
    // The last line may lack a line feed.
    return isAtEnd ? lines.rest() : nil
  }

  /// Waits until there are bytes to read, the input ends, or `stop` is readable.
  ///
  /// - Returns: whether there is more to read.
  mutating func wait(orStopAt stop: Int32) throws(CommandError) -> Bool {
    guard !isAtEnd else { return false }
    lines.makeRoom()
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

  private mutating func receive() -> Int {
    let descriptor = descriptor
    var count = 0
    withUnsafeTemporaryAllocation(byteCount: Self.chunk, alignment: 1) { bytes in
      count = read(descriptor, bytes.baseAddress, bytes.count)
      if count > 0 { lines.append(UnsafeRawBufferPointer(rebasing: bytes[..<count])) }
    }
    return count
  }

  private static func failure(_ code: Int32) -> CommandError {
    .failed("cannot read standard input: \(String(cString: strerror(code)))")
  }
}
