import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing

@testable import DataFiles

/// Files of other programs: other delimiters, and words for what is missing.
@Suite struct CSVDialectTests {
  private static func load(
    _ text: String, _ declaration: CSVTableDeclaration = CSVTableDeclaration()
  ) throws -> CSVTableLoad {
    try CSVTableLoad(
      CSVFile(name: "t.csv", bytes: Array(text.utf8)), name: "t", declaration: declaration,
      columnLimit: 100)
  }

  private static func rows(_ load: CSVTableLoad) throws -> [[Value]] {
    var rows: [[Value]] = []
    try load.forEachRecord { values, _ in
      rows.append(
        values.map { value in
          switch value.storageClass {
          case .null: .null
          case .integer: .integer(value.integer)
          case .real: .real(value.real)
          case .text, .blob: .text(Text(bytes: value.bytes))
          }
        })
      return true
    }
    return rows
  }

  // MARK: Delimiters

  @Test(arguments: [
    ("a;b\n1;2\n", ";"), ("a\tb\n1\t2\n", "\t"), ("a|b\n1|2\n", "|"),
    ("name;amount\nx;1,5\ny;2,5\n", ";"), ("\"a;b\";c\n\"1;\n2\";3\n", ";"),
    // Commas come first, and a line with as many cells of each kind says nothing.
    ("a,b\n1,2\n", ","), ("a;b,c;d\n1;2,3;4\n", ","),
    // With a comma the lines disagree, with a semicolon they agree.
    ("id;name, first\n1;x\n", ";"), ("id;\"name, first\"\n1;x\n", ";"),
  ])
  func `the delimiter is found where all lines agree`(text: String, delimiter: String) throws {
    let load = try Self.load(text)
    #expect([load.dialect.delimiter] == Array(delimiter.utf8))
  }

  @Test(arguments: ["a;b\n1;2;3\n", "a;b|c\n1;2|3\n", "note\nx;y\n", "a;b\nx\n"])
  func `where lines do not agree on one the comma stays`(text: String) throws {
    #expect(try Self.load(text).dialect.delimiter == .comma)
  }

  /// Read in another way, a name that is there twice would pass.
  @Test func `a header with names that are not allowed keeps its commas`() throws {
    let error = try #require(throws: CSVError.self) { try Self.load("id,a|b,c,id\n") }
    #expect(error.kind == .columnName)
  }

  @Test func `a line that disagrees with commas is reported as before`() throws {
    let error = try #require(throws: CSVError.self) { try Self.load("a,b;c\n1,2;3\n4\n") }
    #expect(error.kind == .cellCount)
    #expect(error.line == 3)
  }

  @Test func `a declared delimiter is the only one`() throws {
    let declaration = CSVTableDeclaration(delimiter: UInt8(ascii: ";"))
    #expect(try Self.load("a,b\n1,2\n", declaration).definition.columns.map(\.name) == ["a,b"])
    let error = try #require(throws: CSVError.self) {
      try Self.load("a;b\n1;2;3\n", declaration)
    }
    #expect(error.kind == .cellCount)
    #expect(error.description.contains("a semicolon inside a cell needs quotes"))
  }

  @Test func `the cells are those of commas`() throws {
    let text = "id,name,n\n1,\"x, \"\"y\"\"\",\n2,\"\",1.5\n3,z,2\n"
    let expected = try Self.rows(Self.load(text))
    for (byte, name) in CSVDialect.delimiters.dropFirst() {
      let delimiter = String(decoding: [byte], as: UTF8.self)
      let other = text.replacing(",", with: delimiter)
        .replacing("x\(delimiter) ", with: "x, ")
      #expect(try Self.rows(Self.load(other)) == expected, "\(name)")
    }
  }

  // MARK: Words for null

  @Test func `declared words are null where they are not quoted`() throws {
    let text = "id,delay,word\n1,5,NA\n2,NA,x\n3,-,\"NA\"\n4,\"\",-\n"
    let declaration = CSVTableDeclaration(nulls: ["NA", "-"])
    let load = try Self.load(text, declaration)
    #expect(load.definition.columns.map(\.declaredType) == ["INTEGER", "INTEGER", "TEXT"])
    #expect(
      try Self.rows(load) == [
        [1, 5, .null], [2, .null, "x"], [3, .null, "NA"], [4, .null, .null],
      ])
    #expect(load.notes.isEmpty)
  }

  @Test func `a declared number takes declared words`() throws {
    let declaration = CSVTableDeclaration(columnTypes: ["n": "REAL"], nulls: ["N/A"])
    #expect(try Self.rows(Self.load("n,m\nN/A,1\n", declaration)) == [[.null, 1]])
    #expect(throws: CSVError.self) {
      try Self.rows(Self.load("n,m\nNA,1\n", declaration))
    }
  }

  @Test func `a primary key has no word for null`() throws {
    let declaration = CSVTableDeclaration(primaryKey: ["k"], nulls: ["NA"])
    let error = try #require(throws: CSVError.self) {
      try Self.rows(Self.load("k,m\nNA,1\n", declaration))
    }
    #expect(error.kind == .primaryKey)
  }

  @Test(arguments: [
    ("1,000.00", 19, false), ("1,000.00", 20, true), ("$5", 60, true), ("5 EUR", 60, true),
    ("x", 12_000, true),
  ]) func `a few texts among numbers are said`(text: String, numbers: Int, isSaid: Bool) throws {
    var lines = (1...numbers).map { "\($0),\($0 * 10),n\($0)" }
    lines.insert("0,\"\(text)\",n", at: numbers / 2)
    let load = try Self.load("id,amount,name\n" + lines.joined(separator: "\n") + "\n")
    #expect(load.definition.columns.map(\.declaredType) == ["INTEGER", "TEXT", "TEXT"])
    let count = min(numbers + 1, 10_000)
    #expect(
      load.notes.map(\.description)
        == (isSaid
          ? [
            """
            t.csv: the column "amount" is text: of its first \(count) cells that are not empty 1 is no \
            number, such as "\(text)"
            """
          ] : []))
    // It is no word for a missing value.
    #expect(load.notes.allSatisfy { $0.words.isEmpty && $0.hint.hasPrefix("write numbers as") })
  }

  @Test func `words that make a column of numbers text are counted`() throws {
    let load = try Self.load(
      "id,delay,price,name,mixed,none,quoted\n"
        + "1,5,1.5,NA,1,NA,1\n2,NA,-,x,NA,NA,\"NA\"\n3,,N/A,NA,x,NA,2\n4,NA,-,-,2,-,\n")
    #expect(
      load.definition.columns.map(\.declaredType)
        == ["INTEGER", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT"])
    #expect(
      load.notes.map(\.description) == [
        #"t.csv: the column "delay" is text: of its 4 cells 2 are "NA", and all others are numbers or empty"#,
        #"t.csv: the column "price" is text: of its 4 cells 2 are "-", 1 is "N/A", and all others are numbers or empty"#,
      ])
    #expect(load.notes[1].hint.contains(#""null": ["-", "N/A"]"#))
  }

  @Test func `a declared column is not noted`() throws {
    let declaration = CSVTableDeclaration(columnTypes: ["n": "TEXT"])
    #expect(try Self.load("n,m\nNA,1\n1,2\n", declaration).notes.isEmpty)
  }
}
