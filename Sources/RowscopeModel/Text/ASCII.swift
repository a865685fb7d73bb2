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

extension StringProtocol {
  /// Whether the first bytes are those of `prefix`. `hasPrefix` compares whole characters, and so
  /// finds no `/` where a combining mark follows it.
  package func hasBytePrefix(_ prefix: String) -> Bool { utf8.starts(with: prefix.utf8) }

  /// Whether the last bytes are those of `suffix`.
  package func hasByteSuffix(_ suffix: String) -> Bool {
    utf8.count >= suffix.utf8.count && utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
  }
}

extension String {
  /// The parts between the bytes `separator`, which is ASCII, without empty ones.
  package func split(atByte separator: Unicode.Scalar) -> [String] {
    unicodeScalars.split(separator: separator).map { String($0) }
  }

  /// What stands before the first `separator`, and what after it; nil if there is none.
  package func cut(atByte separator: Unicode.Scalar) -> (before: String, after: String)? {
    guard let place = unicodeScalars.firstIndex(of: separator) else { return nil }
    return (String(self[..<place]), String(self[unicodeScalars.index(after: place)...]))
  }
}

extension String {
  /// With the byte `mark`, which is ASCII, replaced wherever it stands. `replacing` looks for whole
  /// characters: a quote before a combining mark is another one, and would end a quoted name.
  package func replacing(byte mark: Unicode.Scalar, with text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if scalar == mark {
        result.append(contentsOf: text.unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  /// Between quotes, with those inside doubled, as SQL writes names (`"`) and texts (`'`).
  package func quoted(by quote: Unicode.Scalar) -> String {
    let mark = String(quote)
    return mark + replacing(byte: quote, with: mark + mark) + mark
  }
}

extension String {
  /// Equality as JSON keys and SQLite know it. `==` would also equate `é` composed and decomposed.
  package func hasSameBytes(as other: String) -> Bool {
    utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
  }
}
