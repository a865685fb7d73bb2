import Documents
import Foundation
import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@testable import RowscopeCLI

/// The first workspace of a database.
@Suite struct InitCommandTests {
  private let rowscope = RowscopeProcess()

  /// As frameworks leave it: no foreign keys declared but one, dates in several encodings.
  private static let tables = """
    CREATE TABLE auth_user (id INTEGER PRIMARY KEY, username TEXT, is_active BOOLEAN);
    INSERT INTO auth_user VALUES (7, 'ana', 1), (8, 'bia', 0);
    CREATE TABLE teams (id INTEGER PRIMARY KEY, name TEXT);
    INSERT INTO teams VALUES (1, 'south');
    CREATE TABLE clients (id INTEGER PRIMARY KEY, "group" TEXT);
    INSERT INTO clients VALUES (1, 'a'), (2, 'b');
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, owner_id INTEGER, team INTEGER REFERENCES teams,
      client INTEGER, wrong_client_id INTEGER, due_date TEXT, created_at INTEGER, seen TEXT,
      amount REAL, watchers TEXT, tags TEXT, note TEXT, n INTEGER, updated INTEGER, is_open TEXT,
      token TEXT, key BLOB, paid BOOLEAN, done_on TEXT, viewers TEXT, ZCREATEDAT REAL, last_visit INTEGER, published_at REAL);
    INSERT INTO tasks VALUES
      (1, 7, 1, 1, 99, '2026-01-01', 1770000000, '2026-01-01 10:00:00', 1.5, '[7,8]', '["a"]', 'x', 1,
        1770000000000, 't', '6ba7b810-9dad-11d1-80b4-00c04fd430c8', x'000102030405060708090a0b0c0d0e0f',
        't', '2026-01-01 10:00:00', '["7"]',
        790000000.5, 13414000000000000, 2461000.5),
      (2, 8, 1, 2, 1, '2026-02-01', 1770000001, '2026-01-01T10:00:00Z', 2, '[]', '[]', NULL, 0,
        1770000000001, 'f', NULL, NULL, 0, NULL, '[8]', NULL, NULL, NULL);
    CREATE INDEX done ON tasks (done_on);
    """

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.sql(Self.tables, on: "app.sqlite")
    return folder
  }

  @Test func `the workspace works at once, and says what it guessed`() throws {
    let folder = try folder()
    let made = try rowscope.run("init", folder.path("app.sqlite"))
    #expect(made.exitCode == 0)
    #expect(made.messages.contains("try it: rowscope query auth_user --workspace "))
    #expect(
      try rowscope.run("check", "--workspace", folder.path).text
        == "1 profile, 0 errors, 0 warnings\n")
    let tasks = try rowscope.run("count", "tasks", "--workspace", folder.path, "--as", "ana")
    #expect(tasks.text == "2\n")
    let update = try rowscope.run(
      "update", "tasks", "1", "note=y", "--workspace", folder.path, "--as", "7")
    #expect(update.exitCode == 3)
    let workspace = try folder.read("workspace.json")
    for line in [
      #""owner_field": "owner_id","#, #""team_field": "team","#,
      #""owner_id": {"type": "user", "relation": {"table": "auth_user", "field": "id"}},"#,
      #""client": {"relation": {"table": "clients", "field": "id"}},"#,
      #""due_date": {"type": "date"},"#,
      #""created_at": {"type": "datetime", "encoding": "unix"},"#,
      #""seen": {"type": "datetime"},"#, #""amount": {"type": "currency"},"#,
      #""watchers": {"type": "users"},"#, #""tags": {"type": "tags"},"#,
      #""is_active": {"type": "checkbox"},"#,
      #""updated": {"type": "datetime", "encoding": "unix_ms"},"#,
      #""is_open": {"type": "checkbox"},"#, #""token": {"type": "uuid", "form": "text"},"#,
      #""key": {"type": "uuid", "form": "blob"},"#,
      #""paid": {"type": "checkbox"},"#, #""viewers": {"type": "users"},"#,
      #""done_on": {"type": "datetime", "layout": "YYYY-MM-DD HH:MM:SS"},"#,
      #""ZCREATEDAT": {"type": "datetime", "encoding": "apple"},"#,
      #""last_visit": {"type": "datetime", "encoding": "webkit"},"#,
      #""published_at": {"type": "datetime", "encoding": "julian"},"#,
    ] {
      #expect(
        workspace.contains("        " + line) || workspace.contains("      " + line), "\(line)")
    }
    // One value is no key of clients, and a number is no guess.
    #expect(!workspace.contains(#""wrong_client_id""#))
    #expect(!workspace.contains(#""n":"#))
    // A group in words is no team.
    #expect(!workspace.contains(#""team_field": "group""#))
    #expect(workspace.components(separatedBy: "// guess: ").count > 10)
    #expect(
      try folder.read("users.json").contains(
        #"{"id_user": 7, "name": "ana", "profile": "reader"},"#))
    #expect(
      try folder.read("profiles/reader.json")
        .contains(#"// "tasks": {"data": [{"field": "owner_id", "reference": "id_user"}]},"#))
  }

  /// Texts that are meant as something else are declared, or at least told of.
  @Test func `decimals, flags and days as texts`() throws {
    let folder = try TemporaryFolder([
      "sales/deals.csv": """
      id;won;price;rate;list_price;closed
      1;TRUE;12.50;0.25;1.234,50;21/05/2026
      2;;9.00;1.50;12,5;01/06/2026
      3;FALSE;100.00;3.25;0,99;31/12/2025

      """
    ])
    #expect(try rowscope.run("init", folder.path("sales")).exitCode == 0)
    #expect(try folder.read("workspace.json").contains(#""won": {"type": "checkbox"}"#))
    let table = try TemporaryFolder()
    try table.sql(
      """
      CREATE TABLE deals (id INTEGER PRIMARY KEY, price TEXT, rate TEXT, list_price TEXT, closed TEXT);
      INSERT INTO deals VALUES (1, '12.50', '0.25', '1.234,50', '21/05/2026'),
        (2, '9.00', '1.50', '12,5', '01/06/2026'), (3, '', '3.25', '0,99', '');
      """, on: "app.sqlite")
    #expect(try rowscope.run("init", table.path("app.sqlite")).exitCode == 0)
    #expect(try table.read("workspace.json").contains(#""price": {"type": "currency"}"#))
    let dear = try rowscope.run(
      "query", "deals", "--where", "price > 10", "--select", "id", "--workspace", table.path,
      "--as",
      "1", "--format", "csv")
    #expect(dear.text == "id\r\n1\r\n", "\(dear.messages)")
    let check = try rowscope.run("check", "--workspace", table.path).text
    for note in [
      #""rate" of "deals" holds decimals as texts, which compare as text: if they are numbers"#,
      #""list_price" of "deals" holds numbers with a decimal comma, which compare as text"#,
      #""closed" of "deals" holds days with the year last, which compare as text"#,
    ] { #expect(check.contains("note: " + note), "\(check)") }
    let mistaken = try rowscope.run(
      "query", "deals", "--workspace", table.path("app.sqlite"), "--as", "1")
    #expect(mistaken.messages.contains("this is a SQLite database, and no workspace"))
    #expect(mistaken.messages.contains("--db FILE --profile FILE"), "\(mistaken.messages)")
  }

  @Test func `its profile leaves out what looks like a secret`() throws {
    let folder = try TemporaryFolder()
    try folder.sql(
      """
      CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, password TEXT, "apiToken" TEXT);
      INSERT INTO users VALUES (1, 'Ana', 'x', 'y');
      """, on: "app.db")
    #expect(try rowscope.run("init", folder.path("app.db")).exitCode == 0)
    #expect(
      try rowscope.run("query", "users", "--workspace", folder.path, "--as", "1").text
        == "{\"id\":1,\"name\":\"Ana\"}\n")
  }

  @Test func `its documents fit their schemas, whatever the names`() throws {
    let folder = try TemporaryFolder()
    try folder.sql(
      #"""
      CREATE TABLE "a ""b"" \ */ // é" ("x""y" INTEGER PRIMARY KEY, "owner" INTEGER, "due
      date" TEXT);
      INSERT INTO "a ""b"" \ */ // é" VALUES (1, 1, '2026-01-01');
      CREATE TABLE "users" ("id" TEXT PRIMARY KEY NOT NULL, name TEXT);
      INSERT INTO users VALUES ('007', 'Ana "x"');
      """#, on: "app.db")
    #expect(try rowscope.run("init", folder.path("app.db")).exitCode == 0)
    #expect(
      try rowscope.run("check", "--workspace", folder.path).text
        == "1 profile, 0 errors, 0 warnings\n")
    #expect(
      try rowscope.run("count", "users", "--workspace", folder.path, "--as", "007").text == "1\n")
  }

  @Test func `nothing is replaced unless that is asked for`() throws {
    let folder = try folder()
    try folder.write("mine", to: "users.json")
    let refused = try rowscope.run("init", folder.path("app.sqlite"))
    #expect(refused.exitCode == 4)
    #expect(refused.messages.contains("users.json: the file exists already"))
    #expect(try folder.names.sorted() == ["app.sqlite", "users.json"])
    #expect(try rowscope.run("init", folder.path("app.sqlite"), "--replace").exitCode == 0)
    #expect(try folder.read("users.json") != "mine")
  }

  @Test func `the database in the current folder is found`() throws {
    let folder = try folder()
    let made = try rowscope.shell(
      "cd '\(folder.path)' && rowscope init && rowscope count tasks --as 7")
    #expect(made.exitCode == 0)
    #expect(made.text == "2\n")
    try folder.sql("CREATE TABLE t (id INTEGER PRIMARY KEY)", on: "other.db")
    let several = try rowscope.shell("cd '\(folder.path)' && rowscope init --replace")
    #expect(several.exitCode == 2)
    #expect(several.messages.contains("several databases here: app.sqlite, other.db"))
    let empty = try TemporaryFolder()
    let none = try rowscope.shell("cd '\(empty.path)' && rowscope init")
    #expect(none.exitCode == 2)
    let missing = try rowscope.run("init", empty.path("x.sqlite"))
    #expect(missing.exitCode == 4)
  }

  @Test func `a folder of CSV files gets one beside it`() throws {
    let folder = try TemporaryFolder([
      "data/users.csv": "id,name\n1,Ana\n", "data/notes.csv": "id,user_id,on\n1,1,2026-01-01\n",
    ])
    #expect(try rowscope.run("init", folder.path("data")).exitCode == 0)
    #expect(
      try rowscope.run("count", "notes", "--workspace", folder.path, "--as", "Ana").text == "1\n")
    let workspace = try folder.read("workspace.json")
    #expect(workspace.contains(#""database": "data","#))
    #expect(workspace.contains(#"{"type": "user", "relation": {"table": "users", "field": "id"}}"#))
  }

  @Test func `words for missing numbers are taken for null`() throws {
    let folder = try TemporaryFolder(["data/t.csv": "id,n\n1,5\n2,NA\n3,-\n"])
    #expect(try rowscope.run("init", folder.path("data")).exitCode == 0)
    #expect(try folder.read("workspace.json").contains(#"  "null": ["NA", "-"],"#))
    #expect(
      try rowscope.run("check", "--workspace", folder.path).text
        == "1 profile, 0 errors, 0 warnings\n")
  }

  @Test func `an empty database has nothing to guess`() throws {
    let folder = try TemporaryFolder()
    try folder.sql("CREATE TABLE t (a)", on: "app.sqlite")
    #expect(try rowscope.run("init", folder.path("app.sqlite")).exitCode == 0)
    #expect(try rowscope.run("check", "--workspace", folder.path).exitCode == 0)
  }

  // MARK: Forms of values

  @Test(
    arguments: [
      ("2026-01-31", [.isoDay]), ("2026-13-01", []), ("2026-01-31 10:00", [.isoMoment]),
      ("2026-01-31T10:00:00.5Z", [.isoMoment]), ("2026-01-31x", []),
      (1_770_000_000, [.number, .unix, .apple]), (1_770_000_000_000, [.number, .unixMilliseconds]),
      (1_770_000_000_000_000, [.number, .unixMicroseconds]),
      (13_414_000_000_000_000, [.number, .webkit]), (2_461_000.5, [.number, .apple, .julian]),
      (1, [.number, .flag]), (2, [.number]), ("t", [.flagLetter]),
      ("FALSE", [.flagLetter, .flagWord]), ("-12.50", [.decimalText]), ("12", []), ("1.2.3", []),
      (".5", []), ("1e5", []),
      ("[1,2]", [.numbers]), (#"["a"]"#, [.members]), ("[]", [.numbers]), ("[[1]]", []), ("[1", []),
      ("6BA7B8109DAD11D180B400C04FD430C8", [.uuid]),
      ("6ba7b8109dad11d180b400c04fd430c8", [.uuidDigits, .uuid]),
      ("6ba7b810-9dad-11d1-80b4-00c04fd430c8", [.uuidText, .uuid]), ("x", []),
    ] as [(Value, [ColumnSample.Form])])
  func `a value has forms`(value: Value, forms: [ColumnSample.Form]) {
    var sample = ColumnSample()
    sample.observe(value)
    sample.observe(.null)
    #expect(
      ColumnSample.Form.allCases.filter { sample.isAll($0) }
        == ColumnSample.Form.allCases.filter(forms.contains))
  }
}
