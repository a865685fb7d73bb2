import FilterSQL
import RecordFilter
import RowscopeModel
import Testing

/// How a place in a tree is asked for.
@Suite struct TreeTextTests {
  private static let docs = TableID(0)
  private static let folders = TableID(1)
  private static let key = FieldID(0)
  private static let schema = Schema(tables: [
    Table(
      name: "docs",
      fields: [
        Field(name: "id", affinity: .integer, isNullable: false),
        Field(name: "folder", affinity: .integer),
        Field(name: "name", affinity: .text, collation: .rtrim),
      ], primaryKey: [key], indexedFields: [key]),
    Table(
      name: "folders",
      fields: [
        Field(name: "id", affinity: .integer, isNullable: false),
        Field(name: "parent", affinity: .integer),
        Field(name: "name", affinity: .text, collation: .rtrim),
      ], primaryKey: [key], indexedFields: [key, FieldID(1)]),
    Table(name: "rowscope_tree1", fields: [Field(name: "id")]),
  ])
  private let compiler = QueryCompiler(schema: schema)

  private func under(place: (Int, Int) = (1, 0), step: Filter = .always) -> Filter {
    .under(
      Self.folders, place: ColumnPair(near: FieldID(place.0), far: FieldID(place.1)),
      parent: ColumnPair(near: FieldID(1), far: Self.key), start: .test(Self.key, .equals(12)),
      step: step)
  }

  private func text(_ filter: Filter, on table: TableID = docs) throws -> String {
    try compiler.predicate(filter, on: table).text
  }

  private static let walk =
    #"WITH RECURSIVE "rowscope_tree2"("key") AS (SELECT "r1"."id" FROM "folders" AS "r1" "#
    + #"WHERE "r1"."id" = ? UNION SELECT "r2"."id" FROM "rowscope_tree2" CROSS JOIN "folders" "#
    + #"AS "r2" WHERE "rowscope_tree2"."key" COLLATE BINARY = "r2"."parent""#

  /// The name of the query is no table's.
  @Test func aPartOfATreeIsASet() throws {
    #expect(
      try text(under())
        == #""docs"."folder" IN (\#(Self.walk)) SELECT "rowscope_tree2"."key" "#
        + #"FROM "rowscope_tree2")"#)
    #expect(
      try text(under().complement)
        == #"("docs"."folder" IS NULL OR "docs"."folder" NOT IN (\#(Self.walk)) SELECT "#
        + #""rowscope_tree2"."key" FROM "rowscope_tree2"))"#)
  }

  @Test func eachStepMatchesTheFilterOfRecordsThatAreThere() throws {
    let step = Filter.test(FieldID(2), .equals("x"))
    let text = try text(under(step: step))
    #expect(text.contains(#"WHERE "r1"."id" = ? AND "r1"."name" = ? UNION"#), "\(text)")
    #expect(text.contains(#"= "r2"."parent" AND "r2"."name" = ?) SELECT"#), "\(text)")
  }

  /// A set under RTRIM would compare by other rules. One key leads on, and another is asked for.
  @Test func otherwiseItIsAJoin() throws {
    let text = try text(under(place: (2, 2)).complement)
    #expect(text.hasPrefix(#"NOT EXISTS (WITH RECURSIVE "rowscope_tree2"("key", "place") AS "#))
    #expect(text.contains(#"SELECT "r1"."id", "r1"."name" COLLATE BINARY FROM"#), "\(text)")
    #expect(
      text.hasSuffix(
        #"WHERE "rowscope_tree2"."place" COLLATE RTRIM = "docs"."name")"#), "\(text)")
  }

  /// The way down leads to the records themselves.
  @Test func inItsOwnTableTheKeysAreFound() throws {
    let own =
      #""folders"."id" IN (WITH RECURSIVE "rowscope_tree2"("key") AS (SELECT "r2"."id" "#
      + #"FROM "folders" AS "r1" CROSS JOIN "folders" AS "r2" WHERE "r1"."id" = ? AND "#
      + #""r1"."id" = "r2"."parent" UNION "#
    let filter = under(place: (1, 0))
    let text = try text(filter, on: Self.folders)
    #expect(text.hasPrefix(own), "\(text)")
    let count = try compiler.count(
      Query(table: Self.folders, scope: filter, request: .always, projection: [], order: []))
    #expect(count.text.hasPrefix("SELECT count(*) FROM (WITH RECURSIVE "), "\(count.text)")
    #expect(!count.text.contains(" IN ("))
    let bounded = try compiler.count(
      Query(
        table: Self.folders, scope: filter, request: .test(FieldID(2), .equals("x")),
        projection: [], order: []), upTo: 5)
    #expect(bounded.text.contains(" IN (WITH RECURSIVE "), "\(bounded.text)")
  }

  /// For one record the way up is shorter.
  @Test func ofOneRecordItGoesUp() throws {
    let query = Query(
      table: Self.docs, scope: under(), request: .always, projection: [Self.key], order: [])
    let up =
      #"EXISTS (WITH RECURSIVE "rowscope_tree2"("parent", "begins") AS (SELECT "r1"."parent", "#
      + #"("r1"."id" = ?) FROM "folders" AS "r1" WHERE "r1"."id" = "docs"."folder" UNION SELECT "#
      + #""r2"."parent", ("r2"."id" = ?) FROM "rowscope_tree2" CROSS JOIN "folders" AS "r2" WHERE "#
      + #""r2"."id" = "rowscope_tree2"."parent") SELECT 1 FROM "rowscope_tree2" WHERE "#
      + #""rowscope_tree2"."begins")"#
    let byKey = try compiler.selectByKey(query).text
    #expect(byKey.contains(up), "\(byKey)")
    var named = query
    named.request = .test(Self.key, .equals(3))
    #expect(try compiler.select(named).text.contains(up))
    named.request = .test(Self.key, .equals(3)).complement
    #expect(try !compiler.select(named).text.contains(up))
    let target = MutationTarget(
      table: Self.docs, scope: under(), request: .test(Self.key, .equals(3)))
    #expect(try MutationCompiler(schema: Self.schema).delete(target).text.contains(up))
  }
}
