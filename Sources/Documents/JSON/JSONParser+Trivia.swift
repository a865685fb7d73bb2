import RowscopeModel

extension JSONParser {
  /// Passes over what may stand between values: white space, and comments where they are allowed.
  mutating func skipTrivia() throws(Diagnostic) {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: " "), .lineFeed, .carriageReturn, UInt8(ascii: "\t"):
        position += 1
      case UInt8(ascii: "/"):
        guard try skipComment() else { return }
      default:
        return
      }
    }
  }

  /// False where the slash begins no comment.
  private mutating func skipComment() throws(Diagnostic) -> Bool {
    let start = position
    guard position + 1 < bytes.count else { return false }
    switch bytes[position + 1] {
    case UInt8(ascii: "/"):
      while position < bytes.count, !bytes[position].isLineEnd { position += 1 }
    case UInt8(ascii: "*"):
      position += 2
      while true {
        guard position + 1 < bytes.count else {
          position = bytes.count
          throw Diagnostic(
            .unterminatedComment, "this comment is never closed", hint: "it ends with */",
            at: start..<(start + 2))
        }
        if bytes[position] == UInt8(ascii: "*"), bytes[position + 1] == UInt8(ascii: "/") { break }
        position += 1
      }
      position += 2
    default:
      return false
    }
    if dialect == .strict {
      diagnostics.error(.comment, "a comment, which JSON does not have", at: start..<position)
    }
    return true
  }

  // MARK: - Encoding

  /// Reports bytes that are not UTF-8, anywhere in the document: one diagnostic for all, since they
  /// have one cause.
  mutating func checkEncoding() throws(Diagnostic) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      position = 3
      diagnostics.error(
        .byteOrderMark, "the document begins with a byte order mark",
        hint: "save it as UTF-8 without a BOM", at: 0..<3)
    } else if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw Diagnostic(
        .byteOrderMark, "the document is UTF-16", hint: "save it as UTF-8 without a BOM", at: 0..<2)
    }
    guard let invalid = UTF8Validation.firstInvalidSequence(in: bytes) else { return }
    diagnostics.error(
      .invalidUTF8, "bytes that are not UTF-8", hint: "save the document as UTF-8", at: invalid)
  }
}
