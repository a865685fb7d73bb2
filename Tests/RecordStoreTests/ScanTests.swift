import FilterSQL
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing

@Suite("Scans of whole tables")
struct ScanTests {
  private static let tables = """
    CREATE TABLE t (a, b);
    INSERT INTO t VALUES (1, 'x'), (2, NULL), (3, x'00');
    """

  private func scan(_ connection: borrowing Connection) throws -> (SQLStatement, ReadPermissions) {
    let schema = try connection.readSchema().schema
    let fields = schema.tables[0].fieldIndices
    return (
      QueryCompiler(schema: schema).scan(TableID(0), fields),
      ReadPermissions(
        fields: fields.map { FieldReference(TableID(0), $0) }, of: schema,
        functions: [Name(QueryCompiler.scanFunction)])
    )
  }

  @Test func theBodyMayEndTheScan() throws {
    let connection = try Connection(.inMemory)
    try connection.execute(Self.tables)
    let (statement, permissions) = try scan(connection)
    var seen: [Int64] = []
    let wasWhole = try connection.scan(statement, as: permissions) { cells in
      seen.append(cells[0].integer)
      return seen.count < 2
    }
    #expect(!wasWhole && seen == [1, 2])
    // The connection still works.
    seen = []
    let isWhole = try connection.scan(statement, as: permissions) { cells in
      seen.append(cells[0].integer)
      return true
    }
    #expect(isWhole && seen == [1, 2, 3])
  }

  @Test func onlyPermittedColumnsAreRead() throws {
    let connection = try Connection(.inMemory)
    try connection.execute(Self.tables)
    let (statement, _) = try scan(connection)
    let permissions = ReadPermissions(
      tables: ["t": ["a"]], functions: [Name(QueryCompiler.scanFunction)])
    #expect {
      try connection.scan(statement, as: permissions) { _ in true }
    } throws: { ($0 as? StoreError)?.kind == .denied }
  }

  /// Outside of a scan the function does nothing, and views and the like cannot use it.
  @Test(arguments: [
    "SELECT rowscope_scan(0, a) FROM t", "SELECT * FROM v",
    "WITH c AS (SELECT rowscope_scan(0, a) AS s FROM t) SELECT s FROM c",
  ])
  func theFunctionDoesNothingElsewhere(sql: String) throws {
    let connection = try Connection(.inMemory)
    try connection.execute(Self.tables)
    try connection.execute("CREATE VIEW v AS SELECT rowscope_scan(0, a) AS s FROM t")
    #expect(throws: StoreError.self) {
      try connection.temporaryStatement(sql, as: .unrestricted).rows()
    }
    let permissions = ReadPermissions(tables: ["t": ["a", "b"]])
    #expect(throws: StoreError.self) {
      try connection.temporaryStatement(sql, as: .reading(permissions)).rows()
    }
  }
}
