import Foundation
import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@testable import RecordStore

@Suite struct SchemaTests {
  func read(_ sql: String) throws -> DatabaseSchema { try Connection.memory(sql).readSchema() }

  func table(_ name: String, _ sql: String) throws -> Table {
    try #require(try read(sql).schema.table(named: name))
  }

  @Test func orderKindsAndAffinities() throws {
    let schema = try read(
      """
      CREATE TABLE z(id INTEGER PRIMARY KEY, a VARCHAR(10) NOT NULL COLLATE NOCASE, b, c BLOB,
        d DOUBLE, e DECIMAL(10,2), f ANY, g TEXT COLLATE rtrim);
      CREATE VIEW v AS SELECT * FROM z;
      CREATE TABLE a(x ANY, y INT NOT NULL, z TEXT) STRICT;
      """
    ).schema
    try #require(schema.tables.map(\.name) == ["z", "v", "a"])
    #expect(schema.tables.map(\.kind) == [.table, .view, .table])
    #expect(
      schema.tables[0].fields.map(\.affinity) == [
        .integer, .text, .blob, .blob, .real, .numeric, .numeric, .text,
      ])
    #expect(
      schema.tables[0].fields.map(\.isNullable) == [false, false] + Array(repeating: true, count: 6)
    )
    #expect(schema.tables[0].fields.map(\.collation)[1] == .nocase)
    #expect(schema.tables[0].fields.map(\.collation)[7] == .rtrim)
    #expect(schema.tables[0].fields[1].declaredType == "VARCHAR(10)")
    // A view's column that is a column of a table compares as that column does.
    #expect(schema.tables[1].fields.map(\.affinity) == schema.tables[0].fields.map(\.affinity))
    #expect(schema.tables[1].fields.map(\.collation) == schema.tables[0].fields.map(\.collation))
    // ANY means no conversion in a STRICT table, and NUMERIC elsewhere.
    #expect(schema.tables[2].fields.map(\.affinity) == [.blob, .integer, .text])
  }

  @Test(
    arguments: [
      ("id INTEGER PRIMARY KEY, x", [0], true),
      ("id integer primary key autoincrement, x", [0], true),
      ("id INTEGER PRIMARY KEY DESC, x", [0], false),
      ("id INT PRIMARY KEY, x", [0], false),
      ("id INTEGER, x, PRIMARY KEY(id DESC)", [0], true),
      ("id TEXT PRIMARY KEY, x", [0], false),
      ("id TEXT PRIMARY KEY NOT NULL, x", [0], true),
      ("a NOT NULL, b NOT NULL, PRIMARY KEY(b, a)", [1, 0], true),
      ("a NOT NULL, b, PRIMARY KEY(b, a)", [1, 0], false),
      ("a, b", [], false),
      // Where the columns compare as equal what the key tells apart, it identifies nothing.
      ("a TEXT COLLATE NOCASE NOT NULL, PRIMARY KEY(a COLLATE BINARY)", [], false),
      ("a TEXT COLLATE NOCASE NOT NULL, PRIMARY KEY(a)", [0], true),
      ("a TEXT NOT NULL, PRIMARY KEY(a COLLATE NOCASE)", [0], true),
    ] as [(String, [Int], Bool)])
  func primaryKeys(_ columns: String, _ key: [Int], _ isTotal: Bool) throws {
    let table = try table("t", "CREATE TABLE t(\(columns))")
    #expect(table.primaryKey == key.map { FieldID($0) })
    #expect(table.primaryKeyIsTotal == isTotal)
    // SQLite itself confirms it: a total key cannot hold NULL in any of its columns.
    let connection = try Connection.memory("CREATE TABLE t(\(columns))")
    for (number, column) in key.enumerated() {
      let values = [0, 1].map { $0 == column ? "NULL" : "\(number)" }.joined(separator: ", ")
      _ = kind { try connection.execute("INSERT INTO t VALUES (\(values))") }
    }
    let holdsNull = try connection.rows("SELECT * FROM t").contains { row in
      key.contains { row[$0] == .null }
    }
    #expect(isTotal == (!key.isEmpty && !holdsNull))
  }

  @Test func keysOfOtherTables() throws {
    let withoutRowID = try table(
      "t", "CREATE TABLE t(a, b, PRIMARY KEY(b, a)) WITHOUT ROWID")
    #expect(withoutRowID.primaryKey == [FieldID(1), FieldID(0)])
    #expect(withoutRowID.primaryKeyIsTotal)
    #expect(withoutRowID.fields.map(\.isNullable) == [false, false])
    let strict = try table("t", "CREATE TABLE t(a TEXT PRIMARY KEY) STRICT")
    #expect(strict.primaryKeyIsTotal)
  }

  @Test func tablesThatCannotBeUsed() throws {
    let found = try read(
      """
      CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a, b);
      CREATE VIRTUAL TABLE search USING fts5(a);
      CREATE VIEW through AS SELECT a FROM search;
      CREATE VIEW broken AS SELECT * FROM missing;
      CREATE VIEW on_broken AS SELECT * FROM broken;
      CREATE VIEW internal AS SELECT seq FROM sqlite_sequence;
      CREATE VIEW tables AS SELECT name FROM sqlite_master;
      CREATE VIEW fine AS SELECT a FROM t;
      """)
    #expect(found.schema.tables.map(\.name) == ["t", "fine"])
    var reasons: [Name: SchemaNote.Reason] = [:]
    for note in found.notes {
      reasons[note.table] = note.reason
      #expect(note.description.contains("`\(note.table)`"))
    }
    #expect(reasons["search"] == .virtualTable)
    #expect(reasons["search_data"] == .shadowTable)
    #expect(reasons["sqlite_sequence"] == .internalTable)
    #expect(reasons["through"] == .readsOmitted)
    #expect(reasons["internal"] == .readsOmitted)
    #expect(reasons["tables"] == .readsOmitted)
    let missing = SchemaNote.Reason.broken(#"the table "missing", which is missing"#)
    #expect(reasons["broken"] == missing)
    #expect(reasons["on_broken"] == missing)
    #expect(reasons["t"] == nil && reasons["fine"] == nil)
  }

  /// Some builds of SQLite do not tell the origins of a view's columns: then there are no views,
  /// rather than wrong answers.
  @Test func viewsAreLeftOutWhereColumnOriginsAreUnknown() throws {
    let connection = try Connection.memory(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT COLLATE nocase); CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT 1 AS x FROM v;"
    )
    let found = try ColumnMetadata.$isAvailable.withValue(false) { try connection.readSchema() }
    #expect(found.schema.tables.map(\.name) == ["t"])
    #expect(found.notes.map(\.table) == ["v", "w"])
    #expect(found.notes.allSatisfy { $0.reason == .unknownColumns })
    #expect(found.notes.first?.description.contains("SQLITE_ENABLE_COLUMN_METADATA") == true)
  }

  @Test func whatDerivesFromAnUnsupportedCollationIsLeftOutToo() throws {
    // As an application that defines the collation `custom` leaves it behind.
    let folder = try TemporaryFolder()
    let path = try folder.database(
      """
      CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT COLLATE nocase, b AS (a || 'x'), c AS (id + 1));
      CREATE VIEW v AS SELECT id, a FROM t;
      CREATE VIEW w AS SELECT id FROM t;
      """)
    var bytes = try Data(contentsOf: URL(filePath: path))
    let place = try #require(bytes.range(of: Data("nocase".utf8)))
    bytes.replaceSubrange(place, with: Data("custom".utf8))
    let connection = try Connection(.image(DatabaseImage(bytes)))
    let found = try connection.readSchema()
    let table = try #require(found.schema.table(named: "t"))
    #expect(table.fields.map(\.name) == ["id", "c"])
    #expect(found.schema.table(named: "v") == nil)
    #expect(found.schema.table(named: "w") != nil)
    #expect(found.notes.map(\.reason).contains(.unsupportedCollation))
    #expect(found.notes.contains { $0.field == "b" && $0.reason == .readsOmitted })
  }

  @Test func foreignKeys() throws {
    let schema = try read(
      """
      CREATE TABLE people(id INTEGER PRIMARY KEY, Boss REFERENCES people(id), name);
      CREATE TABLE tasks(id INTEGER PRIMARY KEY, owner REFERENCES people, helper REFERENCES People(ID),
        nowhere REFERENCES missing, wrong REFERENCES people(missing));
      CREATE TABLE places(country, city, PRIMARY KEY(country, city));
      CREATE TABLE visits(country, city, person REFERENCES people,
        FOREIGN KEY(country, city) REFERENCES places);
      CREATE TABLE both(a REFERENCES people, b, FOREIGN KEY(a, b) REFERENCES places(country, city));
      CREATE TABLE twice(a REFERENCES people REFERENCES tasks);
      """
    )
    func relations(_ name: String) -> [String] {
      guard let table = schema.schema.table(named: name) else { return [] }
      return table.relations.map { relation in
        let far = schema.schema[relation.table]
        let pairs = relation.pairs.map { "\(table[$0.near].name)=\(far[$0.far].name)" }
        let arrow = relation.direction == .toParent ? "->" : "<-"
        return "\(relation.name) \(arrow) \(far.name) \(pairs.joined(separator: ","))"
      }
    }
    #expect(
      relations("people") == [
        "Boss -> people Boss=id", "people <- people id=Boss", "tasks(owner) <- tasks id=owner",
        "tasks(helper) <- tasks id=helper", "visits <- visits id=person", "both <- both id=a",
        "twice <- twice id=a",
      ])
    #expect(
      relations("tasks") == [
        "owner -> people owner=id", "helper -> people helper=id", "twice <- twice id=a",
      ])
    #expect(
      relations("visits") == [
        "person -> people person=id", "country -> places country=country,city=city",
        "city -> places country=country,city=city",
      ])
    // The column that has its own foreign key names that one; the other names the composite key.
    #expect(relations("both") == ["a -> people a=id", "b -> places a=country,b=city"])
    #expect(relations("twice") == ["a -> people a=id"])
    #expect(
      schema.notes.map(\.description) == [
        "`tasks`.`nowhere` the foreign key is ignored: what it refers to is missing",
        "`tasks`.`wrong` the foreign key is ignored: what it refers to is missing",
        "`twice`.`a` the foreign key is ignored: another one on the same column comes first",
      ])
  }

  @Test func aFieldsNameComesBeforeAChildTables() throws {
    let table = try table(
      "clients",
      """
      CREATE TABLE clients(id INTEGER PRIMARY KEY, tasks TEXT);
      CREATE TABLE tasks(id INTEGER PRIMARY KEY, client REFERENCES clients);
      """)
    #expect(table.relations.map(\.name) == ["tasks(client)"])
  }

  @Test func indexes() throws {
    let connection = try Connection.memory(
      """
      CREATE TABLE t(a TEXT PRIMARY KEY, b TEXT COLLATE NOCASE, c);
      CREATE INDEX one ON t(b, c DESC);
      CREATE UNIQUE INDEX two ON t(b COLLATE BINARY) WHERE c > 1;
      CREATE INDEX three ON t(lower(b), a);
      """)
    let table = try #require(try connection.readSchema().schema.table(named: "t"))
    let indexes = try connection.indexes(on: table)
    #expect(indexes.map(\.name) == ["sqlite_autoindex_t_1", "one", "two", "three"])
    #expect(indexes.map(\.isUnique) == [true, false, true, false])
    #expect(indexes.map(\.isPartial) == [false, false, true, false])
    #expect(indexes[1].columns.map(\.field) == [FieldID(1), FieldID(2)])
    #expect(indexes[1].columns.map(\.isDescending) == [false, true])
    #expect(indexes[1].columns.map(\.collation) == [.nocase, .binary])
    #expect(indexes[2].columns.map(\.collation) == [.binary])
    #expect(indexes[3].columns.map(\.field) == [nil, FieldID(0)])
  }

  @Test func awkwardNames() throws {
    let schema = try read(
      """
      CREATE TABLE "a ""quoted"" table"("select" INTEGER PRIMARY KEY, [two words], `tick``ed`, "🙂");
      CREATE VIEW "the \"\"view\"\"\" AS SELECT "two words", "🙂" FROM "a ""quoted"" table";
      CREATE TABLE "0 first"(x REFERENCES "a ""quoted"" table");
      """
    ).schema
    let table = try #require(schema.table(named: "A \"QUOTED\" table"))
    #expect(table.fields.map(\.name) == ["select", "two words", "tick`ed", "🙂"])
    let view = try #require(schema.table(named: "the \"view\""))
    #expect(view.fields[0].origins == [FieldReference(TableID(0), FieldID(1))])
    #expect(schema.table(named: "0 first")?.relations.count == 1)
  }
}
