package import RowscopeModel

extension TextPattern {
  /// Whether a value matches: text by its bytes, a number by the text that SQLite casts it to, a
  /// blob or NULL never.
  package func matches(_ value: Value) -> Bool {
    switch value {
    case .null, .blob: false
    case .integer(let integer): NumberText.withBytes(of: integer, matches)
    case .real(let real): NumberText.withBytes(of: real, matches)
    case .text(let text): text.withBytes(matches)
    }
  }

  /// Whether a text matches.
  ///
  /// Complexity: O(n · m), like SQLite's `instr`.
  package func matches(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    text.withBytes { needle in
      guard let first = needle.first else { return true }
      guard needle.count <= bytes.count else { return false }
      let last = bytes.count - needle.count
      switch anchor {
      case .start: return matches(needle, bytes, at: 0)
      case .end: return matches(needle, bytes, at: last)
      case .anywhere:
        // `instr` works by characters: a pattern that starts inside a character is found only at
        // the very beginning.
        if first & 0xC0 == 0x80 { return matches(needle, bytes, at: 0) }
        for start in 0...last where matches(needle, bytes, at: start) { return true }
        return false
      }
    }
  }

  private func matches(
    _ needle: UnsafeBufferPointer<UInt8>, _ bytes: UnsafeBufferPointer<UInt8>, at start: Int
  ) -> Bool {
    if ignoresCase {
      for index in 0..<needle.count
      where needle[index].asciiLowercased != bytes[start + index].asciiLowercased { return false }
    } else {
      for index in 0..<needle.count where needle[index] != bytes[start + index] { return false }
    }
    return true
  }
}
