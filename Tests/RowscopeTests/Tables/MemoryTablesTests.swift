import Documents
import FilterMemory
import Foundation
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing

@testable import DataFiles
@testable import RecordEngine
@testable import Rowscope
@testable import Workspaces

@Suite("Tables of records that are in no database")
struct MemoryTablesTests {
  private static let tasks = Table(
    name: "tasks",
    fields: [
      Field(name: "id", affinity: .integer), Field(name: "title", affinity: .text),
      Field(name: "done", affinity: .integer, isNullable: false),
      Field(name: "amount", affinity: .real),
    ], primaryKey: [FieldID(0)])

  private func rows(_ tables: MemoryTables, _ name: String) throws -> [[Value]] {
    let database = try tables.database(applying: nil)
    let id = try #require(database.schema.tableID(named: name))
    let table = try database.table(id)
    return (0..<table.rowCount).map { row in
      database.schema[id].fieldIndices.map { table.value($0, row: row) }
    }
  }

  /// The message of the error, or nil.
  private func fault(_ body: (inout MemoryTables) throws(TableSourceError) -> Void) -> String? {
    var tables = MemoryTables()
    do throws(TableSourceError) {
      try body(&tables)
      return nil
    } catch {
      #expect((try? tables.database(applying: nil))?.schema.tables.isEmpty == true)
      return error.description
    }
  }

  // MARK: Records

  @Test func rowsAreStoredByTheAffinityOfTheirColumns() throws {
    var tables = MemoryTables()
    try tables.add(
      Self.tasks,
      rows: [["7", "Write", true, 3], [8.0, 12, "1", "2.5"], ["x", .null, false, .real(.nan)]])
    #expect(
      try rows(tables, "Tasks") == [
        [7, "Write", 1, 3.0], [8, "12", 1, 2.5], ["x", .null, 0, .null],
      ])
    #expect(tables.recordCount(of: "TASKS") == 3 && tables.byteCount > 0)
  }

  @Test func recordsByName() throws {
    var tables = MemoryTables()
    try tables.add(
      Self.tasks, records: [["ID": 1, "done": 0], ["title": "Write", "id": 2, "done": 1]])
    #expect(try rows(tables, "tasks") == [[1, .null, 0, .null], [2, "Write", 1, .null]])
  }

  @Test func faultyRecords() {
    #expect(
      fault { tables throws(TableSourceError) in try tables.add(Self.tasks, rows: [[1, "a", 0]]) }
        == "tasks, record 1: 3 values were given for 4 fields")
    #expect(
      fault { tables throws(TableSourceError) in
        try tables.add(Self.tasks, rows: [[1, "a", 0, 0], [2, "a", .null, 0]])
      } == "tasks, record 2: the field `done` has no value, but requires one")
    #expect(
      fault { tables throws(TableSourceError) in
        try tables.add(Self.tasks, rows: [[.null, "a", 0, 0]])
      }
        == "tasks, record 1: the field `id` has no value, but is part of the primary key"
    )
    #expect(
      fault { tables throws(TableSourceError) in
        try tables.add(Self.tasks, rows: [[2, "a", 0, 0], [1, "a", 0, 0], ["2.0", "b", 0, 0]])
      }
        == "tasks, record 3: an earlier record has the same primary key (`id`); change one of them, or declare another key"
    )
    #expect(
      fault { tables throws(TableSourceError) in
        try tables.add(Self.tasks, records: [["id": 1, "done": 0, "titel": "secret"]])
      } == "tasks, record 1: the table has no field \"titel\"; did you mean \"title\"?")
    #expect(
      fault { tables throws(TableSourceError) in
        try tables.add(Self.tasks, records: [["id": 1, "ID": 2]])
      }?.hasPrefix("tasks, record 1: the field `id` is given twice") == true)
  }

  @Test func faultyDeclarations() {
    #expect(
      fault { tables throws(TableSourceError) in
        try tables.add(Table(name: "sqlite_x", fields: [Field(name: "a")]), rows: [])
      }?.contains("SQLite reserves names") == true)
    #expect(
      fault { tables throws(TableSourceError) in
        try tables.add(Table(name: "t", fields: []), rows: [])
      } == "t: a table needs at least one field")
    #expect(
      fault { tables throws(TableSourceError) in
        try tables.add(
          Table(name: "t", fields: [Field(name: "a")], primaryKey: [FieldID(3)]), rows: [])
      }?.contains("the primary key") == true)
    var tables = MemoryTables()
    #expect(throws: TableSourceError.self) {
      try tables.add(Self.tasks, rows: [])
      try tables.add(Table(name: "TASKS", fields: [Field(name: "a")]), rows: [])
    }
  }

  @Test func relationsAndAWorkspace() throws {
    var tables = MemoryTables()
    try tables.add("clients", csv: "id,region\n1,south\n2,north\n".utf8)
    try tables.add(
      "tasks",
      csv: "id,client,owners\n1,1,\"[7,8]\"\n2,2,[7]\n3,,\n4,1,[8]\n".utf8,
      declaration: CSVTableDeclaration(columnTypes: ["owners": "TEXT"]))
    try tables.add("watching", csv: "task,user\n1,7\n1,9\n3,8\n".utf8)
    try tables.relate("tasks", "client", to: "clients", "id")
    let workspace = try WorkspaceDocument(
      document: SourceDocument(
        name: "workspace.json",
        text: """
          {"database": "none", "profiles": {}, "tables": {"tasks": {"fields": {
            "owners": {"type": "users"},
            "watchers": {"type": "users", "link": {"table": "watching", "record": "task", "member": "user"}}}}}}
          """))
    let database = try tables.database(applying: workspace)
    let id = try #require(database.schema.tableID(named: "tasks"))
    let table = database.schema[id]
    #expect(table.relations.map(\.name) == ["client"])
    #expect(database.schema.table(named: "clients")?.relations.map(\.name) == ["tasks"])
    let watchers = try #require(table.fieldID(named: "watchers"))
    let query = Query(
      table: id, scope: .always, projection: [FieldID(0), watchers], order: [OrderKey(FieldID(0))])
    #expect(
      try database.select(query).records() == [
        [1, "[7,9]"], [2, "[]"], [3, "[8]"], [4, "[]"],
      ])
    #expect(throws: TableSourceError.self) { try tables.relate("tasks", "x", to: "clients", "id") }
    #expect(throws: TableSourceError.self) { try tables.relate("tasks", "client", to: "x", "id") }
  }

  // MARK: CSV

  /// The texts of all hostile values as cells, in columns of every declaration and in inferred
  /// ones.
  private static let files: [(csv: String, declaration: CSVTableDeclaration)] = {
    func cell(_ text: String) -> String { "\"" + text.replacing("\"", with: "\"\"") + "\"" }
    let texts = HostileValues.strings.filter { !$0.contains("\u{0}") }
    let hostile = texts.enumerated().map { index, text in
      "\(index)," + Array(repeating: cell(text), count: 4).joined(separator: ",")
    }
    let numbers = HostileValues.integers.map { "\($0)" } + HostileValues.reals.map { "\($0)" }
    let columns: [Name: String] = [
      "a": "NUMERIC", "b": "TEXT COLLATE NOCASE", "c": "DATE", "d": "JSON",
    ]
    return [
      ("n,a,b,c,d\n" + hostile.joined(separator: "\n"), CSVTableDeclaration(columnTypes: columns)),
      ("n,a,b,c,d\n" + hostile.joined(separator: "\n"), CSVTableDeclaration(primaryKey: ["n"])),
      (
        "n,i,r\n"
          + numbers.filter { $0 != "inf" && $0 != "-inf" && !$0.contains("e") }
          .map { "\($0),\($0),\($0)" }.joined(separator: "\n"),
        CSVTableDeclaration(columnTypes: ["i": "INTEGER", "r": "REAL"])
      ),
      ("id,x,y,z\n3,1,1.5,\n1,2,2,\"\"\n2,,-0.0,text\n", CSVTableDeclaration()),
      ("k1,k2\nb,1\na,2\na,1\n", CSVTableDeclaration(primaryKey: ["k1", "k2"])),
      ("\u{FEFF}only\n1\n\n\"\"\n", CSVTableDeclaration()),
    ]
  }()

  @Test(arguments: files.indices)
  func csvGivesTheSameAsACSVFolder(index: Int) throws {
    let (csv, declaration) = Self.files[index]
    let folder = try TemporaryFolder(["t.csv": csv])
    let image = try CSVFolder(path: folder.path).database(declarations: ["t": declaration])
    let connection = try Connection(.image(image))
    let schema = try connection.readSchema().schema
    var tables = MemoryTables()
    try tables.add(csvFile: folder.path + "/t.csv", declaration: declaration)
    #expect(tables.schema == schema)
    let stored = try TableLoader(schema: schema).load(TableID(0), on: connection)
    let expected = (0..<stored.rowCount).map { row in
      schema.tables[0].fieldIndices.map { stored.value($0, row: row) }
    }
    // A database keeps records in the order of their key; here they stay in the file's order.
    func sorted(_ rows: [[Value]]) -> [String] { rows.map { "\($0)" }.sorted() }
    let found = try rows(tables, "t")
    #expect(sorted(found) == sorted(expected) && !found.isEmpty)
  }

  @Test func faultyCSV() {
    #expect(
      fault { tables throws(TableSourceError) in try tables.add("t", csv: "a,b\n1\n".utf8) }?
        .hasPrefix("t:2: this record has 1 cell where the header has 2") == true)
    #expect(
      fault { tables throws(TableSourceError) in
        try tables.add(
          "t", csv: "a,b\n1,\"x\ny\"\n2,z\n1,w\n".utf8,
          declaration: CSVTableDeclaration(primaryKey: ["a"]))
      }?.hasPrefix("t:5: an earlier record has the same primary key (`a`)") == true)
    #expect(
      fault { tables throws(TableSourceError) in try tables.add(csvFile: "/nonexistent/t.csv") }?
        .hasPrefix("/nonexistent/t.csv: ") == true)
  }

  // MARK: JSON lines

  @Test func jsonLines() throws {
    var tables = MemoryTables()
    try tables.add(
      "t",
      jsonLines: """
        {"id": 2, "title": "caf\\u00e9 \\ud83d\\ude00\\n\\u0000", "tags": ["a", {"b": [1]}], "done": true, "n": 1}

        {"title":"","id":1,"amount":1e3,"tags":null , "mixed": 1, "big": 9007199254740993}\r
          { "id" : 9 , "amount" : 2, "done":false, "mixed":"x", "big":0.5}
        """.utf8)
    let schema = tables.schema.tables[0]
    #expect(
      schema.fields.map { "\($0.name) \($0.declaredType)" } == [
        "id INTEGER", "title TEXT", "tags TEXT", "done INTEGER", "n INTEGER", "amount REAL",
        "mixed ",
        "big NUMERIC",
      ])
    #expect(schema.primaryKey == [FieldID(0)])
    #expect(schema.fields[2].isManyValued && schema.fields[3].kind == .checkbox)
    #expect(
      try rows(tables, "t") == [
        [2, "café 😀\n\u{0}", "[\"a\", {\"b\": [1]}]", 1, 1, .null, .null, .null],
        [1, "", .null, .null, .null, 1000.0, 1, 9_007_199_254_740_993],
        [9, .null, .null, 0, .null, 2.0, "x", 0.5],
      ])
  }

  @Test func jsonLinesOfADeclaredTable() throws {
    var tables = MemoryTables()
    try tables.add(
      Self.tasks, jsonLines: #"{"ID":"7","title":5,"done":0}"#.utf8)
    #expect(try rows(tables, "tasks") == [[7, "5", 0, .null]])
  }

  /// Reals and texts round-trip.
  @Test func writtenJSONLinesAreReadAgain() throws {
    let values = HostileValues.all.filter { value in
      switch value {
      case .blob: false
      case .text(let text): text.validString != nil
      case .null, .integer, .real: true
      }
    }
    let table = Table(name: "t", fields: [Field(name: "c \"quoted\"")])
    var tables = MemoryTables()
    try tables.add(table, rows: values.map { [$0] })
    let query = Query(
      table: TableID(0), scope: .always, projection: [FieldID(0)], order: [])
    var json: [UInt8] = []
    try tables.database(applying: nil).select(query).forEachJSONObject {
      json += Array($0) + [0x0A]
      return true
    }
    var again = MemoryTables()
    try again.add(table, jsonLines: json)
    #expect(try rows(again, "t") == rows(tables, "t"))
  }

  @Test(arguments: [
    ("{\"a\":1}\n{", "2:2: the name of a field"),
    ("{\"a\":1,\"A\":2}", "1:8: the field \"a\" is given twice"),
    ("{}", " no line names a field"), ("", " no line names a field"),
  ])
  func faultyJSONLines(text: String, problem: String) {
    let found = fault { tables throws(TableSourceError) in
      try tables.add("t", jsonLines: text.utf8)
    }
    #expect(found?.hasPrefix("t:" + problem) == true, "\(found ?? "no fault")")
  }

  @Test func faultyJSONLinesOfADeclaredTable() {
    for (text, problem) in [
      (#"{"id":1,"done":0,"titel":"secret"}"#, "tasks:1:18: the table has no field \"titel\""),
      ("{\"id\":1,\"done\":0}\n\n{\"id\":2}", "tasks:3: the field `done` has no value"),
      ("{\"id\":1,\"done\":0}\n\n{\"id\":1,\"done\":0}", "tasks:3: an earlier record has the same"),
    ] {
      let found = fault { tables throws(TableSourceError) in
        try tables.add(Self.tasks, jsonLines: text.utf8)
      }
      #expect(found?.hasPrefix(problem) == true && found?.contains("secret") == false)
    }
  }

  @Test func aRepeatedIdIsNotAKey() throws {
    var tables = MemoryTables()
    try tables.add("t", jsonLines: "{\"id\":1}\n{\"id\":1}".utf8)
    #expect(tables.schema.tables[0].primaryKey.isEmpty)
    try tables.add("u", jsonLines: "{\"id\":1}\n{\"id\":2}".utf8, primaryKey: [])
    #expect(tables.schema.tables[1].primaryKey.isEmpty)
    try tables.add("v", jsonLines: "{\"k\":\"a\"}\n{\"k\":\"b\"}".utf8, primaryKey: ["k"])
    #expect(tables.schema.tables[2].primaryKey == [FieldID(0)])
    #expect(throws: TableSourceError.self) {
      try tables.add("w", jsonLines: "{\"k\":\"a\"}".utf8, primaryKey: ["key"])
    }
  }
}

extension MemoryTables {
  /// The tables with a workspace's declarations.
  fileprivate func database(applying workspace: WorkspaceDocument?) throws -> MemoryDatabase {
    database(of: try declared(by: workspace).schema)
  }
}
