import RecordStore
import RowscopeModel

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#endif

/// The bytes of a CSV file, or of another text file, checked to be UTF-8. Readers share the one
/// copy.
package final class CSVFile: Sendable {
  /// The file's name in errors.
  package let path: String
  /// Allocated here, and not written after `init`.
  nonisolated(unsafe) let bytes: UnsafeBufferPointer<UInt8>

  /// Reads a whole file.
  ///
  /// - Throws: `unreadable`, `invalidUTF8`.
  package init(path: String) throws(CSVError) {
    self.path = path
    bytes = UnsafeBufferPointer(try Self.read(path))
    try checkEncoding()
  }

  /// - Parameter name: the file's name in errors.
  /// - Throws: `invalidUTF8`.
  package init(name: String, bytes source: some Collection<UInt8>) throws(CSVError) {
    path = name
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: source.count)
    _ = copy.initialize(from: source)
    bytes = UnsafeBufferPointer(copy)
    try checkEncoding()
  }

  deinit { bytes.deallocate() }

  package var count: Int { bytes.count }

  /// The bytes after the byte order mark; they live as long as this file.
  package var text: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[startOfText...])
  }

  private func checkEncoding() throws(CSVError) {
    guard let invalid = UTF8Validation.firstInvalidSequence(in: bytes) else { return }
    let place = place(of: invalid.lowerBound)
    throw CSVError(
      .invalidUTF8, file: path, line: place.line, column: place.column,
      "this is not UTF-8; save the file as UTF-8, or convert it, for instance with "
        + "`iconv -f WINDOWS-1252 -t UTF-8`")
  }

  /// The line and the column of an offset, both from 1. O(offset).
  func place(of offset: Int) -> (line: Int, column: Int) {
    var line = 1
    var lineStart = 0
    for index in 0..<offset {
      // CRLF is one line break, which ends after its second byte.
      let isBreak =
        bytes[index] == .lineFeed
        || bytes[index] == .carriageReturn
          && !(index + 1 < bytes.count && bytes[index + 1] == .lineFeed)
      guard isBreak else { continue }
      line += 1
      lineStart = index + 1
    }
    let start = lineStart == 0 ? startOfText : lineStart
    guard start < offset else { return (line, 1) }
    let column = bytes[start..<offset].reduce(1) { $1.isUTF8Continuation ? $0 : $0 + 1 }
    return (line, column)
  }

  /// Skips the byte order mark, which some programs write; it is not part of the first name.
  var startOfText: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  private static func read(
    _ path: String
  ) throws(CSVError) -> UnsafeMutableBufferPointer<UInt8> {
    let descriptor = openForReading(path)
    guard descriptor >= 0 else {
      throw CSVError(.unreadable, file: path, SystemCall.reason(errno))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw CSVError(.unreadable, file: path, SystemCall.reason(errno))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw CSVError(.unreadable, file: path, "this is not a regular file")
    }
    let size = Int(status.st_size)
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: size)
    var count = 0
    while count < size {
      let result = systemRead(descriptor, buffer, from: count)
      if result < 0, errno == EINTR { continue }
      guard result > 0 else {
        let reason =
          result < 0 ? SystemCall.reason(errno) : "the file became shorter while it was read"
        buffer.deallocate()
        throw CSVError(.unreadable, file: path, reason)
      }
      count += result
    }
    return buffer
  }

  private static func openForReading(_ path: String) -> Int32 {
    #if canImport(Darwin)
      Darwin.open(path, O_RDONLY | O_CLOEXEC)
    #elseif canImport(Glibc)
      Glibc.open(path, O_RDONLY | O_CLOEXEC)
    #endif
  }

  /// Linux reads at most 2 GiB in one call, and Darwin refuses to read more.
  private static func systemRead(
    _ descriptor: Int32, _ buffer: UnsafeMutableBufferPointer<UInt8>, from start: Int
  ) -> Int {
    let count = min(buffer.count - start, 1 << 30)
    guard let base = buffer.baseAddress else { return 0 }
    #if canImport(Darwin)
      return Darwin.read(descriptor, base + start, count)
    #elseif canImport(Glibc)
      return Glibc.read(descriptor, base + start, count)
    #endif
  }
}

extension UInt8 {
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let quote = UInt8(ascii: "\"")
  package static let comma = UInt8(ascii: ",")
  static let space = UInt8(ascii: " ")
}
