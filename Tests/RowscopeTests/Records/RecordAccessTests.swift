import AccessProfiles
import Documents
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing
import Workspaces

/// Decisions about records in hand, one at a time.
@Suite struct RecordAccessTests {
  static let tables = """
    CREATE TABLE clients (id INTEGER PRIMARY KEY, region TEXT COLLATE NOCASE, secret TEXT);
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, owner INTEGER, status TEXT, secret TEXT,
      client INTEGER REFERENCES clients (id), due TEXT, amount REAL, tags TEXT,
      loud TEXT AS (upper(secret)));
    CREATE TABLE watching (task INTEGER, user INTEGER);
    CREATE VIEW open_tasks AS SELECT id, CAST(owner AS TEXT) AS owner FROM tasks;
    INSERT INTO clients VALUES (1, 'South', 's1'), (2, 'north', 's2');
    INSERT INTO tasks (id, title, owner, status, secret, client, due, amount, tags) VALUES
      (1, 'one', 7, 'Done', 'a', 1, '2026-11-20', 1, '["x"]'),
      (2, 'two', 7, NULL, 'b', 2, '2026-11-22', 2.5, '[]'),
      (3, 'three', 8, 'Doing', 'c', NULL, NULL, NULL, NULL);
    INSERT INTO watching VALUES (1, 8), (2, 7), (2, 8);
    """
  static let workspace = """
    {"database": "d.sqlite", "profiles": {}, "tables": {"tasks": {"fields": {
      "tags": {"type": "tags"}, "due": {"type": "date"},
      "watchers": {"type": "users", "link": {"table": "watching", "record": "task",
        "member": "user"}}}}}}
    """

  /// A service whose profile restricts `tasks` by `data` and hides the secrets.
  private func service(
    _ data: String, _ database: TemporaryDatabase, table: String = "tasks"
  ) throws -> RecordService {
    let hidden = table == "tasks" ? #", "fields_excluded": ["secret"]"# : ""
    return try database.service(
      #"{"tables_enabled": {"\#(table)": {"data": \#(data)\#(hidden)}}}"#,
      workspace: try WorkspaceDocument(
        document: SourceDocument(name: "workspace.json", text: Self.workspace)))
  }

  private func access(
    _ data: String, related: RelatedRecords? = nil
  ) async throws -> RecordAccess {
    try await service(data, try TemporaryDatabase(Self.tables))
      .recordAccess(to: "TASKS", as: .ana, related: related)
  }

  private static let own = #"[{"field": "owner", "reference": "id_user"}]"#

  // MARK: The forms of a record

  @Test func valuesInTheOrderOfTheTable() async throws {
    let access = try await access(Self.own)
    #expect(access.table == "tasks")
    #expect(
      access.fields == [
        "id", "title", "owner", "status", "secret", "client", "due", "amount", "tags", "loud",
      ])
    let mine: [Value] = [9, "nine", 7, .null, "hidden", 1, .null, 1.5, .null, "HIDDEN"]
    #expect(access.allows(mine))
    let shown = try #require(access.redacted(mine))
    #expect(
      shown.shape.fields.map(\.name) == [
        "id", "title", "owner", "status", "client", "due", "amount", "tags",
      ])
    #expect(shown.values == [9, "nine", 7, .null, 1, .null, 1.5, .null])
    #expect(shown["secret"] == nil)

    var others = mine
    others[2] = 8
    #expect(access.decision(on: others) == .denied)
    #expect(access.redacted(others) == nil)
    #expect(access.decision(on: [9]) == .undecidable(.wrongNumberOfValues(1, expected: 10)))
    #expect(!access.allows([9]))
  }

  @Test func valuesByName() async throws {
    let access = try await access(Self.own)
    let record: [String: Value] = ["ID": 9, "Owner": 7, "secret": "hidden", "unknown": 1]
    #expect(access.decision(on: record) == .allowed)
    // The names as the table writes them, without hidden fields or unknown ones.
    #expect(access.redacted(record) == ["id": 9, "owner": 7])
    #expect(access.redacted(["id": 9, "owner": 8]) == nil)
    #expect(
      access.decision(on: ["owner": 7, "OWNER": 8]) == .undecidable(.repeatedField("owner")))
    #expect(access.redacted(["owner": 7, "OWNER": 7]) == nil)
  }

  @Test func valuesOfOtherFields() async throws {
    let access = try await access(Self.own).reading(["secret", "Owner", "title"])
    #expect(access.fields == ["secret", "Owner", "title"])
    #expect(access.shape.fields.map(\.name) == ["owner", "title"])
    #expect(access.redacted(["hidden", 7, "nine"])?.values == [7, "nine"])
    #expect(access.redacted(["hidden", 8, "nine"]) == nil)
    // The members of a link are in no column, so values given for it are ignored.
    let linked = try access.reading(["watchers", "owner"])
    #expect(linked.redacted(["12", 7])?.values == ["12", 7])
    let blind = try access.reading(["title"])
    #expect(blind.decision(on: ["nine"]) == .undecidable(.missingField("owner")))
    #expect(throws: ServiceError.self) { try access.reading(["titel"]) }
    #expect(throws: ServiceError.self) { try access.reading(["title", "TITLE"]) }
  }

  @Test func visibleButNotWritableFieldsAreMarked() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try database.service(
      #"{"tables_enabled": {"clients": {"fields_excluded": ["secret"], "fields_readonly": ["region"]}}}"#
    )
    let access = try await service.recordAccess(to: "clients", as: .ana)
    #expect(access.shape.fields.map(\.isReadonly) == [false, true])
    #expect(try access.reading(["region", "id"]).shape.fields.map(\.isReadonly) == [true, false])
  }

  /// A text is read up to a NUL in it. Even so it is known whether there is any member.
  @Test func membersWithANUL() async throws {
    func decision(_ rule: String) async throws -> RecordDecision {
      try await access("[{\"field\": \"watchers\", \(rule)}]").reading(["watchers"])
        .decision(on: [#"["a\u0000b"]"#])
    }
    #expect(try await decision(#""operator": "is not empty""#) == .allowed)
    #expect(try await decision(#""operator": "is empty""#) == .denied)
    #expect(
      try await decision(#""value": "a""#) == .undecidable(.invalidMembers("watchers")))
  }

  @Test func recordsOfTheService() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let all = try await database.service(#"{"tables_enabled": {"tasks": "*"}}"#)
      .list(ListRequest(table: "tasks"), as: .ana)
    let service = try service(Self.own, database)
    let access = try await service.recordAccess(to: "tasks", as: .ana)
    let own = try await service.list(
      ListRequest(table: "tasks", select: access.shape.fields.map { FieldSelection($0.name) }),
      as: .ana)
    #expect(own.items.count == 2)
    #expect(all.items.compactMap { access.redacted($0)?.values } == own.items.map(\.values))
    // Where the deciding field is missing nothing is shown, whatever record came before.
    let blind = try await service.list(ListRequest(table: "tasks", select: ["title"]), as: .ana)
    for record in blind.items {
      #expect(access.decision(on: record) == .undecidable(.missingField("owner")))
      #expect(access.redacted(record) == nil)
    }
    #expect(access.allows(own.items[0]))
  }

  // MARK: What is missing

  @Test(arguments: [
    (#"[{"field": "status", "operator": "!=", "value": "Done"}]"#, "status"),
    (#"[{"field": "status", "operator": "is null"}]"#, "status"),
    (#"[{"not": {"field": "status", "value": "Done"}}]"#, "status"),
    (#"[{"field": "tags", "operator": "!=", "value": "x"}]"#, "tags"),
    (#"[{"field": "due", "operator": "last days", "value": 3}]"#, "due"),
    (#"[{"field": "loud", "operator": "not in", "value": ["A"]}]"#, "loud"),
  ])
  func aMissingFieldIsUnknownUnderEitherPolarity(data: String, field: String) async throws {
    let access = try await access(data)
    let record: [String: Value] = ["id": 9, "owner": 7]
    #expect(access.decision(on: record) == .undecidable(.missingField(field)))
    #expect(!access.allows(record))
    #expect(access.redacted(record) == nil)
  }

  @Test func missingFieldsThatDoNotMatter() async throws {
    let either = try await access(
      #"[{"or": [{"field": "status", "value": "Done"}, {"field": "owner", "reference": "id_user"}]}]"#
    )
    #expect(either.decision(on: ["owner": 7]) == .allowed)
    #expect(either.decision(on: ["owner": 8]) == .undecidable(.missingField("status")))
    let both = try await access(
      #"[{"field": "status", "value": "Done"}, {"field": "owner", "reference": "id_user"}]"#)
    #expect(both.decision(on: ["owner": 8]) == .denied)
    #expect(both.decision(on: ["owner": 7]) == .undecidable(.missingField("status")))
    let none = try await access(#"[{"field": "owner", "operator": "in", "value": []}]"#)
    #expect(none.decision(on: ["id": 1]) == .denied)
    #expect(try await access("[]").redacted(["id": 1]) == ["id": 1])
  }

  // MARK: Values from elsewhere than SQLite

  @Test func valuesAreConvertedAsWhenStored() async throws {
    let own = try await access(Self.own)
    #expect(
      own.redacted(["id": "9", "owner": "7.0", "title": 5, "amount": 2]) == [
        "id": 9, "owner": 7, "title": "5", "amount": 2.0,
      ])
    #expect(own.decision(on: ["owner": "seven"]) == .denied)
    // Text operators see the number that would be stored, not the given text.
    let contains = try await access(#"[{"field": "owner", "operator": "contains", "value": "0"}]"#)
    #expect(contains.decision(on: ["owner": "7.0"]) == .denied)
    #expect(contains.decision(on: ["owner": "70"]) == .allowed)
    let nan = try await access(#"[{"field": "amount", "operator": "is null"}]"#)
    #expect(nan.decision(on: ["amount": .real(.nan)]) == .allowed)
  }

  @Test func aViewConvertsNothing() async throws {
    let service = try service(
      #"[{"field": "owner", "operator": "contains", "value": "7"}]"#,
      try TemporaryDatabase(Self.tables), table: "open_tasks")
    let access = try await service.recordAccess(to: "open_tasks", as: .ana)
    #expect(access.redacted([1, "7"])?.values == [1, "7"])
    #expect(access.redacted(["1", 7.0])?.values == ["1", 7.0])
  }

  @Test func arraysOfMembers() async throws {
    let access = try await access(#"[{"field": "tags", "operator": "!=", "value": "x"}]"#)
    #expect(access.decision(on: ["tags": #"["y", "x"]"#]) == .denied)
    #expect(access.decision(on: ["tags": #"["y"]"#]) == .allowed)
    #expect(access.decision(on: ["tags": "x"]) == .allowed)
    #expect(access.decision(on: ["tags": .null]) == .allowed)
  }

  // MARK: Other tables

  @Test func withoutRelatedRecordsARuleThatNeedsThemIsUnknown() async throws {
    let south = #"[{"field": "client.region", "value": "south"}]"#
    let blind = try await access(south)
    #expect(
      blind.decision(on: ["client": 1]) == .undecidable(.missingRelated(table: "clients")))
    #expect(blind.decision(on: ["id": 1]) == .undecidable(.missingField("client")))
    // Nothing can be related to NULL.
    #expect(blind.decision(on: ["client": .null]) == .denied)
    let notSouth = try await access(#"[{"not": {"field": "client.region", "value": "south"}}]"#)
    #expect(
      notSouth.decision(on: ["client": 1]) == .undecidable(.missingRelated(table: "clients")))
    #expect(notSouth.decision(on: ["client": .null]) == .allowed)
  }

  @Test func relatedRecordsAreLookedUp() async throws {
    let south = #"[{"field": "client.region", "value": "south"}]"#
    let access = try await access(south) { key in
      guard key.table == "clients", case .integer(let id)? = key["ID"] else { return nil }
      switch id {
      case 1: return [["id": 1, "region": "South"]]
      // A record other than the requested one.
      case 2: return [["id": 1, "region": "South"]]
      case 3: return []
      case 4: return [["id": 4]]
      case 5: return [["id": "5", "Region": "SOUTH"]]
      default: return nil
      }
    }
    #expect(access.decision(on: ["client": 1]) == .allowed)
    #expect(access.decision(on: ["client": "1"]) == .allowed)
    #expect(access.decision(on: ["client": 2]) == .denied)
    #expect(access.decision(on: ["client": 3]) == .denied)
    #expect(access.decision(on: ["client": 4]) == .undecidable(.missingField("region")))
    #expect(access.decision(on: ["client": 5]) == .allowed)
    #expect(
      access.decision(on: ["client": 6]) == .undecidable(.missingRelated(table: "clients")))
  }

  @Test func membersInALinkTable() async throws {
    let watched = #"[{"field": "watchers", "reference": "id_user"}]"#
    let blind = try await access(watched)
    #expect(blind.decision(on: ["id": 1]) == .undecidable(.missingRelated(table: "watching")))
    // As answers show them.
    #expect(blind.redacted(["id": 1, "watchers": "[7,8]"]) == ["id": 1, "watchers": "[7,8]"])
    #expect(blind.decision(on: ["watchers": #"["7"]"#]) == .allowed)
    #expect(blind.decision(on: ["watchers": "[8]"]) == .denied)
    #expect(blind.decision(on: ["watchers": "7"]) == .undecidable(.invalidMembers("watchers")))
    #expect(blind.decision(on: ["watchers": "[7.25]"]) == .undecidable(.invalidMembers("watchers")))
    #expect(blind.decision(on: ["watchers": "[7.25, 7]"]) == .allowed)
    for members in [#"["7\u0000"]"#, #"["8\u0000", "9"]"#] {
      #expect(
        blind.decision(on: ["watchers": .text(members)])
          == .undecidable(.invalidMembers("watchers")))
    }
    #expect(blind.decision(on: ["watchers": 7]) == .undecidable(.invalidMembers("watchers")))
    let access = try await access(watched) { key in
      key["task"] == 1
        ? [["task": 1, "user": 8]] : [["task": 2, "user": 7], ["task": 2, "user": 8]]
    }
    #expect(access.decision(on: ["id": 1]) == .denied)
    #expect(access.decision(on: ["id": 2]) == .allowed)
    #expect(access.decision(on: ["id": 3]) == .denied)
    let unwatched = try await self.access(#"[{"field": "watchers", "operator": "is empty"}]"#) {
      _ in []
    }
    #expect(unwatched.decision(on: ["id": 1]) == .allowed)
    #expect(unwatched.decision(on: ["watchers": "[7]"]) == .denied)
    #expect(unwatched.decision(on: ["watchers": "[]"]) == .allowed)
  }

  // MARK: Time and access

  @Test func theAccessIsOfOneTime() async throws {
    let access = try await access(#"[{"field": "due", "operator": "<=", "reference": "today"}]"#)
    #expect(access.dependsOnClock)
    #expect(access.clock == RequestClock(now: 1_795_338_000))
    let tomorrow: [String: Value] = ["due": "2026-11-23"]
    #expect(access.decision(on: tomorrow) == .denied)
    let later = try access.reading(["due"]).renewed(at: RequestClock(now: 1_795_338_000 + 86_400))
    #expect(later.decision(on: tomorrow) == .allowed)
    #expect(later.fields == ["due"])
    #expect(later.redacted(["2026-11-23"])?["due"] == "2026-11-23")
    #expect(access.decision(on: tomorrow) == .denied)
    #expect(try await !self.access(Self.own).dependsOnClock)
    #expect(
      try await self.access(
        #"[{"not": {"or": [{"field": "due", "operator": "last days", "value": 2}]}}]"#
      ).dependsOnClock)
  }

  @Test func deniedTablesHaveNoAccess() async throws {
    let service = try service(Self.own, try TemporaryDatabase(Self.tables))
    for (table, user) in [
      ("clients", User.ana), ("nothing", .ana), ("tasks", User(id: 7)),
    ] {
      await #expect(throws: ServiceError.self) {
        try await service.recordAccess(to: table, as: user)
      }
    }
  }

  @Test func aProfileAloneGivesAccess() throws {
    let schema = Schema(tables: [
      Table(
        name: "tasks",
        fields: [Field(name: "id", affinity: .integer), Field(name: "owner", affinity: .integer)])
    ])
    let text =
      #"{"tables_enabled": {"tasks": {"data": [{"field": "owner", "reference": "id_user"}]}}}"#
    let profile = PreparedProfile(
      try Profile(document: SourceDocument(name: "p", text: text)), schema: schema)
    let clock = RequestClock(now: 0)
    let access = try RecordAccess(to: "tasks", by: ProfileUnion(profile), as: .ana, at: clock)
    #expect(access.allows([1, 7]))
    #expect(!access.allows([1, 8]))
    let error = #expect(throws: ServiceError.self) {
      try RecordAccess(to: "task", by: ProfileUnion(profile), as: .ana, at: clock)
    }
    #expect(error?.code == .unknownTable)
    #expect(error?.hint == "did you mean \"tasks\"?")
  }

  @Test func missingInformationIsDescribed() {
    let doubts: [(RecordDecision.MissingInformation, String)] = [
      (.missingField("a"), "a rule asks for the field \"a\", which is not given"),
      (
        .missingRelated(table: "t"),
        "a rule asks for related records of the table \"t\", which are not known"
      ),
      (.repeatedField("a"), "the field \"a\" is given twice"),
      (.wrongNumberOfValues(1, expected: 2), "the record has 1 values where there are 2 fields"),
      (
        .invalidMembers("a"),
        "the members of the field \"a\" are not given as a JSON array of whole numbers and texts"
      ),
    ]
    for (doubt, words) in doubts { #expect(doubt.description == words) }
  }
}
