import Documents

/// Finds where JSON values end in a text. It checks syntax only; the library interprets the values.
package enum JSONSyntax {
  /// The end of the string that begins with a quotation mark at `start`; nil if it has no end or is
  /// not JSON.
  package static func endOfString(in text: Substring, from start: String.Index) -> String.Index? {
    let count: Int? = Array(text.utf8[start...]).withUnsafeBufferPointer { bytes in
      var scanner = JSONScanner(bytes, allowsLoneSurrogates: true)
      return (try? scanner.skipString()).map { _ in scanner.position }
    }
    return count.map { text.utf8.index(start, offsetBy: $0) }
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
    guard text.first == "[", text.last == "]", text.count > 1 else { return nil }
    let inside = text.dropFirst().dropLast()
    if inside.allSatisfy(\.isWhitespace) { return [] }
    var items: [Substring] = []
    var index = inside.startIndex
    while true {
      while index < inside.endIndex, inside[index].isWhitespace { inside.formIndex(after: &index) }
      guard index < inside.endIndex else { return nil }
      var end: String.Index
      if inside[index] == "\"" {
        guard let close = endOfString(in: inside, from: index) else { return nil }
        end = close
      } else {
        end = inside[index...].firstIndex { $0 == "," || $0.isWhitespace } ?? inside.endIndex
        guard isBareScalar(inside[index..<end]) else { return nil }
      }
      items.append(inside[index..<end])
      while end < inside.endIndex, inside[end].isWhitespace { inside.formIndex(after: &end) }
      if end == inside.endIndex { return items }
      guard inside[end] == "," else { return nil }
      index = inside.index(after: end)
    }
  }
}
