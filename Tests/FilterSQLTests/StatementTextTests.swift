import RecordFilter
import RowscopeModel
import Testing

@testable import FilterSQL

/// Whole statements, clause by clause.
@Suite struct StatementTextTests {
  typealias S = Samples
  private let compiler = QueryCompiler(schema: Samples.schema)
  private static let members =
    #"(SELECT json_group_array("member") FROM (SELECT "r1"."user" AS "member" "#
    + #"FROM "task_watchers" AS "r1" WHERE "r1"."task" = "tasks"."id" AND "#
    + #"typeof("r1"."user") NOT IN ('null', 'blob') ORDER BY "r1"."user", "#
    + #""r1"."user" COLLATE BINARY, typeof("r1"."user")))"#

  private func select(
    _ projection: [FieldID] = [S.id], scope: Filter = .always, order: [OrderKey] = [],
    start: Query.Start = .first, limit: Int? = nil
  ) throws -> SQLStatement {
    try compiler.select(
      Query(
        table: S.tasks, scope: scope, projection: projection, order: order, start: start,
        limit: limit))
  }

  @Test func aLinkIsShownAsAnArray() throws {
    #expect(
      try select([S.id, S.watching]).text
        == #"SELECT "tasks"."id", \#(Self.members) FROM "tasks""#)
    #expect(
      try select(order: [OrderKey(S.watching, .descending)]).text
        == #"SELECT "tasks"."id" FROM "tasks" ORDER BY \#(Self.members) DESC"#)
  }

  @Test func aRecordIsFoundByAKeyThatIsGivenLater() throws {
    let query = Query(
      table: S.tasks, scope: .test(S.owner, .equals(7)), projection: [S.id], order: [], limit: 2)
    let statement = try compiler.selectByKey(query)
    #expect(
      statement.text
        == #"SELECT "tasks"."id" FROM "tasks" WHERE ("tasks"."owner" = ?) AND ("tasks"."id" = ?) "#
        + "LIMIT ?")
    #expect(statement.bindings(forKey: ["k"]) == [7, "k", 2])
    var withKey = query
    withKey.request = .test(S.id, .equals("k"))
    #expect(try compiler.select(withKey).text == statement.text)
    var all = query
    all.scope = .always
    #expect(
      try compiler.selectByKey(all).text
        == #"SELECT "tasks"."id" FROM "tasks" WHERE "tasks"."id" = ? LIMIT ?"#)
  }

  @Test func aCountInARangeOfRowNumbers() throws {
    let query = Query(
      table: S.tasks, scope: .test(S.owner, .equals(7)),
      request: .test(S.status, .equals("open")), projection: [], order: [])
    let closed = try compiler.count(query, in: .closed, by: "rowid")
    #expect(
      closed.text
        == #"SELECT count(*) FROM "tasks" NOT INDEXED WHERE "tasks"."rowid" BETWEEN ? AND ? "#
        + #"AND ("tasks"."owner" = ?) AND ("tasks"."status" = ?)"#)
    #expect(closed.bindings == [.null, .null, 7, "open"])
    #expect(closed.bindings(fromRow: 3, toRow: 9) == [3, 9, 7, "open"])
    let open = try compiler.count(
      Query(table: S.tasks, scope: .always, projection: [], order: []), in: .openEnded,
      by: "_rowid_")
    #expect(
      open.text == #"SELECT count(*) FROM "tasks" NOT INDEXED WHERE "tasks"."_rowid_" >= ?"#)
    #expect(open.bindings(fromRow: 3, toRow: nil) == [3])
    #expect(
      compiler.rowNumber(.lowest, by: "rowid", of: S.tasks).text
        == #"SELECT "tasks"."rowid" FROM "tasks" NOT INDEXED ORDER BY "tasks"."rowid" LIMIT 1"#)
    #expect(
      compiler.rowNumber(.highest, by: "rowid", of: S.tasks).text
        == #"SELECT "tasks"."rowid" FROM "tasks" NOT INDEXED ORDER BY "tasks"."rowid" DESC LIMIT 1"#
    )
  }

  @Test func noFieldsIsStillARow() throws {
    #expect(try select([]).text == #"SELECT NULL FROM "tasks""#)
  }

  @Test func anExactKeyOrdersValuesThatCompareEqual() throws {
    func order(_ key: OrderKey) throws -> String {
      let text = try select(order: [key]).text
      return String(text.dropFirst(#"SELECT "tasks"."id" FROM "tasks" ORDER BY "#.count))
    }
    let (code, owner) = (#""tasks"."code""#, #""tasks"."owner""#)
    #expect(try order(OrderKey(S.code)) == code)
    #expect(try order(OrderKey(S.code, isExact: true)) == code + " COLLATE BINARY")
    #expect(
      try order(OrderKey(S.code, .descending, isExact: true)) == code + " COLLATE BINARY DESC")
    #expect(
      try order(OrderKey(S.owner, isExact: true)) == "\(owner) COLLATE BINARY, typeof(\(owner))")
    #expect(
      try order(OrderKey(S.owner, .descending, isExact: true))
        == "\(owner) COLLATE BINARY DESC, typeof(\(owner)) DESC")
  }

  @Test func limitAndOffset() throws {
    #expect(try select(limit: 0).text.hasSuffix(#"FROM "tasks" LIMIT ?"#))
    #expect(try select(limit: 5).bindings == [5])
    #expect(try select(start: .offset(0)).text.hasSuffix(#"FROM "tasks""#))
    let offset = try select(start: .offset(1))
    #expect(offset.text.hasSuffix(" LIMIT ? OFFSET ?"))
    #expect(offset.bindings == [-1, 1])
  }

  @Test func aCountIgnoresThePage() throws {
    let query = Query(
      table: S.tasks, scope: .always, projection: [], order: [OrderKey(S.id)], start: .after([7]),
      limit: 1)
    #expect(try compiler.count(query).text == #"SELECT count(*) FROM "tasks""#)
    #expect(
      try compiler.count(query, upTo: 9).text
        == #"SELECT count(*) FROM (SELECT 1 FROM "tasks" LIMIT ?)"#)
  }

  // MARK: Cursors

  private func after(
    _ order: [OrderKey], _ values: [Value], scope: Filter = .always
  ) throws -> SQLStatement {
    try select(scope: scope, order: order, start: .after(values))
  }

  private func clause(
    _ order: [OrderKey], _ values: [Value], scope: Filter = .always
  ) throws -> String {
    let text = try after(order, values, scope: scope).text
    let end = try #require(text.firstRange(of: " ORDER BY "))
    return String(
      text[..<end.lowerBound].dropFirst(#"SELECT "tasks"."id" FROM "tasks" WHERE "#.count))
  }

  /// One key: its direction, and the side on which NULL sorts.
  @Test func afterOneKey() throws {
    let (owner, id) = (#""tasks"."owner""#, #""tasks"."id""#)
    #expect(try clause([OrderKey(S.owner)], [7]) == "\(owner) > ?")
    #expect(try clause([OrderKey(S.owner)], [.null]) == "\(owner) IS NOT NULL")
    #expect(
      try clause([OrderKey(S.owner, .descending)], [7]) == "(\(owner) < ? OR \(owner) IS NULL)")
    #expect(try clause([OrderKey(S.owner, .descending)], [.null]) == "0")
    #expect(try clause([OrderKey(S.id, .descending)], [7]) == "\(id) < ?")
  }

  @Test func afterTwoKeys() throws {
    let (owner, id) = (#""tasks"."owner""#, #""tasks"."id""#)
    let last = OrderKey(S.id)
    #expect(
      try clause([OrderKey(S.owner), last], [.null, 3])
        == "(\(owner) IS NOT NULL OR (\(owner) IS NULL AND \(id) > ?))")
    #expect(
      try clause([OrderKey(S.owner, .descending), last], [.null, 3])
        == "(0 OR (\(owner) IS NULL AND \(id) > ?))")
    let down = "(\(owner) < ? OR (\(owner) = ? AND \(id) > ?))"
    #expect(
      try clause([OrderKey(S.owner, .descending), last], [7, 3])
        == down.replacing("\(owner) < ?", with: "(\(owner) < ? OR \(owner) IS NULL)"))
    let first = OrderKey(S.id, .descending)
    #expect(
      try clause([first, OrderKey(S.owner)], [7, 3])
        == "\(id) <= ? AND (\(id) < ? OR (\(id) = ? AND \(owner) > ?))")
    #expect(try after([first, OrderKey(S.owner)], [7, 3]).bindings == [7, 7, 7, 3])
  }

  /// Where the rest of the query excludes NULL, an index search can begin at the cursor.
  @Test func theScopeExcludesNull() throws {
    let order = [OrderKey(S.owner, .descending), OrderKey(S.id)]
    let served =
      #""tasks"."owner" <= ? AND ("tasks"."owner" < ? OR ("tasks"."owner" = ? AND "tasks"."id" > ?))"#
    let isServed = { (scope: Filter) in
      try clause(order, [7, 3], scope: scope).hasSuffix(" AND " + served)
    }
    let tests: [FieldTest] = [
      .equals(1), .compares(.less, 1), .isOneOf([1, 2]), .isBetween(1, 2), .hasMember([1]),
      .matches(TextPattern("a", anchor: .end, ignoresCase: false)),
    ]
    for test in tests {
      #expect(try isServed(.test(S.owner, test)), "\(test)")
      #expect(try !isServed(.term(Term(S.owner, test, isComplement: true))), "\(test)")
    }
    for test in [FieldTest.isNull, .isEmpty] {
      #expect(try !isServed(.test(S.owner, test)))
      #expect(try isServed(.term(Term(S.owner, test, isComplement: true))))
    }
    let term = Filter.test(S.owner, .equals(1))
    #expect(try isServed(.conjunction([.test(S.status, .isNull), term])))
    #expect(try !isServed(.disjunction([.test(S.status, .isNull), term])))
    #expect(try !isServed(.test(S.client, .equals(1))))
    let scope = try clause(order, [7, 3], scope: term)
    #expect(scope == #"("tasks"."owner" = ?) AND "# + served)
  }

  /// From seven keys on, the deepest level is written first.
  @Test func manyKeys() throws {
    let fields = [S.id, S.title, S.owner, S.status, S.code, S.note, S.due]
    func keys(_ count: Int) -> [OrderKey] { fields.prefix(count).map { OrderKey($0) } }
    func name(_ field: FieldID) -> String {
      "\"tasks\".\"\(S.schema[S.tasks][field].name.string)\""
    }
    func values(_ count: Int) -> [Value] { (0..<count).map { .integer(Int64($0)) } }
    let last = "\(name(fields[5])) > ?"
    let six = fields.prefix(5).reversed().reduce(last) { inner, field in
      "(\(name(field)) > ? OR (\(name(field)) = ? AND \(inner)))"
    }
    #expect(try clause(keys(6), values(6)) == "\(name(S.id)) >= ? AND " + six)
    let seven = fields.prefix(6).reversed().reduce("\(name(fields[6])) > ?") { inner, field in
      "((\(inner) AND \(name(field)) = ?) OR \(name(field)) > ?)"
    }
    #expect(try clause(keys(7), values(7)) == "\(name(S.id)) >= ? AND " + seven)
    #expect(
      try after(keys(7), values(7)).bindings == [0, 6, 5, 5, 4, 4, 3, 3, 2, 2, 1, 1, 0, 0])
  }

  @Test func aCursorWithoutKeysIsAlwaysTrue() throws {
    #expect(
      try compiler.select(
        Query(
          table: S.tasks, scope: .always, projection: [S.id], order: [], start: .after([]))
      ).text == #"SELECT "tasks"."id" FROM "tasks" WHERE 1"#)
  }

  @Test func aViewsKeysStateTheirCollation() throws {
    let query = Query(
      table: S.overview, scope: .always, projection: [FieldID(0)],
      order: [OrderKey(FieldID(0)), OrderKey(FieldID(1), isExact: true)],
      start: .after(["a", 1]))
    let name = #""overview"."name" COLLATE NOCASE"#
    let sum = #"+"overview"."sum" COLLATE BINARY"#
    #expect(
      try compiler.select(query).text
        == #"SELECT "overview"."name" FROM "overview" WHERE "#
        + "\(name) >= ? AND (\(name) > ? OR (\(name) = ? AND \(sum) > ?)) "
        + #"ORDER BY \#(name), "overview"."sum" COLLATE BINARY, typeof("overview"."sum")"#)
  }

  // MARK: Scans

  @Test func aScanPassesEveryCell() {
    #expect(
      compiler.scan(S.clients, [FieldID(0), FieldID(2)]).text
        == #"SELECT "rowscope_scan"(0, "clients"."id", "clients"."name") FROM "clients" NOT INDEXED"#
    )
    #expect(
      compiler.scan(S.overview, [FieldID(0)]).text
        == #"SELECT "rowscope_scan"(0, "overview"."name") FROM "overview""#)
    #expect(
      compiler.scan(S.clients, []).text
        == #"SELECT "rowscope_scan"(0) FROM "clients" NOT INDEXED"#)
  }

  @Test(arguments: [1, 98, 99, 100, 198, 199])
  func aWideTableNeedsSeveralCalls(count: Int) {
    let table = Table(name: "t", fields: (0..<count).map { Field(name: Name("c\($0)")) })
    let statement = QueryCompiler(schema: Schema(tables: [table]))
      .scan(TableID(0), (0..<count).map(FieldID.init))
    let calls = stride(from: 0, to: count, by: 99).map { start in
      "\"rowscope_scan\"(\(start / 99), "
        + (start..<min(start + 99, count)).map { "\"t\".\"c\($0)\"" }.joined(separator: ", ") + ")"
    }
    #expect(
      statement.text == "SELECT \(calls.joined(separator: ", ")) FROM \"t\" NOT INDEXED")
  }

  /// A query of some records, in the order of the table's b-tree.
  @Test func aQueryPassesItsRecords() throws {
    let query = Query(
      table: S.tasks, scope: .test(S.owner, .equals(7)), projection: [S.id, S.watching], order: [])
    let statement = try #require(try compiler.pushScan(query))
    #expect(
      statement.text
        == #"SELECT "rowscope_scan"(0, "tasks"."id", \#(Self.members)) FROM "tasks" NOT INDEXED "#
        + #"WHERE "tasks"."owner" = ?"#)
    #expect(statement.bindings == [7])
    func isPushed(_ table: TableID, _ projection: [FieldID]) throws -> Bool {
      try compiler.pushScan(
        Query(table: table, scope: .always, projection: projection, order: [])) != nil
    }
    #expect(try !isPushed(S.overview, [FieldID(0)]), "a view has no tree of its own")
    #expect(try !isPushed(S.tasks, []))
    #expect(try isPushed(S.tasks, Array(repeating: S.id, count: 99)))
    #expect(try !isPushed(S.tasks, Array(repeating: S.id, count: 100)))
  }
}
