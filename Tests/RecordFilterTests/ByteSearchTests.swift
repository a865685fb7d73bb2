import Testing

@testable import RecordFilter

/// Searching for bytes, sixteen or sixty-four positions at a time, finds what a simple loop finds.
@Suite struct ByteSearchTests {
  /// Letters and bytes without case, either of them the rarer; long and short; the same byte
  /// repeated.
  private static let needles = [
    "a", "1", "ab", "1a", "q1", "1q", "11", "aa", "a1b", "Zoë", "needle",
  ]

  private static func lowercased(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    bytes.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
  }

  private static func expected(
    _ needle: [UInt8], in text: [UInt8], from start: Int, ignoresCase: Bool
  ) -> Int? {
    let (needle, text) =
      ignoresCase ? (lowercased(needle), lowercased(text)) : (needle, text)
    guard needle.count <= text.count else { return nil }
    return (start..<(text.count - needle.count + 1)).first { place in
      text[place..<(place + needle.count)].elementsEqual(needle)
    }
  }

  private static func found(
    _ needle: [UInt8], in text: [UInt8], from start: Int, ignoresCase: Bool
  ) -> Int? {
    // Bytes behind the end must not match.
    let bytes =
      text + Array(repeating: needle[0], count: 16) + needle + [UInt8](repeating: 0, count: 64)
    return ByteSearch(needle, ignoresCase: ignoresCase).first(
      in: bytes, from: start, to: text.count)
  }

  /// At every position of texts of every length, including the very last, and once more before the
  /// start of the search.
  @Test(arguments: needles, [false, true])
  func matchesAtEveryPosition(needle: String, ignoresCase: Bool) {
    let lower = Array(needle.utf8)
    let upper = Array(needle.uppercased().utf8)
    for written in [lower, upper] {
      for count in lower.count...140 {
        for place in [count - lower.count, 0, (count - lower.count) / 2] {
          var text = [UInt8](repeating: 0x2D, count: count)
          text.replaceSubrange(place..<(place + lower.count), with: written.prefix(lower.count))
          for start in [0, min(place, 3), place] {
            let found = Self.found(lower, in: text, from: start, ignoresCase: ignoresCase)
            let expected = Self.expected(lower, in: text, from: start, ignoresCase: ignoresCase)
            if found != expected {
              let answer = found.map { "\($0)" } ?? "nothing"
              Issue.record("\(written), \(count) bytes, at \(place) from \(start): \(answer)")
            }
          }
        }
      }
    }
  }

  /// With any byte of it replaced, at any of sixteen positions.
  @Test(arguments: needles) func nearMatchesAreNotFound(needle: String) {
    let bytes = Array(needle.utf8)
    for index in bytes.indices {
      var other = bytes
      other[index] = 0x7E
      for place in 0..<20 {
        let text =
          [UInt8](repeating: 0x2D, count: place) + other + [UInt8](repeating: 0x2D, count: 30)
        for ignoresCase in [false, true] {
          #expect(Self.found(bytes, in: text, from: 0, ignoresCase: ignoresCase) == nil)
          let both = Self.found(bytes, in: text + bytes, from: 0, ignoresCase: ignoresCase)
          #expect(both == text.count)
        }
      }
    }
  }

  @Test(arguments: needles) func needlesLongerThanTheTextAreNotFound(needle: String) {
    let bytes = Array(needle.utf8)
    #expect(Self.found(bytes, in: Array(bytes.dropLast()), from: 0, ignoresCase: true) == nil)
    #expect(Self.found(bytes, in: bytes, from: 1, ignoresCase: false) == nil)
  }
}
