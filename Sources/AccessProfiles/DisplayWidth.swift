/// How many columns of a terminal text takes.
public enum DisplayWidth {
  /// The sum of its characters' columns. O(n).
  public static func columns(of text: String) -> Int {
    text.reduce(0) { $0 + columns(of: $1) }
  }

  /// 2 for what terminals draw wide (CJK, emoji), 0 for what they draw onto the character before, else 1.
  ///
  /// A sequence joined to one picture (a flag, a family, a skin tone) is one character and counts 2.
  public static func columns(of character: Character) -> Int {
    var columns = 0
    for scalar in character.unicodeScalars {
      if scalar.value == 0xFE0F {
        // The selector that asks for the emoji form of the character before it.
        columns = max(columns, 2)
      } else {
        columns = max(columns, Self.columns(of: scalar))
      }
      if columns == 2 { break }
    }
    return columns
  }

  private static func columns(of scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return 1 }
    if isEastAsianWide(scalar) || scalar.properties.isEmojiPresentation { return 2 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return 1
    }
  }

  /// Unicode's East_Asian_Width W and F, by blocks; the emoji among them are known by their property.
  private static func isEastAsianWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF,
      0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B,
      0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F265,
      0x20000...0x3FFFD:
      // U+302A–302F and U+3099–309A combine with the character before.
      !(0x302A...0x302F).contains(scalar.value) && !(0x3099...0x309A).contains(scalar.value)
    default:
      false
    }
  }
}
