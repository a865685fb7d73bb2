import RecordStore
import RowscopeModel
import TestSupport
import Testing
import Workspaces

/// A workspace of a catalog: what works without records, and what does not.
@Suite struct CatalogCommandTests {
  private let folder: TemporaryFolder
  private let rowscope: RowscopeProcess
  private let driver: SQLiteOracle

  private static let tables = """
    CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE);
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, owner INTEGER, secret TEXT,
      shouted TEXT GENERATED ALWAYS AS (upper(secret)), client INTEGER REFERENCES clients (id));
    CREATE INDEX tasks_owner ON tasks (owner);
    CREATE VIEW own AS SELECT id, title FROM tasks;
    CREATE VIRTUAL TABLE texts USING fts5 (body);
    INSERT INTO tasks (id, title, owner, secret) VALUES (1, 'it''s', 7, 's1'), (2, 'b', 8, 's2');
    """

  init() throws {
    driver = try SQLiteOracle(Self.tables)
    let catalog = try driver.value(CatalogKind.sqlite.statement).text ?? ""
    folder = try TemporaryFolder([
      "workspace.json": """
      {"database": {"catalog": "c.catalog.json"}, "users": "users.json", "profiles": {"own": "own.json"}}
      """,
      "other.json": """
      {"database": "h.db", "users": "users.json", "profiles": {"own": "own.json"}}
      """,
      "stored.json": """
      {"database": {"catalog": "c.catalog.json"}, "profiles": {"own": "own.json"},
       "users": {"table": "clients", "id_user": "id", "profile": "name"}}
      """,
      "own.json": """
      {"tables_enabled": {"tasks": {"data": [{"field": "owner", "reference": "id_user"}],
        "fields_excluded": ["secret"], "can_delete": 1}}}
      """,
      "users.json": #"[{"id_user": 7, "name": "Ana", "profile": "own"}]"#,
      "c.catalog.json": catalog,
    ])
    try Connection(.create(path: folder.path("h.db"))).execute(Self.tables)
    rowscope = RowscopeProcess(folder: folder.path)
  }

  @Test func `what needs no records is as from the database`() throws {
    for arguments in [
      ["compile", "tasks", "--as", "7", "--where", "title != c", "--sort", "owner desc"],
      ["compile", "tasks", "--as", "7", "--predicate", "delete"],
      ["access", "tasks", "--as", "7"], ["tables"], ["schema", "tasks"],
      ["schema", "own"],
    ] {
      let fromCatalog = try rowscope.run(arguments)
      let fromDatabase = try rowscope.run(arguments + ["--workspace", "other.json"])
      #expect(fromCatalog.exitCode == 0 && !fromCatalog.text.isEmpty, "\(fromCatalog.messages)")
      if arguments != ["tables"] { #expect(fromCatalog.text == fromDatabase.text, "\(arguments)") }
    }
    #expect(try rowscope.run(["schema", "texts_data"]).exitCode != 0)
    #expect(try rowscope.run(["check"]).text.hasSuffix("1 profile, 0 errors, 0 warnings\n"))
    #expect(try rowscope.run(["menu", "--as", "7"]).messages == "the menu is empty\n")
    let compiled = try rowscope.run(["compile", "tasks", "--as", "7", "--select", "title"])
    #expect(try driver.rows(compiled.text, [7, 100]) == [["it's"]])
    let plain = try rowscope.run([
      "compile", "tasks", "--db", "c.catalog.json", "--profile", "own.json", "--user", "7",
      "--select",
      "title",
    ])
    #expect(plain.text == compiled.text)
  }

  @Test func `records are neither read nor written`() throws {
    for arguments in [
      ["query", "tasks"], ["count", "tasks"], ["get", "tasks", "1"], ["explain", "tasks"],
      ["update", "tasks", "1", "title=x"], ["delete", "tasks", "1"], ["create", "tasks"],
    ] {
      let outcome = try rowscope.run(arguments + ["--as", "7"])
      #expect(outcome.exitCode == 2 && outcome.text.isEmpty, "\(arguments)")
      #expect(
        outcome.messages.contains("the workspace has a catalog of tables, and no records"),
        "\(arguments): \(outcome.messages)")
    }
    let hidden = try rowscope.run(["query", "tasks", "--as", "7", "--where", "secret = s1"])
    let missing = try rowscope.run(["query", "tasks", "--as", "7", "--where", "nosuch = s1"])
    #expect(hidden.messages.replacing("secret", with: "nosuch") == missing.messages)
    // Who is in a table of users is not known either.
    let stored = try rowscope.run(["compile", "tasks", "--as", "7", "--workspace", "stored.json"])
    #expect(stored.exitCode == 2 && stored.messages.contains("no records"), "\(stored.messages)")
  }

  @Test func `mistakes of a catalog are shown in it`() throws {
    for (text, message) in [
      (#"{"catalog": "sqlite", "statements": ["DROP TABLE x"]}"#, "it is not one CREATE statement"),
      (#"{"catalog": "sqlite", "statements": ["CREATE TABLE a (b); ATTACH 'x' AS y"]}"#, "not one"),
      (#"{"catalog": "sqlite", "statements": ["CREATE TABLE a"]}"#, "incomplete input"),
      (#"{"catalog": "sqlite", "statements": ["CREATE TABLE a (b", "x"]}"#, "incomplete input"),
      (
        #"{"catalog": "sqlite", "statements": ["CREATE TABLE a AS SELECT randomblob(9) AS x"]}"#,
        "a table is defined by its columns, not by a query"
      ),
      (
        #"{"catalog": "sqlite", "statements": ["CREATE TEMP TABLE a (b)"]}"#, "it is not one CREATE"
      ),
      (
        #"{"catalog": "sqlite", "statements": ["CREATE VIRTUAL TABLE a USING fts5 (b)"]}"#,
        "it is not one CREATE"
      ),
      (
        #"{"catalog": "sqlite", "statements": ["CREATE VIEW temp.a AS SELECT 1"]}"#,
        "a name with that of a database before it"
      ),
      (#"{"catalog": "sqlit", "statements": []}"#, #"did you mean "sqlite"?"#),
      (#"{"catalog": "sqlite", "tables": []}"#, #"the key "statements" is missing"#),
      (#"{"catalog": "postgresql", "schema": "s", "tables": [], "encoding": "LATIN1"}"#, "in UTF8"),
      (
        #"{"catalog": "postgresql", "schema": "s", "encoding": "UTF8", "tables": [{"name": "a", "kind": "table"}]}"#,
        #"the key "columns" is missing"#
      ),
    ] {
      try folder.write(text, to: "c.catalog.json")
      let outcome = try rowscope.run(["check"])
      #expect(outcome.exitCode == 1 && outcome.messages.contains("c.catalog.json:1:"), "\(text)")
      #expect(outcome.messages.contains(message), "\(outcome.messages)")
    }
  }

  @Test func `a catalog of PostgreSQL shows its tables`() throws {
    try folder.write(
      """
      {"catalog": "postgresql", "schema": "public", "encoding": "UTF8", "tables": [
        {"name": "tasks", "kind": "table", "primary_key": ["id"], "indexed": ["id"],
         "foreign_keys": [{"columns": ["client"], "table": "clients", "references": ["id"]}],
         "columns": [
          {"name": "id", "type": "bigint", "not_null": true}, {"name": "owner", "type": "integer"},
          {"name": "secret", "type": "text"}, {"name": "Twice", "type": "text"},
          {"name": "twice", "type": "text"}, {"name": "client", "type": "uuid"},
          {"name": "told", "type": "date", "generated_from": ["secret", "id"]},
          {"name": "gone", "type": "text", "generated_from": ["Twice"]}]},
        {"name": "clients", "kind": "table", "primary_key": ["id"], "columns": [
          {"name": "id", "type": "uuid", "not_null": true}]},
        {"name": "seen", "kind": "view", "columns": []}]}
      """, to: "c.catalog.json")
    let access = try rowscope.run(["access", "tasks", "--as", "7", "--format", "json"]).text
    #expect(!access.contains("wice") && !access.contains("gone"))
    let table = try rowscope.run(["access", "tasks", "--as", "7"]).text
    #expect(table.contains(#"told    hidden    it may tell of "secret""#), "\(table)")
    let check = try rowscope.run(["check"])
    #expect(check.exitCode == 0)
    for note in ["`seen` left out", "`tasks`.`Twice` left out", "`tasks`.`gone` left out"] {
      #expect(check.text.contains("note: " + note), "\(check.text)")
    }
    let schema = try rowscope.run(["schema", "tasks"]).text
    #expect(schema.contains("client  uuid text") || schema.contains("clients.id"), "\(schema)")
  }

  @Test func `a database without tables has a catalog`() throws {
    try folder.write(#"{"catalog": "sqlite", "statements": []}"#, to: "c.catalog.json")
    try folder.write("{}", to: "own.json")
    let check = try rowscope.run(["check"])
    #expect(check.exitCode == 0, "\(check.text)\(check.messages)")
  }

  /// Printed with the line feed escaped, the name is that of the other field.
  @Test func `a name that cannot be printed is in JSON alone`() throws {
    let table = #"CREATE TABLE t (id INTEGER PRIMARY KEY, \"a\nb\", \"a\\nb\")"#
    try folder.write(
      #"{"catalog": "sqlite", "statements": ["\#(table)"]}"#, to: "c.catalog.json")
    try folder.write(
      #"{"tables_enabled": {"t": {"fields_excluded": ["a\\nb"]}}}"#, to: "own.json")
    let printed = try rowscope.run(["compile", "t", "--as", "7"])
    #expect(printed.exitCode == 2 && printed.text.isEmpty)
    #expect(printed.messages.contains("a name has control characters"), "\(printed.messages)")
    let json = try rowscope.run(["compile", "t", "--as", "7", "--format", "json"])
    #expect(json.text.contains(#"\"t\".\"a\nb\""#), "\(json.text)")
    #expect(!json.text.contains(#"a\\nb"#))
    let id = try rowscope.run(["compile", "t", "--as", "7", "--select", "id"])
    #expect(id.exitCode == 0, "\(id.messages)")
  }

  @Test func `types may have other names, and a key needs no word`() throws {
    try folder.write(
      """
      {"catalog": "postgresql", "schema": "app", "encoding": "UTF8", "tables": [
        {"name": "tasks", "kind": "table", "primary_key": ["id"],
         "foreign_keys": [{"columns": ["owner"], "table": "people", "references": ["id"]}],
         "columns": [
          {"name": "id", "type": "int8"}, {"name": "owner", "type": "INT"},
          {"name": "secret", "type": "varchar (20)"}, {"name": "price", "type": "numeric(10,2)"},
          {"name": "seen", "type": "timestamp(3) with time zone"},
          {"name": "done", "type": "bool"}]}]}
      """, to: "c.catalog.json")
    let compiled = try rowscope.run(
      ["compile", "tasks", "--as", "7", "--select", "id", "--where", "done == 1", "-n", "all"])
    // The key is never null, so that it is the order by itself.
    #expect(
      compiled.text.hasSuffix(
        """
        WHERE ("tasks"."owner" = $1::integer)
          AND ("tasks"."done" = $2::boolean)
        ORDER BY "tasks"."id";

        """), "\(compiled.text)\(compiled.messages)")
    let check = try rowscope.run(["check"])
    #expect(
      check.text.contains(
        "note: a foreign key of `tasks` left out: there is no table `people`"), "\(check.text)")
    #expect(!check.text.contains("may be NULL"), "\(check.text)")
  }

  @Test func `SQL for PostgreSQL says its types, and a refusal its place`() throws {
    try folder.write(
      """
      {"catalog": "postgresql", "schema": "app", "encoding": "UTF8", "tables": [
        {"name": "tasks", "kind": "table", "primary_key": ["id"], "columns": [
          {"name": "id", "type": "bigint", "not_null": true}, {"name": "owner", "type": "integer"},
          {"name": "secret", "type": "text"}, {"name": "price", "type": "numeric"}]}]}
      """, to: "c.catalog.json")
    let compiled = try rowscope.run(
      ["compile", "tasks", "--as", "7", "--select", "price", "--where", "id in 1, 2, 2.5"])
    #expect(
      compiled.text == """
        -- $1 = 7
        -- $2 = '{1,2}'
        -- $3 = 100
        SELECT "tasks"."price"::text
        FROM "app"."tasks"
        WHERE ("tasks"."owner" = $1::integer)
          AND ("tasks"."id" = ANY ($2::bigint[]))
        ORDER BY "tasks"."id"
        LIMIT $3::bigint;

        """, "\(compiled.messages)")
    let json = try rowscope.run(
      ["compile", "tasks", "--as", "7", "--select", "id", "--format", "json"])
    let types = json.text.filter { !$0.isWhitespace }
    #expect(types.contains(#""types":["integer","bigint"]"#), "\(json.text)")
    let refused = try rowscope.run(["compile", "tasks", "--as", "7", "--where", "price > 3"])
    #expect(refused.exitCode == 2 && refused.text.isEmpty)
    #expect(refused.messages.contains("has no exact form in PostgreSQL"), "\(refused.messages)")
    #expect(refused.messages.contains(#"field "price" of table "tasks""#), "\(refused.messages)")
    let hidden = try rowscope.run(["compile", "tasks", "--as", "7", "--where", "secret > 3"])
    let missing = try rowscope.run(["compile", "tasks", "--as", "7", "--where", "nosuch > 3"])
    #expect(hidden.messages.replacing("secret", with: "nosuch") == missing.messages)
    // A rule has its place, for who compiles and for who reviews.
    try folder.write(
      """
      {"tables_enabled": {"tasks": {
        "data": [{"field": "owner", "reference": "id_user"},
          {"or": [{"field": "secret", "value": "x"}, {"field": "price", "operator": ">", "value": 3}]}],
        "edit_data": [{"field": "price", "operator": "<", "value": 3}]}}}
      """, to: "own.json")
    let ruled = try rowscope.run(["compile", "tasks", "--as", "7"])
    #expect(ruled.exitCode == 2)
    for outcome in [ruled, try rowscope.run(["check"])] {
      let said = outcome.text + outcome.messages
      #expect(said.contains("own.json:3:"), "\(said)")
      #expect(said.contains("own.json:4:"), "\(said)")
      #expect(!said.contains("own.json:2:"), "\(said)")
      #expect(said.contains("warning: PostgreSQL has no exact form of this: "), "\(said)")
      #expect(said.contains(#"field "price" of table "tasks", numeric)"#), "\(said)")
    }
  }
}
