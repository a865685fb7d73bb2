/// Text made harmless to a terminal, and honest: what would move its cursor, change its state,
/// reverse its line or not be seen at all is shown as an escape.
package enum Printable {
  /// One line: line feeds are escaped as well. Returns the text itself where nothing has to be
  /// done.
  package static func text(_ text: String) -> String { escaped(text, keepingLineFeeds: false) }

  /// Several lines.
  package static func lines(_ text: String) -> String { escaped(text, keepingLineFeeds: true) }

  /// A name from a document in double quotes, for a message: cut after 60 characters, what cannot
  /// be printed replaced.
  package static func quoted(_ name: String) -> String {
    let limit = 60
    let head = name.unicodeScalars.prefix(limit)
    let isWhole = head.endIndex == name.unicodeScalars.endIndex
    return "\"\(text(String(head)))\(isWhole ? "" : "…")\""
  }

  /// Whether a text is ASCII without control characters: as many columns as bytes, and nothing to
  /// escape.
  package static func isPlain(_ text: String) -> Bool {
    let isPlain = text.utf8.withContiguousStorageIfAvailable { bytes in
      bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7f }
    }
    return isPlain ?? false
  }

  /// Whether a scalar is a control character (C0, DEL, C1), a separator of lines, a control of
  /// writing direction, a space without width, an invisible operator or a tag.
  package static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7e: false
    case 0...0x1f, 0x7f...0x9f: true
    case 0x061c, 0x200b, 0x200e, 0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff, 0xfff9...0xfffb,
      0xe0000...0xe007f:
      true
    default: false
    }
  }

  package static func appendEscape(of scalar: Unicode.Scalar, to text: inout String) {
    switch scalar {
    case "\n": text += "\\n"
    case "\r": text += "\\r"
    case "\t": text += "\\t"
    default:
      let digits = String(scalar.value, radix: 16)
      text +=
        digits.count > 4
        ? "\\u{\(digits)}" : "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }

  private static func escaped(_ text: String, keepingLineFeeds: Bool) -> String {
    guard !isPlain(text), text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isUnsafe(scalar), !(keepingLineFeeds && scalar == "\n") {
        appendEscape(of: scalar, to: &result)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
