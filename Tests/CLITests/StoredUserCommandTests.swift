import Foundation
import RecordStore
import TestSupport
import Testing

/// Users and profiles in the database, by the command.
@Suite struct StoredUserCommandTests {
  private let folder: TemporaryFolder

  private static let workspace = """
    {"database": "h.db",
     "users": {"table": "people", "id_user": "id", "name": "name", "email": "email",
               "profile": "role", "seat": "seat", "where": [{"field": "active", "value": 1}],
               "teams": {"table": "memberships", "user": "person", "team": "team"}},
     "profiles": {"table": "roles", "name": "name", "document": "document"},
     "seats": {"limit": 1}}
    """

  init() throws {
    folder = try TemporaryFolder(["workspace.json": Self.workspace])
    try Connection(.create(path: folder.path("h.db"))).execute(
      """
      CREATE TABLE people(id INTEGER PRIMARY KEY, name TEXT, email TEXT, role TEXT, seat TEXT,
        active INTEGER);
      CREATE INDEX people_names ON people(name);
      CREATE TABLE memberships(person INTEGER, team INTEGER);
      CREATE INDEX membership_persons ON memberships(person);
      CREATE TABLE roles(name TEXT NOT NULL PRIMARY KEY, document TEXT);
      CREATE TABLE tasks(id INTEGER PRIMARY KEY, owner INTEGER, team INTEGER);
      INSERT INTO people VALUES (1, 'Ana Lima', 'ana@example.org', 'own', 'developer', 1),
        (2, 'Ana Sá', 'sa@example.org', 'team', 'member', 1), (3, 'Bo', NULL, 'own', NULL, 0),
        (4, '50% Off', NULL, 'faulty', NULL, 1), (5, 'Gil_X', NULL, 'writer', NULL, 1);
      INSERT INTO memberships VALUES (2, 7);
      INSERT INTO tasks VALUES (10, 1, 7), (11, 2, 7), (12, 1, 8);
      INSERT INTO roles VALUES
        ('own', '{"tables_enabled": {"tasks": {"data": [{"field": "owner", "reference": "id_user"}]}}}'),
        ('team', '{"tables_enabled": {"tasks": {"data": [{"field": "team", "operator": "in", "reference": "teams"}]}}}'),
        ('faulty', '{"tables_enabled": {"tasks": {"dta": []}}}'),
        ('writer', '{"tables_enabled": {"people": {"fields_readonly": ["id", "seat", "active"]}, "memberships": {"can_create": 1, "can_edit": 0}}}'),
        ('manager', '{"manage_users": 1, "tables_enabled": {"people": "*", "roles": "*"}}');
      """)
  }

  private func run(_ arguments: String..., input: String = "") throws -> RowscopeProcess.Outcome {
    try RowscopeProcess().run(
      arguments + ["--workspace", folder.path], input: Data(input.utf8))
  }

  private func execute(_ sql: String) throws {
    try Connection(.readWrite(path: folder.path("h.db"))).execute(sql)
  }

  @Test(arguments: [
    ("1", "10\n12"), ("Ana Lima", "10\n12"), ("ana l", "10\n12"), ("ANA@example.org", "10\n12"),
    ("sa@Example.org", "10\n11"), ("ana sá", "10\n11"),
  ])
  func aPersonNamesAUser(name: String, ids: String) throws {
    let outcome = try run("query", "tasks", "--select", "id", "--format", "csv", "--as", name)
    #expect(outcome.text.replacing("\r\n", with: "\n") == "id\n\(ids)\n")
    #expect(outcome.exitCode == 0)
  }

  @Test(arguments: ["ana", "Bo", "3", "99", "%", "_", "A%", "5_", "", "Gil%"])
  func othersAreNotGuessed(name: String) throws {
    let outcome = try run("query", "tasks", "--as", name)
    #expect(outcome.exitCode == 3 && outcome.text == "")
  }

  @Test func theMistakesOfADocumentAreShown() throws {
    let outcome = try run("query", "tasks", "--as", "50% off")
    #expect(outcome.exitCode == 3)
    #expect(outcome.messages.contains("roles: faulty:1:31"))
    try execute("UPDATE people SET seat = 'king' WHERE id = 1")
    let denied = try run("query", "tasks", "--as", "1")
    #expect(denied.exitCode == 3)
    #expect(denied.messages.contains(#"the user has "king" for a seat"#))
  }

  @Test func allUsersAreWalked() throws {
    try execute("INSERT INTO people VALUES (6, 'Ed', NULL, 'own', 'king', 1)")
    let all = try run("access", "tasks", "--all-users", "--format", "json")
    #expect(all.exitCode == 0)
    for name in ["Ana Lima", "Ana Sá", "50% Off", "Gil_X"] { #expect(all.text.contains(name)) }
    for name in [#""Bo""#, "Ed"] { #expect(!all.text.contains(name)) }
    #expect(all.messages.contains(#"the user 6 has "king" for a seat"#))
    let seats = try run("seats", "--format", "csv")
    #expect(seats.text.hasPrefix("id_user,"))
    #expect(seats.text.contains("1,Ana Lima,developer"))
    #expect(seats.messages.contains("1 of 1 taken"))
    try execute("UPDATE people SET seat = 'developer'")
    #expect(try run("seats").exitCode == 1)
    #expect(try run("check").text.contains("seats are taken, but the limit is 1"))
  }

  @Test func checkSaysWhatDenies() throws {
    let typed = #""tables": {"people": {"fields": {"active": {"type": "checkbox"}}}}, "seats""#
    try folder.write(
      Self.workspace.replacing(#""seats""#, with: typed), to: "workspace.json")
    try execute(
      """
      DROP INDEX membership_persons; DROP INDEX people_names;
      INSERT INTO people VALUES (6, 'Ed', NULL, 'none', 'king', 1), (7, 'Flo', NULL, 'none', NULL, 1);
      """)
    let outcome = try run("check")
    #expect(outcome.exitCode == 1)
    for words in [
      "roles: faulty:1:31: error: unknown key \"dta\"",
      "1 user is denied everything: 6 has \"king\" for a seat",
      "1 user is denied everything: 7 has the profile \"none\"",
      "no index finds the rows of \"memberships\" by \"person\"",
      "no index finds the rows of \"people\" by \"name\"",
      "its users may edit \"role\" in \"people\", which says who may do what: in their own row too",
      "its users may create records in \"memberships\", which says who may do what",
    ] { #expect(outcome.text.contains(words), "\(outcome.text)") }
    // The list of values of a declared type is no table.
    #expect(!outcome.text.contains("of \"people\" by \"id\""), "\(outcome.text)")
    // Users who manage users are meant to.
    #expect(!outcome.text.contains("roles: manager"))
    let one = try run("check", "own")
    #expect(one.exitCode == 0 && one.text == "1 profile, 0 errors, 0 warnings\n")
    #expect(try run("check", "nobody").exitCode == 1)
  }

  @Test func aWrongDeclarationDeniesEverybody() throws {
    for (right, wrong, message) in [
      (#""role""#, #""rle""#, #"unknown field "rle" in table "people""#),
      (#""memberships""#, #""members""#, #"the database has no table "members""#),
      (#"{"field": "active", "value": 1}"#, #"{"field": "actve", "value": 1}"#, #""actve""#),
      (
        #"{"field": "active", "value": 1}"#, #"{"field": "id", "reference": "id_user"}"#,
        "they cannot refer to one"
      ),
      (#""document": "document""#, #""document": "text""#, #""text""#),
    ] {
      try folder.write(Self.workspace.replacing(right, with: wrong), to: "workspace.json")
      let outcome = try run("query", "tasks", "--as", "1")
      #expect(outcome.text == "" && outcome.exitCode == 4, "\(wrong): \(outcome)")
      #expect(outcome.messages.contains(message), "\(outcome.messages)")
      let served = try run("serve", input: #"{"as": 1, "object_type": "tasks"}"# + "\n")
      #expect(served.text.contains("invalid_workspace"), "\(served.text)")
    }
  }

  @Test(arguments: [
    (#"{"table": "people"}"#, "id_user"), (#"{"id_user": "id"}"#, "table"),
    (#"{"table": "people", "id_user": 1}"#, "expected"),
    (#"{"table": "people", "id_user": "id", "nme": "name"}"#, "did you mean \"name\"?"),
    (#"{"table": "people", "id_user": "id", "teams": {"table": "memberships"}}"#, "user"),
    (
      #"{"table": "people", "id_user": "id", "teams": {"table": "m", "user": "u", "profile": "p"}}"#,
      "unknown key \"profile\""
    ),
    (#"{"table": "people", "id_user": "id", "attributes": {"a": 1}}"#, "a table with a row"),
    (#"{"table": "people", "id_user": "id", "where": [{"condition": "x"}]}"#, "unknown condition"),
    (#"{"table": "people", "id_user": "id", "where": []}"#, "empty group"),
  ])
  func aMistakeInTheDeclarationIsShown(users: String, message: String) throws {
    try folder.write(#"{"database": "h.db", "users": \#(users)}"#, to: "workspace.json")
    let outcome = try run("query", "tasks", "--as", "1")
    #expect(outcome.exitCode == 4 && outcome.messages.contains(message), "\(outcome.messages)")
  }

  @Test func serveLooksTheUserUpForEachRequest() throws {
    let database = folder.path("h.db")
    // The request for an answer tells `sh` that the server has started, and changes come between.
    let script = """
      import json, sqlite3, subprocess, sys
      server = subprocess.Popen([sys.argv[1], "serve", "--workspace", sys.argv[2]],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
      database = sqlite3.connect(sys.argv[3])
      def ask(user):
        server.stdin.write(json.dumps({"as": user, "object_type": "tasks", "select": ["id"]}) + "\\n")
        server.stdin.flush()
        data = json.loads(server.stdout.readline())["data"]
        print(user, data.get("code") or [item["id"] for item in data["items"]])
      def change(sql):
        database.execute(sql)
        database.commit()
      ask(1)
      change("UPDATE people SET role = 'team' WHERE id = 1")
      ask(1)
      change("INSERT INTO memberships VALUES (1, 8)")
      ask(1)
      change("UPDATE roles SET document = '{}' WHERE name = 'team'")
      ask("Ana Lima")
      change("UPDATE people SET active = 0 WHERE id = 1")
      ask("Ana Lima")
      change("UPDATE people SET active = 1, role = 'faulty' WHERE id = 1")
      ask("1")
      change("UPDATE people SET role = 'own', seat = 'king' WHERE id = 1")
      ask(1)
      server.stdin.close()
      """
    try folder.write(script, to: "ask.py")
    let outcome = try RowscopeProcess().shell(
      "python3 '\(folder.path("ask.py"))' '\(RowscopeProcess.path)' '\(folder.path)' '\(database)'")
    #expect(
      outcome.text == """
        1 [10, 12]
        1 []
        1 [12]
        Ana Lima unknown_table
        Ana Lima unknown_user
        1 invalid_profile
        1 invalid_user

        """, "\(outcome.messages)")
  }

  @Test func aCSVFolderHoldsItsUsersToo() throws {
    let folder = try TemporaryFolder([
      "workspace.json": """
      {"database": "tables", "profiles": {"p": "p.json"},
       "users": {"table": "people", "id_user": "id", "name": "name", "profile": "role",
                 "teams": {"table": "members", "user": "person", "team": "team"}}}
      """,
      "p.json":
        #"{"tables_enabled": {"t": {"data": [{"field": "team", "operator": "in", "reference": "teams"}]}}}"#,
      "tables/people.csv": "id,name,role\n1,Ana,p\n2,Bo,\n",
      "tables/members.csv": "person,team\n1,7\n2,7\n",
      "tables/t.csv": "id,team\n1,7\n2,8\n",
    ])
    let outcome = try RowscopeProcess().run(
      "query", "t", "--select", "id", "--format", "csv", "--as", "Ana", "--workspace", folder.path)
    #expect(outcome.text.replacing("\r\n", with: "\n") == "id\n1\n")
    let check = try RowscopeProcess().run("check", "--workspace", folder.path)
    #expect(check.exitCode == 0 && !check.text.contains("no index"), "\(check.text)")
    let served = try RowscopeProcess().run(
      "serve", "--workspace", folder.path,
      input: #"{"as": 1, "object_type": "t"}"# + "\n" + #"{"as": 2, "object_type": "t"}"# + "\n")
    #expect(served.text.contains(#""team":7"#) && served.text.contains("unknown_table"))
  }
}
