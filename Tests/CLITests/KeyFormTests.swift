import TestSupport
import Testing

/// Relations whose key is stored in another form than the field that refers to it.
@Suite struct KeyFormTests {
  private static let one = "3fdfc4f5-aeab-4d72-9c96-201e004349fa"
  private static let two = "01010101-0101-0101-0101-010101010101"
  private static let sql = """
    CREATE TABLE device(id BLOB PRIMARY KEY NOT NULL, name TEXT);
    CREATE TABLE reading(id INTEGER PRIMARY KEY, device TEXT REFERENCES device(id), value INTEGER);
    CREATE INDEX reading_device ON reading(device);
    INSERT INTO device VALUES (x'3fdfc4f5aeab4d729c96201e004349fa', 'one'),
      (x'01010101010101010101010101010101', 'two');
    INSERT INTO reading VALUES (1, '3fdfc4f5-aeab-4d72-9c96-201e004349fa', 5),
      (2, '01010101-0101-0101-0101-010101010101', 7), (3, NULL, 1);
    """
  private static let forms = #"""
    "device": {"fields": {"id": {"type": "uuid", "form": "blob"}}},
    "reading": {"fields": {"device": {"type": "uuid", "form": "text"}}}
    """#

  private let rowscope = RowscopeProcess()

  private func world(_ sql: String, tables: String, device: String = #""*""#) throws
    -> TemporaryFolder
  {
    let folder = try TemporaryFolder([
      "workspace.json": """
      {"database": "app.sqlite", "profiles": {"p": "p.json"}, "users": "users.json",
       "tables": {\(tables)}}
      """,
      "p.json": #"{"tables_enabled": {"*": "*", "device": \#(device)}}"#,
      "users.json": #"[{"name": "Ann", "profile": "p", "id_user": 1}]"#,
    ])
    try folder.sql(sql, on: "app.sqlite")
    return folder
  }

  private func run(_ folder: TemporaryFolder, _ words: String...) throws -> String {
    let outcome = try rowscope.run(words + ["--workspace", folder.path, "--as", "Ann"])
    return outcome.exitCode == 0 ? outcome.text : outcome.messages
  }

  private func check(_ folder: TemporaryFolder) throws -> String {
    let outcome = try rowscope.run(["check", "--workspace", folder.path])
    return outcome.text + outcome.messages
  }

  @Test func answersFollowUUIDsOfTwoForms() throws {
    let folder = try world(Self.sql, tables: Self.forms)
    #expect(
      try run(folder, "query", "reading", "--select", "id,device.name", "--engine", "both") == """
        {"id":1,"device":{"name":"one"}}
        {"id":2,"device":{"name":"two"}}
        {"id":3,"device":null}

        """)
    #expect(
      try run(
        folder, "query", "device", "--select", "name", "--where", "reading.value >= 7", "--engine",
        "both") == "{\"name\":\"two\"}\n")
  }

  @Test func theKeysIndexServes() throws {
    let folder = try world(
      Self.sql + """
        WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
        INSERT INTO device SELECT randomblob(16), 'one' FROM n;
        """, tables: Self.forms)
    let text = try run(folder, "explain", "reading", "--where", "device.name = one")
    #expect(text.contains("sqlite_autoindex_device_1"), "\(text)")
  }

  /// A reference is written in its own declared form, and only to a record that is seen.
  @Test func referencesAreWrittenInTheirOwnForm() throws {
    let folder = try world(
      Self.sql, tables: Self.forms,
      device: #"{"*": "*", "data": [{"field": "name", "value": "one"}]}"#)
    // Without the foreign key, which compares what is stored.
    try folder.sql(
      """
      DROP TABLE reading;
      CREATE TABLE reading(id INTEGER PRIMARY KEY, device TEXT, value INTEGER);
      """, on: "app.sqlite")
    try folder.write(
      """
      {"database": "app.sqlite", "profiles": {"p": "p.json"}, "users": "users.json",
       "tables": {"device": {"fields": {"id": {"type": "uuid", "form": "blob"}}},
        "reading": {"fields": {"device": {"type": "uuid", "form": "text",
         "relation": {"table": "device", "field": "id"}}}}}}
      """, to: "workspace.json")
    let digits = Self.one.replacing("-", with: "").uppercased()
    let created = try run(folder, "create", "reading", "device=\(digits)", "value=2")
    #expect(created.contains(Self.one), "\(created)")
    #expect(try run(folder, "create", "reading", "device=\(Self.two)").contains("does not exist"))
    #expect(
      try run(folder, "query", "reading", "--select", "device.name", "--engine", "both")
        == "{\"device\":{\"name\":\"one\"}}\n")
  }

  @Test func checkSaysWhereFormsDiffer() throws {
    let undeclared = try world(
      Self.sql, tables: #""device": {"fields": {"id": {"type": "uuid"}}}"#)
    #expect(
      try check(undeclared).contains(
        "\"device\" of \"reading\" and the key \"id\" of \"device\" hold UUIDs in two forms, and are "
          + "compared as they are stored: declare the key \"form\": \"blob\" and the other "
          + "\"form\": \"text\""))
    let inherited = try world(
      Self.sql, tables: #""device": {"fields": {"id": {"type": "uuid", "form": "blob"}}}"#)
    #expect(
      try check(inherited).contains(
        "2 of 2 values of \"device\" of \"reading\" stand for no value of the type of the key that "
          + "they refer to: declare it \"type\": \"uuid\", \"form\": \"text\""))
    #expect(try !check(world(Self.sql, tables: Self.forms)).contains("form"))
  }
}
