import RecordFilter
import Testing

@testable import DataFiles
@testable import RecordStore

/// All records of a CSV text, with nil for NULL.
private func read(_ text: String) throws -> (header: [String], records: [[String?]]) {
  try read(bytes: Array(text.utf8))
}

private func read(bytes: [UInt8]) throws -> (header: [String], records: [[String?]]) {
  var reader = try CSVReader(CSVFile(name: "test.csv", bytes: bytes))
  var records: [[String?]] = []
  while try reader.next() {
    records.append(
      reader.header.indices.map { index in
        reader.cell(index).map { String(decoding: $0, as: UTF8.self) }
      })
  }
  return (reader.header, records)
}

@Suite struct CSVReaderTests {
  @Test(arguments: ["\n", "\r\n", "\r"])
  func `Every kind of line end ends a record, and the last one may be missing`(end: String) throws {
    for tail in ["", end] {
      let (header, records) = try read("a,b\(end)1,2\(end)3,4\(tail)")
      #expect(header == ["a", "b"])
      #expect(records == [["1", "2"], ["3", "4"]])
    }
  }

  struct Cell: Sendable, CustomTestStringConvertible {
    let text: String
    let value: String?
    init(_ text: String, _ value: String?) { (self.text, self.value) = (text, value) }
    var testDescription: String { text.debugDescription }
  }

  @Test(arguments: [
    Cell("", nil), Cell("\"\"", ""), Cell(" ", " "), Cell("  x ", "  x "), Cell("\"x\"", "x"),
    Cell("\"a,b\"", "a,b"), Cell("\"a\nb\"", "a\nb"), Cell("\"a\r\nb\"", "a\r\nb"),
    Cell("\"a\rb\"", "a\rb"), Cell("\"\"\"\"", "\""), Cell("\"\"\"a\"\"\"", "\"a\""),
    Cell("\"a\"\"b\"\"c\"", "a\"b\"c"), Cell("\"\"\"\n,\"\"\"", "\"\n,\""), Cell("'x'", "'x'"),
    Cell("東京", "東京"), Cell("👩🏽‍🍳", "👩🏽‍🍳"), Cell("קפה", "קפה"), Cell("a;b\tc", "a;b\tc"),
    Cell("a\u{0}b", "a\u{0}b"),
    Cell("NULL", "NULL"),
  ])
  func `A cell is read as it was meant, wherever it stands`(cell: Cell) throws {
    let text = "a,b,c\n\(cell.text),x,\(cell.text)\nx,\(cell.text),x\n"
    let (_, records) = try read(text)
    #expect(records == [[cell.value, "x", cell.value], ["x", cell.value, "x"]])
  }

  @Test func `A byte order mark is not part of the first name`() throws {
    #expect(try read("\u{FEFF}id,x\n1,2").header == ["id", "x"])
    #expect(try read("\u{FEFF}\"id\",x\n1,2").header == ["id", "x"])
  }

  @Test func `Blank lines are skipped, but are records where there is one column`() throws {
    #expect(try read("\n\na,b\n\n1,2\r\n\r\n3,4\n\n\n").records == [["1", "2"], ["3", "4"]])
    #expect(try read("a\n1\n\n2\n").records == [["1"], [nil], ["2"]])
    #expect(try read("a,b\n,\n").records == [[nil, nil]])
  }

  @Test func `A header alone is a file without records`() throws {
    #expect(try read("a,b").records.isEmpty)
    #expect(try read("a,\"b \"\"c\"\"\"\n").header == ["a", "b \"c\""])
  }

  @Test func `Cells with doubled quotes do not affect their neighbours`() throws {
    let row = (1...50).map { "\"\($0)\"\"\(String(repeating: "x", count: $0))\"" }
    let names = (1...50).map { "c\($0)" }.joined(separator: ",")
    let (_, records) = try read(names + "\n" + row.joined(separator: ",") + "\n")
    #expect(records == [(1...50).map { "\($0)\"\(String(repeating: "x", count: $0))" }])
  }

  @Test func `The line of a record counts the lines inside quoted cells`() throws {
    let file = try CSVFile(
      name: "t.csv", bytes: "a,b\n1,\"x\r\ny\rz\n\"\r\n\r\n2,3\n".utf8)
    var reader = try CSVReader(file)
    var lines: [Int] = []
    while try reader.next() { lines.append(reader.line) }
    #expect(lines == [2, 7])
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    let text: String
    let kind: CSVError.Kind
    let line: Int?
    let column: Int?
    let says: String
    init(
      _ text: String, _ kind: CSVError.Kind, _ line: Int?, _ column: Int?, _ says: String
    ) {
      (self.text, self.kind, self.line, self.column, self.says) = (text, kind, line, column, says)
    }
    var testDescription: String { text.debugDescription }
  }

  @Test(arguments: [
    Mistake("", .noHeader, nil, nil, "first line must name the columns"),
    Mistake("\n\n", .noHeader, nil, nil, "first line must name the columns"),
    Mistake("a,,c\n", .columnName, 1, 3, "column 2"),
    Mistake("a,\"\"\n", .columnName, 1, 4, "column 2"),
    Mistake("id,x,ID\n", .columnName, 1, 6, "columns 1 and 3"),
    Mistake("a,b\u{0}\n", .columnName, 1, 3, "NUL"),
    Mistake("a,b\n1\n", .cellCount, 2, nil, "1 cell where the header has 2"),
    Mistake("a,b\n1,2\n\n1,2,3\n", .cellCount, 4, nil, "3 cells where the header has 2"),
    Mistake("a,b\n1,\"2\n3,4\n", .unterminatedQuote, 2, 3, "never closed"),
    Mistake("a,b\n1,\"2\"\"", .unterminatedQuote, 2, 3, "never closed"),
    Mistake("a,b\né1,x\"y\"\n", .misplacedQuote, 2, 5, "does not begin with one"),
    Mistake("a,b\n1, \"y\"\n", .misplacedQuote, 2, 4, "does not begin with one"),
    Mistake("a,b\n\"x\ny\"z,2\n", .misplacedQuote, 3, 3, "a closing quote must be"),
  ])
  func `A mistake names its place and what would be right`(mistake: Mistake) throws {
    let error = try #require(throws: CSVError.self) { _ = try read(mistake.text) }
    #expect(error.kind == mistake.kind)
    #expect(error.line == mistake.line)
    #expect(error.column == mistake.column)
    #expect(error.description.contains(mistake.says))
    #expect(error.description.hasPrefix("test.csv:"))
  }

  @Test(
    arguments: [
      ([0x61, 0x0A, 0x31, 0xFF], 2, 2), ([0x61, 0x0D, 0x0A, 0xC3, 0xA9, 0xC3], 2, 2),
      ([0xEF, 0xBB, 0xBF, 0xC0, 0x80], 1, 1), ([0x61, 0x0D, 0xED, 0xA0, 0x80], 2, 1),
      ([0x61, 0x2C, 0x80], 1, 3),
    ] as [([UInt8], Int, Int)])
  func `Invalid UTF-8 is refused with its place`(
    bytes: [UInt8], line: Int, column: Int
  ) throws {
    let error = try #require(throws: CSVError.self) { _ = try read(bytes: bytes) }
    #expect(error.kind == .invalidUTF8)
    #expect(error.line == line)
    #expect(error.column == column)
  }

  @Test func `A missing file is named`() throws {
    let error = try #require(throws: CSVError.self) { _ = try CSVFile(path: "/nowhere/x.csv") }
    #expect(error.kind == .unreadable)
    #expect(error.description == "/nowhere/x.csv: there is nothing of this name; check the path")
    let folder = try #require(throws: CSVError.self) { _ = try CSVFile(path: "/") }
    #expect(folder.description == "/: this is not a regular file")
  }
}
