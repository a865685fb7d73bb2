import AccessProfiles
import Documents
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing
import Workspaces

@testable import RecordEngine
@testable import Rowscope

/// Pages of records that match any of several filters, each read by its own index.
@Suite("Unions of index reads")
struct UnionPathTests {
  /// 4,000 documents of 40 owners and 8 teams. Every ninth has no date, and titles differ by case.
  private static let tables = """
    CREATE TABLE doc(id INTEGER PRIMARY KEY, created INTEGER, owner INTEGER, team INTEGER,
      title TEXT COLLATE NOCASE, state TEXT);
    CREATE TABLE watch(doc INTEGER REFERENCES doc(id), person INTEGER);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
      INSERT INTO doc SELECT i, CASE WHEN i % 9 THEN i * 7919 % 401 END, i * 31 / 7 % 40,
        i * 17 / 3 % 8, CASE i % 2 WHEN 0 THEN 'T' ELSE 't' END || (i * 13 % 200),
        CASE i * 7 / 5 % 3 WHEN 0 THEN 'Done' WHEN 1 THEN 'Open' END FROM n;
    INSERT INTO watch SELECT id, id % 50 FROM doc;
    CREATE INDEX watch_person ON watch(person);
    CREATE INDEX watch_doc ON watch(doc);
    """
  private static let indexes = """
    CREATE INDEX doc_owner ON doc(owner, created); CREATE INDEX doc_team ON doc(team, created);
    CREATE INDEX doc_owner_title ON doc(owner, title);
    CREATE INDEX doc_team_title ON doc(team, title);
    """
  private static let workspace = #"""
    {"database": "x", "tables": {"doc": {"fields": {"watchers": {"type": "users",
      "link": {"table": "watch", "record": "doc", "member": "person"}}}}}}
    """#

  private static func grant(_ data: String, _ more: String = "") -> String {
    #"{"tables_enabled": {"doc": {"data": [\#(data)]\#(more)}}}"#
  }

  private static func service(
    _ database: TemporaryDatabase, _ documents: [String: String]
  ) throws -> RecordService {
    RecordService(
      pool: try ConnectionPool(.readOnly(path: database.path), capacity: 1),
      profiles: ProfileCatalog(
        try documents.mapValues { try Profile(document: .init(name: "p.json", text: $0)) }),
      workspace: try WorkspaceDocument(
        document: .init(name: "workspace.json", text: workspace)))
  }

  /// The records of all pages, each from the cursor of the one before.
  private static func walk(
    _ service: RecordService, _ request: ListRequest, as user: User
  ) async throws -> [[Value]] {
    var request = request
    var records: [[Value]] = []
    repeat {
      let page = try await service.list(request, as: user)
      records += page.items.map(\.values)
      request.after = page.next
    } while request.after != nil
    return records
  }

  /// Walks with and without indexes, and explains the first page.
  private static func explain(
    _ documents: [String: String], _ request: ListRequest, as user: User,
    with indexes: String = indexes
  ) async throws -> Explanation {
    let (indexed, plain) = (
      try TemporaryDatabase(tables + indexes), try TemporaryDatabase(tables)
    )
    let service = try service(indexed, documents)
    #expect(
      try await walk(service, request, as: user)
        == walk(Self.service(plain, documents), request, as: user))
    #expect(
      try await service.count(request, as: user)
        == Self.service(plain, documents).count(request, as: user))
    return try await service.explain(request, as: user)
  }

  private static let mine = #"{"field": "owner", "reference": "id_user"}"#
  private static let team = #"{"field": "team", "value": 5}"#
  private static let watched = #"{"field": "watchers", "value": 9}"#

  @Test(arguments: ["created", "created desc", "title", "title desc"], [19, 50])
  func eachBranchIsReadInTheOrder(sort: String, size: Int) async throws {
    let explanation = try await Self.explain(
      ["p": Self.grant(#"{"or": [\#(Self.mine), \#(Self.team)]}"#)],
      try ListRequest(
        #"""
        {"object_type": "doc", "sort": "\#(sort)", "size": \#(size),
          "select": ["id", "title", "created"]}
        """#),
      as: User(id: 7, profile: "p"))
    let statement = explanation.statements[0]
    #expect(statement.sql.contains(" UNION SELECT "))
    let index = sort.hasPrefix("title") ? "_title" : ""
    #expect(statement.plan.contains { $0.contains("COVERING INDEX doc_owner\(index) (owner=?") })
    #expect(statement.plan.contains { $0.contains("COVERING INDEX doc_team\(index) (team=?") })
    #expect(!statement.plan.contains { $0.hasSuffix("USE TEMP B-TREE FOR ORDER BY") })
    #expect(
      explanation.accessPath == [
        "the 2 branches of owner == 7 or team == 5 are read by an index each, and merged in the "
          + "order of \(sort.split(separator: " ")[0]) until the page is full"
      ])
    #expect(explanation.advice.isEmpty)
  }

  /// By the key alone, every index on a column is one in its order.
  @Test func theOrderOfTheKeyNeedsNoFurtherColumn() async throws {
    let explanation = try await Self.explain(
      ["p": Self.grant(#"{"or": [\#(Self.mine), \#(Self.team)]}"#)],
      try ListRequest(#"{"object_type": "doc", "sort": "id desc", "size": 30}"#),
      as: User(id: 7, profile: "p"),
      with: "CREATE INDEX doc_owner ON doc(owner); CREATE INDEX doc_team ON doc(team);")
    #expect(explanation.statements[0].sql.contains(" UNION "))
  }

  @Test func aBranchWithoutSuchAnIndexIsSorted() async throws {
    let explanation = try await Self.explain(
      ["p": Self.grant(#"{"or": [\#(Self.team), \#(Self.watched)]}"#)],
      try ListRequest(#"{"object_type": "doc", "sort": "created desc", "size": 10}"#),
      as: User(id: 7, profile: "p"))
    let statement = explanation.statements[0]
    #expect(statement.sql.contains(#"SELECT * FROM (SELECT +"doc"."created", +"doc"."id""#))
    #expect(statement.plan.contains { $0.contains("COVERING INDEX doc_team (team=?)") })
    #expect(statement.plan.contains { $0.contains("INDEX watch_person (person=?)") })
    #expect(
      explanation.accessPath.first?.hasSuffix("person in [9, \"9\"]] is sorted first") == true,
      "\(explanation.accessPath)")
  }

  /// The values of a list are branches, too, and what else must hold is tested in each.
  @Test(arguments: [3, 20])
  func theValuesOfAListAreBranches(count: Int) async throws {
    let list = (0..<count).map(String.init).joined(separator: ",")
    let explanation = try await Self.explain(
      ["p": Self.grant(#"{"field": "owner", "operator": "in", "value": [\#(list)]}"#)],
      try ListRequest(
        #"""
        {"object_type": "doc", "sort": "created", "size": 12,
          "filters": [{"field": "state", "value": "Open"}]}
        """#),
      as: User(id: 7, profile: "p"))
    let sql = explanation.statements[0].sql
    #expect(sql.split(separator: " UNION ").count == count)
    #expect(sql.split(separator: #""state" = ?"#).count == count + 1)
  }

  /// A record of two profiles, one of which hides its date, shows it, and has its place by it.
  @Test(arguments: ["created", "created desc"])
  func aBranchOfAProfileThatHidesTheDate(sort: String) async throws {
    let explanation = try await Self.explain(
      [
        "own": Self.grant(Self.mine), "team": Self.grant(Self.team),
        "watched": Self.grant(Self.watched, #", "fields_excluded": ["created", "state"]"#),
      ],
      try ListRequest(#"{"object_type": "doc", "sort": "\#(sort)", "size": 23}"#),
      as: User(id: 7, profiles: ["own", "team", "watched"]))
    #expect(explanation.statements[0].sql.contains(" UNION "))
  }

  /// Where most records match, the next one in the order is found faster than by branches.
  @Test func mostRecordsAreNotMerged() async throws {
    let explanation = try await Self.explain(
      [
        "p": Self.grant(
          #"{"or": [{"field": "owner", "operator": "<", "value": 39}, \#(Self.team)]}"#)
      ], try ListRequest(#"{"object_type": "doc", "sort": "created", "size": 10}"#),
      as: User(id: 7, profile: "p"), with: Self.indexes + "CREATE INDEX doc_created ON doc(created)"
    )
    #expect(!explanation.statements[0].sql.contains(" UNION "))
  }

  /// A branch that no index finds would be a scan of its own.
  @Test func aBranchWithoutAnIndexIsNotMerged() async throws {
    let explanation = try await Self.explain(
      [
        "p": Self.grant(
          #"{"or": [\#(Self.mine), {"field": "title", "operator": "contains", "value": "19"}]}"#)
      ], try ListRequest(#"{"object_type": "doc", "sort": "created", "size": 10}"#),
      as: User(id: 7, profile: "p"))
    #expect(!explanation.statements[0].sql.contains(" UNION "))
  }

  /// What is advised serves, and is not advised once it is there.
  @Test func anIndexForEachBranchIsAdvised() async throws {
    let documents = ["p": Self.grant(#"{"or": [\#(Self.mine), \#(Self.team), \#(Self.watched)]}"#)]
    let request = try ListRequest(#"{"object_type": "doc", "sort": "created desc", "size": 10}"#)
    let user = User(id: 7, profile: "p")
    var indexes = "CREATE INDEX doc_team ON doc(team, created);"
    let before = try await Self.explain(documents, request, as: user, with: indexes)
    #expect(
      before.advice == [
        "to read owner == 7 in the order of the page, an index would help: "
          + "CREATE INDEX doc_owner_created ON doc (owner, created)"
      ])
    indexes += before.advice.map { $0.split(separator: "help: ")[1] + ";" }.joined()
    let after = try await Self.explain(documents, request, as: user, with: indexes)
    #expect(after.statements[0].plan.contains { $0.contains("doc_owner_created (owner=?)") })
    #expect(after.advice.isEmpty)
  }
}
