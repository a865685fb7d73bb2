import TestSupport
import Testing

/// Files as frameworks leave them, with declared types, through the command and on both engines.
@Suite struct DeclaredTypeCommandTests {
  /// A database, what the workspace declares of it, and one user.
  private struct World {
    let folder: TemporaryFolder
    private let rowscope = RowscopeProcess()

    init(
      _ sql: String, tables: String, rule: String? = nil, user: String = #""id_user": 1"#,
      workspace: String = ""
    ) throws {
      let table = try #require(
        sql.split(separator: " ").dropFirst(2).first.map { $0.prefix { $0 != "(" } })
      let grant = rule.map { #"{"*": "*", "data": [\#($0)]}"# } ?? #""*""#
      folder = try TemporaryFolder([
        "workspace.json": """
        {"database": "app.sqlite", "profiles": {"p": "p.json"}, "users": "users.json",
         "tables": {\(tables)}\(workspace)}
        """,
        "p.json": #"{"tables_enabled": {"*": "*", "\#(table)": \#(grant)}}"#,
        "users.json": #"[{"name": "Ann", "profile": "p", \#(user)}]"#,
      ])
      try folder.sql(sql, on: "app.sqlite")
    }

    func run(_ words: String...) throws -> RowscopeProcess.Outcome { try run(words) }

    func run(_ words: [String]) throws -> RowscopeProcess.Outcome {
      try rowscope.run(words + ["--workspace", folder.path, "--as", "Ann"])
    }

    /// The ids of a list, by both engines.
    func ids(_ table: String, _ words: String...) throws -> [Int] {
      let outcome = try rowscope.run(
        ["query", table, "--select", "id", "--engine", "both"]
          + (words.contains("--now") ? [] : ["--now", "2026-11-29T12:00:00Z"]) + words + [
            "--workspace", folder.path, "--as", "Ann",
          ])
      #expect(outcome.exitCode == 0, "\(outcome.messages)")
      return outcome.text.split(separator: "\n").compactMap { line in
        Int(line.dropFirst(#"{"id":"#.count).dropLast())
      }
    }

    func check() throws -> RowscopeProcess.Outcome {
      try rowscope.run(["check", "--workspace", folder.path])
    }
  }

  // MARK: Dates

  private static let posts = """
    CREATE TABLE post(id INTEGER PRIMARY KEY, publish_at TEXT, expires_at TEXT);
    INSERT INTO post VALUES
      (1, '2026-11-29 08:00:00', '2026-11-29 18:00:00'),
      (2, '2026-11-29 20:00:00', '2026-12-29 18:00:00'),
      (3, '2026-11-28 08:00:00', '2026-11-29 09:00:00'),
      (4, '2026-11-29T00:30:00-03:00', '2026-11-29T10:00:00-03:00');
    """
  private static let declared =
    #""post": {"fields": {"publish_at": {"type": "datetime"}, "expires_at": {"type": "datetime"}}}"#

  @Test(arguments: [
    (#"{"field": "publish_at", "operator": "<=", "reference": "now"}"#, [1, 3, 4]),
    (#"{"field": "expires_at", "operator": ">", "reference": "now"}"#, [1, 2, 4]),
    (#"{"field": "publish_at", "reference": "today"}"#, [1, 2, 4]),
    (#"{"field": "publish_at", "operator": "last days", "value": 1}"#, [1, 2, 4]),
    (
      #"{"field": "publish_at", "operator": "between", "value": ["2026-11-29T00:00:00Z", "2026-11-29T23:59:59Z"]}"#,
      [1, 2, 4]
    ),
    (#"{"not": {"field": "publish_at", "operator": "<=", "reference": "now"}}"#, [2]),
    (#"{"field": "publish_at", "value": "2026-11-29T03:30:00+00:00"}"#, [4]),
    (#"{"field": "publish_at", "operator": "starts with", "value": "2026-11-29T"}"#, [4]),
  ])
  func `a moment is a moment however it is written`(rule: String, ids: [Int]) throws {
    let world = try World(Self.posts, tables: Self.declared, rule: rule)
    #expect(try world.ids("post") == ids)
  }

  @Test func `moments are sorted as such, on every page`() throws {
    let world = try World(Self.posts, tables: Self.declared)
    #expect(try world.ids("post", "--sort", "publish_at") == [3, 4, 1, 2])
    #expect(try world.ids("post", "--sort=-publish_at") == [2, 1, 4, 3])
    var (after, found): ([String], [Int]) = ([], [])
    for _ in 0..<4 {
      let page = try world.run(
        ["query", "post", "--sort", "publish_at", "--limit", "1", "--select", "id"] + after)
      found += page.text.split(separator: "\n").compactMap { Int($0.dropFirst(6).dropLast()) }
      // The rest is announced with how to get it.
      let words = page.messages.split { " \n`".contains($0) }.map { String($0) }
      after = words.firstIndex(of: "--after").map { ["--after", words[$0 + 1]] } ?? []
    }
    #expect(found == [3, 4, 1, 2])
  }

  @Test func `milliseconds are an encoding, and check finds it`() throws {
    let sql = """
      CREATE TABLE post(id INTEGER PRIMARY KEY, publishAt DATETIME);
      INSERT INTO post VALUES (1, 1793491200000), (2, 1798761600000);
      """
    let rule = #"{"field": "publishAt", "operator": "<=", "reference": "now"}"#
    let wrong = try World(
      sql, tables: #""post": {"fields": {"publishAt": {"type": "datetime"}}}"#, rule: rule)
    // A number is no date in ISO text.
    #expect(try wrong.ids("post") == [])
    let check = try wrong.check()
    #expect(check.text.contains("2 of 2 values of \"publishAt\" stand for no value of the type"))
    #expect(check.text.contains("they look like \"encoding\": \"unix_ms\""))
    let right = try World(
      sql,
      tables:
        #""post": {"fields": {"publishAt": {"type": "datetime", "encoding": "unix_ms"}}}"#,
      rule: rule)
    #expect(try right.ids("post") == [1])
    #expect(try right.check().text == "1 profile, 0 errors, 0 warnings\n")
    let created = try right.run("create", "post", "publishAt=2026-11-29T11:00:00Z")
    #expect(created.text == "{\"id\":3,\"publishAt\":1795950000000}\n")
  }

  @Test func `several encodings may be in one column`() throws {
    let world = try World(
      """
      CREATE TABLE post(id INTEGER PRIMARY KEY, at DATETIME);
      INSERT INTO post VALUES (1, 1795953600000), (2, '2026-11-29 11:59:59'), (3, '2026-11-29 12:00:01');
      """,
      tables: #""post": {"fields": {"at": {"type": "datetime", "encoding": ["unix_ms", "iso"]}}}"#,
      rule: #"{"field": "at", "operator": "<=", "reference": "now"}"#)
    #expect(try world.ids("post", "--sort", "at") == [2, 1])
  }

  @Test(arguments: [
    (#", "time_zone": "+02:00""#, "2026-06-20T10:00:00Z", [1, 2]),
    (#", "time_zone": "Europe/Berlin""#, "2026-06-20T10:00:00Z", [1, 2]),
    ("", "2026-06-20T10:00:00Z", [2, 3]),
  ])
  func `today is the day of who asks`(workspace: String, now: String, ids: [Int]) throws {
    let sql = """
      CREATE TABLE event(id INTEGER PRIMARY KEY, at TEXT);
      INSERT INTO event VALUES (1, '2026-06-19 22:30:00'), (2, '2026-06-20 21:59:59'), (3, '2026-06-20 22:30:00');
      """
    for rule in [
      #"{"field": "at", "operator": "last days", "value": 1}"#,
      #"{"field": "at", "reference": "today"}"#,
    ] {
      let world = try World(
        sql, tables: #""event": {"fields": {"at": {"type": "datetime"}}}"#, rule: rule,
        workspace: workspace)
      #expect(try world.ids("event", "--now", now) == ids)
    }
  }

  @Test func `a user has a time zone of their own`() throws {
    let world = try World(
      """
      CREATE TABLE event(id INTEGER PRIMARY KEY, at TEXT);
      INSERT INTO event VALUES (1, '2026-06-19 22:30:00'), (2, '2026-06-20 22:30:00');
      """, tables: #""event": {"fields": {"at": {"type": "datetime"}}}"#,
      rule: #"{"field": "at", "reference": "today"}"#,
      user: #""id_user": 1, "time_zone": "Europe/Berlin""#)
    #expect(try world.ids("event", "--now", "2026-06-20T10:00:00Z") == [1])
  }

  @Test(arguments: [
    (#"{"field": "publish_at", "operator": "<", "value": "today"}"#, "a date, or a date and time"),
    (
      #"{"field": "publish_at", "operator": "<=", "value": "2026-13-45"}"#,
      "a date, or a date and time"
    ),
    (#"{"field": "id", "operator": "<", "value": "abc"}"#, "compares as numbers"),
  ])
  func `a value that cannot be meant is an error`(rule: String, message: String) throws {
    let world = try World(Self.posts, tables: Self.declared, rule: rule)
    let check = try world.check()
    #expect(check.exitCode == 1)
    #expect(check.text.contains(message))
    #expect(try world.run("query", "post").exitCode == 3)
  }

  // MARK: Other types

  @Test func `a checkbox may be a letter`() throws {
    let sql = """
      CREATE TABLE article(id INTEGER PRIMARY KEY, private BOOLEAN);
      INSERT INTO article VALUES (1, 0), (2, 'f'), (3, 'false'), (4, 1), (5, 't'), (6, 'true'), (7, 'maybe');
      CREATE INDEX a ON article(private);
      """
    let declared = #""article": {"fields": {"private": {"type": "checkbox"}}}"#
    let open = try World(
      sql, tables: declared, rule: #"{"field": "private", "operator": "!=", "value": true}"#)
    #expect(try open.ids("article") == [1, 2, 3, 7])
    let secret = try World(sql, tables: declared, rule: #"{"field": "private", "value": true}"#)
    #expect(try secret.ids("article") == [4, 5, 6])
    #expect(try secret.ids("article", "--sort", "private,-id") == [6, 5, 4])
    #expect(try open.run("get", "article", "2").text == "{\"id\":2,\"private\":false}\n")
    #expect(
      try open.check().text.contains("1 of 7 values of \"private\" stand for no value of the type"))
  }

  private static let people = """
    CREATE TABLE doc(id BLOB PRIMARY KEY NOT NULL, owner BLOB REFERENCES person(id), title TEXT);
    CREATE TABLE person(id BLOB PRIMARY KEY NOT NULL, name TEXT);
    INSERT INTO person VALUES (x'3fdfc4f5aeab4d729c96201e004349fa', 'Ann');
    INSERT INTO doc VALUES
      (x'01010101010101010101010101010101', x'3fdfc4f5aeab4d729c96201e004349fa', 'of Ann'),
      (x'02020202020202020202020202020202', NULL, 'of nobody');
    """

  @Test(arguments: ["", #", "form": "blob""#])
  func `a UUID in a blob is found by its text`(form: String) throws {
    let tables = """
      "doc": {"fields": {"id": {"type": "uuid"\(form)}}},
      "person": {"fields": {"id": {"type": "uuid"\(form)}}}
      """
    let id = "3fdfc4f5-aeab-4d72-9c96-201e004349fa"
    let world = try World(
      Self.people, tables: tables, rule: #"{"field": "owner", "reference": "id_user"}"#,
      user: #""id_user": "\#(id.uppercased())""#)
    let list = try world.run("query", "doc", "--engine", "both")
    #expect(
      list.text
        == #"{"id":"01010101-0101-0101-0101-010101010101","owner":"\#(id)","title":"of Ann"}"#
        + "\n")
    #expect(try world.run("get", "person", id).text == #"{"id":"\#(id)","name":"Ann"}"# + "\n")
    #expect(
      try world.run("count", "doc", "--where", "id like 0101-0101", "--engine", "both").text
        == "1\n")
    #expect(try world.run("count", "doc", "--where", "owner.name = Ann").text == "1\n")
    let created = try world.run(
      "create", "doc", "id={04040404-0404-0404-0404-040404040404}", "owner=\(id)", "title=new")
    #expect(created.exitCode == 0, "\(created.messages)")
    let stored = try world.folder.sql(
      "SELECT typeof(id), hex(owner) FROM doc WHERE title = 'new'", on: "app.sqlite")
    #expect(stored == [["blob", id.uppercased().replacing("-", with: "")]])
    let other = try World(
      Self.people, tables: tables,
      rule: #"{"field": "owner", "operator": "!=", "reference": "id_user"}"#,
      user: #""id_user": "\#(id)""#)
    #expect(
      try other.run("query", "doc", "--select", "title").text == "{\"title\":\"of nobody\"}\n")
  }

  @Test func `a key that two spellings share is refused`() throws {
    let world = try World(
      """
      CREATE TABLE doc(id TEXT PRIMARY KEY NOT NULL, n INTEGER);
      INSERT INTO doc VALUES
        ('3FDFC4F5-AEAB-4D72-9C96-201E004349FA', 1), ('3fdfc4f5aeab4d729c96201e004349fa', 2),
        ('01010101-0101-0101-0101-010101010101', 3);
      """, tables: #""doc": {"fields": {"id": {"type": "uuid"}}}"#)
    let shared = try world.run("get", "doc", "3fdfc4f5-aeab-4d72-9c96-201e004349fa")
    #expect(shared.exitCode != 0)
    #expect(shared.messages.contains("different spellings"))
    for words in [
      ["update", "doc", "3fdfc4f5aeab4d729c96201e004349fa", "n=9"],
      ["delete", "doc", "3fdfc4f5aeab4d729c96201e004349fa"],
    ] {
      #expect(try world.run(words).exitCode != 0)
    }
    #expect(
      try world.run("get", "doc", "{01010101010101010101010101010101}", "--select", "n").text
        == "{\"n\":3}\n")
    // All of them are in the list, in the order of what is stored.
    #expect(
      try world.run("query", "doc", "--select", "n", "--engine", "both").text
        == "{\"n\":3}\n{\"n\":1}\n{\"n\":2}\n")
  }

  @Test func `a number may be text`() throws {
    let world = try World(
      """
      CREATE TABLE bill(id INTEGER PRIMARY KEY, amount VARCHAR(40));
      INSERT INTO bill VALUES (1, '12.0000'), (2, '9.5'), (3, 'NA'), (4, NULL), (5, '100');
      """, tables: #""bill": {"fields": {"amount": {"type": "currency"}}}"#)
    #expect(try world.ids("bill", "--where", "amount > 9.6") == [1, 5])
    #expect(
      try world.ids(
        "bill", "--filter", #"{"not": {"field": "amount", "operator": ">", "value": 9.6}}"#) == [
          2, 3, 4,
        ])
    #expect(try world.ids("bill", "--where", "amount = 12") == [1])
    #expect(try world.ids("bill", "--sort", "amount") == [4, 3, 2, 1, 5])
    let error = try world.run("query", "bill", "--where", "amount < abc")
    #expect(error.exitCode == 2)
    #expect(error.messages.contains("takes a number"))
  }

  @Test func `text in a column of numbers is no large number`() throws {
    let world = try World(
      """
      CREATE TABLE flight(id INTEGER PRIMARY KEY, delay INTEGER);
      INSERT INTO flight VALUES (1, 70), (2, 'NA'), (3, 5), (4, NULL), (5, x'01');
      CREATE INDEX f ON flight(delay);
      """, tables: #""flight": {"fields": {"delay": {"type": "number"}}}"#)
    #expect(try world.ids("flight", "--where", "delay > 60") == [1])
    #expect(try world.ids("flight", "--where", "delay >= 5") == [1, 3])
    #expect(try world.ids("flight", "--sort", "delay") == [4, 2, 5, 3, 1])
    #expect(try world.ids("flight", "--sort=-delay") == [1, 3, 2, 5, 4])
    #expect(try world.ids("flight", "--sort", "delay", "--limit", "2", "--page", "2") == [5, 3])
  }

  @Test(arguments: [
    ("", #"{"field": "blocked", "operator": "!=", "reference": "id_user"}"#, [3, 4, 5]),
    ("", #"{"field": "blocked", "reference": "id_user"}"#, [1, 2]),
    (#", "member": "text""#, #"{"field": "blocked", "value": "007"}"#, [3]),
    (#", "member": "number""#, #"{"field": "blocked", "value": 7}"#, [1, 2, 3]),
  ])
  func `a member may be a number or its digits`(member: String, rule: String, ids: [Int]) throws {
    let world = try World(
      """
      CREATE TABLE doc(id INTEGER PRIMARY KEY, blocked TEXT);
      INSERT INTO doc VALUES (1, '["7"]'), (2, '[7.0]'), (3, '["007"]'), (4, '[]'), (5, 'null');
      """, tables: #""doc": {"fields": {"blocked": {"type": "users"\#(member)}}}"#, rule: rule,
      user: #""id_user": 7"#)
    #expect(try world.ids("doc") == ids)
  }

  @Test func `members may be parts of a text`() throws {
    let world = try World(
      """
      CREATE TABLE doc(id INTEGER PRIMARY KEY, tags TEXT);
      INSERT INTO doc VALUES (1, '|3|7|'), (2, '||'), (3, '|37|'), (4, NULL), (5, '|a b| c |');
      """, tables: #""doc": {"fields": {"tags": {"type": "tags", "separator": "|"}}}"#)
    #expect(try world.ids("doc", "--where", "tags = 7") == [1])
    #expect(try world.ids("doc", "--where", "tags != 7") == [2, 3, 4, 5])
    #expect(try world.ids("doc", "--where", "tags is empty") == [2, 4])
    #expect(try world.run("get", "doc", "5").text == #"{"id":5,"tags":["a b","c"]}"# + "\n")
    let changed = try world.run("update", "doc", "2", "tags:=[\"x\",5]")
    #expect(changed.text == #"{"id":2,"tags":["x","5"]}"# + "\n")
  }

  @Test func `an address ignores case where that is declared`() throws {
    let world = try World(
      """
      CREATE TABLE person(id INTEGER PRIMARY KEY, email TEXT);
      INSERT INTO person VALUES (1, 'Ann@Example.org'), (2, 'ben@example.org');
      CREATE INDEX e ON person(email);
      """, tables: #""person": {"fields": {"email": {"type": "text", "ignores_case": true}}}"#,
      rule: #"{"field": "email", "reference": "email"}"#,
      user: #""id_user": 1, "email": "ann@example.ORG""#)
    #expect(try world.ids("person") == [1])
  }
}
