import FilterSQL
import RecordFilter
import RowscopeModel
import Testing

@Suite struct QueryCompilerTests {
  typealias S = Samples
  let compiler = QueryCompiler(schema: Samples.schema)

  @Test func aScopeOfEverythingHasNoWhere() throws {
    let statement = try compiler.select(
      Query(table: S.tasks, scope: .always, projection: [S.id], order: [OrderKey(S.id)]))
    #expect(statement.text == #"SELECT "tasks"."id" FROM "tasks" ORDER BY "tasks"."id""#)
    #expect(statement.bindings.isEmpty)
  }

  @Test func scopeAndRequestHaveTheirOwnParentheses() throws {
    let statement = try compiler.select(
      Query(
        table: S.tasks, scope: .any(.test(S.owner, .equals(1)), .test(S.owner, .isNull)),
        request: .any(.test(S.client, .equals(2)), .test(S.client, .equals(3))),
        projection: [S.id, S.title], order: [OrderKey(S.due, .descending), OrderKey(S.id)],
        start: .offset(20), limit: 10))
    #expect(
      statement.text
        == #"SELECT "tasks"."id", "tasks"."title" FROM "tasks" WHERE "#
        + #"("tasks"."owner" IS NULL OR "tasks"."owner" = ?) AND "#
        + #"("tasks"."client" = ? OR "tasks"."client" = ?) "#
        + #"ORDER BY "tasks"."due" DESC, "tasks"."id" LIMIT ? OFFSET ?"#)
    #expect(statement.bindings == [1, 2, 3, 10, 20])
  }

  @Test func branchesAreMergedByTheKeysOfTheOrder() throws {
    let branches: [Filter] = [.test(S.owner, .equals(1)), .test(S.client, .equals(2))]
    var query = Query(
      table: S.tasks, scope: .any(branches), request: .test(S.title, .isNull),
      projection: [S.title], order: [OrderKey(S.due, .descending), OrderKey(S.id)],
      start: .offset(20), limit: 10)
    query.accessPath = .union(
      UnionPath(
        of: query.scope,
        [.init(branches[0], isInOrder: true), .init(branches[1], isInOrder: false)]))
    let statement = try compiler.select(query)
    #expect(
      statement.text
        == #"SELECT "tasks"."title" FROM (SELECT "tasks"."due" AS "k1", "tasks"."id" AS "k2" "#
        + #"FROM "tasks" WHERE ("tasks"."owner" = ?) AND ("tasks"."title" IS NULL) UNION "#
        + #"SELECT * FROM (SELECT +"tasks"."due", +"tasks"."id" FROM "tasks" "#
        + #"WHERE ("tasks"."client" = ?) AND (+"tasks"."title" IS NULL) "#
        + #"ORDER BY 1 DESC, 2 LIMIT ?) ORDER BY 1 DESC, 2 LIMIT ? OFFSET ?) AS "rowscope_page" "#
        + #"CROSS JOIN "tasks" ON "tasks"."id" = "rowscope_page"."k2""#)
    #expect(statement.bindings == [1, 2, 30, 10, 20])
    // Without the key of a record in its order, branches cannot be merged.
    query.order.removeLast()
    #expect(try !compiler.select(query).text.contains("UNION"))
  }

  @Test func countsStopEarlyWhereAsked() throws {
    let query = Query(
      table: S.tasks, scope: .test(S.owner, .equals(1)), projection: [S.id], order: [],
      start: .offset(5), limit: 1)
    #expect(
      try compiler.count(query).text
        == #"SELECT count(*) FROM "tasks" WHERE "tasks"."owner" = ?"#)
    let bounded = try compiler.count(query, upTo: 10_001)
    #expect(
      bounded.text
        == #"SELECT count(*) FROM (SELECT 1 FROM "tasks" WHERE "tasks"."owner" = ? LIMIT ?)"#)
    #expect(bounded.bindings == [1, 10_001])
  }

  @Test func aKeysetComparesEachKeyInItsDirection() throws {
    func select(_ order: [OrderKey], _ values: [Value]) throws -> SQLStatement {
      try compiler.select(
        Query(
          table: S.tasks, scope: .always, projection: [S.id], order: order, start: .after(values)))
    }
    #expect(
      try select([OrderKey(S.due), OrderKey(S.id)], ["2026", 7]).text
        == #"SELECT "tasks"."id" FROM "tasks" WHERE "tasks"."due" >= ? AND "#
        + #"("tasks"."due" > ? OR ("tasks"."due" = ? AND "tasks"."id" > ?)) "#
        + #"ORDER BY "tasks"."due", "tasks"."id""#)
    #expect(
      try select([OrderKey(S.due, .descending), OrderKey(S.id)], ["2026", 7]).text
        == #"SELECT "tasks"."id" FROM "tasks" WHERE "#
        + #"(("tasks"."due" < ? OR "tasks"."due" IS NULL) OR "#
        + #"("tasks"."due" = ? AND "tasks"."id" > ?)) "#
        + #"ORDER BY "tasks"."due" DESC, "tasks"."id""#)
  }

  @Test func theTextIsTheSameForAllUsers() throws {
    func text(owner: Int64, name: String) throws -> String {
      try compiler.select(
        Query(
          table: S.tasks,
          scope: .all(
            .test(S.owner, .equals(.integer(owner))), .test(S.title, .equals(.text(name)))),
          projection: [S.id], order: [OrderKey(S.id)], limit: 100)
      ).text
    }
    #expect(try text(owner: 1, name: "z") == text(owner: 900, name: "a'; DROP TABLE tasks; --"))
  }
}
