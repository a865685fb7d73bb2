import Documents
import RecordFilter
import RowscopeModel
import TestSupport
import Testing
import Workspaces

@testable import RecordEngine
@testable import Rowscope

/// How SQLite finds records, as looks at the data decide. That the answer does not depend on it is
/// for the corpus and the differential tests, which try every way.
@Suite("Access paths")
struct AccessPathTests {
  /// 4,000 documents; member 1 has a half of them, member 2 one in a thousand.
  private static let sql = """
    CREATE TABLE team(id INTEGER PRIMARY KEY, kind INTEGER);
    CREATE TABLE doc(id INTEGER PRIMARY KEY, created INTEGER, owner INTEGER,
      team INTEGER REFERENCES team(id));
    CREATE TABLE member(id INTEGER PRIMARY KEY, doc INTEGER REFERENCES doc(id), person INTEGER);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
      INSERT INTO doc SELECT i, i * 7919 % 4001, CASE WHEN i % 2 THEN 1 WHEN i % 1000 = 0 THEN 2
        ELSE 3 END, i % 100 FROM n;
    INSERT INTO team SELECT id, id % 3 FROM doc WHERE id < 100;
    INSERT INTO member SELECT id, id, owner FROM doc;
    CREATE INDEX doc_created ON doc(created); CREATE INDEX doc_owner ON doc(owner);
    CREATE INDEX member_doc ON member(doc); CREATE INDEX member_person ON member(person);
    """

  private func explain(
    _ condition: String, _ more: String = "", user: Int64
  ) async throws -> (sql: String, plan: [String], path: [String], records: Int) {
    let database = try TemporaryDatabase(Self.sql + more)
    let service = try database.service(
      "{\"tables_enabled\": {\"*\": \"*\", \"doc\": {\"data\": [\(condition)]}}}")
    let request = ListRequest(
      table: "doc", sort: [.init("created")], size: 20, count: .exact)
    let user = User(id: .integer(user), profile: "p")
    let explanation = try await service.explain(request, as: user)
    // All records are not read in an order, nor one by one.
    #expect(explanation.statements.last?.sql.contains("+") == false)
    let page = try await service.list(request, as: user)
    #expect(try await service.count(request, as: user) == page.count?.value)
    return (
      explanation.statements[0].sql, explanation.statements[0].plan, explanation.accessPath,
      page.count?.value ?? 0
    )
  }

  private static let mine = #"{"field": "member.person", "reference": "id_user"}"#

  @Test func fewMembersAreFoundFirst() async throws {
    let (sql, plan, path, records) = try await explain(Self.mine, user: 2)
    #expect(sql.contains(#""doc"."id" IN (SELECT "r1"."doc" FROM "member" AS "r1""#))
    #expect(sql.contains(#"ORDER BY +"doc"."created""#))
    #expect(plan.contains { $0.contains("SEARCH r1 USING INDEX member_person") })
    #expect(path.count == 1)
    #expect(path.first?.hasPrefix("doc is searched by [a record of member") == true)
    #expect(path.first?.hasSuffix("which 4 records match") == true)
    #expect(records == 4)
  }

  /// Of many, each of the first documents has one.
  @Test func manyMembersAreLookedForRecordByRecord() async throws {
    let (sql, plan, path, records) = try await explain(Self.mine, user: 1)
    // Told that the test is likely to pass, SQLite takes the index on the key.
    #expect(
      sql.contains(
        #"EXISTS (SELECT 1 FROM "member" AS "r1" WHERE "r1"."doc" = "doc"."id" "#)
        && sql.contains("likelihood("))
    // Since SQLite 3.51 the plan says that one is enough: SEARCH r1 EXISTS USING …
    #expect(
      plan.contains {
        $0.replacing(" EXISTS", with: "").contains("SEARCH r1 USING INDEX member_doc (doc=?)")
      })
    #expect(plan.contains { $0.contains("doc_created") })
    #expect(path.first?.contains("is read in the order of created until the page is full") == true)
    #expect(path.last == "for each record, one of member is looked for")
    #expect(records == 2000)
  }

  /// `owner == 1` is half of the table, and `owner == 2` is four records.
  @Test(arguments: [(Int64(1), "doc_created"), (2, "doc_owner (owner=?)")])
  func anOwnerIsSearchedForIfRare(user: Int64, index: String) async throws {
    let (_, plan, _, records) = try await explain(
      #"{"field": "owner", "reference": "id_user"}"#, user: user)
    #expect(plan.contains { $0.contains(index) })
    #expect(records == (user == 1 ? 2000 : 4))
  }

  /// However long a list is: of one owner with a half, the first documents are read in order.
  @Test(arguments: [1, 2])
  func aLongListIsNoReasonToSearch(owner: Int) async throws {
    let list = ([owner] + Array(1_000..<3_000)).map(String.init).joined(separator: ", ")
    let (sql, plan, path, records) = try await explain(
      #"{"field": "owner", "operator": "in", "value": [\#(list)]}"#, user: 1)
    #expect(records == (owner == 1 ? 2000 : 4))
    if owner == 1 {
      #expect(sql.contains(#"+"doc"."owner" IN"#) && sql.contains(#"ORDER BY "doc"."created""#))
      #expect(plan.contains { $0.contains("doc_created") })
      #expect(path.first?.contains("is read in the order of created") == true)
    } else {
      // To read all of so few takes less than to look for each of so many.
      #expect(sql.contains(#"+"doc"."owner" IN"#) && sql.contains(#"ORDER BY +"doc"."created""#))
      #expect(plan.contains("SCAN doc"))
      #expect(path.first?.hasPrefix("every record of doc is read, and what matches") == true)
    }
  }

  /// A range of declared dates is one of their stored form, which an index serves.
  @Test(arguments: [("2026-03-01", "2026-03-01", 10), ("2026-01-01", "2026-12-31", 3650)])
  func aRangeOfDatesIsSearchedForIfItIsShort(first: String, last: String, matching: Int)
    async throws
  {
    let database = try TemporaryDatabase(
      Self.sql
        + """
        ALTER TABLE doc ADD COLUMN day TEXT;
        UPDATE doc SET day = date('2026-01-01', (id % 400) || ' days') || ' 12:00:00';
        CREATE INDEX doc_day ON doc(day);
        """)
    let service = try database.service(
      #"{"tables_enabled": {"*": "*"}}"#,
      workspace: try WorkspaceDocument(
        document: .init(
          name: "workspace.json",
          text: """
            {"database": "x", "tables": {"doc": {"fields": {"day": {"type": "datetime"}}}}}
            """)))
    let request = try ListRequest(
      json: Array(
        #"""
        {"object_type": "doc", "sort": "created", "size": 20, "count": "exact",
          "filters": [{"field": "day", "operator": "between", "value": ["\#(first)", "\#(last)"]}]}
        """#.utf8))
    let user = User(id: 1, profile: "p")
    let explanation = try await service.explain(request, as: user)
    let plan = explanation.statements[0].plan
    #expect(plan.contains { $0.contains(matching < 100 ? "doc_day" : "doc_created") })
    // SQLite searches by what few match in any case.
    #expect(explanation.accessPath.isEmpty == (matching < 100))
    #expect(try await service.list(request, as: user).count?.value == matching)
  }

  /// An index that brings what matches in order is as good as it gets.
  @Test func anIndexInOrderIsLeftToSQLite() async throws {
    let (sql, plan, path, _) = try await explain(
      #"{"field": "owner", "reference": "id_user"}"#,
      "CREATE INDEX doc_owner_created ON doc(owner, created);", user: 1)
    #expect(plan == ["SEARCH doc USING INDEX doc_owner_created (owner=?)"])
    #expect(!sql.contains("+"))
    #expect(path.isEmpty)
  }

  @Test func fewTeamsAreFoundOnceForTheCount() async throws {
    let database = try TemporaryDatabase(Self.sql)
    let service = try database.service(
      #"{"tables_enabled": {"*": "*", "doc": {"data": [{"field": "team.kind", "value": 1}]}}}"#)
    let user = User(id: 1, profile: "p")
    let request = ListRequest(table: "doc", size: 5, count: .exact)
    let explanation = try await service.explain(request, as: user)
    #expect(
      explanation.statements.last?.sql.contains(
        #""doc"."team" IN (SELECT "r1"."id" FROM "team" AS "r1""#) == true)
    #expect(try await service.list(request, as: user).count?.value == 1320)
  }

  /// A look at a view could read all that the view reads.
  @Test func aViewIsNotLookedAt() async throws {
    let database = try TemporaryDatabase(
      Self.sql
        + """
        CREATE VIEW slow AS SELECT doc, count(*) AS number FROM member GROUP BY doc;
        """)
    let service = try database.service(
      #"{"tables_enabled": {"*": "*", "doc": {"data": [{"field": "slow.number", "value": 1}]}}}"#,
      workspace: try WorkspaceDocument(
        document: .init(
          name: "workspace.json",
          text: """
            {"database": "x", "tables": {"slow": {"fields": {"doc":
              {"relation": {"table": "doc", "field": "id"}}}}}}
            """)))
    let explanation = try await service.explain(
      ListRequest(table: "doc", sort: [.init("created")], size: 20), as: User(id: 1, profile: "p"))
    #expect(explanation.accessPath.allSatisfy { !$0.contains("slow") })
  }

  /// A small table is read in any way.
  @Test func aSmallTableIsNotLookedAt() async throws {
    let (_, _, path, _) = try await explain(
      Self.mine, "DELETE FROM doc WHERE id > 900;", user: 1)
    #expect(path.isEmpty)
  }

  @Test func aLookIsRememberedForAWhile() throws {
    let looks = DataLooks()
    var count = 0
    func look() throws(ServiceError) -> [Int?] {
      try looks.values(of: .size(TableID(0))) {
        count += 1
        return [count]
      }
    }
    #expect(try look() == [1])
    #expect(try look() == [1])
    try DataLooks.$lifetime.withValue(.zero) {
      let other = DataLooks()
      for round in 1...2 {
        let values = try other.values(of: .size(TableID(0))) { [round] }
        #expect(values == [round])
      }
    }
  }
}
