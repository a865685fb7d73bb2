import Foundation
import RecordStore
import RowscopeModel
import TestSupport
import Testing

/// `rowscope compile`: SQL for another program.
@Suite struct CompileCommandTests {
  private let folder: TemporaryFolder
  private let rowscope: RowscopeProcess
  private let driver: SQLiteOracle

  private static let tables = """
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, owner INTEGER, secret TEXT,
      due TEXT);
    INSERT INTO tasks VALUES (1, 'it''s', 7, 's1', NULL), (2, 'b', 8, 's2', NULL),
      (3, 'c', 7, 's3', NULL);
    """
  private static let profile = """
    {"tables_enabled": {"tasks": {"data": [{"field": "owner", "reference": "id_user"}],
      "fields_excluded": ["secret"]}}}
    """

  init() throws {
    folder = try TemporaryFolder([
      "workspace.json": """
      {"database": "h.db", "users": {"table": "people", "id_user": "id", "profile": "role"},
       "profiles": {"own": "own.json"}, "tables": {"tasks": {"fields": {"due": {"type": "datetime"}}}}}
      """, "own.json": Self.profile,
    ])
    try Connection(.create(path: folder.path("h.db"))).execute(
      Self.tables + "CREATE TABLE people (id INTEGER PRIMARY KEY, role TEXT);"
        + "INSERT INTO people VALUES (7, 'own');")
    rowscope = RowscopeProcess(folder: folder.path)
    driver = try SQLiteOracle(Self.tables)
  }

  private struct Compiled: Decodable {
    struct Statement: Decodable {
      let sql: String
      let parameters: [Parameter]
    }
    enum Parameter: Decodable {
      case value(Value)
      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let integer = try? container.decode(Int64.self) {
          self = .value(.integer(integer))
        } else {
          self = .value(.text(try container.decode(String.self)))
        }
      }
      var value: Value {
        switch self {
        case .value(let value): value
        }
      }
    }
    let fields: [String]?
    let statements: [Statement]?
    let count: Statement?
    let predicate: Statement?
  }

  private func compiled(_ arguments: String...) throws -> Compiled {
    let outcome = try rowscope.run(
      ["compile", "tasks", "--as", "7", "--format", "json"] + arguments)
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    return try JSONDecoder().decode(Compiled.self, from: outcome.output)
  }

  private func rows(_ statement: Compiled.Statement) throws -> [[Value]] {
    try driver.rows(statement.sql, statement.parameters.map(\.value))
  }

  @Test func `another program gets the user's records`() throws {
    let compiled = try compiled(
      "--where", "title != c", "--select", "title", "--count", "exact", "--limit", "1")
    #expect(compiled.fields == ["title"])
    let statements = try #require(compiled.statements)
    #expect(try statements.map(rows) == [[["it's"]]])
    #expect(try rows(#require(compiled.count)) == [[1]])
  }

  @Test func `a page after a cursor begins where it ended`() throws {
    let first = try rowscope.run("query", "tasks", "--as", "7", "-n", "1", "-f", "json")
    let cursor = try #require(
      first.messages.split(separator: " ").drop { $0 != "--after" }.dropFirst().first)
    let compiled = try compiled("--after", String(cursor), "--select", "id")
    #expect(try #require(compiled.statements).flatMap(rows) == [[3]])
  }

  @Test func `a predicate stands in a change of one's own`() throws {
    let predicate = try #require(try compiled("--predicate", "edit").predicate)
    let changed = try driver.rows(
      "UPDATE tasks SET title = 'x' WHERE (\(predicate.sql)) RETURNING id",
      predicate.parameters.map(\.value))
    #expect(changed == [[1], [3]])
  }

  @Test func `text has the values as comments`() throws {
    let outcome = try rowscope.run(
      "compile", "tasks", "--as", "7", "--where", "title = it's", "--select", "id")
    #expect(
      outcome.text == """
        -- ?1 = 7
        -- ?2 = 'it''s'
        -- ?3 = 100
        SELECT "tasks"."id"
        FROM "tasks"
        WHERE ("tasks"."owner" = ?1)
          AND ("tasks"."title" = ?2)
        ORDER BY "tasks"."id"
        LIMIT ?3;

        """)
    #expect(try driver.rows(outcome.text, [7, "it's", 100]) == [[1]])
    let nothing = try rowscope.run(
      "compile", "tasks", "--as", "7", "--filter",
      #"{"field": "id", "operator": "in", "value": []}"#)
    #expect(nothing.text == "-- no record can match: there is nothing to run\n")
  }

  @Test func `what cannot be compiled is refused in words`() throws {
    let order = try rowscope.run("compile", "tasks", "--as", "7", "--sort", "due")
    #expect(order.exitCode == 2 && order.text.isEmpty)
    #expect(order.messages.contains("values of a declared type"), "\(order.messages)")
    let hidden = try rowscope.run("compile", "tasks", "--as", "7", "--sort", "secret")
    let missing = try rowscope.run("compile", "tasks", "--as", "7", "--sort", "nosuch")
    #expect(
      hidden.messages.replacing("secret", with: "nosuch") == missing.messages
        && hidden.exitCode == missing.exitCode)
    // Of two profiles, one of which hides a field.
    try folder.write(
      #"{"tables_enabled": {"tasks": {"data": [{"field": "id", "value": 1}]}}}"#, to: "all.json")
    let roles = ["--user", "7", "--profile", "own", "--profile", "all.json"]
    let cells = try rowscope.run(["compile", "tasks"] + roles)
    #expect(cells.messages.contains("some records hide fields"), "\(cells.messages)")
    let shown = try rowscope.run(["compile", "tasks", "--select", "id,title"] + roles)
    #expect(shown.exitCode == 0, "\(shown.messages)")
    let denied = try rowscope.run("compile", "people", "--as", "7")
    #expect(denied.exitCode == 3 && denied.text.isEmpty)
  }
}
