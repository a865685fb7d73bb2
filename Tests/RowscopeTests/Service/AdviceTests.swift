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

/// What administrators are told: why a view is denied, which index would help, and how long a lock
/// is waited for.
@Suite struct AdviceTests {
  private static func service(
    _ sql: String, _ profile: String
  ) throws -> (RecordService, TemporaryDatabase) {
    let database = try TemporaryDatabase(sql)
    return (
      RecordService(
        pool: try ConnectionPool(.readOnly(path: database.path), capacity: 1),
        profiles: ProfileCatalog([
          "p": try Profile(document: .init(name: "p.json", text: profile))
        ])), database
    )
  }

  private static let ann = User(id: 1, name: "Ann", profile: "p")

  private static let views = """
    CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, secret TEXT);
    CREATE VIEW plain AS SELECT id, upper(a) AS loud FROM t;
    CREATE VIEW mixed AS SELECT id, a || secret AS both FROM t;
    CREATE VIEW chosen AS SELECT id FROM t WHERE secret IS NOT NULL;
    CREATE VIEW numbered AS SELECT id, row_number() OVER (ORDER BY a) AS place FROM t;
    CREATE VIEW some AS SELECT id, a FROM t ORDER BY a LIMIT 1;
    """

  @Test func aDeniedViewHasItsOwnReason() async throws {
    let (service, _) = try Self.service(
      Self.views,
      #"{"tables_enabled": {"*": {"*": "*"}, "t": {"*": "*", "fields_excluded": ["secret"]}}}"#)
    let report = try await service.access(of: Self.ann)
    let tables = Dictionary(uniqueKeysWithValues: report.tables.map { ($0.name, $0) })
    #expect(tables["plain"]?.denial == nil)
    let hidden = #"it may tell of "secret" of table "t", which is hidden"#
    #expect(tables["mixed"]?.fields.map(\.reason?.description) == ["a view is only read", hidden])
    #expect(tables["chosen"]?.denial?.description == hidden)
    #expect(
      tables["numbered"]?.denial?.description
        == "its window function meets records in an order that is not determined, "
        + #"so only users who see all of "t" see it"#)
    #expect(
      tables["some"]?.denial?.description
        == "its LIMIT keeps some of several records that its ORDER BY does not tell apart, "
        + #"so only users who see all of "t" see it: order its LIMIT by the primary key"#)
    let hints = try await service.check().problems.compactMap(\.hint)
    #expect(hints.count == 3)
    #expect(hints.filter { $0.contains("LIMIT") }.count == 1)
    // What a view lets nobody do is said, whatever the profile grants.
    let rights = tables["plain"]?.rights.filter { $0.denial == nil }.map(\.name)
    #expect(rights == ["comment"])
  }

  /// Of a view's expression SQLite converts nothing: `not in "1,2"` would pass every number.
  @Test(arguments: [
    (#""operator": "not in", "value": "1,2""#, 1), (#""value": "1""#, 1), (#""value": 1"#, 0),
    (#""operator": "in", "value": [1, 2]"#, 0), (#""value": "one""#, 0),
  ])
  func aTextAgainstAColumnWithoutTypeIsSaid(test: String, warnings: Int) async throws {
    let sql = """
      CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER);
      CREATE VIEW v AS SELECT id, n, coalesce(n, 0) AS cn FROM t;
      """
    for (field, count) in [("cn", warnings), ("n", 0)] {
      let (service, _) = try Self.service(
        sql, "{\"tables_enabled\": {\"v\": {\"data\": [{\"field\": \"\(field)\", \(test)}]}}}")
      let problems = try await service.check().problems
      #expect(problems.map(\.code) == Array(repeating: "text_for_number", count: count))
    }
  }

  /// A text that looks like a reference is compared as it is.
  @Test(arguments: [
    (#""value": "@id_user""#, 1), (#""value": "{{attributes.region}}""#, 1),
    (#""operator": "in", "value": ["Open", "$user_type"]"#, 1), (#""value": ":today""#, 1),
    (#""value": "@""#, 0), (#""value": "@ana""#, 0), (#""value": "id_user""#, 0),
    (#""reference": "id_user""#, 0),
  ])
  func aTextThatLooksLikeAReferenceIsSaid(test: String, warnings: Int) async throws {
    let (service, _) = try Self.service(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, c TEXT)",
      "{\"tables_enabled\": {\"t\": {\"data\": [{\"field\": \"c\", \(test)}]}}}")
    let problems = try await service.check().problems
    #expect(problems.map(\.code) == Array(repeating: "text_for_reference", count: warnings))
    guard test.contains("@id_user") else { return }
    let (creating, _) = try Self.service(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, c TEXT)",
      "{\"tables_enabled\": {\"t\": {\"can_create\": 1, \"presets\": {\"c\": {\(test)}}}}}")
    #expect(try await creating.check().problems.map(\.code) == ["text_for_reference"])
  }

  @Test func anIndexOnALinkIsAdvised() async throws {
    let database = try TemporaryDatabase(
      "CREATE TABLE doc(id INTEGER PRIMARY KEY); CREATE TABLE reader(doc INTEGER, user INTEGER)")
    let service = try database.service(
      #"{"tables_enabled": {"doc": {"data": [{"field": "readers", "reference": "id_user"}]}}}"#,
      workspace: try WorkspaceDocument(
        document: .init(
          name: "workspace.json",
          text: """
            {"database": "x", "tables": {"doc": {"fields": {"readers": {"type": "users",
              "link": {"table": "reader", "record": "doc", "member": "user"}}}}}}
            """)))
    let request = ListRequest(table: "doc")
    let advice = try await service.explain(request, as: Self.ann).advice
    #expect(advice.first?.hasSuffix("CREATE INDEX reader_user_doc ON reader (user, doc)") == true)
    try database.execute("CREATE INDEX reader_user_doc ON reader (user, doc)")
    #expect(try await service.explain(request, as: Self.ann).advice.isEmpty)
  }

  /// `is not null` on a path is the complement of `is null`, which needs a related record.
  @Test(arguments: [
    (#"{"field": "team.lead", "operator": "is not null"}"#, ["team"]),
    (#"{"field": "team.lead", "operator": "is not empty"}"#, ["team"]),
    (#"{"not": {"field": "team.lead", "operator": "is null"}}"#, ["team"]),
    (#"{"field": "doc_member.role", "operator": "is not null"}"#, [""]),
    (#"{"not": {"field": "team.lead", "operator": "is not null"}}"#, []),
    (#"{"field": "team.lead", "operator": "is null"}"#, []),
    (#"{"field": "team", "operator": "is not null"}"#, []),
    (#"{"field": "sure.lead", "operator": "is not null"}"#, []),
    // As advised.
    (
      #"""
      {"field": "team.lead", "operator": "is not null"}, {"field": "team", "operator": "is not null"}
      """#, []
    ),
    (
      #"""
      {"field": "team", "operator": "is not null"},
      {"or": [{"field": "id", "value": 1}, {"field": "team.lead", "operator": "is not empty"}]}
      """#, []
    ),
    (
      #"""
      {"or": [{"field": "team.lead", "operator": "is not null"},
        {"field": "team", "operator": "is not null"}]}
      """#, ["team"]
    ),
    (
      #"""
      {"not": {"and": [{"field": "team.lead", "operator": "is null"},
        {"field": "team", "operator": "is not null"}]}}
      """#, ["team"]
    ),
  ])
  func whatPassesWithoutARelatedRecordIsSaid(condition: String, near: [String]) async throws {
    let (service, _) = try Self.service(
      """
      CREATE TABLE team(id INTEGER PRIMARY KEY, lead INTEGER);
      CREATE TABLE doc(id INTEGER PRIMARY KEY, team INTEGER REFERENCES team(id),
        sure INTEGER NOT NULL REFERENCES team(id));
      CREATE TABLE doc_member(doc_id INTEGER REFERENCES doc(id), role TEXT);
      """, "{\"tables_enabled\": {\"doc\": {\"data\": [\(condition)]}}}")
    let problems = try await service.check().problems
    #expect(problems.map(\.code) == near.map { _ in "passes_unrelated" })
    for (problem, near) in zip(problems, near) {
      let hint = try #require(problem.hint)
      #expect(hint.contains("{\"field\": \"\(near)\"") == !near.isEmpty)
    }
  }

  private static let documents = """
    CREATE TABLE doc(id INTEGER PRIMARY KEY, created TEXT, owner INTEGER, kind TEXT);
    CREATE INDEX doc_created ON doc(created);
    CREATE INDEX doc_kind_owner ON doc(kind, owner);
    CREATE TABLE member(doc INTEGER REFERENCES doc(id), user INTEGER, PRIMARY KEY (doc, user));
    CREATE INDEX doc_owner_created ON member(user);
    """

  @Test(
    arguments: [
      // The index is there, and in the plan.
      (#""*""#, "created", nil, nil), (#""*""#, "created", "owner", "doc_owner_created_2"),
      (#"{"data": [{"field": "member.user", "reference": "id_user"}]}"#, "created", nil, nil),
      (
        #"{"data": [{"field": "owner", "value": 1}, {"field": "kind", "value": "a"}]}"#, nil, nil,
        nil
      ),
      (#"{"data": [{"field": "owner", "value": 1}]}"#, nil, nil, "doc_owner"),
    ] as [(String, String?, String?, String?)])
  func anIndexIsAdvisedOnlyIfItIsMissing(
    grant: String, sort: String?, filter: String?, name: String?
  ) async throws {
    let (service, database) = try Self.service(
      Self.documents, "{\"tables_enabled\": {\"doc\": \(grant), \"member\": \"*\"}}")
    var request = ListRequest(table: "doc")
    if let sort { request.sort = [.descending(sort)] }
    if let filter { request.filters = [Condition.field(filter) == 5] }
    let advice = try await service.explain(request, as: Self.ann).advice
    guard let name else {
      #expect(advice.isEmpty, "\(advice)")
      return
    }
    let text = try #require(advice.first)
    #expect(text.contains("CREATE INDEX \(name) ON doc (owner"), "\(text)")
    // It can be pasted, and then there is no more to advise.
    let start = try #require(text.range(of: "CREATE"))
    try database.execute(String(text[start.lowerBound...]))
    #expect(try await service.explain(request, as: Self.ann).advice.isEmpty)
  }

  private static let shared = """
    CREATE TABLE doc(id INTEGER PRIMARY KEY, team INTEGER REFERENCES team(id));
    CREATE TABLE team(id INTEGER PRIMARY KEY, lead INTEGER);
    CREATE TABLE doc_member(doc_id INTEGER REFERENCES doc(id), user_id INTEGER, role TEXT);
    CREATE TABLE doc_reader(doc_id INTEGER REFERENCES doc(id), user_id INTEGER);
    CREATE INDEX reader ON doc_reader(user_id);
    """

  /// The far side of a relation that a rule walks.
  @Test(
    arguments: [
      (
        #"{"field": "doc_member.user_id", "reference": "id_user"}"#,
        "doc_member_user_id_doc_id ON doc_member (user_id, doc_id)"
      ),
      (
        #"{"field": "doc_member.user_id", "operator": "!=", "reference": "id_user"}"#,
        "doc_member_user_id_doc_id ON doc_member (user_id, doc_id)"
      ),
      (
        #"{"field": "doc_member.role", "operator": "like", "value": "edit"}"#,
        "doc_member_doc_id ON doc_member (doc_id)"
      ),
      // An index is there already, also by the key.
      (#"{"field": "doc_reader.user_id", "reference": "id_user"}"#, nil),
      (#"{"field": "team.lead", "reference": "id_user"}"#, nil),
    ] as [(String, String?)])
  func anIndexOnTheFarSideIsAdvised(condition: String, index: String?) async throws {
    let (service, database) = try Self.service(
      Self.shared,
      "{\"tables_enabled\": {\"doc\": {\"data\": [\(condition)]}, \"doc_member\": \"*\"}}")
    let request = ListRequest(table: "doc")
    let advice = try await service.explain(request, as: Self.ann).advice
    guard let index else {
      #expect(!advice.contains { $0.contains("CREATE") }, "\(advice)")
      return
    }
    let text = try #require(advice.first)
    #expect(text.hasPrefix("every record of doc_member is read"))
    #expect(text.contains("CREATE INDEX \(index)"), "\(text)")
    let start = try #require(text.range(of: "CREATE"))
    try database.execute(String(text[start.lowerBound...]))
    let after = try await service.explain(request, as: Self.ann).advice
    #expect(!after.contains { $0.contains("CREATE") }, "\(after)")
  }

  @Test func aLockIsNotWaitedForLongerThanARequestMayTake() async throws {
    let folder = try TemporaryFolder([
      "workspace.json": #"{"database": "test.sqlite", "profiles": {}, "tables": {}}"#
    ])
    let writer = try Connection(.readWrite(path: try folder.database()))
    try writer.execute("BEGIN EXCLUSIVE")
    let started = ContinuousClock.now
    #expect(throws: OpeningError.self) {
      _ = try RecordService(
        workspace: .load(path: folder.path), limits: .init(timeout: .milliseconds(50)))
    }
    #expect(ContinuousClock.now - started < .seconds(3))
    try writer.execute("ROLLBACK")
  }
}
