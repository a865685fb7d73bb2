import Foundation
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing

@testable import DataFiles
@testable import RecordStore

@Suite struct CSVFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ files: [String: String]) throws {
    for (name, text) in files { try Data(text.utf8).write(to: folder.url.appending(path: name)) }
  }

  private func connection(
    _ declarations: [Name: CSVTableDeclaration] = [:]
  ) throws -> Connection {
    let image = try CSVFolder(path: folder.path)
      .database(declarations: declarations)
    return try Connection(.image(image))
  }

  private func failure(_ declarations: [Name: CSVTableDeclaration] = [:]) throws -> CSVError {
    try #require(throws: CSVError.self) { _ = try connection(declarations) }
  }

  @Test func `Each file becomes a table with the types of its cells`() throws {
    try write([
      "tasks.csv": """
      id,title,owner,amount,code,nothing,quoted
      1,"a, b",7,10,007,,1
      3,,,2.5,12,,""
      2,"",8,,x,,3
      """, "Other Table.CSV": "a\n1\n", ".hidden.csv": "\"", "notes.txt": "\"",
    ])
    let database = try connection()
    #expect(
      try database.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") == [
        ["Other Table"], ["tasks"],
      ])
    #expect(
      try database.rows("SELECT name, type, pk FROM pragma_table_info('tasks')") == [
        ["id", "INTEGER", 1], ["title", "TEXT", 0], ["owner", "INTEGER", 0], ["amount", "REAL", 0],
        ["code", "TEXT", 0], ["nothing", "TEXT", 0], ["quoted", "INTEGER", 0],
      ])
    #expect(
      try database.rows("SELECT * FROM tasks ORDER BY rowid") == [
        [1, "a, b", 7, 10.0, "007", .null, 1], [2, "", 8, .null, "x", .null, 3],
        [3, .null, .null, 2.5, "12", .null, .null],
      ])
    #expect(try database.rows("PRAGMA page_size") == [[16_384]])
    #expect(try database.rows("PRAGMA integrity_check") == [["ok"]])
  }

  @Test(arguments: [
    ("ID,x\n2,a\n1,b\n", true), ("id,x\n1,a\n1,b\n", false), ("id,x\n1,a\n,b\n", false),
    ("id,x\n1.5,a\n", false), ("id,x\na,b\n", false), ("key,x\n1,a\n", false), ("id,x\n", false),
    ("id,x\n3,a\n1,b\n3,c\n", false), ("id,x\n1,a\n007,b\n", false),
  ])
  func `A column called id is the key where it can be one`(text: String, isKey: Bool) throws {
    try write(["t.csv": text])
    #expect(
      try connection().rows("SELECT pk FROM pragma_table_info('t') LIMIT 1")
        == [[isKey ? 1 : 0]])
  }

  @Test func `Declared keys and types come before inferred ones`() throws {
    try write([
      "t.csv": "id,name,phone,day,amount\n1,b,123,2026-01-01,\"\"\n2,B ,456,,007\n",
      "link.csv": "task,user\n1,2\n1,1\n",
    ])
    let database = try connection([
      "T": CSVTableDeclaration(
        primaryKey: ["Phone"],
        columnTypes: [
          "phone": "TEXT", "DAY": "DATE", "amount": "DECIMAL(10,2)", "id": "real",
          "name": "NVARCHAR(40)  collate nocase",
        ]),
      "link": CSVTableDeclaration(primaryKey: ["user", "task"]),
    ])
    #expect(
      try database.rows("SELECT name, type, pk FROM pragma_table_info('t')") == [
        ["id", "REAL", 0], ["name", "NVARCHAR(40)", 0], ["phone", "TEXT", 1], ["day", "DATE", 0],
        ["amount", "DECIMAL(10,2)", 0],
      ])
    #expect(
      try database.rows("SELECT * FROM t ORDER BY phone") == [
        [1.0, "b", "123", "2026-01-01", ""], [2.0, "B ", "456", .null, 7],
      ])
    #expect(try database.rows("SELECT count(*) FROM t WHERE name = 'B'") == [[1]])
    #expect(
      try database.rows("SELECT name, pk FROM pragma_table_info('link')") == [
        ["task", 2], ["user", 1],
      ])
    #expect(try database.rows("SELECT user FROM link") == [[1], [2]])
  }

  @Test func `A table can be declared to have no key`() throws {
    try write(["t.csv": "id\n1\n"])
    let database = try connection(["t": CSVTableDeclaration(primaryKey: [])])
    #expect(try database.rows("SELECT pk FROM pragma_table_info('t')") == [[0]])
  }

  @Test func `Names and types are taken literally`() throws {
    let column = "a\"\"); DROP TABLE t; --"
    try write([
      "select \"x\" 🙂.csv": "\"\(column)\",order,1st,ação\n1,2,3,4\n"
    ])
    let name = "select \"x\" 🙂"
    let database = try connection([
      Name(name): CSVTableDeclaration(columnTypes: ["order": "INT); DROP TABLE t; --\""])
    ])
    #expect(
      try database.rows("SELECT name, type FROM pragma_table_info(?)", [.text(name)]) == [
        ["a\"); DROP TABLE t; --", "INTEGER"], ["order", "INT); DROP TABLE t; --\""],
        ["1st", "INTEGER"], ["ação", "INTEGER"],
      ])
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    let text: String
    var declaration = CSVTableDeclaration()
    let kind: CSVError.Kind
    var line: Int?
    let says: String
    var testDescription: String { says }
  }

  @Test(arguments: [
    Mistake(
      text: "a,b\n1,2\n1,3\n", declaration: CSVTableDeclaration(primaryKey: ["a"]),
      kind: .primaryKey, line: 3, says: "same primary key (`a`)"),
    Mistake(
      text: "a,b\nx,2\nx,2\n", declaration: CSVTableDeclaration(primaryKey: ["a", "b"]),
      kind: .primaryKey, line: 3, says: "same primary key (`a`, `b`)"),
    Mistake(
      text: "a,b\n1,2\n,3\n", declaration: CSVTableDeclaration(primaryKey: ["a"]),
      kind: .primaryKey, line: 3, says: "`a` is empty"),
    Mistake(
      text: "a,b\n1.5,2\n",
      declaration: CSVTableDeclaration(primaryKey: ["a"], columnTypes: ["a": "INTEGER"]),
      kind: .primaryKey, line: 2, says: "is not a whole number"),
    Mistake(
      text: "a,b\n1,2\n3,\"n\n/a\"\n", declaration: CSVTableDeclaration(columnTypes: ["b": "INT"]),
      kind: .notANumber, line: 3, says: "`b` is not a number"),
    Mistake(
      text: "phone,b\n1,2\n", declaration: CSVTableDeclaration(columnTypes: ["fone": "TEXT"]),
      kind: .unknownColumn(name: "fone", known: ["phone", "b"]),
      says: "the columns are `phone`, `b`"),
    Mistake(
      text: "a,b\n1,2\n", declaration: CSVTableDeclaration(primaryKey: ["c"]),
      kind: .unknownColumn(name: "c", known: ["a", "b"]), says: "no such column"),
    Mistake(
      text: "a,b\n1,2\n", declaration: CSVTableDeclaration(primaryKey: ["a", "A"]),
      kind: .columnName, says: "twice"),
    Mistake(
      text: "a,b\n1,2\n", declaration: CSVTableDeclaration(columnTypes: ["a": "TEXT COLLATE x"]),
      kind: .columnType, says: "unknown collation"),
    Mistake(text: "a,b\n1,2\n3\n", kind: .cellCount, line: 3, says: "1 cell"),
    Mistake(
      text: (0...2000).map { "c\($0)" }.joined(separator: ","), kind: .tooManyColumns, line: 1,
      says: "2001 columns"),
  ])
  func `A mistake names the file, the line and what would be right`(mistake: Mistake) throws {
    try write(["t.csv": mistake.text])
    let error = try failure(["t": mistake.declaration])
    #expect(error.kind == mistake.kind)
    #expect(error.line == mistake.line)
    #expect(error.description.contains(mistake.says))
    #expect(error.description.hasPrefix(folder.path("t.csv") + ":"))
  }

  @Test func `A declared table must exist`() throws {
    try write(["tasks.csv": "a\n1\n", "clients.csv": "a\n1\n"])
    let error = try failure(["taks": CSVTableDeclaration()])
    #expect(error.kind == .unknownTable(name: "taks", known: ["clients", "tasks"]))
    #expect(error.description.contains("the tables are `clients`, `tasks`"))
  }

  @Test func `A folder must exist and hold tables`() throws {
    #expect(try failure().kind == .noTables)
    try write(["t.csv": "a\n"])
    let file = try #require(throws: CSVError.self) {
      _ = try CSVFolder(path: folder.path("t.csv"))
    }
    #expect(file.description.hasSuffix("t.csv: this is not a folder"))
    let absent = try #require(throws: CSVError.self) {
      _ = try CSVFolder(path: folder.path("absent"))
    }
    #expect(absent.kind == .unreadable)
    try write(["T.csv": "a\n"])
    // Where the file system treats both names as one, there is one file here.
    if try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2 {
      #expect(try failure().kind == .tableName)
    }
  }

  @Test func `Names that SQLite reserves are refused`() throws {
    try write(["SQLite_stat1.csv": "a\n1\n"])
    #expect(try failure().kind == .tableName)
  }

  @Test func `Progress goes from nothing to all, and never back`() throws {
    let rows = (1...10_000).map { "\($0),x" }.joined(separator: "\n")
    try write(["a.csv": "id,t\n" + rows, "b.csv": "id,t\n" + rows])
    var parts: [Double] = []
    let path = folder.path
    _ = try CSVFolder(path: path).database { parts.append($0) }
    #expect(parts.count > 4)
    #expect(zip(parts, parts.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(parts.last == 1)
  }

  @Test func `A cancelled task ends the import`() async throws {
    try write(["a.csv": "id\n" + (1...10_000).map(String.init).joined(separator: "\n")])
    let path = folder.path
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      do throws(CSVError) {
        _ = try CSVFolder(path: path).database()
        return nil as CSVError.Kind?
      } catch {
        return error.kind
      }
    }
    #expect(await task.value == .cancelled)
  }

  @Test(arguments: ["csv", "jsonl"])
  func `A cancelled import of a folder says so`(ending: String) async throws {
    let lines = (1...10_000).map { ending == "csv" ? "\($0)" : "{\"id\": \($0)}" }
    try write(["a.\(ending)": ((ending == "csv" ? ["id"] : []) + lines).joined(separator: "\n")])
    let path = folder.path
    let task = Task {
      let source = try FolderImport(path: path)
      let file = try PendingFile(path: path + "/b.sqlite", isReplacing: false)
      withUnsafeCurrentTask { $0?.cancel() }
      do throws(FolderImportError) {
        _ = try source.write(
          to: file, declarations: [:], others: CSVTableDeclaration(), relations: [],
          progress: { _ in })
        return false
      } catch {
        return error.isCancellation
      }
    }
    #expect(try await task.value)
    #expect(try folder.names == ["a.\(ending)"])
  }

  @Test func `Names that look the same are two columns`() throws {
    let (composed, decomposed) = ("\u{E9}", "e\u{301}")
    try write([
      "t.csv": "\(composed),\(decomposed)\n1,1\n",
      // The dot makes one character with the mark before it.
      "x\u{600}.csv": "n\n1\n",
    ])
    let database = try connection(
      ["t": CSVTableDeclaration(columnTypes: [Name(decomposed): "TEXT"])])
    func types(_ table: String) throws -> [[Value]] {
      try database.rows("SELECT type FROM pragma_table_info(?) ORDER BY cid", [.text(table)])
    }
    #expect(try types("t") == [["INTEGER"], ["TEXT"]])
    #expect(try types("x\u{600}") == [["INTEGER"]])
  }

  #if !canImport(Darwin)
    // On macOS they are one file.
    @Test func `Names that look the same are two tables`() throws {
      try write(["\u{E9}.csv": "n\n1\n"])
      try write(["e\u{301}.csv": "n\n1\n"])
      let database = try connection(["e\u{301}": CSVTableDeclaration(columnTypes: ["n": "TEXT"])])
      #expect(try database.rows("SELECT typeof(n) FROM \"\u{E9}\"") == [["integer"]])
      #expect(try database.rows("SELECT typeof(n) FROM \"e\u{301}\"") == [["text"]])
    }
  #endif

  @Test func `No error shows a cell`() throws {
    try write(["t.csv": "a,b\nsecret,\"secret\"\nsecret,1\n"])
    let errors = [
      try failure(["t": CSVTableDeclaration(primaryKey: ["a"])]),
      try failure(["t": CSVTableDeclaration(columnTypes: ["b": "INTEGER"])]),
    ]
    #expect(errors.allSatisfy { !$0.description.contains("secret") })
  }
}
