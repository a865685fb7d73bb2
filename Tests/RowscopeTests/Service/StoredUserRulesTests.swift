import Foundation
import RecordStore
import Rowscope
import TestSupport
import Testing

/// Users in the database under what else a workspace declares.
@Suite struct StoredUserRulesTests {
  private final class World {
    let folder: TemporaryFolder
    let service: RecordService

    init(_ workspace: String, _ sql: String) throws {
      folder = try TemporaryFolder([
        "workspace.json": workspace, "p.json": #"{"tables_enabled": {"tasks": "*"}}"#,
        "teams.json":
          #"{"tables_enabled": {"tasks": {"data": [{"field": "team", "operator": "in", "reference": "teams"}]}}}"#,
        "own.json":
          #"{"tables_enabled": {"tasks": {"data": [{"field": "owner", "reference": "id_user"}]}}}"#,
      ])
      try Connection(.create(path: folder.path("h.db"))).execute(sql)
      service = try RecordService(workspace: .load(path: folder.path))
    }

    func execute(_ sql: String) throws {
      try Connection(.readWrite(path: folder.path("h.db"))).execute(sql)
    }
  }

  private static let profiles = """
    "profiles": {"p": "p.json", "teams": "teams.json", "own": "own.json"}
    """

  @Test func whatIsDeletedEverywhereGivesNothing() async throws {
    let world = try World(
      """
      {"database": "h.db", "profiles": {"table": "roles", "name": "name", "document": "document"},
       "users": {"table": "people", "id_user": "id", "name": "name", "profile": "role",
                 "teams": {"table": "memberships", "user": "person", "team": "team"}},
       "everywhere": {"tables": ["*"], "data": [{"field": "deleted_at", "operator": "is null"}]}}
      """,
      """
      CREATE TABLE people(id INTEGER PRIMARY KEY, name TEXT, role TEXT, deleted_at TEXT);
      CREATE TABLE memberships(person INTEGER, team INTEGER, deleted_at TEXT);
      CREATE TABLE roles(name TEXT, document TEXT, deleted_at TEXT);
      CREATE TABLE tasks(id INTEGER PRIMARY KEY, team INTEGER, deleted_at TEXT);
      INSERT INTO people VALUES (1, 'Ana', 'r', NULL), (2, 'Bo', 'r', 'yesterday');
      INSERT INTO memberships VALUES (1, 7, NULL), (1, 8, 'yesterday');
      INSERT INTO roles VALUES ('r', '{"tables_enabled": {"tasks": {"data":
        [{"field": "team", "operator": "in", "reference": "teams"}]}}}', NULL),
        ('r', '{"tables_enabled": {"tasks": "*"}}', 'yesterday');
      INSERT INTO tasks VALUES (1, 7, NULL), (2, 8, NULL), (3, 7, 'yesterday');
      """)
    #expect(await world.service.tasks(as: 1) == "1")
    #expect(await world.service.tasks(as: 2) == "unknown_user")
    #expect(await world.service.tasks(as: "Bo") == "unknown_user")
    try world.execute("UPDATE roles SET deleted_at = NULL")
    #expect(await world.service.tasks(as: 1) == "invalid_profile")
    try world.execute("UPDATE roles SET deleted_at = 'now'")
    #expect(await world.service.tasks(as: 1) == "invalid_profile")
  }

  @Test func aTenantsMembershipsAreItsOwn() async throws {
    let world = try World(
      """
      {"database": "h.db", \(Self.profiles),
       "users": {"table": "people", "id_user": "id", "profile": "role",
                 "attributes": {"tenant": "tenant"},
                 "teams": {"table": "memberships", "user": "person", "team": "team"}},
       "everywhere": {"tables": ["*"], "except": ["countries"],
                      "data": [{"field": "tenant", "reference": "attributes.tenant"}]}}
      """,
      """
      CREATE TABLE people(id INTEGER PRIMARY KEY, role TEXT, tenant INTEGER);
      CREATE TABLE memberships(person INTEGER, team INTEGER, tenant INTEGER);
      CREATE TABLE countries(id INTEGER PRIMARY KEY);
      CREATE TABLE tasks(id INTEGER PRIMARY KEY, team INTEGER, tenant INTEGER);
      INSERT INTO people VALUES (1, 'teams', 5), (2, 'teams', 6), (3, 'teams', NULL);
      INSERT INTO memberships VALUES (1, 7, 5), (1, 8, 6), (2, 7, 5), (3, 7, NULL);
      INSERT INTO tasks VALUES (1, 7, 5), (2, 8, 5), (3, 7, 6), (4, 7, NULL);
      """)
    #expect(await world.service.tasks(as: 1) == "1")
    #expect(await world.service.tasks(as: 2) == "")
    // A user without a tenant is in none, and so is nobody.
    #expect(await world.service.tasks(as: 3) == "unknown_user")
  }

  @Test(arguments: [
    "0190e9c2-7b1e-7cc0-a5a1-000000000001", "0190E9C2-7B1E-7CC0-A5A1-000000000001",
    "0190e9c27b1e7cc0a5a1000000000001",
  ])
  func uuidsAreFoundInAnyForm(id: String) async throws {
    for form in [#""type": "uuid", "form": "blob""#, #""type": "uuid""#] {
      let world = try World(
        """
        {"database": "h.db", \(Self.profiles),
         "users": {"table": "people", "id_user": "id", "profile": "role",
                   "teams": {"table": "memberships", "user": "person", "team": "team"}},
         "tables": {"people": {"fields": {"id": {\(form)}}},
                    "memberships": {"fields": {"person": {"type": "uuid"}}},
                    "tasks": {"fields": {"owner": {"type": "uuid"}}}}}
        """,
        """
        CREATE TABLE people(id BLOB PRIMARY KEY, role TEXT);
        CREATE TABLE memberships(person TEXT, team INTEGER);
        CREATE TABLE tasks(id INTEGER PRIMARY KEY, owner TEXT, team INTEGER);
        INSERT INTO people VALUES (x'0190e9c27b1e7cc0a5a1000000000001', 'teams'),
          (x'0190e9c27b1e7cc0a5a1000000000002', 'own'), (x'00', 'p');
        INSERT INTO memberships VALUES ('0190E9C2-7B1E-7CC0-A5A1-000000000001', 7);
        INSERT INTO tasks VALUES (1, '{0190e9c2-7b1e-7cc0-a5a1-000000000002}', 7), (2, NULL, 8);
        """)
      #expect(await world.service.tasks(as: .text(id)) == "1", "\(form)")
      let user = try await world.service.user(.text(id))
      #expect(user.id == "0190e9c2-7b1e-7cc0-a5a1-000000000001")
      #expect(
        await world.service.tasks(as: "0190e9c2-7b1e-7cc0-a5a1-000000000002") == "1", "\(form)")
      for stranger: Value in [
        "0190e9c2-7b1e-7cc0-a5a1-000000000003", "00", .blob([0]), "0", "\0",
      ] {
        #expect(await world.service.tasks(as: stranger) == "unknown_user", "\(stranger)")
      }
    }
  }

  @Test func anIDIsExactWhateverTheColumnsCollation() async throws {
    let world = try World(
      """
      {"database": "h.db", \(Self.profiles),
       "users": {"table": "people", "id_user": "login", "name": "login", "profile": "role"}}
      """,
      """
      CREATE TABLE people(login TEXT COLLATE NOCASE, role TEXT);
      CREATE TABLE tasks(id INTEGER PRIMARY KEY, owner TEXT);
      INSERT INTO people VALUES ('ana', 'p'), ('Bo', 'p'), ('BO', 'own');
      INSERT INTO tasks VALUES (1, 'BO');
      """)
    #expect(await world.service.tasks(as: "ana") == "1")
    #expect(await world.service.tasks(as: "ANA") == "unknown_user")
    #expect(await world.service.tasks(as: "Bo") == "1")
    #expect(await world.service.tasks(as: "BO") == "1")
    #expect(await world.service.tasks(as: "bo") == "unknown_user")
  }

  @Test func numbersNameProfilesAndAViewHoldsUsers() async throws {
    let world = try World(
      """
      {"database": "h.db", "profiles": {"table": "roles", "name": "id", "document": "document"},
       "users": {"table": "users", "id_user": "id", "name": "name", "profile": "role_id",
                 "where": [{"field": "organisation.is_active", "value": true},
                           {"field": "organisation", "operator": "some",
                            "where": [{"field": "plan", "operator": "!=", "value": "none"}]}],
                 "attributes": {"joined": "joined", "vip": "vip"}},
       "tables": {"users": {"fields": {
         "organisation_id": {"relation": {"table": "organisations", "field": "id", "name": "organisation"}},
         "joined": {"type": "date", "encoding": "unix"}, "vip": {"type": "checkbox"}}},
         "organisations": {"fields": {"is_active": {"type": "checkbox"}}}}}
      """,
      """
      CREATE TABLE organisations(id INTEGER PRIMARY KEY, is_active TEXT, plan TEXT);
      CREATE TABLE accounts(id INTEGER PRIMARY KEY, name TEXT, role_id INTEGER,
        organisation_id INTEGER, joined INTEGER, vip TEXT);
      CREATE VIEW users AS SELECT * FROM accounts WHERE name <> 'hidden';
      CREATE TABLE roles(id INTEGER PRIMARY KEY, document TEXT);
      CREATE TABLE tasks(id INTEGER PRIMARY KEY);
      INSERT INTO organisations VALUES (1, 'yes', 'pro'), (2, 'no', 'pro'), (3, 'yes', 'none');
      INSERT INTO accounts VALUES (1, 'Ana', 4, 1, 86400, 't'), (2, 'Bo', 4, 2, 0, 'f'),
        (3, 'hidden', 4, 1, 0, 'f'), (4, 'Di', 4, 3, 0, 'f'), (5, 'Ed', 4, NULL, 0, 'f');
      INSERT INTO roles VALUES (4, '{"tables_enabled": {"tasks": "*"}}');
      INSERT INTO tasks VALUES (1);
      """)
    #expect(await world.service.tasks(as: 1) == "1")
    for other: Value in [2, 3, "hidden", 4, 5] {
      #expect(await world.service.tasks(as: other) == "unknown_user", "\(other)")
    }
    let ana = try await world.service.user(1)
    #expect(ana.profiles == ["4"])
    #expect(ana.attribute(named: "joined") == .scalar("1970-01-02"))
    #expect(ana.attribute(named: "vip") == .scalar(1))
  }

  @Test func usersOfAFileHaveProfilesOfATable() async throws {
    let world = try World(
      """
      {"database": "h.db", "profiles": {"table": "roles", "name": "name", "document": "document"},
       "users": [{"id_user": 1, "profile": "r"}, {"id_user": 2, "profile": "none"}]}
      """,
      """
      CREATE TABLE roles(name TEXT PRIMARY KEY, document);
      CREATE TABLE tasks(id INTEGER PRIMARY KEY);
      INSERT INTO roles VALUES ('r', '{"tables_enabled": {"tasks": "*"}}');
      INSERT INTO tasks VALUES (1);
      """)
    #expect(await world.service.tasks(as: 1) == "1")
    #expect(await world.service.tasks(as: 2) == "invalid_profile")
    for document in ["NULL", "''", "7", "x'7b7d'", "'{'", "'null'"] {
      try world.execute("UPDATE roles SET document = \(document)")
      #expect(await world.service.tasks(as: 1) == "invalid_profile", "\(document)")
    }
    try world.execute("UPDATE roles SET document = '{}'")
    #expect(await world.service.tasks(as: 1) == "unknown_table")
  }

  @Test func onlyWhatIsLookedUpIsRead() async throws {
    let world = try World(
      """
      {"database": "h.db", \(Self.profiles),
       "users": {"table": "people", "id_user": "id", "name": "name", "profile": "role"}}
      """,
      """
      CREATE TABLE people(id INTEGER PRIMARY KEY, name TEXT, role TEXT, password TEXT);
      CREATE TABLE tasks(id INTEGER PRIMARY KEY);
      INSERT INTO people VALUES (1, 'Ana', 'p', 'secret'), (2, 'Bo', NULL, 'secret');
      INSERT INTO tasks VALUES (1);
      """)
    #expect(await world.service.tasks(as: 1) == "1")
    for table in ["people", "peple"] {
      do throws(ServiceError) {
        _ = try await world.service.list(ListRequest(table: table), as: .inWorkspace(1))
        Issue.record("\(table) is listed")
      } catch {
        #expect(error.description == "unknown table \"\(table)\"")
      }
    }
    // The column of names is looked through too; a profile that reads it has no part in that.
    #expect(await world.service.tasks(as: "Bo") == "unknown_table")
  }

  @Test func theEnginesAgreeAboutStoredUsers() async throws {
    let fixture = try StoredUsersFixture(sql: "UPDATE people SET role = 'team' WHERE id = 1")
    let service = try RecordService(
      workspace: .load(path: fixture.folder.path), memory: MemoryPolicy(tables: .all, use: .always))
    try await service.loadTables()
    #expect(await service.tasks(as: 1) == "2")
    try fixture.execute("UPDATE memberships SET team_id = 12")
    #expect(await service.tasks(as: 1) == "4 5 6")
    try fixture.execute("UPDATE people SET active = 0")
    #expect(await service.tasks(as: 1) == "unknown_user")
  }
}
