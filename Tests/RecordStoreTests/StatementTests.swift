import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@testable import RecordStore

@Suite struct StatementTests {
  @Test(
    arguments: [
      .null, 0, .integer(.min), .integer(.max), 1.5, .real(-0.0), .real(.infinity),
      .real(.leastNonzeroMagnitude), "", "a\0b", "\0", "é", .text(Text(bytes: [0xFF, 0x61, 0xC3])),
      .blob([]), .blob([0, 1, 255]), .text(String(repeating: "long ", count: 10_000)),
    ] as [Value])
  func valuesRoundTrip(_ value: Value) throws {
    let connection = try Connection.memory("CREATE TABLE t(x)")
    let insert = try connection.statement("INSERT INTO t VALUES (?)", as: .unrestricted)
    try insert.bind([value])
    #expect(try insert.step() == false)
    #expect(
      try connection.rows("SELECT x, typeof(x), x IS ? FROM t", [value])
        == [[value, .text(value.storageClass.rawValue), 1]])
  }

  @Test func nanIsNull() throws {
    #expect(try Connection(.inMemory).rows("SELECT ?", [.real(.nan)]) == [[.null]])
  }

  private static func nested(_ depth: Int) -> String {
    "SELECT " + String(repeating: "(", count: depth) + "1" + String(repeating: ")", count: depth)
  }

  @Test(arguments: [
    ("SELECT 1; SELECT 2", StoreError.Kind.internalError), ("", .internalError),
    ("  ; ", .internalError), ("SELECT 1\0", .internalError), ("SELECT nothing", .schemaMismatch),
    ("SELECT * FROM nowhere", .schemaMismatch), ("SELECT nosuch(1)", .schemaMismatch),
    ("SELEKT 1", .schemaMismatch),
    ("SELECT 1" + String(repeating: "+1", count: 2000), .limitExceeded),
    ("SELECT 1" + String(repeating: " ", count: 1_000_001), .limitExceeded),
  ])
  func refusedTexts(_ sql: String, _ expected: StoreError.Kind) throws {
    let connection = try Connection(.inMemory)
    #expect(kind { _ = try connection.statement(sql, as: .unrestricted) } == expected)
  }

  /// SQLite versions differ in how deep the parser goes; all of them return.
  @Test func nestingOfAnyDepthIsAnsweredOrRefused() throws {
    let connection = try Connection(.inMemory)
    #expect(kind { _ = try connection.statement(Self.nested(10), as: .unrestricted) } == nil)
    for depth in [200, 2_000, 100_000] {
      let kind = kind { _ = try connection.statement(Self.nested(depth), as: .unrestricted) }
      #expect(kind == nil || kind == .limitExceeded)
    }
  }

  @Test func trailingSpaceAndSemicolonAreFine() throws {
    #expect(try Connection(.inMemory).rows("SELECT 1 ; \n") == [[1]])
  }

  @Test func theNumberOfBindingsMustBeRight() throws {
    let connection = try Connection(.inMemory)
    #expect(kind { _ = try connection.rows("SELECT ?, ?", [1]) } == .internalError)
    #expect(kind { _ = try connection.rows("SELECT 1", [1]) } == .internalError)
  }

  @Test func errorsNeverContainData() throws {
    let connection = try Connection.memory(
      """
      CREATE TABLE t(a UNIQUE, b CHECK (b <> 'forbidden'), c NOT NULL) STRICT;
      """.replacing("(a UNIQUE", with: "(a TEXT UNIQUE").replacing("b CHECK", with: "b TEXT CHECK")
        .replacing("c NOT", with: "c INTEGER NOT"))
    try connection.execute("INSERT INTO t VALUES ('tell-tale', 'x', 1)")
    let changes: [(String, StoreError.Constraint)] = [
      ("INSERT INTO t VALUES ('tell-tale', 'x', 1)", .unique),
      ("INSERT INTO t VALUES ('y', 'forbidden', 1)", .check),
      ("INSERT INTO t VALUES ('z', 'x', NULL)", .notNull),
      ("INSERT INTO t VALUES ('z', 'x', 'tell-tale')", .dataType),
    ]
    for (sql, constraint) in changes {
      do throws(StoreError) {
        try connection.execute(sql)
        Issue.record("a constraint did not hold: \(sql)")
      } catch {
        #expect(error.kind == .constraint(constraint))
        for word in ["tell", "forbidden", "t.a", "t.c"] {
          #expect(!error.description.contains(word))
        }
      }
    }
  }

  @Test func anExpressionThatFailsOnARow() throws {
    let connection = try Connection(.inMemory)
    let error = kind { _ = try connection.rows("SELECT abs(?)", [.integer(.min)]) }
    #expect(error == .expressionFailed)
  }

  @Test func statementsAreCachedAndCleared() throws {
    let connection = try Connection.memory(TemporaryFolder.sample)
    let before = connection.core.statements.count
    for _ in 0..<3 {
      #expect(try connection.rows("SELECT title FROM tasks WHERE owner = ?", [2]) == [["b"]])
      #expect(connection.core.statements.count == before + 1)
    }
    // Without a binding the parameter is NULL.
    let statement = try connection.statement(
      "SELECT title FROM tasks WHERE owner = ?", as: .unrestricted)
    #expect(try statement.rows().isEmpty)
  }

  @Test func twoUsesAtOnceAreTwoStatements() throws {
    let connection = try Connection.memory(TemporaryFolder.sample)
    let sql = "SELECT id FROM tasks ORDER BY id"
    let first = try connection.statement(sql, as: .unrestricted)
    let second = try connection.statement(sql, as: .unrestricted)
    #expect(try first.step())
    #expect(try second.rows() == [[1], [2], [3]])
    #expect(try first.rows() == [[2], [3]])
  }

  @Test func theCacheIsBoundedAndDropsTheOldest() throws {
    let connection = try Connection(.inMemory, configuration: .init(statementCapacity: 3))
    for number in 0..<10 {
      #expect(try connection.rows("SELECT \(number)") == [[.integer(Int64(number))]])
    }
    #expect(connection.core.statements.count == 3)
    let key = StatementKey("SELECT 9", as: .unrestricted)
    #expect(connection.core.statements.take(key) != nil)
    #expect(
      connection.core.statements.take(StatementKey("SELECT 0", as: .unrestricted)) == nil)
  }

  @Test func canonicallyEqualTextsAreDifferentStatements() throws {
    // `é` as one scalar and as two: one String to Swift, two names to SQLite.
    let connection = try Connection.memory("CREATE TABLE t(\"\u{E9}\", \"e\u{301}\")")
    try connection.execute("INSERT INTO t VALUES (1, 2)")
    #expect(try connection.rows("SELECT \"\u{E9}\" FROM t") == [[1]])
    #expect(try connection.rows("SELECT \"e\u{301}\" FROM t") == [[2]])
  }

  @Test func cachedStatementsFollowTheSchema() throws {
    let connection = try Connection.memory("CREATE TABLE t(a); INSERT INTO t VALUES (1)")
    #expect(try connection.rows("SELECT * FROM t") == [[1]])
    try connection.execute("ALTER TABLE t ADD COLUMN b DEFAULT 'new'")
    #expect(try connection.rows("SELECT * FROM t") == [[1, "new"]])
    try connection.execute("DROP TABLE t")
    #expect(kind { _ = try connection.rows("SELECT * FROM t") } == .schemaMismatch)
  }

  @Test func aReadTransactionSeesOneState() throws {
    let folder = try TemporaryFolder()
    let path = try folder.database("PRAGMA journal_mode = WAL;" + TemporaryFolder.sample)
    let reader = try Connection(.readOnly(path: path))
    let writer = try Connection(.readWrite(path: path))
    try reader.withReadTransaction { () throws(StoreError) in
      #expect(try reader.rows("SELECT count(*) FROM tasks") == [[3]])
      try writer.execute("DELETE FROM tasks")
      #expect(try reader.rows("SELECT count(*) FROM tasks") == [[3]])
    }
    #expect(try reader.rows("SELECT count(*) FROM tasks") == [[0]])
    // An error in the body ends the transaction too.
    _ = kind {
      try reader.withReadTransaction { () throws(StoreError) in try reader.execute("nonsense") }
    }
    #expect(kind { try reader.withReadTransaction { () throws(StoreError) in } } == nil)
  }

  @Test func rowsAreBorrowed() throws {
    let connection = try Connection(.inMemory)
    let statement = try connection.statement(
      "SELECT 1 AS a, 2.5 AS b, 'text' AS c, x'00FF' AS d, NULL AS e", as: .unrestricted)
    #expect(statement.columnNames == ["a", "b", "c", "d", "e"])
    let seen = try statement.next { (row: borrowing Row) throws(StoreError) in
      #expect(row.count == 5)
      #expect(row.integer(0) == 1)
      #expect(row.real(1) == 2.5)
      #expect(Array(row.bytes(2)) == Array("text".utf8))
      #expect(Array(row.bytes(3)) == [0, 255])
      #expect(row.isNull(4) == true)
      return row.count
    }
    #expect(seen == 5)
    #expect(try statement.step() == false)
  }
}
