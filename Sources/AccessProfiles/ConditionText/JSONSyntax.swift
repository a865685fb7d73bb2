import Documents

/// Finds where JSON values end in a text. It checks syntax only; the library interprets the values.
package enum JSONSyntax {
  /// The end of the string that begins with a quotation mark at `start`; nil if it has no end or is
  /// not JSON.
  package static func endOfString(in text: Substring, from start: String.Index) -> String.Index? {
    func count(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
      var scanner = JSONScanner(bytes, allowsLoneSurrogates: true)
      return (try? scanner.skipString()).map { _ in scanner.position }
    }
    let rest = text.utf8[start...]
    // Not copied where it can be helped: the rest may be long, and have many strings.
    let found =
      rest.withContiguousStorageIfAvailable(count) ?? Array(rest).withUnsafeBufferPointer(count)
    return found.map { text.utf8.index(start, offsetBy: $0) }
  }

  /// Whether the whole text is a number, `true`, `false` or `null`.
  package static func isBareScalar(_ text: some StringProtocol) -> Bool {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      var scanner = JSONScanner(bytes)
      return (scanner.literal() != nil || (try? scanner.number()) != nil) && scanner.isAtEnd
    }
  }

  /// The items of a list of scalars, as written; nil if `text` is not such a list.
  package static func items(ofList text: Substring) -> [Substring]? {
    let all = text.unicodeScalars
    guard all.first == "[", all.last == "]", all.count > 1 else { return nil }
    let inside = all.dropFirst().dropLast()
    if inside.allSatisfy(isSpace) { return [] }
    var items: [Substring] = []
    var rest = inside
    while true {
      rest = rest.drop(while: isSpace)
      guard let first = rest.first else { return nil }
      var end = rest.firstIndex { $0 == "," || isSpace($0) } ?? rest.endIndex
      if first == "\"" {
        guard let close = endOfString(in: Substring(rest), from: rest.startIndex) else {
          return nil
        }
        end = close
      } else if !isBareScalar(Substring(rest[..<end])) {
        return nil
      }
      items.append(Substring(rest[..<end]))
      rest = rest[end...].drop(while: isSpace)
      guard let next = rest.popFirst() else { return items }
      guard next == "," else { return nil }
    }
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r"
  }
}
