import RecordFilter
import RowscopeModel

/// Texts that mean something to some parser along the way, and must mean nothing here.
enum HostileTexts {
  private static let ends = [
    "'", "\"", "`", "[", "]", "''", "\"\"", "';", "\";", "')", "\")", "'--", "\"--", "/*", "*/",
    "\\", "\\'", "\\\"", "\\\\",
  ]

  private static let statements = [
    "'; DELETE FROM tasks; --", "\"; DROP TABLE tasks; --",
    "x'); UPDATE tasks SET title = 'owned'; --", "1 OR 1=1",
    "1) OR (1=1", "' OR ''='", "\" OR \"\"=\"", "1; PRAGMA writable_schema=ON",
    "0 UNION SELECT secret FROM tasks",
    "title FROM tasks --", "id, secret", "id AS secret", "(SELECT secret FROM tasks LIMIT 1)",
    "CASE WHEN 1 THEN secret END",
    "load_extension('x')", "ATTACH 'x' AS y", "x' COLLATE NOCASE --", "title COLLATE NOCASE",
    "desc", "title desc, secret",
    "; VACUUM INTO '/tmp/rowscope-owned'", "x'41'", "randomblob(1000000000)", "1e400", "NULL",
    "true", "rowid",
  ]

  private static let patterns = [
    "%", "_", "%%%%%%%%%%%%%%%%a", "[a-z]*", "*", "?", "^", "{", "a%b_c\\%d", "(a+)+$", "%n%n%n%n",
    "%s%s%s%s", "%@%@",
    "%1$*1000000d", "{0}", "${HOME}", "$(id)", "`id`", "!ls", "|ls", "&&ls", "~", "-rf", "--help",
    "-x", "@file",
  ]

  private static let documents = [
    "{", "}", "[]", "{}", "[1,2", "null", "\"", "\\u0000", "\\ud800", "{\"$ne\": null}", "[null]",
    "{\"field\":\"secret\"}",
    "{\"or\":[]}", "\\\"}],\"sort\":\"secret", "//", "/* */", "<script>alert(1)</script>", "&amp;",
    "<!--", "]]>",
    "=1+1", "+1", "@SUM(1)", "\t=1", "a,b", "a;b", "a\nb", "a\r\nb", "\r", "\n", "\u{1A}",
  ]

  private static let places = [
    "../../etc/passwd", "/dev/zero", "/", ".", "..", "a/b", "C:\\x", "file:///etc/passwd", "CON",
    "\0/etc/passwd", "~/x",
    "file:x?mode=memory", ":memory:",
  ]

  private static let characters = [
    "", " ", "  ", "\t", "\0", "a\0b", "\u{7}", "\u{1B}[2J", "\u{1B}]0;x\u{7}", "\u{7F}", "\u{85}",
    "\u{A0}", "\u{AD}",
    "\u{200B}", "\u{200D}", "\u{202E}evil", "\u{2066}x\u{2069}", "\u{2028}", "\u{2029}", "\u{FEFF}",
    "\u{FFFD}", "\u{FFFE}",
    "\u{FFFF}", "\u{10FFFF}", "e\u{301}", "é", "ﬀ", "ẞ", "İ", "ı",
    "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}", "\u{1100}\u{1161}",
    "Ｓ", "ｓecret", "s\u{435}cret", "secret\u{0}", "secret ", " secret", "SECRET", "tasks.secret",
    "t\u{130}tle",
    "a" + String(repeating: "\u{301}", count: 500),
  ]

  private static let long = [
    String(repeating: "a", count: 70_000), String(repeating: "'", count: 5_000),
    String(repeating: "(", count: 3_000),
    String(repeating: "client.", count: 2_000) + "id", String(repeating: "%", count: 60_000),
    String(repeating: "a.", count: 9_000),
    String(repeating: ",", count: 3_000), String(repeating: "\"", count: 3_001),
    String(repeating: "é", count: 20_000),
  ]

  /// Each once, compared by bytes.
  static let strings: [String] = {
    var seen: Set<Text> = []
    return (ends + statements + patterns + documents + places + characters + long)
      .filter { seen.insert(Text($0)).inserted }
  }()

  /// Bytes that no `String` can hold.
  static let brokenBytes: [[UInt8]] = [
    [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80],
    [0x61, 0xFF, 0x62], [0xF0, 0x9F, 0x98],
    [0xFE, 0xFF, 0x00, 0x61], [0x27, 0xC3, 0x27], [0x00, 0xFF], [0xE2, 0x80],
  ]
}
