/// The number of terminal columns that a text takes.
///
/// Grapheme clusters that terminals draw as one (emoji sequences, flags, combining marks) are
/// measured as a whole; others as the sum of their scalars, as in `wcwidth`.
package enum DisplayWidth {
  /// The columns of a text without control characters (see ``Printable``). O(n).
  package static func columns(of text: some StringProtocol) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.reduce(0) { $0 + columns(of: $1) }
  }

  /// 2 for wide characters (CJK, emoji), 0 for those drawn onto the previous one, otherwise 1.
  package static func columns(of character: Character) -> Int {
    if character.isASCII { return 1 }
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    if scalars.count == 1 { return columns(of: first) }
    // U+FE0F selects the emoji form, and two regional indicators make a flag: both take two
    // columns.
    if scalars.contains("\u{fe0f}") || isRegionalIndicator(first) { return 2 }
    if columns(of: first) == 2, scalars.dropFirst().contains(where: joinsEmoji) { return 2 }
    return scalars.reduce(0) { $0 + columns(of: $1) }
  }

  private static func columns(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    // ASCII, and the soft hyphen, which terminals show.
    case 0x20..<0x7f, 0xad: return 1
    // Hangul vowels and final consonants are drawn into the syllable of the initial consonant.
    case 0x1160...0x11ff, 0xd7b0...0xd7ff: return 0
    default:
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format: return 0
      default: return WideCharacters.contains(scalar) ? 2 : 1
      }
    }
  }

  private static func isRegionalIndicator(_ scalar: Unicode.Scalar) -> Bool {
    (0x1f1e6...0x1f1ff).contains(scalar.value)
  }

  /// A zero-width joiner or a skin tone.
  private static func joinsEmoji(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\u{200d}" || scalar.properties.isEmojiModifier
  }
}
