import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@testable import RecordStore

/// What a generated column or a view's column derives from. Each case gives the whole answer: a
/// missing origin is a leak.
@Suite struct OriginTests {
  func origins(_ table: String, _ sql: String) throws -> [String: Set<String>] {
    let schema = try Connection.memory(sql).readSchema().schema
    let table = try #require(schema.table(named: table))
    return Dictionary(
      uniqueKeysWithValues: table.fields.map { field in
        (
          field.name.string,
          Set(
            field.origins.map { "\(schema[$0.table].name).\(schema[$0.table][$0.field].name)" })
        )
      })
  }

  @Test(
    arguments: [
      ("a, b, g AS (a + 1)", ["t.a"]),
      ("a, b, g INTEGER GENERATED ALWAYS AS (b) STORED", ["t.b"]),
      ("a, b, g AS ((a) * (b + 1)) VIRTUAL NOT NULL", ["t.a", "t.b"]),
      ("a, b, g AS (1)", []),
      ("a, b, g AS (upper(A) /* b */ -- b\n)", ["t.a"]),
      ("a, b, h AS (a), g AS (h || 'x')", ["t.h", "t.a"]),
      ("a, b, g AS (h || i), h AS (a), i AS (b)", ["t.h", "t.i", "t.a", "t.b"]),
      ("id INTEGER PRIMARY KEY, a, b, g AS (id)", ["t.id"]),
      ("\"a \"\"b\"\"\", b, g AS (\"a \"\"b\"\"\")", ["t.a \"b\""]),
      ("[a b], `c`, b, g AS ([a b] || `c`)", ["t.a b", "t.c"]),
      ("\"select\", a, \"g\" AS (\"select\" + 1)", ["t.select"]),
      ("\"check\", b CHECK (b > 0), g AS (\"check\"), CHECK (b <> 5)", ["t.check"]),
      // A text that reads like a column counts as one: too wide, but safe.
      ("a, b, g AS (a || 'b')", ["t.a", "t.b"]),
      ("a, b DEFAULT 'x,y(', g AS (iif(a, ')', '(') || \"b\")", ["t.a", "t.b"]),
      ("a, \"b,c\", g AS (\"b,c\"), h AS (a)", ["t.b,c"]),
      ("[as], b, g AS ([as])", ["t.as"]),
      ("é, b, g AS (é)", ["t.é"]),
    ] as [(String, Set<String>)])
  func generatedColumns(_ columns: String, _ expected: Set<String>) throws {
    #expect(try origins("t", "CREATE TABLE t(\(columns))")["g"] == expected)
  }

  @Test func generatedColumnsOfAlteredTables() throws {
    let found = try origins(
      "renamed",
      """
      CREATE TABLE t(a, b); ALTER TABLE t ADD COLUMN g AS (a || 1);
      ALTER TABLE t RENAME COLUMN a TO "new name"; ALTER TABLE t RENAME TO renamed;
      ALTER TABLE renamed ADD COLUMN c; ALTER TABLE renamed ADD COLUMN h AS (g + c);
      """)
    #expect(found["g"] == ["renamed.new name"])
    #expect(found["h"] == ["renamed.g", "renamed.c", "renamed.new name"])
    #expect(found["c"] == [])
  }

  @Test func anUnknownDefinitionDerivesFromEverything() {
    let columns: [Name] = ["a", "b", "g"]
    for sql in ["", "CREATE TABLE t", "CREATE TABLE t(a, b)", "CREATE TABLE t(a, b, 'g"] {
      let found = GeneratedColumns(sql: sql, columns: columns, rowIDAlias: nil)
      #expect(found.origins(of: "g") == ["a", "b"])
    }
  }

  static let tables = """
    CREATE TABLE e(id INTEGER PRIMARY KEY, name TEXT, salary INT, boss, double AS (salary * 2));
    CREATE TABLE d(id INTEGER PRIMARY KEY, title TEXT, salary INT);

    """

  @Test(
    arguments: [
      // One table, all of its rows: each column derives from itself.
      ("SELECT id, name FROM e", ["id": ["e.id"], "name": ["e.name"]]),
      ("SELECT e.id AS number FROM main.e AS e", ["number": ["e.id"]]),
      ("SELECT double FROM e", ["double": ["e.double", "e.salary"]]),
      ("SELECT rowid AS r, name FROM e", ["r": ["e.id"], "name": ["e.name"]]),
      // An expression derives from everything it reads; the columns beside it from themselves.
      ("SELECT id, upper(name) AS n FROM e", ["id": ["e.id"], "n": ["e.id", "e.name"]]),
      // What chooses the rows counts for every column.
      ("SELECT name FROM e WHERE salary > 9", ["name": ["e.name", "e.salary"]]),
      ("SELECT name FROM e ORDER BY salary LIMIT 1", ["name": ["e.name", "e.salary"]]),
      ("SELECT name FROM e WHERE double > 9", ["name": ["e.name", "e.double", "e.salary"]]),
      (
        "SELECT name, salary AS s FROM e WHERE s > 9",
        ["name": ["e.name", "e.salary"], "s": ["e.salary"]]
      ),
      (
        "SELECT name, salary AS s FROM e ORDER BY 2 LIMIT 5",
        ["name": ["e.name", "e.salary"], "s": ["e.salary"]]
      ),
      (
        "SELECT name, salary AS s FROM e ORDER BY +0x02 LIMIT 5",
        ["name": ["e.name", "e.salary"], "s": ["e.salary"]]
      ),
      (
        "SELECT name, max(salary) AS m FROM e",
        ["name": ["e.name", "e.salary"], "m": ["e.name", "e.salary"]]
      ),
      (
        "SELECT name, row_number() OVER (ORDER BY salary) AS n FROM e",
        ["name": ["e.name", "e.salary"], "n": ["e.name", "e.salary"]]
      ),
      // How often a name appears tells how many salaries the person has.
      (
        "SELECT DISTINCT name, salary FROM e",
        ["name": ["e.name", "e.salary"], "salary": ["e.name", "e.salary"]]
      ),
      (
        "SELECT DISTINCT name, salary / 9 AS n FROM e",
        ["name": ["e.name", "e.salary"], "n": ["e.name", "e.salary"]]
      ),
      (
        "SELECT e.name, d.title FROM e JOIN d ON d.id = e.boss",
        ["name": ["e.name", "e.boss", "d.id"], "title": ["d.title", "e.boss", "d.id"]]
      ),
      // Where columns cannot be told apart, each derives from all.
      ("SELECT name FROM e UNION SELECT title FROM d", ["name": ["e.name", "d.title"]]),
      ("SELECT name FROM e UNION ALL SELECT salary FROM d", ["name": ["e.name", "d.salary"]]),
      (
        "SELECT (SELECT salary FROM d) AS s, name FROM e",
        ["s": ["d.salary", "e.name"], "name": ["d.salary", "e.name"]]
      ),
      (
        "SELECT x.n FROM (SELECT name AS n, salary FROM e) AS x WHERE x.salary > 1",
        ["n": ["e.name", "e.salary"]]
      ),
      (
        "WITH q AS (SELECT name, salary FROM e) SELECT name FROM q",
        ["name": ["e.name", "e.salary"]]
      ),
      (
        "SELECT name FROM e WHERE id IN (SELECT salary FROM d)",
        ["name": ["e.name", "e.id", "d.salary"]]
      ),
      ("SELECT count(*) AS n FROM e", ["n": []]),
      ("SELECT 1 AS one", ["one": []]),
      ("VALUES (1)", ["column1": []]),
      // The authorizer does not see the columns that these join by.
      (
        "SELECT title FROM e JOIN d USING (salary)",
        [
          "title": [
            "e.id", "e.name", "e.salary", "e.boss", "e.double", "d.id", "d.title", "d.salary",
          ]
        ]
      ),
      (
        "SELECT title FROM e NATURAL JOIN d",
        [
          "title": [
            "e.id", "e.name", "e.salary", "e.boss", "e.double", "d.id", "d.title", "d.salary",
          ]
        ]
      ),
    ] as [(String, [String: Set<String>])])
  func views(_ select: String, _ expected: [String: Set<String>]) throws {
    #expect(try origins("v", Self.tables + "CREATE VIEW v AS \(select);") == expected)
  }

  @Test func aViewWithItsOwnColumnNames() throws {
    let found = try origins(
      "v", Self.tables + "CREATE VIEW v(a, b) AS SELECT name, salary AS s FROM e WHERE s > 1;")
    #expect(found == ["a": ["e.name", "e.salary"], "b": ["e.name", "e.salary"]])
  }

  @Test func viewsOnViews() throws {
    let base =
      Self.tables + """
        CREATE VIEW outermost AS SELECT n FROM middle;
        CREATE VIEW joined AS SELECT m.n FROM middle m JOIN inner_view i ON i.id = m.n;
        CREATE VIEW hidden_join AS SELECT one FROM using_view;
        CREATE VIEW middle AS SELECT name AS n, id FROM inner_view;
        CREATE VIEW inner_view AS SELECT id, name, boss FROM e WHERE salary > 1;
        CREATE VIEW using_view AS SELECT 1 AS one FROM e JOIN d USING (salary);
        """
    // A view's column also derives from the columns of the views between: these can be excluded
    // too.
    #expect(
      try origins("outermost", base)["n"]
        == ["middle.n", "inner_view.name", "e.name", "e.salary"])
    #expect(
      try origins("middle", base)["id"] == ["inner_view.id", "e.id", "e.salary"])
    #expect(
      try origins("joined", base)["n"]
        == ["middle.n", "inner_view.name", "inner_view.id", "e.name", "e.id", "e.salary"])
    let all: Set<String> = [
      "e.id", "e.name", "e.salary", "e.boss", "e.double", "d.id", "d.title", "d.salary",
    ]
    #expect(try origins("using_view", base)["one"] == all)
    #expect(try origins("hidden_join", base)["one"] == all.union(["using_view.one"]))
  }
}
