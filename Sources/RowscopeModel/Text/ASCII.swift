extension UInt8 {
  /// `A`–`Z` as `a`–`z`, every other byte as it is: the whole of SQLite's case folding.
  @inlinable
  package var asciiLowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}

extension String {
  /// Without the U+0020 at either end.
  package var trimmingASCIISpaces: String {
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 }
    guard let first = utf8.firstIndex(where: { !isSpace($0) }),
      let last = utf8.lastIndex(where: { !isSpace($0) })
    else { return "" }
    // A space is a scalar of its own, so that both ends are scalar boundaries.
    return String(self[first..<utf8.index(after: last)])
  }
}

extension String {
  /// Equality as JSON keys and SQLite know it. `==` would also equate `é` composed and decomposed.
  package func hasSameBytes(as other: String) -> Bool {
    utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
  }
}
