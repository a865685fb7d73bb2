import RowscopeModel
import Testing

@testable import Documents

@Suite("Text on a terminal")
struct DisplayWidthTests {
  static let widths: [(String, Int)] = [
    ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("ﾊﾝ", 2), ("한글", 4),
    ("\u{1112}\u{1161}\u{11ab}", 2), ("🙂", 2), ("👍🏽", 2), ("👩‍👩‍👧‍👦", 2), ("🇧🇷", 2), ("🇧🇷🇯🇵", 4),
    ("❤", 1), ("❤️", 2), ("1️⃣", 2), ("🏴‍☠️", 2), ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", 2), ("\u{200b}", 0), ("a\u{200d}b", 2),
    ("\u{ad}", 1), ("ｗｉｄｅ", 8), ("…∅─", 3), ("नमस्ते", 4), ("สวัสดี", 4), ("\u{20000}", 2),
    ("\u{1f7e0}", 2), ("\u{3000}", 2),
  ]

  @Test(arguments: widths)
  func `columns`(text: String, width: Int) {
    #expect(DisplayWidth.columns(of: text) == width)
  }

  @Test
  func `ranges end at the end of a wide character`() {
    #expect(!WideCharacters.contains("\u{10ff}"))
    #expect(WideCharacters.contains("\u{1100}"))
    #expect(WideCharacters.contains("\u{115f}"))
    #expect(!WideCharacters.contains("\u{1160}"))
    #expect(WideCharacters.contains("\u{23f0}"))
    #expect(!WideCharacters.contains("\u{23f1}"))
    #expect(WideCharacters.contains("\u{3fffd}"))
    #expect(!WideCharacters.contains("\u{3fffe}"))
  }

  @Test(arguments: [
    ("plain 日本 🙂", "plain 日本 🙂"),
    ("a\nb\r\nc\td", "a\\nb\\r\\nc\\td"),
    ("\u{1b}[31mred\u{7}\u{0}\u{7f}", "\\u001b[31mred\\u0007\\u0000\\u007f"),
    ("\u{9b}31m", "\\u009b31m"),
    ("a\u{202e}b\u{2066}c\u{2028}", "a\\u202eb\\u2066c\\u2028"),
    ("a\u{200b}\u{feff}\u{e0041}", "a\\u200b\\ufeff\\u{e0041}"), ("a\u{200d}b", "a\u{200d}b"),
  ])
  func `control characters are made visible`(text: String, printable: String) {
    #expect(Printable.text(text) == printable)
  }
}
