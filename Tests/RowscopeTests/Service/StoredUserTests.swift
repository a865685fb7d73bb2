import Foundation
import RecordStore
import Rowscope
import TestSupport
import Testing

/// A workspace whose users and profiles are in its database.
struct StoredUsersFixture {
  let folder: TemporaryFolder

  static let workspace = #"""
    {"database": "h.db",
     "users": {"table": "people", "id_user": "id", "name": "full_name", "email": "email",
       "profile": "role", "seat": "seat", "user_type": "kind", "time_zone": "zone",
       "where": [{"field": "active", "value": 1}],
       "teams": {"table": "memberships", "user": "user_id", "team": "team_id",
         "where": [{"field": "until", "operator": ">", "reference": "today"}]},
       "profiles": {"table": "user_roles", "user": "user_id", "profile": "role"},
       "attributes": {"region": "region",
         "limits": {"table": "limits", "user": "user_id", "value": "amount"}}},
     "profiles": {"table": "roles", "name": "name", "document": "document"}}
    """#

  static let tables = """
    CREATE TABLE people(id INTEGER PRIMARY KEY, full_name TEXT, email TEXT, role TEXT, seat TEXT,
      kind TEXT, zone TEXT, active INTEGER DEFAULT 1, region TEXT);
    CREATE TABLE memberships(user_id INTEGER, team_id INTEGER, until TEXT DEFAULT '2999-01-01');
    CREATE INDEX membership_users ON memberships(user_id);
    CREATE TABLE user_roles(user_id INTEGER, role TEXT);
    CREATE TABLE limits(user_id INTEGER, amount INTEGER);
    CREATE TABLE roles(name TEXT PRIMARY KEY, document TEXT);
    CREATE TABLE tasks(id INTEGER PRIMARY KEY, owner INTEGER, team INTEGER, region TEXT,
      amount INTEGER);
    INSERT INTO tasks VALUES (1, 1, 99, 'x', 0), (2, 2, 10, 'x', 0), (3, 2, 11, 'x', 0),
      (4, 2, 12, 'south', 0), (5, 2, 12, 'north', 200), (6, 2, 12, 'west', 300);
    INSERT INTO people(id, full_name, email, role, region) VALUES
      (1, 'Ana', 'ana@example.org', 'own', 'south'), (2, 'Bia', 'bia@example.org', 'own', 'north');
    INSERT INTO memberships(user_id, team_id) VALUES (1, 10);
    INSERT INTO memberships VALUES (1, 11, '2001-01-01');
    INSERT INTO limits VALUES (1, 200);
    """

  static let roles = [
    "own":
      #"{"tables_enabled": {"tasks": {"data": [{"field": "owner", "reference": "id_user"}]}}}"#,
    "team":
      #"{"tables_enabled": {"tasks": {"data": [{"field": "team", "operator": "in", "reference": "teams"}]}}}"#,
    "region":
      #"{"tables_enabled": {"tasks": {"data": [{"field": "region", "reference": "attributes.region"}]}}}"#,
    "limits":
      #"{"tables_enabled": {"tasks": {"data": [{"field": "amount", "operator": "in", "reference": "attributes.limits"}]}}}"#,
    "all": #"{"tables_enabled": {"tasks": "*"}}"#,
    "admin": #"{"tables_enabled": {"*": "*"}}"#,
    "faulty": #"{"tables_enabled": {"tasks": {"dta": []}}}"#,
  ]

  init(workspace: String = Self.workspace, sql: String = "") throws {
    folder = try TemporaryFolder(["workspace.json": workspace])
    let roles = Self.roles.map { "INSERT INTO roles VALUES ('\($0)', '\($1)');" }
    try Connection(.create(path: folder.path("h.db"))).execute(
      Self.tables + roles.joined(separator: "\n") + sql)
  }

  func execute(_ sql: String) throws {
    try Connection(.readWrite(path: folder.path("h.db"))).execute(sql)
  }

  func service(writing: Bool = false) throws -> RecordService {
    try RecordService(workspace: .load(path: folder.path), isWritable: writing)
  }
}

extension RecordService {
  /// The ids of the tasks that a user reaches, or the code of the error.
  func tasks(as user: Value) async -> String {
    do throws(ServiceError) {
      let page = try await list(ListRequest(table: "tasks"), as: .inWorkspace(user))
      return page.items.compactMap { $0["id"]?.integer.map(String.init) }.joined(separator: " ")
    } catch {
      return error.code.rawValue
    }
  }
}

@Suite struct StoredUserTests {
  let fixture: StoredUsersFixture
  let service: RecordService

  init() throws {
    fixture = try StoredUsersFixture()
    service = try fixture.service()
  }

  @Test func aUserIsLookedUpWithWhatTheTablesSay() async throws {
    try fixture.execute(
      "UPDATE people SET seat = 'Membro', kind = 'admin', zone = 'Europe/Berlin' WHERE id = 1")
    let ana = try await service.user(1)
    #expect(ana.id == 1)
    #expect(ana.name == "Ana")
    #expect(ana.email == "ana@example.org")
    #expect(ana.profiles == ["own"])
    #expect(ana.seat == "member")
    #expect(ana.userType == "admin")
    #expect(ana.timeZone == "Europe/Berlin")
    #expect(ana.teams == [10])
    #expect(ana.attribute(named: "region") == .scalar("south"))
    #expect(ana.attribute(named: "limits") == .list([200]))
    let bia = try await service.user("Bia")
    #expect(bia.id == 2 && bia.teams == [] && bia.attribute(named: "limits") == .list([]))
  }

  @Test func anIDIsFoundAsItIsMeant() async {
    #expect(await service.tasks(as: 1) == "1")
    #expect(await service.tasks(as: "1") == "1")
    #expect(await service.tasks(as: "Ana") == "1")
    for stranger: Value in [
      "01", "1.0", "1 ", " 1", "+1", "1e0", "ana", "Ana ", "An", "", "99", 99, 1.0, .null,
      .blob([1]), "Ana\0", "1\0",
    ] {
      #expect(await service.tasks(as: stranger) == "unknown_user", "\(stranger)")
    }
  }

  @Test(arguments: [
    ("own", "1"), ("team", "2"), ("region", "4"), ("limits", "5"), ("all", "1 2 3 4 5 6"),
    ("faulty", "invalid_profile"), ("none", "invalid_profile"), ("OWN", "invalid_profile"),
    ("", "invalid_profile"),
  ])
  func whatChangesHoldsAtOnce(role: String, tasks: String) async throws {
    #expect(await service.tasks(as: 1) == "1")
    try fixture.execute("UPDATE people SET role = '\(role)' WHERE id = 1")
    #expect(await service.tasks(as: 1) == tasks)
    try fixture.execute("UPDATE people SET role = 'own' WHERE id = 1")
    #expect(await service.tasks(as: 1) == "1")
    try fixture.execute(
      "UPDATE roles SET document = (SELECT document FROM roles WHERE name = 'all')")
    #expect(await service.tasks(as: 1) == "1 2 3 4 5 6")
    try fixture.execute("DELETE FROM roles WHERE name = 'own'")
    #expect(await service.tasks(as: 1) == "invalid_profile")
    try fixture.execute(
      "INSERT INTO roles VALUES ('own', '\(StoredUsersFixture.roles["own"] ?? "")')")
    #expect(await service.tasks(as: 1) == "1")
    try fixture.execute("UPDATE people SET active = 0 WHERE id = 1")
    #expect(await service.tasks(as: 1) == "unknown_user")
    #expect(await service.tasks(as: "Ana") == "unknown_user")
    try fixture.execute("UPDATE people SET active = 1, role = NULL WHERE id = 1")
    #expect(await service.tasks(as: 1) == "unknown_table")
    try fixture.execute("DELETE FROM people WHERE id = 1")
    #expect(await service.tasks(as: 1) == "unknown_user")
  }

  @Test func listsChangeAtOnce() async throws {
    try fixture.execute("UPDATE people SET role = 'team' WHERE id = 1")
    #expect(await service.tasks(as: 1) == "2")
    try fixture.execute("INSERT INTO memberships(user_id, team_id) VALUES (1, 12)")
    #expect(await service.tasks(as: 1) == "2 4 5 6")
    try fixture.execute("UPDATE memberships SET until = '2001-01-01' WHERE team_id = 12")
    #expect(await service.tasks(as: 1) == "2")
    try fixture.execute("DELETE FROM memberships")
    #expect(await service.tasks(as: 1) == "")
    try fixture.execute("UPDATE people SET role = NULL; INSERT INTO user_roles VALUES (1, 'all')")
    #expect(await service.tasks(as: 1) == "1 2 3 4 5 6")
    try fixture.execute("DELETE FROM user_roles")
    #expect(await service.tasks(as: 1) == "unknown_table")
  }

  @Test func profilesComeInAnOrderOfTheirOwn() async throws {
    try fixture.execute(
      "INSERT INTO user_roles VALUES (1, 'team'), (1, 'own'), (1, 'all'), (2, 'region')")
    #expect(try await service.user(1).profiles == ["own", "all", "team"])
    // What one of them gives, the user has, until it is taken away.
    try fixture.execute("DELETE FROM user_roles WHERE role = 'all'")
    #expect(await service.tasks(as: 1) == "1 2")
    try fixture.execute("UPDATE user_roles SET role = 'none' WHERE role = 'team'")
    #expect(await service.tasks(as: 1) == "invalid_profile")
    try fixture.execute("DELETE FROM user_roles")
    #expect(await service.tasks(as: 1) == "1")
  }

  @Test(arguments: [
    "UPDATE people SET seat = 'king' WHERE id = 1",
    "UPDATE people SET seat = '' WHERE id = 1",
    "UPDATE people SET seat = x'00' WHERE id = 1",
    "UPDATE people SET kind = 'root' WHERE id = 1",
    "UPDATE people SET zone = 'Mars/Olympus' WHERE id = 1",
    "UPDATE people SET full_name = x'41' WHERE id = 1",
    "UPDATE people SET email = 1.5 WHERE id = 1; UPDATE people SET email = x'00' WHERE id = 1",
    "UPDATE people SET role = x'6f776e' WHERE id = 1",
    "INSERT INTO user_roles VALUES (1, NULL)", "INSERT INTO user_roles VALUES (1, x'616c6c')",
    "INSERT INTO memberships(user_id, team_id) VALUES (1, NULL)",
    "INSERT INTO memberships(user_id, team_id) VALUES (1, 1.5)",
    "INSERT INTO memberships(user_id, team_id) VALUES (1, x'00')",
    "INSERT INTO memberships(user_id, team_id) VALUES (1, '')",
  ])
  func whatIsWrongDeniesItsUserAlone(sql: String) async throws {
    try fixture.execute(sql)
    do {
      _ = try await service.list(ListRequest(table: "tasks"), as: .inWorkspace(1))
      Issue.record("the user is let in")
    } catch {
      #expect(error.code == .invalidUser)
      // What is stored is for the log.
      for stored in ["king", "root", "Mars"] { #expect(!error.description.contains(stored)) }
    }
    #expect(await service.tasks(as: 2) == "2 3 4 5 6")
  }

  @Test func anIDOrANameOfSeveralIsNobodys() async throws {
    let fixture = try StoredUsersFixture(
      sql: """
        ALTER TABLE people RENAME TO former;
        CREATE TABLE people(id, full_name TEXT, email TEXT, role TEXT, seat TEXT, kind TEXT,
          zone TEXT, active INTEGER DEFAULT 1, region TEXT);
        INSERT INTO people SELECT * FROM former;
        INSERT INTO people(id, full_name, role) VALUES ('1', 'Eva', 'all'), (3, 'Bia', 'all'),
          ('x', '2', 'all'), (x'01', 'Gil', 'all'), (1.5, 'Hal', 'all'), ('007', 'Ivo', 'own'),
          (7, 'Jo', 'own'), (NULL, 'Kim', 'all'), (8, NULL, 'all');
        INSERT INTO tasks VALUES (7, 7, 0, '', 0);
        """)
    let service = try fixture.service()
    #expect(await service.tasks(as: 1) == "unknown_user")
    #expect(await service.tasks(as: "Ana") == "unknown_user")
    #expect(await service.tasks(as: "Eva") == "unknown_user")
    #expect(await service.tasks(as: "Bia") == "unknown_user")
    // An id wins over a name.
    #expect(await service.tasks(as: "2") == "2 3 4 5 6")
    #expect(await service.tasks(as: "x") == "1 2 3 4 5 6 7")
    #expect(await service.tasks(as: "Gil") == "invalid_user")
    #expect(await service.tasks(as: "Hal") == "invalid_user")
    #expect(await service.tasks(as: "Kim") == "invalid_user")
    #expect(await service.tasks(as: 1.5) == "unknown_user")
    #expect(await service.tasks(as: "1.5") == "unknown_user")
    #expect(await service.tasks(as: 7) == "7")
    // A text of digits with a leading zero is no number.
    #expect(await service.tasks(as: "007") == "")
    #expect(await service.tasks(as: 8) == "1 2 3 4 5 6 7")
  }

  @Test func aServiceCanStillMakeItsUser() async throws {
    let user = User(id: 2, profile: "own")
    #expect(try await service.count(ListRequest(table: "tasks"), as: user) == 5)
    try fixture.execute("UPDATE roles SET document = '{}' WHERE name = 'own'")
    await #expect(throws: ServiceError.self) {
      try await service.count(ListRequest(table: "tasks"), as: user)
    }
  }

  @Test func everyWayOfAskingLooksTheUserUp() async throws {
    let ana = User.inWorkspace("Ana")
    #expect(try await service.count(ListRequest(table: "tasks"), as: ana) == 1)
    #expect(try await service.get([1], from: "tasks", as: ana)["id"] == 1)
    await #expect(throws: ServiceError.self) { try await service.get([2], from: "tasks", as: ana) }
    var streamed = 0
    for try await _ in service.stream(ListRequest(table: "tasks"), as: ana) { streamed += 1 }
    #expect(streamed == 1)
    #expect(try await service.recordAccess(to: "tasks", as: ana).allows(["id": 9, "owner": 1]))
    #expect(try await service.access(of: ana).user.name == "Ana")
    let answer = await service.answer(ListRequest(table: "tasks", select: ["id"]), as: ana)
    #expect(String(decoding: answer.json, as: UTF8.self).contains(#"[{"id":1}]"#))
    #expect(try await service.navigation(of: ana).pages.isEmpty)
  }

  @Test func aWriterIsWhoTheDatabaseSays() async throws {
    let service = try fixture.service(writing: true)
    try await service.update([1], in: "tasks", set: ["amount": 7], as: .inWorkspace(1))
    await #expect(throws: ServiceError.self) {
      try await service.update([2], in: "tasks", set: ["amount": 7], as: .inWorkspace(1))
    }
    try fixture.execute("UPDATE people SET active = 0 WHERE id = 1")
    await #expect(throws: ServiceError.unknownUser) {
      try await service.update([1], in: "tasks", set: ["amount": 8], as: .inWorkspace(1))
    }
    // Who takes away their own right has it no more with their next request.
    try fixture.execute("UPDATE people SET active = 1, role = 'admin' WHERE id = 1")
    try await service.update([1], in: "people", set: ["role": "own"], as: .inWorkspace(1))
    await #expect(throws: ServiceError.self) {
      try await service.update([1], in: "people", set: ["role": "admin"], as: .inWorkspace(1))
    }
    #expect(await service.tasks(as: 1) == "1")
  }

  @Test func profilesInTheDatabaseAreCheckedBeforeAFieldChanges() async throws {
    let service = try fixture.service(writing: true)
    let builder = User(id: 9, profile: "builder", seat: "developer")
    try fixture.execute(
      #"INSERT INTO roles VALUES ('builder', '{"tables_enabled": {"*": {"*": "*"}}}')"#)
    let report = try await service.change(
      .rename("owner", to: "holder"), in: "tasks", as: builder)
    #expect(!report.isMade)
    #expect(try await service.count(ListRequest(table: "tasks"), as: .inWorkspace(1)) == 1)
  }
}

extension ServiceError {
  fileprivate static let unknownUser = ServiceError(
    .unknownUser, "there is no user \"1\"",
    hint: "give the id or the whole name of one of the workspace's users")
}

/// Views that ask for the time: nothing that they showed is kept.
@Suite struct ClockViewTests {
  @Test func whatHasExpiredIsGone() async throws {
    let folder = try TemporaryFolder([
      "workspace.json": #"""
      {"database": "h.db", "users": {"table": "people", "id_user": "id", "profile": "role"},
       "profiles": {"p": "p.json"}}
      """#, "p.json": #"{"tables_enabled": {"current": "*", "all": "*"}}"#,
    ])
    let end = Int(Date().timeIntervalSince1970) + 2
    try Connection(.create(path: folder.path("h.db"))).execute(
      """
      CREATE TABLE grants (id INTEGER PRIMARY KEY, role TEXT, until INTEGER);
      CREATE VIEW people AS SELECT id, role FROM grants
        WHERE until > CAST("strftime"('%s', 'now') AS INTEGER);
      CREATE TABLE "all" (id INTEGER PRIMARY KEY, until INTEGER);
      CREATE VIEW inner AS SELECT id, until FROM "all" WHERE datetime(until, 'unixepoch') > CURRENT_TIMESTAMP;
      CREATE VIEW current AS SELECT id FROM inner;
      INSERT INTO grants VALUES (1, 'p', \(end)), (2, 'p', \(end + 1000));
      INSERT INTO "all" VALUES (1, \(end)), (2, \(end + 1000));
      """)
    let service = try RecordService(
      workspace: .load(path: folder.path), memory: MemoryPolicy(tables: .all))
    try await service.loadTables()
    func count(_ user: Value) async throws -> Int {
      try await service.count(ListRequest(table: "current"), as: .inWorkspace(user))
    }
    #expect(try await [count(1), count(2)] == [2, 2])
    while Date().timeIntervalSince1970 < Double(end) + 0.1 {
      try await Task.sleep(for: .milliseconds(50))
    }
    await #expect(throws: ServiceError.self) { try await count(1) }
    #expect(try await count(2) == 1)
  }
}
