import RecordFilter
import TestSupport
import Testing

@testable import RecordStore

/// What is said to be left to SQLite in a nondeterministic view.
@Suite struct ViewChoiceTests {
  @Test(
    arguments: [
      ("SELECT id, name FROM e", nil),
      ("SELECT id, name FROM e ORDER BY name LIMIT 5", .limit),
      ("SELECT id, row_number() OVER (ORDER BY name) AS r FROM e", .window),
      ("SELECT id, count(*) OVER (PARTITION BY name) AS r FROM e", .window),
      ("SELECT id, name FROM e GROUP BY name", .grouping),
      ("SELECT DISTINCT job FROM e", .distinct),
      ("SELECT id, name FROM e UNION SELECT id, job FROM e", .union),
      ("SELECT id, (SELECT name FROM e) AS one FROM e", .subquery),
      ("SELECT name, sum(pay) AS s FROM e GROUP BY name", .function("sum")),
      ("SELECT DISTINCT name FROM e LIMIT 2", .several),
      ("SELECT name FROM other", .view("other")),
    ] as [(String, ViewChoice?)])
  func choices(body: String, choice: ViewChoice?) throws {
    let schema = try Connection.memory(
      """
      CREATE TABLE e(id INTEGER PRIMARY KEY, name TEXT, job TEXT COLLATE NOCASE, pay REAL);
      CREATE VIEW other AS SELECT name FROM e LIMIT 1;
      CREATE VIEW v AS \(body);
      """
    ).readSchema().schema
    let view = try #require(schema.table(named: "v"))
    #expect(view.choice == choice)
    #expect(view.nondeterministicSources.isEmpty == (choice == nil))
  }
}
