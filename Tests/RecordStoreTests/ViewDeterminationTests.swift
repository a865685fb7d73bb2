import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@testable import RecordStore

/// Which views are nondeterministic: SQLite chooses among records. Missing one is a leak, because
/// SQLite may choose by an index on a hidden column.
@Suite struct ViewDeterminationTests {
  private func nondeterministicSources(_ select: String, also sql: String = "") throws -> Set<
    String
  > {
    let schema = try Connection.memory(
      """
      CREATE TABLE e (id INTEGER PRIMARY KEY, name TEXT, job TEXT COLLATE NOCASE, salary INT, boss,
        loud TEXT AS (upper(name)));
      CREATE TABLE d (id INTEGER PRIMARY KEY, title TEXT, head INT);
      CREATE TABLE k (a TEXT NOT NULL, b TEXT NOT NULL, c, PRIMARY KEY (a, b));
      CREATE TABLE n (a TEXT PRIMARY KEY, c);
      \(sql)
      CREATE VIEW v AS \(select);
      """
    ).readSchema().schema
    let view = try #require(schema.table(named: "v"))
    return Set(view.nondeterministicSources.map { schema[$0].name.string })
  }

  @Test(
    arguments: [
      "SELECT * FROM e", "SELECT id, upper(name) AS n FROM e WHERE salary > 9 ORDER BY boss",
      "SELECT e.name, d.title FROM e LEFT JOIN d ON d.head = e.id, k WHERE k.a = e.name",
      "SELECT e.name FROM e NATURAL JOIN d", "SELECT name FROM e WHERE id IN (SELECT head FROM d)",
      "SELECT name FROM e WHERE NOT EXISTS (SELECT 1 FROM d WHERE head = e.id)",
      "SELECT x FROM (SELECT name AS x FROM e)",
      "WITH q AS (SELECT name FROM e) SELECT name FROM q",
      "SELECT name FROM e UNION ALL SELECT title FROM d", "VALUES (1), (2)", "SELECT 1 AS one",
      "SELECT m.value FROM e, json_each(e.name) AS m",
      "SELECT CASE WHEN boss THEN name ELSE (salary + 1) END AS x FROM e",
      // A count does not depend on the order.
      "SELECT count(*) AS n FROM e", "SELECT count(DISTINCT boss) AS n, max(name) AS m FROM e",
      "SELECT name, count(*) AS n FROM e GROUP BY name",
      "SELECT e.salary, count(*) FILTER (WHERE boss > 1) AS n, upper(e.name) AS x FROM e GROUP BY e.salary, e.name",
      "SELECT d.title, min(e.salary) AS low FROM e JOIN d ON d.id = e.boss GROUP BY d.title HAVING count(*) > 1 AND low > 2",
      // Columns whose equal values are identical.
      "SELECT DISTINCT name, salary AS s FROM e",
      // An order that ends with the key.
      "SELECT name FROM e ORDER BY salary DESC, id LIMIT 5",
      "SELECT id FROM e ORDER BY e.id LIMIT 5",
      "SELECT c FROM k ORDER BY b, c, a DESC LIMIT 3 OFFSET 1",
    ])
  func determined(body: String) throws {
    #expect(try nondeterministicSources(body) == [])
  }

  @Test(
    arguments: [
      // Columns that are not grouped by, with or without min() and max().
      "SELECT id, name FROM e GROUP BY name", "SELECT name, max(salary) AS m FROM e",
      "SELECT name, max(salary) AS m FROM e GROUP BY boss", "SELECT * FROM e GROUP BY name",
      "SELECT name, count(*) AS n FROM e GROUP BY name HAVING boss > 1",
      "SELECT e.name, count(*) AS n FROM e JOIN e AS f ON f.id = e.boss GROUP BY f.name",
      "SELECT salary AS name, count(*) AS n FROM e GROUP BY name",
      "SELECT name, count(*) AS boss FROM e GROUP BY name HAVING boss > 1",
      // Values that compare equal may still differ.
      "SELECT job, count(*) AS n FROM e GROUP BY job", "SELECT max(job) AS m FROM e",
      "SELECT boss, count(*) AS n FROM e GROUP BY boss", "SELECT DISTINCT boss FROM e",
      "SELECT DISTINCT upper(name) AS u FROM e", "SELECT loud, count(*) AS n FROM e GROUP BY loud",
      "SELECT name, count(*) AS n FROM e GROUP BY name COLLATE NOCASE",
      "SELECT name FROM e UNION SELECT title FROM d",
      "SELECT name FROM e EXCEPT SELECT title FROM d",
      "SELECT name FROM e UNION ALL SELECT title FROM d UNION SELECT a FROM k",
      // Records that tie.
      "SELECT name FROM e LIMIT 1", "SELECT name FROM e ORDER BY salary LIMIT 1",
      "SELECT name FROM e ORDER BY salary, (id) LIMIT 1",
      "SELECT boss AS id FROM e ORDER BY id LIMIT 1",
      "SELECT boss AS x FROM e ORDER BY id COLLATE NOCASE LIMIT 1",
      "SELECT c FROM k ORDER BY a LIMIT 1", "SELECT c FROM n ORDER BY a LIMIT 1",
      "SELECT e.name FROM e, d ORDER BY e.id LIMIT 1",
      "SELECT name FROM (SELECT name FROM e LIMIT 1)",
      "SELECT name FROM e WHERE id IN (SELECT head FROM d LIMIT 1)",
      // A value of some row, an order within a value, a rounding that depends on the order.
      "SELECT (SELECT title FROM d) AS t FROM e",
      "SELECT name, coalesce(boss, (SELECT head FROM d)) AS x FROM e",
      "SELECT group_concat(name) AS x FROM e",
      "SELECT total(boss) AS x FROM e", "SELECT name, sum(salary) AS s FROM e GROUP BY name",
      "SELECT row_number() OVER (ORDER BY salary) AS x FROM e",
      "SELECT name, max(id) OVER () AS x FROM e",
      // Functions whose results are unknown.
      "SELECT random() AS x FROM e", "SELECT \"random\"() AS x FROM e",
      "SELECT changes() AS x FROM e",
    ])
  func undetermined(body: String) throws {
    #expect(try !nondeterministicSources(body).isEmpty)
  }

  @Test func aViewOfSuchAViewIsOneToo() throws {
    #expect(
      try nondeterministicSources(
        "SELECT name FROM w", also: "CREATE VIEW w AS SELECT name FROM e LIMIT 1;")
        == ["e"])
    #expect(
      try nondeterministicSources(
        "SELECT x.name FROM w AS x JOIN d ON d.id = x.id",
        also: "CREATE VIEW w AS SELECT id, name FROM e GROUP BY job;") == ["e", "d"])
  }
}
