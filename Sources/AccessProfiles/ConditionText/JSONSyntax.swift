/// Finds where JSON values end in a text. It checks syntax only; the library interprets the values.
package enum JSONSyntax {
  /// The end of the string that begins with a quotation mark at `start`; nil if it has no end or is
  /// not JSON.
  package static func endOfString(in text: Substring, from start: String.Index) -> String.Index? {
    let scalars = text.unicodeScalars
    var index = scalars.index(after: start)
    while index < scalars.endIndex {
      let scalar = scalars[index]
      index = scalars.index(after: index)
      switch scalar {
      case "\"": return index
      case "\\":
        guard index < scalars.endIndex else { return nil }
        let escape = scalars[index]
        index = scalars.index(after: index)
        if escape == "u" {
          for _ in 0..<4 {
            guard index < scalars.endIndex, scalars[index].properties.isASCIIHexDigit else {
              return nil
            }
            index = scalars.index(after: index)
          }
        } else if !"\"\\/bfnrt".unicodeScalars.contains(escape) {
          return nil
        }
      case _ where scalar.value < 0x20: return nil
      default: break
      }
    }
    return nil
  }

  /// Whether the whole text is a number, `true`, `false` or `null`.
  package static func isBareScalar(_ text: some StringProtocol) -> Bool {
    text == "true" || text == "false" || text == "null" || isNumber(text)
  }

  /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
  package static func isNumber(_ text: some StringProtocol) -> Bool {
    var rest = Array(text.utf8)[...]
    func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    func takeDigits() -> Int {
      let digits = rest.prefix(while: isDigit)
      rest = rest.dropFirst(digits.count)
      return digits.count
    }
    func take(_ choices: String) -> Bool {
      guard let first = rest.first, choices.utf8.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    _ = take("-")
    if take("0") {
      if rest.first.map(isDigit) ?? false { return false }
    } else if takeDigits() == 0 {
      return false
    }
    if take("."), takeDigits() == 0 { return false }
    if take("eE") {
      _ = take("+-")
      if takeDigits() == 0 { return false }
    }
    return rest.isEmpty
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
