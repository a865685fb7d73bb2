import Foundation
import TestSupport
import Testing

/// A folder of files as a database.
@Suite struct ImportCommandTests {
  private let rowscope = RowscopeProcess()

  private func folder() throws -> TemporaryFolder {
    try TemporaryFolder([
      "workspace.json": """
      {"database": "data", "null": ["NA"], "profiles": {"p": "p.json"},
       "users": [{"id_user": 1, "profile": "p"}],
       "tables": {
         "tasks": {"fields": {
           "client": {"relation": {"table": "clients", "field": "code"}},
           "phone": {"column": "TEXT"}, "watchers": {
             "type": "users", "link": {"table": "watch", "record": "task", "member": "user"}}}},
         "clients": {"primary_key": ["code"]},
         "watch": {"primary_key": ["task", "user"]},
       }}
      """,
      "p.json": #"{"tables_enabled": {"*": "*"}}"#,
      "data/tasks.csv": "id;client;n;phone\n1;a;5;011\n2;x;NA;22\n3;;7;3\n",
      "data/clients.jsonl": """
      {"code": "a", "limit": 1.5, "tags": ["x"], "vip": true}

      {"vip": false, "code": "b", "new": 3}
      """, "data/watch.ndjson": #"{"task": 1, "user": 9}"# + "\n",
    ])
  }

  @Test func `types, keys and relations are those that are declared`() throws {
    let folder = try folder()
    let made = try rowscope.run("import", folder.path("data"), folder.path("x.sqlite"))
    #expect(made.exitCode == 0)
    #expect(made.messages.contains("with the declarations of \(folder.path)/workspace.json"))
    #expect(made.messages.contains("warning: 1 record of tasks refers to no record of clients"))
    #expect(made.messages.contains("3 tables and 6 records in"))
    func rows(_ sql: String) throws -> [[String?]] { try folder.sql(sql, on: "x.sqlite") }
    #expect(
      try rows("SELECT name, sql FROM sqlite_schema ORDER BY type DESC, name") == [
        [
          "clients",
          "CREATE TABLE \"clients\" (\"code\" TEXT, \"limit\" REAL, \"tags\" TEXT, \"vip\" INTEGER, "
            + "\"new\" INTEGER, PRIMARY KEY (\"code\")) WITHOUT ROWID",
        ],
        [
          "tasks",
          "CREATE TABLE \"tasks\" (\"id\" INTEGER PRIMARY KEY, \"client\" TEXT, \"n\" INTEGER, "
            + "\"phone\" TEXT, FOREIGN KEY (\"client\") REFERENCES \"clients\" (\"code\"))",
        ],
        [
          "watch",
          "CREATE TABLE \"watch\" (\"task\" INTEGER, \"user\" INTEGER, PRIMARY KEY (\"task\", "
            + "\"user\"), FOREIGN KEY (\"task\") REFERENCES \"tasks\" (\"id\")) WITHOUT ROWID",
        ], ["tasks_client", "CREATE INDEX \"tasks_client\" ON \"tasks\" (\"client\")"],
      ])
    #expect(
      try rows("SELECT * FROM tasks") == [
        ["1", "a", "5", "011"], ["2", "x", nil, "22"], ["3", nil, "7", "3"],
      ])
    #expect(
      try rows("SELECT * FROM clients") == [
        ["a", "1.5", #"["x"]"#, "1", nil], ["b", nil, nil, "0", "3"],
      ])
    #expect(try rows("PRAGMA integrity_check") == [["ok"]])
  }

  @Test func `the workspace serves the database as it served the files`() throws {
    let made = try rowscope.shell(
      """
      rm -rf /tmp/rowscope-imported && cp -r SampleData /tmp/rowscope-imported
      rowscope import /tmp/rowscope-imported /tmp/rowscope-imported/desk.sqlite --quiet
      sed -i.old 's/"database": "tables"/"database": "desk.sqlite"/' \
        /tmp/rowscope-imported/workspace.json
      rowscope check --workspace /tmp/rowscope-imported
      """)
    #expect(made.exitCode == 0)
    #expect(made.text.contains("profiles, 0 errors, "))
    for table in ["tasks", "clients", "assets", "comments", "on-call rota"] {
      func records(_ workspace: String) throws -> String {
        try rowscope.run(
          "query", table, "--workspace", workspace, "--as", "Helena", "--limit", "all", "-q"
        ).text
      }
      #expect(try records("SampleData") == records("/tmp/rowscope-imported"), "\(table)")
    }
    try FileManager.default.removeItem(atPath: "/tmp/rowscope-imported")
  }

  @Test(arguments: [
    ("t.csv", "a,b\n1\n", "t.csv:2: this record has 1 cell"),
    ("t.jsonl", "{\"a\": 1}\n{\"a\" 1}\n", "t.jsonl:2:"),
    ("t.jsonl", "{\"a\": 1, \"a\": 2}\n", "is given twice in one record"),
    ("t.jsonl", "\n", "no line names a field"), ("t.txt", "x", "no file of .csv, .jsonl, .ndjson"),
  ])
  func `a mistake is said, and leaves no file`(name: String, text: String, message: String) throws {
    let folder = try TemporaryFolder(["data/\(name)": text])
    let made = try rowscope.run("import", folder.path("data"), folder.path("x.sqlite"))
    #expect(made.exitCode == 4)
    #expect(made.messages.contains(message), "\(made.messages)")
    #expect(try folder.names == ["data"])
  }

  @Test func `a file is replaced where that is asked for`() throws {
    let folder = try TemporaryFolder(["data/t.csv": "id\n1\n", "x.sqlite": "mine"])
    let refused = try rowscope.run("import", folder.path("data"), folder.path("x.sqlite"))
    #expect(refused.exitCode == 4)
    #expect(try folder.read("x.sqlite") == "mine")
    let made = try rowscope.run("import", folder.path("data"), folder.path("x.sqlite"), "--replace")
    #expect(made.exitCode == 0)
    #expect(made.messages == "1 table and 1 record in \(folder.path)/x.sqlite\n")
  }
}
