import FilterMemory
import FilterSQL
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing

/// Random requests on random views: SQLite moves tests into views, sorts and materializes them, and
/// must show and test the same values all the same.
@Suite("Views answer alike")
struct ViewTests {
  @Test(arguments: 0..<Extent.count("ROWSCOPE_DIFFERENTIAL_VIEWS", few: 40, all: 400))
  func randomViews(number: Int) throws {
    let first = Extent.number("ROWSCOPE_DIFFERENTIAL_SEED") ?? 1
    var random = SeededGenerator(seed: UInt64(first * 10_000 + number))
    let views = RandomViews(&random)
    let world = try ViewWorld(views)
    try world.check(seed: number, &random)
  }

  /// The parts of a UNION have different types: the integer 1 is shown as 1.0, also by versions of
  /// SQLite where a plain SELECT from the view would show 1 (up to 3.39).
  @Test(arguments: ["UNION ALL", "UNION"], ["i", "n"])
  func partsOfDifferentTypes(operator combined: String, second: String) throws {
    let connection = try Connection.memory(
      """
      CREATE TABLE a(id INTEGER PRIMARY KEY, r REAL, t TEXT);
      CREATE TABLE b(id INTEGER PRIMARY KEY, i INTEGER, n NUMERIC, t TEXT);
      INSERT INTO a VALUES (1, 1.0, 'x'), (2, 9007199254740992.0, NULL);
      INSERT INTO b VALUES (3, 1, 1, 'y'), (4, 9007199254740993, 9007199254740993, 'x');
      CREATE VIEW v AS SELECT id, r AS c, t, 'a' AS kind FROM a
        \(combined) SELECT id, \(second), t, 'b' FROM b;
      CREATE VIEW w AS SELECT id, c, t, c || '' AS d FROM v;
      """)
    let schema = try connection.readSchema().schema
    for (name, converted) in [("v", ["c"]), ("w", ["c", "d"])] {
      let id = try #require(schema.tableID(named: name))
      let table = schema[id]
      #expect(
        Set(table.convertedFields.map { table[$0].name.string }) == Set(converted), "\(name)")
      let field = try #require(table.fieldID(named: "c"))
      func found(_ test: FieldTest) throws -> [Value] {
        let query = Query(
          table: id, scope: .test(field, test), projection: [FieldID(0)],
          order: [OrderKey(FieldID(0))])
        let sql = try QueryCompiler(schema: schema).select(query)
        return try connection.rows(sql.text, sql.bindings).map { $0[0] }
      }
      let list = try QueryCompiler(schema: schema).select(
        Query(
          table: id, scope: .always, projection: [FieldID(0), field],
          order: [OrderKey(FieldID(0)), OrderKey(field)]))
      let shown = try connection.rows(list.text, list.bindings)
      func ids(_ isFound: ([Value]) -> Bool) -> [Value] { shown.filter(isFound).map { $0[0] } }
      #expect(shown.map { $0[0] } == [1, 2, 3, 4])
      #expect(
        try found(.matches(TextPattern(".0", anchor: .end, ignoresCase: false)))
          == ids {
            // SQLite's versions write a real with 15 or 17 digits.
            guard case .text(let text) = $0[1].asTextIfNumber else { return false }
            return text.validString?.hasSuffix(".0") == true
          })
      #expect(
        try found(.equals(9_007_199_254_740_992)) == ids { $0[1] == .real(9_007_199_254_740_992) })
      #expect(
        try found(.equals(9_007_199_254_740_993))
          == ids { $0[1] == .integer(9_007_199_254_740_993) })
      #expect(try found(.isOneOf([1])) == [1, 3])
    }
  }

  /// A test on a column whose parts agree goes on using the tables' indexes.
  @Test func partsOfOneTypeKeepTheirIndexes() throws {
    let connection = try Connection.memory(
      """
      CREATE TABLE a(id INTEGER PRIMARY KEY, owner INTEGER, total REAL, closed TEXT);
      CREATE TABLE b(id INTEGER PRIMARY KEY, owner INTEGER, total REAL);
      CREATE INDEX ia ON a(owner); CREATE INDEX ib ON b(owner);
      CREATE VIEW v AS SELECT id, owner, total, closed, 'a' AS kind, 1 AS n FROM a
        UNION ALL SELECT id, owner, total, NULL, 'b', 2 FROM b;
      """)
    let schema = try connection.readSchema().schema
    let id = try #require(schema.tableID(named: "v"))
    #expect(schema[id].convertedFields.isEmpty)
    let query = Query(
      table: id, scope: .test(FieldID(1), .equals(7)), projection: [FieldID(0)], order: [])
    let sql = try QueryCompiler(schema: schema).select(query)
    let plan = try connection.queryPlan(sql.text, bindings: sql.bindings).joined(separator: "\n")
    #expect(plan.contains("ia (owner=?)") && plan.contains("ib (owner=?)"), "\(plan)")
  }

  /// A view of which the parts have different types is joined with no table: SQLite would make 39.0
  /// of the text `39`.
  @Test func aViewOfSeveralTypesKeepsItsValues() throws {
    let connection = try Connection.memory(
      """
      CREATE TABLE a(id INTEGER PRIMARY KEY, n REAL);
      CREATE TABLE b(id INTEGER PRIMARY KEY, c TEXT);
      CREATE TABLE d(id INTEGER PRIMARY KEY);
      CREATE TABLE e(id INTEGER PRIMARY KEY, b INTEGER);
      INSERT INTO a VALUES (1, 7.0);
      INSERT INTO b VALUES (1, '39'), (3, '39'), (5, NULL);
      INSERT INTO e VALUES (10, 1), (11, 5), (12, 3);
      CREATE VIEW v AS SELECT q.x AS x FROM
        (SELECT n AS x FROM a UNION SELECT c AS x FROM b EXCEPT SELECT id AS x FROM d) AS q;
      """)
    let schema = try connection.readSchema().schema
    func table(_ name: String) throws -> TableID { try #require(schema.tableID(named: name)) }
    let (b, e, v) = (try table("b"), try table("e"), try table("v"))
    for strategy in [SemiJoinStrategy.firstMatch, .materialized] {
      var inner = RelatedFilter(
        table: v, pairs: [ColumnPair(near: FieldID(1), far: FieldID(0))], filter: .always)
      inner.strategy = strategy
      var outer = RelatedFilter(
        table: b, pairs: [ColumnPair(near: FieldID(1), far: FieldID(0))], filter: .related(inner))
      outer.strategy = strategy
      let sql = try QueryCompiler(schema: schema).select(
        Query(
          table: e, scope: .related(outer), projection: [FieldID(0)],
          order: [OrderKey(FieldID(0))]))
      #expect(try connection.rows(sql.text, sql.bindings) == [[10], [12]], "\(sql.text)")
    }
  }

  /// A virtual REAL column of integers, sorted by another: up to version 3.53, SQLite's sorter makes
  /// 2 of 2.0.
  @Test func aGeneratedRealStaysOneWhenSorted() throws {
    let connection = try Connection.memory(
      """
      CREATE TABLE t(id INTEGER PRIMARY KEY, q, tot REAL AS (q) VIRTUAL);
      INSERT INTO t(q) VALUES (3), (2), ('a'), (2.5), (NULL), (9007199254740993);
      CREATE VIEW v AS SELECT id, q, tot, CASE WHEN id > 0 THEN tot END AS e FROM t;
      """)
    let schema = try connection.readSchema().schema
    for name in ["t", "v"] {
      let id = try #require(schema.tableID(named: name))
      let fields = schema[id].fieldIndices
      func rows(order: [OrderKey]) throws -> [[Value]] {
        let sql = try QueryCompiler(schema: schema).select(
          Query(table: id, scope: .always, projection: fields, order: order))
        return try connection.rows(sql.text, sql.bindings)
      }
      let plain = try rows(order: [])
      #expect(plain.map { $0[2] } == [3.0, 2.0, "a", 2.5, .null, .real(9_007_199_254_740_992)])
      for field in fields {
        let sorted = try rows(order: [OrderKey(field, .descending), OrderKey(FieldID(0))])
        #expect(Set(sorted) == Set(plain), "\(name) by \(schema[id][field].name)")
      }
    }
  }
}

/// Views in SQLite and, as they are loaded from there, in memory.
private struct ViewWorld: ~Copyable {
  private let definitions: [String]
  private let connection: Connection
  private let schema: Schema
  private let memory: MemoryDatabase
  private let cells: [[[Value]]]

  init(_ views: RandomViews) throws {
    let connection = try Connection(.inMemory)
    for definition in views.definitions { try connection.execute(definition) }
    for table in views.rows {
      for values in table.values {
        try connection.execute(
          "INSERT INTO \(table.table)(\(table.columns.joined(separator: ", "))) "
            + "VALUES (\(values.joined(separator: ", ")))")
      }
    }
    let schema = try connection.readSchema().schema
    var memory = MemoryDatabase(schema: schema)
    let loader = TableLoader(schema: schema)
    var cells: [[[Value]]] = []
    for (index, table) in schema.tables.enumerated() {
      memory.load(try loader.load(TableID(index), on: connection), as: TableID(index))
      let columns = table.fields.map { "\"\($0.name)\"" }.joined(separator: ", ")
      cells.append(try connection.rows("SELECT \(columns) FROM \(table.name)"))
    }
    definitions = views.definitions
    self.schema = schema
    self.memory = memory
    self.cells = cells
    self.connection = connection
  }

  /// Views whose records SQLite may choose are never answered from memory.
  private var comparable: [TableID] {
    schema.tables.indices.filter {
      schema.tables[$0].kind == .view && schema.tables[$0].nondeterministicSources.isEmpty
    }.map(TableID.init)
  }

  func check(seed: Int, _ random: inout SeededGenerator) throws {
    var queries = RandomQueries(schema: schema, cells: cells)
    queries.relatedTables = 0..<schema.tables.count
    for id in comparable {
      for _ in 0..<20 {
        let query = queries.query(on: id, &random)
        let sql = try QueryCompiler(schema: schema).select(query)
        let stored = try connection.rows(sql.text, sql.bindings)
        let held = try memory.select(query).records()
        let isSame =
          query.projection.isEmpty ? stored.count == held.count : stored == held
        guard isSame else {
          let place = zip(stored, held).enumerated().first { $0.element.0 != $0.element.1 }
          let rows = place.map { ($0.element.0.map(\.literal), $0.element.1.map(\.literal)) }
          Issue.record(
            """
            seed \(seed): SQLite \(stored.count) rows, memory \(held.count); \
            \(rows.map { "\($0)" } ?? "")
            \(definitions.joined(separator: ";\n"))
            \(sql.text) \(sql.bindings.map(\.literal))
            """)
          return
        }
      }
    }
  }
}
