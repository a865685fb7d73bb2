package import RowscopeModel

/// Finds one text in many others that belong to somebody else, ignoring ASCII case: what
/// ``TextPattern/matches(_:)-(Value)`` finds, several bytes at a time.
///
/// Not for use by several tasks at a time: it has a buffer of its own.
package final class TextSearch {
  private let pattern: TextPattern
  private let search: ByteSearch?
  /// A copy of a short text, or of the end of a long one, with bytes behind it that may be read.
  private let scratch: UnsafeMutableBufferPointer<UInt8>

  /// Texts up to this length are copied.
  private static let shortText = 256

  package init(_ text: Text) {
    pattern = TextPattern(text, anchor: .anywhere, ignoresCase: true)
    let bytes = text.bytes
    // A pattern that starts inside a character is found by other rules.
    let startsCharacter = bytes.first.map { $0 & 0xC0 != 0x80 } ?? false
    search = startsCharacter ? ByteSearch(bytes, ignoresCase: true) : nil
    scratch = .allocate(
      capacity: max(Self.shortText, bytes.count + ByteSearch.padding) + ByteSearch.padding)
    scratch.initialize(repeating: 0)
  }

  deinit { scratch.deallocate() }

  /// Whether a value contains the text: text by its bytes, a number by the text that SQLite casts
  /// it to, a blob or NULL never.
  package func isFound(in value: BorrowedValue) -> Bool {
    switch value.storageClass {
    case .text: isFound(in: value.bytes)
    case .integer: pattern.matches(.integer(value.integer))
    case .real: pattern.matches(.real(value.real))
    case .null, .blob: false
    }
  }

  private func isFound(in text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let search else { return pattern.matches(text) }
    guard let base = text.baseAddress, text.count >= search.count else { return false }
    var rest = 0
    if text.count > Self.shortText {
      let end = text.count - ByteSearch.padding
      if search.first(in: base, from: 0, to: end) != nil { return true }
      // From the first place on at which a match would not have ended before that.
      rest = max(0, end - search.count + 1)
    }
    guard let copy = scratch.baseAddress else { return false }
    let count = text.count - rest
    copy.update(from: base + rest, count: count)
    return search.first(in: UnsafePointer(copy), from: 0, to: count) != nil
  }
}
