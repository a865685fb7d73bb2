import AccessProfiles
import Documents
import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing
import Workspaces

/// Users with several profiles: what one gives, they have; a cell is shown if one profile both
/// reaches the record and shows the field.
@Suite struct SeveralProfilesTests {
  static let tables = """
    CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT, phone TEXT, region TEXT);
    INSERT INTO clients VALUES (1, 'Ada', '111', 'south'), (2, 'Bo', '222', 'north'),
      (3, 'Cy', NULL, 'south');
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, owner INTEGER, salary INTEGER,
      note TEXT, client INTEGER REFERENCES clients (id), parent INTEGER);
    INSERT INTO tasks VALUES
      (1, 'own rich', 7, 900, 'pay well', 1, NULL), (2, 'own empty', 7, NULL, NULL, 2, 1),
      (3, 'other rich', 8, 800, 'pay badly', 1, 2), (4, 'other empty', 8, NULL, 'none', 3, 3),
      (5, 'own poor', 7, 100, 'pay', NULL, 4);
    """

  /// Everything of my own tasks.
  static let own = """
    {"tables_enabled": {"tasks": {"data": [{"field": "owner", "reference": "id_user"}],
      "can_create": 1, "presets": {"owner": {"reference": "id_user"}}}}}
    """
  /// Titles of all tasks, and the phones of no client.
  static let titles = """
    {"tables_enabled": {
      "tasks": {"fields_excluded": ["salary", "note"], "fields_readonly": ["title"]},
      "clients": {"fields_excluded": ["phone"], "can_edit": 0}}}
    """
  /// The clients of the south, with their phones.
  static let south = """
    {"tables_enabled": {"clients": {"data": [{"field": "region", "value": "south"}],
      "fields_readonly": ["name"]}}}
    """
  static let documents = ["own": own, "titles": titles, "south": south]
  static let user = User(id: 7, profiles: ["own", "titles", "south"])

  struct Fixture {
    let database: TemporaryDatabase
    let service: RecordService

    init(
      _ documents: [String: String] = SeveralProfilesTests.documents, memory: MemoryPolicy = .none,
      workspace: String? = nil, sql: String = ""
    ) throws {
      database = try TemporaryDatabase(SeveralProfilesTests.tables + sql)
      service = RecordService(
        pool: try ConnectionPool(.readOnly(path: database.path), capacity: 2),
        profiles: ProfileCatalog(
          try documents.mapValues { try Profile(document: .init(name: "p.json", text: $0)) }),
        workspace: try workspace.map {
          try WorkspaceDocument(document: .init(name: "workspace.json", text: $0))
        },
        memory: memory, clock: { RequestClock(now: 1_795_338_000) },
        writing: .pool(try ConnectionPool(.readWrite(path: database.path), capacity: 1)))
    }

    /// The page, after both engines have agreed on it.
    func list(_ request: ListRequest, as user: User = user) async throws -> Page<Record> {
      let difference = try await service.withSession(as: user) { reader throws(ServiceError) in
        try reader.compareEngines(request)
      }
      #expect(difference == nil)
      return try await service.list(request, as: user)
    }

    func ids(_ where: Condition, as user: User = user) async throws -> [Value] {
      try await list(ListRequest(table: "tasks", where: `where`), as: user).items.map {
        $0["id"] ?? .null
      }
    }

    func code(
      _ request: ListRequest, as user: User = user
    ) async -> ServiceError.Code? {
      do {
        _ = try await service.list(request, as: user)
        return nil
      } catch {
        return error.code
      }
    }

    /// The code of a change's error, or nil.
    func failure(
      as user: User = user, _ body: (borrowing RecordWriter) throws(ServiceError) -> Void
    ) async -> ServiceError.Code? {
      do throws(ServiceError) {
        try await service.write(as: user, body)
        return nil
      } catch {
        return error.code
      }
    }

    func wire(_ json: String, as user: User = user) async -> String {
      String(decoding: await service.answer(json: Array(json.utf8), as: user).json, as: UTF8.self)
    }
  }

  private func fixture(_ documents: [String: String] = documents) throws -> Fixture {
    try Fixture(documents, memory: MemoryPolicy(tables: .all, use: .always))
  }

  @Test func aCellIsShownByAProfileThatReachesItsRecord() async throws {
    let page = try await fixture().list(
      ListRequest(table: "tasks", select: ["id", "salary", "note"]))
    #expect(page.items.map { $0.outcome(of: "id") } == [1, 2, 3, 4, 5].map { .value($0) })
    #expect(
      page.items.map { $0.outcome(of: "salary") }
        == [.value(900), .null, .hidden, .hidden, .value(100)])
    #expect(page.hidden == [[], [], ["salary", "note"], ["salary", "note"], []])
    #expect(page.items[2]["salary"] == nil)
    #expect(page.items[2].values == [3, .null, .null])
    #expect(page.items[0].outcome(of: "nonsense") == nil)
  }

  @Test func answersNameWhatEachRecordHides() async throws {
    let answer = try await fixture().wire(
      #"{"object_type": "tasks", "select": ["id", "note"], "size": 3}"#)
    #expect(
      answer == #"{"data":{"items":[{"id":1,"note":"pay well"},{"id":2,"note":null},{"id":3}],"#
        + #""hidden":[[],[],["note"]],"has_more":true,"next":""#
        + (answer.split(separator: #""next":""#).last ?? ""))
    let whole = try await fixture().wire(
      #"{"object_type": "tasks", "select": ["id", "note"], "size": 2}"#)
    #expect(!whole.contains("hidden"))
  }

  /// In either polarity.
  @Test func aTestHoldsOnlyOfRecordsThatShowItsField() async throws {
    let fixture = try fixture()
    #expect(try await fixture.ids("salary" >= 800) == [1])
    #expect(try await fixture.ids("salary" < 800) == [5])
    #expect(try await fixture.ids("salary" != 900) == [2, 5])
    #expect(try await fixture.ids(!("salary" == 900)) == [2, 5])
    #expect(try await fixture.ids("salary" == Value.null) == [2])
    #expect(try await fixture.ids("salary" != Value.null) == [1, 5])
    #expect(try await fixture.ids("title" != "x") == [1, 2, 3, 4, 5])
    let count = try await fixture.service.count(
      ListRequest(table: "tasks", where: "salary" != 900), as: Self.user)
    #expect(count == 2)
  }

  @Test func searchLooksInShownCells() async throws {
    let fixture = try fixture()
    var request = ListRequest(table: "tasks", select: ["id"])
    request.search = "pay"
    #expect(try await fixture.list(request).items.map { $0["id"] } == [1, 5])
    request.search = "other"
    #expect(try await fixture.list(request).items.map { $0["id"] } == [3, 4])
  }

  @Test(arguments: [false, true])
  func hiddenCellsStandWithNullAndCursorsArePositions(descending: Bool) async throws {
    let fixture = try fixture()
    var request = ListRequest(
      table: "tasks", select: ["id"], sort: [.init("salary", isDescending: descending)], size: 2)
    var ids: [Value?] = []
    for _ in 0..<3 {
      let page = try await fixture.list(request)
      ids += page.items.map { $0["id"] }
      request.after = page.next
    }
    #expect(ids == (descending ? [1, 5, 2, 3, 4] : [2, 3, 4, 5, 1]))
    #expect(request.after == nil)
  }

  @Test func relatedRecordsHideTheirOwnCells() async throws {
    let fixture = try fixture()
    let page = try await fixture.list(
      ListRequest(table: "tasks", select: ["id", "client.name", "client.phone"]))
    #expect(page.hidden == [[], ["client.phone"], [], [], []])
    #expect(page.items[0].related("client")?["phone"] == "111")
    #expect(page.items[1].related("client")?.outcome(of: "phone") == .hidden)
    #expect(page.items[3].related("client")?.outcome(of: "phone") == .null)
    // Complements over paths are NOT EXISTS over such leaves.
    #expect(try await fixture.ids("client.phone" == "222") == [])
    #expect(try await fixture.ids("client.phone" != "222") == [1, 2, 3, 4, 5])
    #expect(try await fixture.ids("client.phone" == "111") == [1, 3])
    let sorted = try await fixture.list(
      ListRequest(table: "tasks", select: ["id"], sort: [.ascending("client.phone")]))
    #expect(sorted.items.map { $0["id"] } == [2, 4, 5, 1, 3])
  }

  /// The key by which a relation is followed may be hidden in some records.
  @Test func aRelationByAHiddenKeyIsLeftOut() async throws {
    var documents = Self.documents
    documents["titles"] = documents["titles"]?.replacing(
      #""note"], "fields_readonly""#, with: #""note", "client"], "fields_readonly""#)
    let fixture = try fixture(documents)
    let page = try await fixture.list(ListRequest(table: "tasks", select: ["id", "client.name"]))
    #expect(page.hidden == [[], [], ["client"], ["client"], []])
    #expect(page.items[2].related("client") == nil)
    #expect(try await fixture.ids("client.name" == "Ada") == [1])
    #expect(try await fixture.ids("client.name" != "Ada") == [2, 3, 4, 5])
    // The hidden cells of a list's records are told beside them.
    let lists = try await fixture.service.list(
      ListRequest(
        table: "clients", select: ["id", .list("tasks", select: ["id", "salary"])]),
      as: Self.user)
    #expect(lists.items[0].relatedList("tasks")?.items.map { $0["id"] } == [1])
  }

  @Test func twoFieldsAreComparedWhereBothAreShown() async throws {
    let fixture = try fixture()
    #expect(
      try await fixture.ids("salary" > .other("owner")) == [1, 5])
    #expect(
      try await fixture.ids("salary" != .other("owner")) == [1, 2, 5])
  }

  @Test func whatOneProfileDisablesIsGone() async throws {
    for (disabling, code) in [
      (#"{"tables_enabled": {"*": "*"}, "tables_disabled": ["tasks"]}"#, .unknownTable),
      // A name that no table has may be meant for any that its document does not name.
      (#"{"tables_enabled": {"clients": "*"}, "tables_disabled": ["taks"]}"#, .invalidProfile),
    ] as [(String, ServiceError.Code)] {
      let fixture = try fixture(Self.documents.merging(["no": disabling]) { $1 })
      let user = User(id: 7, profiles: ["own", "titles", "no"])
      #expect(await fixture.code(ListRequest(table: "tasks"), as: user) == code, "\(disabling)")
      #expect(await fixture.code(ListRequest(table: "clients"), as: user) == nil)
    }
    let fixture = try fixture()
    #expect(
      await fixture.code(ListRequest(table: "tasks"), as: User(id: 7, profiles: ["own", "gone"]))
        == .invalidProfile)
  }

  @Test func theReferenceProfileIsAList() async throws {
    let fixture = try fixture([
      "all": #"{"tables_enabled": {"tasks": "*"}}"#,
      "by": """
      {"tables_enabled": {"tasks":
        {"data": [{"field": "title", "operator": "in", "reference": "profile"}]}}}
      """, "own rich": #"{"tables_enabled": {}}"#,
    ])
    #expect(try await fixture.ids("id" > 0, as: User(id: 7, profiles: ["by", "own rich"])) == [1])
  }

  /// A key that some records do not show names none of them.
  @Test func aHiddenKeyFindsNoRecord() async throws {
    let fixture = try fixture([
      "own": Self.own,
      "keyless": #"{"tables_enabled": {"tasks": {"fields_excluded": ["id", "salary"]}}}"#,
    ])
    let user = User(id: 7, profiles: ["own", "keyless"])
    #expect(try await fixture.service.get([1], from: "tasks", as: user)["title"] == "own rich")
    await #expect(throws: ServiceError.self) {
      try await fixture.service.get([3], from: "tasks", as: user)
    }
    let page = try await fixture.list(
      ListRequest(table: "tasks", select: ["id", "title"], size: 2), as: user)
    #expect(page.hidden == [["id"], ["id"]])
    #expect(page.items.map { $0["title"] } == ["other empty", "other rich"])
    var next = ListRequest(table: "tasks", select: ["id", "title"], size: 3)
    next.after = page.next
    #expect(try await fixture.list(next, as: user).items.map { $0["id"] } == [1, 2, 5])
  }

  /// Records that look alike, but that one has a null where the other shows nothing, or that the
  /// user may do more with one of them, stand in an order that nothing hidden decides.
  @Test(arguments: [
    ["a", "b"], ["acts"],
  ])
  func noIndexOnAHiddenFieldDecidesTheOrder(profiles: [String]) async throws {
    var answers: Set<String> = []
    for (first, second) in [(5, 7), (7, 5)] {
      let fixture = try Fixture(
        [
          "a": """
          {"tables_enabled": {"t": {"data": [{"field": "s", "value": 1},
            {"field": "h", "operator": "<=", "value": 7}], "fields_excluded": ["s", "h"]}}}
          """,
          "b": """
          {"tables_enabled": {"t": {"data": [{"field": "h", "operator": "<=", "value": 7}],
            "fields_excluded": ["b", "s", "h"]}}}
          """,
          "acts": """
          {"tables_enabled": {"t": {"data": [{"field": "h", "operator": "<=", "value": 7}],
            "fields_excluded": ["b", "s", "h"], "edit_data": [{"field": "s", "value": 1}]}}}
          """,
        ],
        sql: """
          CREATE TABLE t (c TEXT, b TEXT, s INTEGER, h INTEGER);
          CREATE INDEX i ON t (h);
          INSERT INTO t VALUES ('x', NULL, 1, \(first)), ('x', 'q', 0, \(second));
          INSERT INTO t SELECT 'z', 'z', 1, value FROM
            (WITH RECURSIVE n(value) AS (SELECT 101 UNION ALL SELECT value + 1 FROM n LIMIT 500)
              SELECT value FROM n);
          ANALYZE;
          """)
      answers.insert(
        await fixture.wire(
          #"{"object_type": "t", "may": true}"#, as: User(id: 7, profiles: profiles)))
    }
    #expect(answers.count == 1)
    #expect(answers.first?.contains(#""may":[["#) == true)
  }

  /// Records that look alike stand in any order, by which the engines may differ.
  @Test func hiddenKeysAreNoDifferenceOfTheEngines() async throws {
    let fixture = try Fixture(
      [
        "keyless": """
        {"tables_enabled": {"pairs": {"data": [{"field": "a", "operator": "<=", "value": 5}],
          "fields_excluded": ["b"]}}}
        """,
        "some": #"{"tables_enabled": {"pairs": {"data": [{"field": "a", "value": 9}]}}}"#,
      ], memory: MemoryPolicy(tables: .all, use: .always),
      sql: """
        CREATE TABLE pairs (a INTEGER, b INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID;
        INSERT INTO pairs VALUES (1, 1), (1, 2), (1, 3), (9, 1), (9, 2);
        """)
    let user = User(id: 7, profiles: ["keyless", "some"])
    for select in [nil, ["b"], ["a"]] as [[FieldSelection]?] {
      let page = try await fixture.list(
        ListRequest(table: "pairs", select: select, sort: [.descending("a")]), as: user)
      #expect(page.items.count == 5)
    }
  }

  @Test func whatIsReadonlyIsToldWhereItDiffers() async throws {
    let fixture = try fixture()
    let request = #"{"object_type": "tasks", "select": ["id", "title", "note"], "may": true"#
    let answer = await fixture.wire(request + "}")
    #expect(answer.contains(##""may":[["edit"],["edit"],["edit"],["edit"],["edit"]]"##))
    #expect(answer.contains(##""readonly":[[],[],["title"],["title"],[]]"##))
    #expect(answer.contains(##""hidden":[[],[],["note"],["note"],[]]"##))
    #expect(await !fixture.wire(request + #", "size": 2}"#).contains("readonly"))
    let page = try await fixture.list(
      ListRequest(table: "tasks", select: ["id", "title"], may: true))
    #expect(page.readonly == [[], [], ["title"], ["title"], []])
    #expect(page.hidden == nil)
  }

  // MARK: Decisions

  @Test func theReportNamesTheProfileThatGivesACell() async throws {
    let report = try await fixture().service.access(of: Self.user, to: "tasks")
    let fields = report.tables[0].fields
    #expect(fields.first { $0.name == "salary" }?.profiles == ["own"])
    #expect(fields.first { $0.name == "salary" }?.records == "owner == 7")
    #expect(fields.first { $0.name == "title" }?.profiles == [])
    #expect(fields.first { $0.name == "title" }?.access == .editable)
  }

  @Test func aRecordInHandShowsTheSameCells() async throws {
    let access = try await fixture().service.read(as: Self.user) { reader throws(ServiceError) in
      try reader.recordAccess(to: "tasks").reading(["id", "owner", "salary"])
    }
    #expect(access.redacted([1, 7, 900])?.outcome(of: "salary") == .value(900))
    #expect(access.redacted([3, 8, 800])?.outcome(of: "salary") == .hidden)
    #expect(access.redacted(["id": 3, "owner": 8, "salary": 800]) == ["id": 3, "owner": 8])
    let page = try await fixture().service.list(ListRequest(table: "tasks"), as: Self.user)
    #expect(access.redacted(page.items[2])?.outcome(of: "salary") == nil)
  }
}
