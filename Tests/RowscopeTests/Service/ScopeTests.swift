import AccessProfiles
import Documents
import Foundation
import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing
import Workspaces

/// The fingerprint of a scope: equal exactly where the rules, the values that they read, the shown
/// fields and the schema are.
@Suite struct ScopeTests {
  private static let tables = """
    CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT, phone TEXT, region TEXT, since TEXT);
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, owner INTEGER, team INTEGER,
      amount INTEGER, due TEXT, client INTEGER REFERENCES clients (id));
    CREATE TABLE countries (code TEXT PRIMARY KEY, name TEXT);
    INSERT INTO clients VALUES (1, 'Ada', '1', 'south', '2026-11-20'), (2, 'Bo', '2', 'north', NULL);
    INSERT INTO tasks VALUES (1, 'a', 7, 1, 10, '2026-11-21', 1), (2, 'b', 8, 1, 20, '2026-11-01', 2),
      (3, 'c', 7, 2, 30, NULL, 1);
    INSERT INTO countries VALUES ('br', 'Brazil'), ('de', 'Germany');
    """

  private static func tasks(_ rule: String, _ keys: String = "") -> String {
    #"{"tables_enabled": {"clients": "*", "countries": "*", "tasks": {"data": [\#(rule)]\#(keys)}}}"#
  }

  private static let profiles: [String: String] = [
    "own": tasks(#"{"field": "owner", "reference": "id_user"}"#),
    // The same in other words.
    "mine": """
    {"tables_enabled": {
      "countries": {"*": "*"}, "clients": {"data": []}, // All of them.
      "tasks": {"data": [{"field": "owner", "operator": "=", "reference": "id_user"}]}}}
    """,
    "seven": tasks(#"{"field": "owner", "value": 7}"#),
    "less": tasks(#"{"field": "amount", "operator": "<", "value": 25}"#),
    "least": tasks(#"{"field": "amount", "operator": "<", "value": 15}"#),
    "limit": tasks(#"{"field": "amount", "operator": "<", "reference": "attributes.limit"}"#),
    "blind": tasks(
      #"{"field": "amount", "operator": "<", "value": 25}"#, #", "fields_excluded": ["amount"]"#),
    "readonly": tasks(
      #"{"field": "amount", "operator": "<", "value": 25}"#, #", "fields_readonly": ["title"]"#),
    "deletes": tasks(#"{"field": "amount", "operator": "<", "value": 25}"#, #", "can_delete": 1"#),
    "teams": tasks(#"{"field": "team", "operator": "in", "reference": "teams"}"#),
    "recent": tasks(#"{"field": "due", "operator": "last days", "value": 7}"#),
    "past": tasks(#"{"field": "due", "operator": "<", "reference": "now"}"#),
    "southern": tasks(#"{"field": "client.region", "value": "south"}"#),
    "south": """
    {"tables_enabled": {"tasks": "*", "clients": {"data": [{"field": "region", "value": "south"}]}}}
    """,
    "silent": #"{"tables_enabled": {"tasks": "*", "clients": {"fields_excluded": ["phone"]}}}"#,
    "all": #"{"tables_enabled": {"*": "*"}}"#,
    "nothing":
      #"{"tables_enabled": {"tasks": {"data": [{"or": [{"field": "id", "operator": "in", "value": []}]}]}}}"#,
  ]

  private static let secret = Array("0123456789abcdef".utf8)
  private static let noon: Int64 = 1_795_338_000

  private struct Fixture {
    let database: TemporaryDatabase
    let service: RecordService

    init(
      _ sql: String = tables, secret: [UInt8] = ScopeTests.secret, memory: MemoryPolicy = .none,
      workspace: String? = nil, now: Int64 = noon
    ) throws {
      database = try TemporaryDatabase(sql)
      service = RecordService(
        pool: try ConnectionPool(.readOnly(path: database.path), capacity: 2),
        profiles: ProfileCatalog(
          try profiles.mapValues { try Profile(document: .init(name: "p.json", text: $0)) }),
        workspace: try workspace.map {
          try WorkspaceDocument(document: .init(name: "workspace.json", text: $0))
        }, limits: .init(secret: secret), memory: memory, clock: { RequestClock(now: now) })
    }

    func scope(_ request: String, as user: User) async throws -> String {
      try await service.scope(of: ListRequest(request), as: user)
    }
  }

  private static let list = #"{"object_type": "tasks"}"#
  private static let withClients = #"{"object_type": "tasks", "select": ["id", "client.name"]}"#
  private static func user(_ id: Value, _ profiles: String...) -> User {
    User(id: id, profiles: profiles)
  }

  /// Two questions, and whether they have one scope.
  struct Pair: CustomTestStringConvertible {
    let title: String
    let isSame: Bool
    let first: (user: User, request: String)
    let second: (user: User, request: String)

    init(
      _ title: String, _ isSame: Bool, _ user: User, _ other: User, _ request: String = list,
      _ otherRequest: String? = nil
    ) {
      self.title = title
      self.isSame = isSame
      first = (user, request)
      second = (other, otherRequest ?? request)
    }

    var testDescription: String { title }
  }

  private static let pairs: [Pair] = [
    Pair("another user under one rule", true, user(7, "less"), user(8, "less")),
    Pair("a value that the rule reads", false, user(7, "own"), user(8, "own")),
    Pair("a rule in other words", true, user(7, "own"), user(7, "mine")),
    Pair("a literal that is the user's value", true, user(7, "own"), user(9, "seven")),
    Pair("another bound", false, user(7, "less"), user(7, "least")),
    Pair(
      "an attribute that no rule reads", true,
      User(id: 7, profile: "less", attributes: ["limit": .scalar(1)]), user(7, "less")),
    Pair(
      "an attribute that the rule reads", false,
      User(id: 7, profile: "limit", attributes: ["limit": .scalar(1)]),
      User(id: 7, profile: "limit", attributes: ["limit": .scalar(2)])),
    Pair(
      "name, email and teams", true, user(7, "less"),
      User(id: 7, name: "A", email: "a@b", profile: "less", teams: [4])),
    Pair(
      "teams in another order", true, User(id: 7, profile: "teams", teams: [1, 2]),
      User(id: 7, profile: "teams", teams: [2, 1])),
    Pair(
      "another team", false, User(id: 7, profile: "teams", teams: [1, 2]),
      User(id: 7, profile: "teams", teams: [1, 3])),
    Pair("a hidden field", false, user(7, "less"), user(7, "blind")),
    Pair("a readonly field", false, user(7, "less"), user(7, "readonly")),
    Pair("a right that is not asked for", true, user(7, "less"), user(7, "deletes")),
    Pair(
      "a right that is asked for", false, user(7, "less"), user(7, "deletes"),
      #"{"object_type": "tasks", "may": true}"#),
    Pair("several profiles in another order", true, user(7, "own", "less"), user(7, "less", "own")),
    Pair("one profile more that gives", false, user(7, "own"), user(7, "own", "less")),
    Pair("one that another contains", true, user(7, "all"), user(7, "all", "least")),
    Pair(
      "one that shows the field in fewer records", false, user(7, "blind"),
      user(7, "blind", "least")),
    Pair("narrowed", false, user(7, "less"), user(7, "less").narrowed(by: "own")),
    Pair(
      "narrowed by what takes nothing", true, user(7, "less"), user(7, "less").narrowed(by: "all")),
    Pair(
      "narrowed or reached so", true, user(7, "less").narrowed(by: "own"),
      user(7, "own").narrowed(by: "less")),
    Pair("a rule by a relation", false, user(7, "southern"), user(7, "all")),
    Pair("no record, for two reasons", true, user(7, "nothing"), user(8, "nothing")),
    // Related records.
    Pair("a related table's rule that nothing reads", true, user(7, "south"), user(7, "silent")),
    Pair("and that is selected", false, user(7, "south"), user(7, "silent"), withClients),
    Pair(
      "and that a filter reads", false, user(7, "south"), user(7, "silent"),
      #"{"object_type": "tasks", "filters": [{"field": "client.name", "operator": "!=", "value": "x"}]}"#
    ),
    Pair(
      "and that the order reads", false, user(7, "south"), user(7, "silent"),
      #"{"object_type": "tasks", "sort": "client.name"}"#),
    Pair(
      "and of which a list is shown", false, user(7, "own"), user(8, "own"),
      #"{"object_type": "clients", "select": ["id", {"path": "tasks"}]}"#),
    Pair(
      "of which none is shown", true, user(7, "own"), user(8, "own"),
      #"{"object_type": "clients", "select": ["id"]}"#),
    Pair(
      "the order of a list of related records", false, user(7, "south"), user(7, "silent"),
      #"{"object_type": "clients", "select": ["id", {"path": "tasks", "select": ["id"], "sort": "client.name"}]}"#
    ),
    // What the request says.
    Pair(
      "a reference in the request", false, user(7, "all"), user(8, "all"),
      #"{"object_type": "tasks", "filters": [{"field": "owner", "reference": "id_user"}]}"#),
    Pair(
      "of related records", false, user(7, "all"), user(8, "all"),
      #"{"object_type": "clients", "filters": [{"field": "tasks", "operator": "none", "where": [{"field": "owner", "reference": "id_user"}]}]}"#
    ),
    Pair(
      "a value of the request", true, user(7, "less"), user(7, "less"),
      #"{"object_type": "tasks", "filters": [{"field": "amount", "operator": "<", "value": 24}]}"#,
      #"{"object_type": "tasks", "filters": [{"field": "amount", "operator": "<", "value": 26}]}"#),
    Pair(
      "a value of the request on a related field", true, user(7, "south"), user(7, "south"),
      #"{"object_type": "tasks", "filters": [{"field": "client.region", "value": "south"}]}"#,
      #"{"object_type": "tasks", "filters": [{"field": "client.region", "value": "west"}]}"#),
    Pair(
      "the page, the order, the count", true, user(7, "less"), user(7, "less"), list,
      #"{"object_type": "tasks", "size": 1, "page": 2, "sort": "title", "count": "exact", "select": ["id"]}"#
    ),
    Pair(
      "another table", false, user(7, "all"), user(7, "all"), list,
      #"{"object_type": "clients"}"#),
    Pair(
      "the case of a table's name", true, user(7, "all"), user(7, "all"), list,
      #"{"object_type": "TASKS"}"#),
    // The moment.
    Pair(
      "the user's zone, where no day is asked for", true,
      User(id: 7, profile: "less", timeZone: "Pacific/Kiritimati"), user(7, "less")),
    Pair(
      "the user's day", false, User(id: 7, profile: "recent", timeZone: "Pacific/Kiritimati"),
      user(7, "recent")),
    Pair(
      "the user's day in the request", false,
      User(id: 7, profile: "all", timeZone: "Pacific/Kiritimati"), user(7, "all"),
      #"{"object_type": "tasks", "filters": [{"field": "due", "operator": "next days", "value": 2}]}"#
    ),
  ]

  @Test(arguments: pairs) func itIsEqualWhereTheAnswerDependsOnTheSame(pair: Pair) async throws {
    for memory in [MemoryPolicy.none, MemoryPolicy(tables: .all, use: .always)] {
      let fixture = try Fixture(memory: memory)
      let first = try await fixture.scope(pair.first.request, as: pair.first.user)
      let second = try await fixture.scope(pair.second.request, as: pair.second.user)
      #expect((first == second) == pair.isSame)
      // Again, from the cache of prepared requests.
      #expect(try await fixture.scope(pair.first.request, as: pair.first.user) == first)
    }
  }

  /// Users of the same scope get the same answer to the same request, whatever their profiles.
  @Test func sameScopesHaveTheSameAnswers() async throws {
    let fixture = try Fixture()
    let names = Self.profiles.keys.sorted()
    var users: [User] = []
    for (index, name) in names.enumerated() {
      for id: Value in [7, 8] {
        users.append(
          User(id: id, profile: name, teams: [1], attributes: ["limit": .scalar(25)]))
        for other in names.dropFirst(index + 1) {
          users.append(User(id: id, profiles: [name, other], teams: [2]))
          users.append(User(id: id, profile: name, teams: [1]).narrowed(by: other))
        }
      }
    }
    users = Extent.share(of: users, every: 3, from: 0)
    var shared = 0
    for request in Set(Self.pairs.flatMap { [$0.first.request, $0.second.request] }) {
      var answers: [String: Set<[UInt8]>] = [:]
      for user in users {
        let request = try ListRequest(request)
        guard let scope = try? await fixture.service.scope(of: request, as: user) else { continue }
        let answer = await fixture.service.answer(request, as: user)
        // A cursor is of its user.
        let text = String(decoding: answer.json, as: UTF8.self)
          .replacing(#/"next":"[^"]*"/#, with: "")
        shared += answers[scope] == nil ? 0 : 1
        answers[scope, default: []].insert(Array(text.utf8))
      }
      #expect(answers.values.allSatisfy { $0.count == 1 }, "\(request)")
    }
    #expect(shared > Extent.count(few: 200, all: 1_000))
  }

  @Test func aSecretMakesIt() async throws {
    let user = Self.user(7, "own")
    let scope = try await Fixture().scope(Self.list, as: user)
    #expect(scope.utf8.count == 22)
    #expect(try await Fixture().scope(Self.list, as: user) == scope)
    #expect(try await Fixture(secret: Self.secret + [0]).scope(Self.list, as: user) != scope)
    // Without one it holds for this process.
    let alone = try await Fixture(secret: []).scope(Self.list, as: user)
    #expect(alone != scope)
    #expect(try await Fixture(secret: []).scope(Self.list, as: user) == alone)
  }

  @Test func aDayIsAValue() async throws {
    let (user, other) = (Self.user(7, "recent"), Self.user(7, "past"))
    let (now, later, tomorrow) = (
      try Fixture(), try Fixture(now: Self.noon + 3_600), try Fixture(now: Self.noon + 86_400)
    )
    let scope = try await now.scope(Self.list, as: user)
    #expect(try await later.scope(Self.list, as: user) == scope)
    #expect(try await tomorrow.scope(Self.list, as: user) != scope)
    // A moment is one as well.
    #expect(
      try await later.scope(Self.list, as: other) != (now.scope(Self.list, as: other)))
  }

  /// Changes of the schema, and whether an answer to whom does not see them depends on them.
  @Test(arguments: [
    ("CREATE INDEX amounts ON tasks (amount);", true),
    ("ALTER TABLE clients ADD COLUMN note TEXT;", true),
    ("CREATE TABLE further (id INTEGER PRIMARY KEY);", true),
    ("ALTER TABLE tasks ADD COLUMN note TEXT;", false),
    ("ALTER TABLE tasks RENAME COLUMN title TO name;", false),
  ])
  func aSchemaIsWhatTheRequestReads(change: String, isSame: Bool) async throws {
    let user = Self.user(7, "less")
    let scope = try await Fixture().scope(Self.list, as: user)
    #expect((try await Fixture(Self.tables + change).scope(Self.list, as: user) == scope) == isSame)
  }

  /// A field that a rule alone reads: what it compares as.
  @Test func aRulesFieldComparesAsDeclared() async throws {
    let user = Self.user(7, "blind")
    let scope = try await Fixture().scope(Self.list, as: user)
    let text = Self.tables.replacing("amount INTEGER", with: "amount TEXT")
    #expect(try await Fixture(text).scope(Self.list, as: user) != scope)
    let declared =
      #"{"database": "x", "tables": {"tasks": {"fields": {"amount": {"type": "number"}}}}}"#
    #expect(try await Fixture(workspace: declared).scope(Self.list, as: user) != scope)
  }

  @Test(arguments: [
    #"{"table": "clients", "field": "id", "where": [{"field": "region", "value": "south"}]}"#,
    #"{"table": "clients", "field": "id", "where": [{"field": "region", "value": "north"}]}"#,
    #"{"table": "clients", "field": "id", "where": [{"condition": "near"}]}"#,
    #"{"table": "clients", "field": "id", "where": [{"field": "name", "reference": "name"}]}"#,
  ])
  func aRelationsConditionIsARule(relation: String) async throws {
    func fixture(_ near: String) throws -> Fixture {
      try Fixture(
        workspace: """
          {"database": "x", "conditions": {"near": [{"field": "region", "value": "\(near)"}]},
           "tables": {"tasks": {"fields": {"client": {"relation": \(relation)}}}}}
          """)
    }
    let named = User(id: 7, name: "Ada", profile: "all")
    let scope = try await fixture("south").scope(Self.withClients, as: named)
    #expect(try await Fixture().scope(Self.withClients, as: named) != scope)
    #expect(
      (try await fixture("north").scope(Self.withClients, as: named) == scope)
        != relation.contains("condition"))
    let other = User(id: 7, name: "Bo", profile: "all")
    #expect(
      (try await fixture("south").scope(Self.withClients, as: other) == scope)
        != relation.contains("reference"))
    #expect(
      try await fixture("south").scope(Self.list, as: named)
        == (fixture("south").scope(Self.list, as: other)))
  }

  @Test func anAnswerHasItWhereItIsAskedFor() async throws {
    struct Task: Decodable { var id: Int }
    let fixture = try Fixture()
    let user = Self.user(7, "less")
    let scope = try await fixture.scope(Self.list, as: user)
    for select in [nil, ["id"], ["id", "client.name"]] as [[FieldSelection]?] {
      var request = ListRequest(table: "tasks", select: select, size: 1, scope: true)
      let first = try await fixture.service.list(request, as: user)
      let next: String = try #require(first.next)
      request.after = next
      let second = try await fixture.service.list(request, as: user)
      #expect(second.scope == first.scope)
      #expect((first.scope == scope) == (select?.count != 2))
      #expect(
        try await fixture.service.list(request, as: user, decoding: Task.self).scope == first.scope)
      let answer = await fixture.service.answer(request, as: user)
      #expect(
        String(decoding: answer.json, as: UTF8.self)
          .hasSuffix(#","has_more":false,"scope":"\#(try #require(first.scope))"}}"#))
      request.scope = false
      #expect(try await fixture.service.list(request, as: user).scope == nil)
      #expect(
        !String(decoding: await fixture.service.answer(request, as: user).json, as: UTF8.self)
          .contains("scope"))
    }
    #expect(try ListRequest(json: ListRequest(table: "t", scope: true).json).scope)
    await #expect(throws: ServiceError.self) {
      _ = try await fixture.scope(#"{"object_type": "tasks", "sort": "x"}"#, as: user)
    }
  }
}
