import Documents
import FilterMemory
import Foundation
import Rowscope
import Testing

@testable import RowscopeCLI

@Suite("Output formats")
struct FormatterTests {
  private static let columns = ["id", "title", "amount"]
  private static let rows: [[TextCell]] = [
    [.integer(1), .text("say \"hi\", you"), .real(12.5)],
    [.integer(20), .null, .null],
    [.integer(-3), .text("a|b\nc"), .integer(7)],
    [.integer(4), .text(""), .real(-.infinity)],
    [.integer(5), .malformedText([0x61, 0xff]), .blob([0, 0xab])],
  ]

  private func text(
    _ formatter: any RowFormatter, _ rows: [[TextCell]] = FormatterTests.rows
  ) -> String {
    var formatter = formatter
    var out = ByteBuffer()
    formatter.begin(&out)
    for row in rows { formatter.append(row, to: &out) }
    formatter.end(&out)
    return String(decoding: out.array, as: UTF8.self)
  }

  private func text(_ objects: [String], isArray: Bool) -> String {
    var formatter = JSONFormatter(isArray: isArray)
    var out = ByteBuffer()
    for object in objects {
      Array(object.utf8).withUnsafeBufferPointer { formatter.append(object: $0, to: &out) }
    }
    formatter.end(&out, tellsActs: false)
    return String(decoding: out.array, as: UTF8.self)
  }

  @Test
  func `JSON objects in lines`() {
    #expect(text([#"{"a":1}"#, "{}"], isArray: false) == "{\"a\":1}\n{}\n")
    #expect(text([], isArray: false) == "")
  }

  @Test
  func `JSON objects in one array`() {
    #expect(text([#"{"a":1}"#, "{}"], isArray: true) == "[\n{\"a\":1},\n{}\n]\n")
    #expect(text([], isArray: true) == "[]\n")
  }

  @Test
  func `a JSON document`() throws {
    let tree = JSONTree.object([
      ("a", .array([.null, .flag(true), .integer(-1), .value(.blob([0, 0xab]))])),
      ("b\"", .object([])), ("c", .strings(["x\n"])), ("d", .array([])), ("e", .optional(nil)),
    ])
    #expect(
      tree.text == #"""
        {
          "a": [
            null,
            true,
            -1,
            "x'00ab'"
          ],
          "b\"": {},
          "c": [
            "x\n"
          ],
          "d": [],
          "e": null
        }

        """#)
  }

  @Test
  func `every character survives JSON`() throws {
    let all = String(String.UnicodeScalarView((0..<0x3000).compactMap(Unicode.Scalar.init)))
    let data = Data("[\(JSONWriter.string(all))]".utf8)
    let decoded = try JSONDecoder().decode([String].self, from: data)
    #expect(decoded.first?.utf8.elementsEqual(all.utf8) == true)
  }

  @Test
  func `CSV by RFC 4180`() {
    let formatter = CSVFormatter(columns: Self.columns)
    var out = ByteBuffer()
    formatter.begin(&out)
    for row in Self.rows { formatter.append(row, to: &out) }
    let expected =
      Array(
        "id,title,amount\r\n1,\"say \"\"hi\"\", you\",12.5\r\n20,,\r\n-3,\"a|b\nc\",7\r\n4,\"\",-9e999\r\n5,a"
          .utf8)
      + [0xff] + Array(",x'00ab'\r\n".utf8)
    #expect(out.array == expected)
  }

  @Test
  func `a null alone on its line is not an empty line in CSV`() {
    #expect(text(CSVFormatter(columns: ["a"]), [[.null], [.text("")]]) == "a\r\n\"\"\r\n\"\"\r\n")
  }

  @Test
  func `values separated by tabs, as databases read them`() {
    let formatter = TSVFormatter(columns: ["id", "a\tb"])
    var out = ByteBuffer()
    formatter.begin(&out)
    for row: [TextCell] in [
      [.integer(1), .text("x\ty\nz\r\\N é")], [.null, .hidden], [.real(0.5), .text("")],
      [.blob([0, 0xab]), .malformedText([0x61, 0xff, 0x09])],
    ] { formatter.append(row, to: &out) }
    let expected =
      Array("id\ta\\tb\n1\tx\\ty\\nz\\r\\\\N é\n\\N\t\\N\n0.5\t\nx'00ab'\ta".utf8) + [0xff]
      + Array("\\t\n".utf8)
    #expect(out.array == expected)
  }

  @Test
  func `an HTML table holds no markup of its cells`() {
    let rows: [[TextCell]] = [
      [.text("<script>'\"&\r\nx\u{1b}[31m\u{202e}"), .null, .hidden],
      [.integer(-3), .malformedText([0x3c, 0xff]), .blob([1])],
    ]
    #expect(
      text(HTMLFormatter(columns: ["<b>", "é", "c"]), rows) == """
        <table>
        <thead><tr><th>&lt;b&gt;</th><th>é</th><th>c</th></tr></thead>
        <tbody>
        <tr><td>&lt;script&gt;&#39;&quot;&amp;<br>x\\u001b[31m\\u202e</td><td></td><td>▒</td></tr>
        <tr><td>-3</td><td>&lt;\u{FFFD}</td><td>x&#39;01&#39;</td></tr>
        </tbody>
        </table>

        """)
    #expect(text(HTMLFormatter(columns: ["a"]), []).hasSuffix("<tbody>\n</tbody>\n</table>\n"))
  }

  @Test
  func `a line for each field`() {
    #expect(
      text(VerticalFormatter(columns: Self.columns, style: .plain)) == """
        ─── 1 ───
        id      1
        title   say "hi", you
        amount  12.5

        ─── 2 ───
        id      20
        title   ∅
        amount  ∅

        ─── 3 ───
        id      -3
        title   a|b
                c
        amount  7

        ─── 4 ───
        id      4
        title\("   ")
        amount  -9e999

        ─── 5 ───
        id      5
        title   a\u{FFFD}
        amount  x'00ab'

        """)
    #expect(text(VerticalFormatter(columns: ["a"], style: .plain), []) == "")
    #expect(
      text(VerticalFormatter(columns: ["a"], style: .plain), [[.text("\u{1b}[31m")]])
        == "─── 1 ───\na  \\u001b[31m\n")
  }

  @Test
  func `Markdown`() {
    #expect(
      text(MarkdownFormatter(columns: ["due_date", "a|b"])) == """
        | due_date | a\\|b |
        | --- | --- |

        """ + text(MarkdownFormatter(columns: [])).dropFirst("|\n|\n".count))
    #expect(
      text(
        MarkdownFormatter(columns: ["due_date", "a|b"]), [[.null, .text("x|y\nz\r\n\\|<b> & _i_")]])
          == """
          | due_date | a\\|b |
          | --- | --- |
          | | x\\|y<br>z<br>\\\\\\|&lt;b> &amp; \\_i\\_ |

          """)
  }
}

@Suite("Tables")
struct TableFormatterTests {
  private func table(_ columns: [String], _ rows: [[TextCell]], width: Int? = nil) -> String {
    var formatter = TableFormatter(columns: columns, width: width, style: .plain)
    var out = ByteBuffer()
    for row in rows { formatter.append(row, to: &out) }
    formatter.end(&out)
    return String(decoding: out.array, as: UTF8.self)
  }

  @Test
  func `columns are aligned, numbers to the right, and no line ends in spaces`() {
    let rows: [[TextCell]] = [
      [.integer(1), .text("日本"), .real(12.5), .text("x")],
      [.integer(200), .text("👩‍👩‍👧 family"), .null, .null],
      [.integer(-3), .text("a\u{1b}[31mb\n"), .integer(7), .text("")],
    ]
    #expect(
      table(["id", "title", "amount", "note"], rows) == #"""
         id  title           amount  note
        ───  ──────────────  ──────  ────
          1  日本              12.5  x
        200  👩‍👩‍👧 family            ∅  ∅
         -3  a\u001b[31mb\n       7

        """#)
  }

  @Test
  func `a table without rows has its header`() {
    #expect(table(["a", "bc"], []) == "a  bc\n─  ──\n")
  }

  @Test
  func `a column with text among its numbers is left-aligned`() {
    #expect(table(["a"], [[.integer(1)], [.text("xyz")]]) == "a\n───\n1\nxyz\n")
  }

  @Test
  func `wide texts are shortened to fit the width`() {
    let rows: [[TextCell]] = [
      [.integer(1_234_567), .text("short"), .text(String(repeating: "long ", count: 20))]
    ]
    let lines = table(["id", "a", "note"], rows, width: 40).split(separator: "\n")
    #expect(lines.last == "1234567  short  long long long long lon…")
    #expect(lines.allSatisfy { DisplayWidth.columns(of: $0) <= 40 })
  }

  @Test(arguments: 1...60)
  func `no line is wider than the terminal`(width: Int) {
    let rows: [[TextCell]] = [
      [
        .integer(.max), .text("日本語の長いテキスト"), .text("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦"), .real(0.1),
        .text(String(repeating: "e\u{301}", count: 50)), .blob([UInt8](repeating: 7, count: 99)),
      ],
      [.null, .text("\u{1b}\u{1b}\u{1b}\u{1b}"), .null, .null, .null, .null],
    ]
    let text = table(["identifier", "a", "b", "c", "d", "e"], rows, width: width)
    for line in text.split(separator: "\n") { #expect(DisplayWidth.columns(of: line) <= width) }
    #expect(text.split(separator: "\n").count == 4)
  }

  @Test
  func `a long blob is shown by its beginning and its size`() {
    let rows: [[TextCell]] = [
      [.blob([UInt8](repeating: 7, count: 12_500)), .text(String(repeating: "x", count: 99))],
      [.blob([UInt8](repeating: 0xAB, count: 32)), .text("")],
    ]
    let lines = table(["data", "t"], rows, width: nil).split(separator: "\n")
    #expect(
      lines[2].hasPrefix("x'07070707070707070707070707070707…' (12500 bytes)"), "\(lines[2])")
    // A text is not cut in a pipe, nor is a blob that may be a key.
    #expect(lines[2].hasSuffix(String(repeating: "x", count: 99)))
    #expect(lines[3] == "x'\(String(repeating: "ab", count: 32))'")
  }

  @Test
  func `columns without room are left out and named`() {
    var formatter = TableFormatter(columns: ["a", "b", "c", "d"], width: 20, style: .plain)
    var out = ByteBuffer()
    formatter.append(
      Array(repeating: .text("something long"), count: 4), to: &out)
    formatter.end(&out)
    #expect(formatter.omittedColumns == ["c", "d"])
  }

  @Test
  func `rows after the sample are written as they arrive`() {
    var formatter = TableFormatter(columns: ["n", "t"], width: 20, style: .plain)
    var out = ByteBuffer()
    for number in 1..<TableFormatter.sampleSize {
      formatter.append([.integer(Int64(number)), .text("x")], to: &out)
    }
    #expect(out.count == 0)
    formatter.append([.integer(1000), .text("x")], to: &out)
    #expect(out.count > 0)
    out.removeAll()
    formatter.append([.integer(123_456), .text("longer")], to: &out)
    #expect(String(decoding: out.array, as: UTF8.self) == "123…  …\n")
  }

  @Test
  func `a text of megabytes is not measured to its end`() {
    let texts = [
      String(repeating: "ab", count: 1_000_000),
      "a" + String(repeating: "\u{301}", count: 1_000_000),
      String(repeating: "\u{1b}", count: 1_000_000),
    ]
    for text in texts {
      let cell = TableCell(.text(text), limit: 80)
      #expect(cell.text.utf8.count < 10_000)
      #expect(cell.cut(to: 80).text.last == "…")
    }
    let bytes = TableCell(.malformedText([UInt8](repeating: 0xff, count: 1_000_000)), limit: 80)
    #expect(bytes.text.utf8.count < 10_000)
  }

  @Test
  func `null and the header are styled on a terminal`() {
    var formatter = TableFormatter(columns: ["a"], width: 10, style: Style(isEnabled: true))
    var out = ByteBuffer()
    formatter.append([.null], to: &out)
    formatter.end(&out)
    #expect(
      String(decoding: out.array, as: UTF8.self)
        == "\u{1b}[1ma\u{1b}[0m\n\u{1b}[2m─\u{1b}[0m\n\u{1b}[2m∅\u{1b}[0m\n")
  }

  @Test
  func `machine-readable output is escaped for terminals only`() throws {
    let bytes = Array("{\"a\":\"\u{1b}\u{9b}\u{7f}é©\"}\r\n\r".utf8)
    let escaped = bytes.withUnsafeBufferPointer {
      String(decoding: TerminalFilter.escaped($0).array, as: UTF8.self)
    }
    #expect(escaped == "{\"a\":\"\\u001b\\u009b\\u007fé©\"}\r\n\\r")
  }
}
