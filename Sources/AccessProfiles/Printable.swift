/// Text as a terminal may be shown it.
enum Printable {
  /// `text` with every character that could move the cursor, hide or reorder text replaced by something
  /// that stands for it.
  static func text(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { replacement(for: $0) != nil }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if let replacement = replacement(for: scalar) {
        result += replacement
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// What stands for `scalar`, or nil where it is harmless.
  private static func replacement(for scalar: Unicode.Scalar) -> String? {
    switch scalar.value {
    case 0x00..<0x20:
      // The control pictures: ␀ for NUL, ␛ for ESC.
      return Unicode.Scalar(0x2400 + scalar.value).map { String($0) }
    case 0x7F:
      return "␡"
    case 0x80...0x9F, 0x061C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
      0xFFF9...0xFFFB, 0xE0000...0xE007F:
      // C1 controls, direction marks and overrides, invisible spaces, separators, tags.
      return "<U+" + String(scalar.value, radix: 16, uppercase: true) + ">"
    default:
      return nil
    }
  }
}
