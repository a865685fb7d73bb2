import FilterSQL
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing
import TimeZones

@testable import RecordEngine

/// A walk of an index counts what SQLite counts by the same condition.
@Suite struct CountingWalkTests {
  private static let texts = [
    "2026-11-22", "2026-11-22 00:00", "2026-11-22 00:00:00", "2026-11-22T00:00:00",
    "2026-11-22 09:30:15", "2026-11-22T09:30:15", "2026-11-22T09:30:15Z", "2026-11-22 09:30:15.5",
    "2026-11-21 24:00:00", "2026-11-22 24:00:00", "2026-11-22 24:00", "2026-11-22 23:59:59.999",
    "2026-11-22T23:59:59+05:00", "2026-02-30 10:00:00", "2024-02-29 10:00:00",
    "2025-02-29 10:00:00", "2026-12-31 23:59:59", "2026-13-01 00:00:00", "0000-01-01 00:00:00",
    "9999-12-31 23:59:59", "9999-12-31 24:00:00", "2026-11-22 09:60:00", "2026-11-22 24:00:01", "",
    "NA",
  ]
  private static let layouts = [
    nil, "YYYY-MM-DD", "YYYY-MM-DD HH:MM", "YYYY-MM-DD HH:MM:SS", "YYYY-MM-DDTHH:MM:SS",
    "YYYY-MM-DDTHH:MM:SSZ", "YYYY-MM-DD HH:MM:SS[.f]",
  ]

  /// Each text, each with one byte changed, and values of other classes.
  private static let values: [Value] =
    texts.flatMap { text -> [Value] in
      let bytes = Array(text.utf8)
      return [.text(Text(text))]
        + bytes.indices.flatMap { index in
          "0139:;/ T.".utf8.map { other in
            var changed = bytes
            changed[index] = other
            return .text(Text(bytes: changed))
          }
        }
    } + [
      .null, 5, 20_261_122, 1.5, .blob(Array("2026-11-22 09:30:15".utf8)), .blob([]),
      .text(Text(bytes: [0x32, 0xFF])),
    ]

  private static func field(_ layout: String?, isOfDays: Bool) -> Field {
    let form = DateForm(
      zone: .rule(.fixed(layout == nil ? 7_200 : 0)), layout: layout.flatMap { DateLayout($0) })
    return Field(name: "at", affinity: .text, type: isOfDays ? .date(form) : .datetime(form))
  }

  private static func table(_ field: Field) -> Table {
    Table(
      name: "t", fields: [Field(name: "id", affinity: .integer), field],
      indexedFields: [FieldID(1)])
  }

  private static func tests(isOfDays: Bool) -> [FieldTest] {
    let day: Int64 = 20_779
    let numbers: [Int64] =
      isOfDays
      ? [day - 1, day, day + 1, day + 40]
      : [-1, 0, 1, 1_000_000, 500_000, 34_215_000_000, 34_215_500_000, 86_400_000_000].map {
        day * Moment.day + $0
      } + [Moment.all.lowerBound, Moment.all.upperBound]
    let single = numbers.flatMap { number -> [FieldTest] in
      let value = Value.integer(number)
      return [
        .equals(value), .compares(.less, value), .compares(.lessOrEqual, value),
        .compares(.greater, value), .compares(.greaterOrEqual, value),
      ]
    }
    return single
      + numbers.flatMap { low in
        numbers.filter { $0 >= low }.map { .isBetween(.integer(low), .integer($0)) }
      }
  }

  @Test(arguments: layouts, ["ASC", "DESC"])
  func itCountsTheSame(layout: String?, direction: String) throws {
    let connection = try Connection(.inMemory)
    try connection.execute(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT); CREATE INDEX t_at ON t (at \(direction))
      """)
    let insert = try connection.statement("INSERT INTO t (at) VALUES (?)", as: .unrestricted)
    for value in Self.values {
      try insert.bind([value])
      _ = try insert.step()
    }
    var walks = 0
    for isOfDays in [false, true] {
      let field = Self.field(layout, isOfDays: isOfDays)
      let schema = Schema(tables: [Self.table(field)])
      let conversion = Conversion.value(try #require(field.type))
      let tests = Extent.share(of: Self.tests(isOfDays: isOfDays), every: 3, from: 0)
      for test in tests {
        let query = Query(
          table: TableID(0), scope: .always,
          request: .test(FieldID(1), .converted(conversion, test)), projection: [], order: [])
        let compiler = QueryCompiler(schema: schema)
        guard let walk = compiler.countByWalk(query, index: "t_at") else { continue }
        walks += 1
        let plan = QueryPlan(
          lines: try connection.queryPlan(
            walk.statement.text, bindings: walk.statement.bindings))
        #expect(plan.indexWalked(by: FieldID(1), of: schema[TableID(0)]) == "t_at")
        let count = try connection.count(
          by: walk.walk, StatementKey(walk.statement.text, as: .unrestricted),
          walk.statement.bindings)
        let plain = try compiler.count(query)
        let statement = try connection.statement(plain.text, as: .unrestricted)
        try statement.bind(plain.bindings)
        #expect(try statement.rows() == [[.integer(Int64(count))]], "\(test) \(field.type)")
      }
    }
    #expect(walks > Extent.count(few: 30, all: 100))
  }

  /// Nothing but the one condition on an indexed column of a table is counted so.
  @Test func otherQueriesAreNotWalked() {
    let field = Self.field("YYYY-MM-DD HH:MM:SS", isOfDays: false)
    let conversion = Conversion.value(field.type ?? .text)
    let after = Filter.test(FieldID(1), .converted(conversion, .compares(.greater, 0)))
    func walk(_ table: Table, _ scope: Filter, _ request: Filter) -> Bool {
      QueryCompiler(schema: Schema(tables: [table])).countByWalk(
        Query(
          table: TableID(0), scope: scope, request: request, projection: [], order: [])) != nil
    }
    let table = Self.table(field)
    #expect(walk(table, .always, after) && walk(table, after, .always))
    #expect(!walk(table, .test(FieldID(0), .equals(1)), after))
    #expect(!walk(table, .always, after.complement) && !walk(table, .always, .always))
    #expect(!walk(Table(name: "t", fields: table.fields), .always, after), "without an index")
    #expect(
      !walk(
        Table(name: "t", kind: .view, fields: table.fields, indexedFields: [FieldID(1)]), .always,
        after), "a view")
  }

  /// SQLite must not be let to pass records out of order.
  @Test(arguments: [
    "SCAN t", "SEARCH t USING INDEX t_at (at>?)",
    "SEARCH t USING COVERING INDEX t_at (at>? AND at<?)",
    "SCAN t USING COVERING INDEX t_at", "SEARCH u USING COVERING INDEX t_at (at>?)",
  ])
  func otherPlansAreNoWalks(step: String) {
    let table = Self.table(Self.field(nil, isOfDays: false))
    #expect(QueryPlan(lines: [step]).indexWalked(by: FieldID(1), of: table) == nil)
    let walk = "SEARCH t USING COVERING INDEX t_at (at>?)"
    #expect(QueryPlan(lines: [walk]).indexWalked(by: FieldID(1), of: table) == "t_at")
    #expect(
      QueryPlan(lines: [walk, "USE TEMP B-TREE FOR ORDER BY"]).indexWalked(
        by: FieldID(1), of: table) == nil)
  }

  /// Outside of a walk its collation is BINARY, should a database name it.
  @Test func theCollationIsBinaryElsewhere() throws {
    let connection = try Connection(.inMemory)
    try connection.execute(
      """
      CREATE TABLE t (a TEXT COLLATE rowscope_walk); INSERT INTO t VALUES ('b'), ('B'), ('ab'), ('');
      CREATE INDEX t_a ON t (a)
      """)
    func rows(_ sql: String) throws -> [[Value]] {
      try connection.temporaryStatement(sql, as: .unrestricted).rows()
    }
    #expect(try rows("SELECT a FROM t ORDER BY a") == [[""], ["B"], ["ab"], ["b"]])
    #expect(try rows("SELECT a FROM t WHERE a = 'b'") == [["b"]])
  }
}
