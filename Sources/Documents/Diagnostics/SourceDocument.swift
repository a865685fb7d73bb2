import RowscopeModel

/// A document's bytes, and its name in messages.
package struct SourceDocument: Sendable {
  /// Usually a path; `<request>` or the like for a document without one.
  package let name: String
  package let bytes: [UInt8]

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  package init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  /// A position in a document, as editors count.
  package struct Position: Sendable, Hashable {
    /// From 1. A line ends at LF, CR or CR LF.
    package let line: Int
    /// From 1, in Unicode scalars; a tab counts as one. UTF-8 continuation bytes do not count, so
    /// malformed UTF-8 has columns too.
    package let column: Int

    package init(line: Int, column: Int) {
      self.line = line
      self.column = column
    }
  }

  /// The line and column of a byte; an offset past the end gives the end. O(offset).
  package func position(of offset: Int) -> Position {
    bytes.withUnsafeBufferPointer { bytes in
      let offset = min(max(offset, 0), bytes.count)
      var line = 1
      var lineStart = 0
      for index in 0..<offset {
        // In CRLF, the LF ends the line.
        let isEnd =
          bytes[index] == .lineFeed
          || bytes[index] == .carriageReturn
            && !(index + 1 < bytes.count && bytes[index + 1] == .lineFeed)
        if isEnd {
          line += 1
          lineStart = index + 1
        }
      }
      let column = bytes[lineStart..<offset].reduce(1) { $1.isUTF8Continuation ? $0 : $0 + 1 }
      return Position(line: line, column: column)
    }
  }

  /// The bytes of the line around a byte, without its line end. O(length of the line).
  package func lineRange(around offset: Int) -> Range<Int> {
    let offset = min(max(offset, 0), bytes.count)
    var start = offset
    // Between CR and LF, the line is the one that they end.
    if start > 0, start < bytes.count, bytes[start] == .lineFeed,
      bytes[start - 1] == .carriageReturn
    {
      start -= 1
    }
    var end = start
    while start > 0, !bytes[start - 1].isLineEnd { start -= 1 }
    while end < bytes.count, !bytes[end].isLineEnd { end += 1 }
    return start..<end
  }

  /// The line around a byte, without its line end; malformed UTF-8 becomes U+FFFD.
  package func line(around offset: Int) -> String {
    String(decoding: bytes[lineRange(around: offset)], as: UTF8.self)
  }
}

extension UInt8 {
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")

  var isLineEnd: Bool { self == .lineFeed || self == .carriageReturn }
}
