import Documents
import FilterMemory
import RecordFilter
import RecordStore
import RowscopeModel
import Testing

@testable import RecordEngine
@testable import Workspaces

@Suite("Tables of a database, loaded into columns")
struct TableLoaderTests {
  private static let hostile = """
    CREATE TABLE t (a INTEGER, "b ""quoted" TEXT COLLATE NOCASE, c REAL, d BLOB, e, rowid TEXT,
      f INTEGER GENERATED ALWAYS AS (a * 2));
    CREATE INDEX covering ON t (e DESC, a, "b ""quoted", c, d, rowid, f);
    INSERT INTO t (a, "b ""quoted", c, d, e, rowid) VALUES
      (9223372036854775807 / 3, 'x', 1.5, x'00ff', 1, 'same'),
      (NULL, '', -0.0, x'', 'text', 'same'),
      (-1, 'nul' || char(0) || 'inside', 9e999, NULL, 2.5, 'same'),
      ('not a number', NULL, NULL, 7, x'aa', 'same'),
      (0, CAST(x'ff61' AS TEXT), 3, 'text', NULL, NULL);
    """

  /// The rows that SQLite gives, and those that the columns hold.
  private func rows(
    _ sql: String, _ name: String, _ order: String
  ) throws -> (expected: [[Value]], found: [[Value]]) {
    let connection = try Connection(.inMemory)
    try connection.execute(sql)
    let schema = try connection.readSchema().schema
    let id = try #require(schema.tableID(named: name))
    let loaded = try TableLoader(schema: schema).load(id, on: connection)
    let table = schema[id]
    let names = table.fields.map {
      "\"" + $0.name.string.replacing("\"", with: "\"\"") + "\""
    }
    let list = names.isEmpty ? "1" : names.joined(separator: ", ")
    let expected = try connection.temporaryStatement(
      "SELECT \(list) FROM \(name) \(order)", as: .unrestricted
    ).rows()
    let found = (0..<loaded.rowCount).map { row in
      table.fieldIndices.map { loaded.value($0, row: row) }
    }
    return (names.isEmpty ? expected.map { _ in [] } : expected, found)
  }

  @Test func everyKindOfValueInTheOrderOfTheRowid() throws {
    let (expected, found) = try rows(Self.hostile, "t", "ORDER BY _rowid_")
    #expect(found == expected && found.count == 5)
  }

  @Test func withoutRowid() throws {
    let (expected, found) = try rows(
      """
      CREATE TABLE t (a TEXT, b TEXT, PRIMARY KEY (b DESC, a)) WITHOUT ROWID;
      CREATE INDEX covering ON t (a, b);
      INSERT INTO t VALUES ('a', 'z'), ('b', 'y'), ('c', 'y'), ('d', 'x');
      """, "t", "ORDER BY b DESC, a")
    #expect(found == expected && found.count == 4)
  }

  @Test func aView() throws {
    let (expected, found) = try rows(
      Self.hostile + "CREATE VIEW v AS SELECT upper(e) AS up, a FROM t ORDER BY rowid, a;", "v",
      "")
    #expect(found == expected && found.count == 5)
  }

  /// More columns than a function can have arguments: 99 are passed in one call.
  @Test(arguments: [1, 98, 99, 100, 198, 199, 500])
  func manyColumns(count: Int) throws {
    let columns = (0..<count).map { "c\($0)" }.joined(separator: ", ")
    let values = (0..<3).map { row in
      "(" + (0..<count).map { "\($0 * 10 + row)" }.joined(separator: ", ") + ")"
    }
    let (expected, found) = try rows(
      "CREATE TABLE t (\(columns)); INSERT INTO t VALUES \(values.joined(separator: ", "))", "t", ""
    )
    #expect(found == expected && found.count == 3)
  }

  /// A column with an unsupported collation is not in the schema.
  @Test func aTableWithoutColumns() throws {
    let connection = try Connection(.inMemory)
    try connection.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)")
    let schema = Schema(tables: [Table(name: "t", fields: [])])
    #expect(try TableLoader(schema: schema).load(TableID(0), on: connection).rowCount == 2)
  }

  @Test func linksHaveNoColumn() throws {
    let connection = try Connection(.inMemory)
    try connection.execute(RelationTests.tables)
    let schema = try connection.readSchema().schema.applying(
      try WorkspaceDocument(
        document: SourceDocument(name: "workspace.json", text: RelationTests.workspace))
    ).schema
    let tasks = try #require(schema.tableID(named: "tasks"))
    let loaded = try TableLoader(schema: schema).load(tasks, on: connection)
    let title = try #require(schema[tasks].fieldID(named: "title"))
    #expect((0..<loaded.rowCount).map { loaded.value(title, row: $0) }.last == "five")
    #expect(schema[tasks].fieldID(named: "watchers") != nil)
  }

  private static let long = """
    CREATE TABLE t (a TEXT);
    WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 100000)
    INSERT INTO t SELECT printf('%050d', value) FROM n;
    """

  @Test func stopsAtTheLimit() throws {
    let connection = try Connection(.inMemory)
    try connection.execute(Self.long)
    let schema = try connection.readSchema().schema
    let size = try TableLoader(schema: schema).load(TableID(0), on: connection).byteCount
    #expect(size > 5_000_000 && size < 6_000_000)
    let large = TableLoader(schema: schema, byteLimit: 7_000_000)
    #expect(try large.load(TableID(0), on: connection).byteCount == size)
    for limit in [0, 1_000_000, 5_000_000] {
      do throws(TableLoadError) {
        _ = try TableLoader(schema: schema, byteLimit: limit).load(TableID(0), on: connection)
        Issue.record("the limit of \(limit) bytes was passed over")
      } catch {
        guard case .tooLarge("t", limit: limit) = error else {
          Issue.record("\(error)")
          return
        }
        #expect(error.description.contains("t take more than \(limit) bytes"))
      }
    }
  }

  @Test func keepsTheDeadline() throws {
    let connection = try Connection(.inMemory)
    try connection.execute(Self.long)
    let schema = try connection.readSchema().schema
    let kind = connection.withDeadline(.after(.zero)) { () -> StoreError.Kind? in
      do throws(TableLoadError) {
        _ = try TableLoader(schema: schema).load(TableID(0), on: connection)
        return nil
      } catch {
        guard case .store(let error) = error else { return nil }
        return error.kind
      }
    }
    #expect(kind == .deadlineExceeded)
  }

  @Test func aDroppedTable() throws {
    let connection = try Connection(.inMemory)
    try connection.execute(Self.long)
    let schema = try connection.readSchema().schema
    try connection.execute("DROP TABLE t")
    #expect {
      try TableLoader(schema: schema).load(TableID(0), on: connection)
    } throws: { error in
      guard case .store(let error)? = error as? TableLoadError else { return false }
      return error.kind == .schemaMismatch
    }
  }
}
