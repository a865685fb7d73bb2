import FilterSQL
import RecordFilter
import RowscopeModel
import Testing

/// The SQL of each test and of its complement. Other tests run these statements; here we see that
/// nothing is spliced in, unquoted or left out.
@Suite struct PredicateTests {
  typealias S = Samples

  static let terms: [(Term, String, [Value])] = [
    (Term(S.owner, .equals(7)), #""tasks"."owner" = ?"#, [7]),
    (Term(S.owner, .equals(7), isComplement: true), #""tasks"."owner" IS NOT ?"#, [7]),
    (Term(S.owner, .isNull), #""tasks"."owner" IS NULL"#, []),
    (Term(S.owner, .isNull, isComplement: true), #""tasks"."owner" IS NOT NULL"#, []),
    (
      Term(S.status, .isEmpty), #"("tasks"."status" IS NULL OR "tasks"."status" = '')"#, []
    ),
    (Term(S.status, .isEmpty, isComplement: true), #""tasks"."status" <> ''"#, []),
    (Term(S.owner, .compares(.less, 3)), #""tasks"."owner" < ?"#, [3]),
    (Term(S.owner, .compares(.lessOrEqual, 3)), #""tasks"."owner" <= ?"#, [3]),
    (Term(S.owner, .compares(.greater, 3)), #""tasks"."owner" > ?"#, [3]),
    (Term(S.owner, .compares(.greaterOrEqual, 3)), #""tasks"."owner" >= ?"#, [3]),
    (
      Term(S.owner, .compares(.less, 3), isComplement: true),
      #"("tasks"."owner" >= ? OR "tasks"."owner" IS NULL)"#, [3]
    ),
    (Term(S.title, .compares(.less, "m"), isComplement: true), #""tasks"."title" >= ?"#, ["m"]),
    (Term(S.owner, .isOneOf([1, 2, 3])), #""tasks"."owner" IN (?, ?, ?, ?)"#, [1, 2, 3, 3]),
    (
      Term(S.owner, .isOneOf([1, 2]), isComplement: true),
      #"("tasks"."owner" NOT IN (?, ?) OR "tasks"."owner" IS NULL)"#, [1, 2]
    ),
    (Term(S.owner, .isBetween(1, 5)), #""tasks"."owner" BETWEEN ? AND ?"#, [1, 5]),
    (
      Term(S.owner, .isBetween(1, 5), isComplement: true),
      #"("tasks"."owner" NOT BETWEEN ? AND ? OR "tasks"."owner" IS NULL)"#, [1, 5]
    ),
    (
      Term(S.status, .matches(TextPattern("50%", anchor: .anywhere, ignoresCase: false))),
      #"(instr("tasks"."status", ?) > 0 AND typeof("tasks"."status") <> 'blob')"#, ["50%"]
    ),
    (
      Term(
        S.status, .matches(TextPattern("50%", anchor: .anywhere, ignoresCase: false)),
        isComplement: true),
      #"("tasks"."status" IS NULL OR instr("tasks"."status", ?) = 0 OR "#
        + #"typeof("tasks"."status") = 'blob')"#, ["50%"]
    ),
    (
      Term(S.code, .matches(TextPattern("Ab", anchor: .anywhere, ignoresCase: true))),
      #""rowscope_contains"(?, "tasks"."code")"#, ["Ab"]
    ),
    (
      Term(S.status, .matches(TextPattern("Do", anchor: .start, ignoresCase: false))),
      #""tasks"."status" >= ? AND "tasks"."status" < ?"#, ["Do", "Dp"]
    ),
    (
      Term(S.code, .matches(TextPattern("Do@", anchor: .start, ignoresCase: true))),
      #"(instr(lower("tasks"."code"), ?) = 1 AND typeof("tasks"."code") <> 'blob')"#, ["do@"]
    ),
    (
      Term(S.note, .matches(TextPattern("x", anchor: .start, ignoresCase: false))),
      #"(instr("tasks"."note", ?) = 1 AND typeof("tasks"."note") <> 'blob')"#, ["x"]
    ),
    (
      Term(S.owner, .matches(TextPattern("é1", anchor: .end, ignoresCase: false))),
      #"(substr(CAST("tasks"."owner" AS BLOB), ?) = ? AND typeof("tasks"."owner") <> 'blob')"#,
      [-3, .blob(Array("é1".utf8))]
    ),
    (
      Term(S.owner, .matches(TextPattern("", anchor: .end, ignoresCase: false))),
      #"typeof("tasks"."owner") NOT IN ('null', 'blob')"#, []
    ),
    (
      Term(S.watching, .hasMember([7])),
      #""tasks"."id" IN (SELECT "r1"."task" FROM "task_watchers" AS "r1" WHERE "r1"."user" = ?)"#,
      [7]
    ),
    (
      Term(S.watching, .hasMember([7, 8]), isComplement: true),
      #"NOT EXISTS (SELECT 1 FROM "task_watchers" AS "r1" WHERE "r1"."task" = "tasks"."id" "#
        + #"AND "r1"."user" IN (?, ?))"#, [7, 8]
    ),
    (
      Term(S.watching, .isEmpty),
      #"NOT EXISTS (SELECT 1 FROM "task_watchers" AS "r1" WHERE "r1"."task" = "tasks"."id" "#
        + #"AND "r1"."user" IS NOT NULL)"#, []
    ),
    (Term(S.odd, .equals(1)), #""tasks"."odd "" name" = ?"#, [1]),
  ]

  @Test(arguments: terms)
  func term(term: Term, sql: String, bindings: [Value]) throws {
    let statement = try QueryCompiler(schema: S.schema).predicate(.term(term), on: S.tasks)
    #expect(statement.text == sql)
    #expect(statement.bindings == bindings)
  }

  @Test func aPathOfTwoStepsIsOneExists() throws {
    let filter = Filter.related(
      table: S.clients, pairs: [ColumnPair(near: S.client, far: FieldID(0))],
      where: .related(
        table: S.regions, pairs: [ColumnPair(near: FieldID(1), far: FieldID(0))],
        where: .test(FieldID(1), .equals("south"))))
    let statement = try QueryCompiler(schema: S.schema).predicate(filter, on: S.tasks)
    #expect(
      statement.text
        == #"EXISTS (SELECT 1 FROM "clients" AS "r1", "regions" AS "r2" WHERE "r1"."id" = "#
        + #""tasks"."client" AND "r2"."id" = "r1"."region" AND "r2"."name" = ?)"#)
    #expect(statement.bindings == ["south"])
  }

  @Test func withoutAnIndexARelationIsASet() throws {
    let filter = Filter.related(
      table: S.clients, pairs: [ColumnPair(near: S.title, far: FieldID(2))],
      where: .test(FieldID(1), .equals(3)))
    let compiler = QueryCompiler(schema: S.schema)
    let list = #"IN (SELECT "r1"."name" FROM "clients" AS "r1" WHERE "r1"."region" = ?"#
    #expect(try compiler.predicate(filter, on: S.tasks).text == #""tasks"."title" \#(list))"#)
    #expect(
      try compiler.predicate(filter.complement, on: S.tasks).text
        == #"("tasks"."title" IS NULL OR "tasks"."title" NOT \#(list) AND "#
        + #""r1"."name" IS NOT NULL))"#)
  }

  @Test func aViewsColumnStatesItsCollation() throws {
    let statement = try QueryCompiler(schema: S.schema).predicate(
      .test(FieldID(0), .equals("a")), on: S.overview)
    #expect(statement.text == #""overview"."name" COLLATE NOCASE = ?"#)
    let sum = try QueryCompiler(schema: S.schema).predicate(
      .test(FieldID(1), .equals("a")), on: S.overview)
    #expect(sum.text == #"+"overview"."sum" COLLATE BINARY = ?"#)
  }

  @Test func aLongListIsOneParameterIfJSONCanHoldIt() throws {
    let compiler = QueryCompiler(schema: S.schema)
    let integers = (0..<200).map { Value.integer($0) }
    let one = try compiler.predicate(.test(S.owner, .isOneOf(integers)), on: S.tasks)
    #expect(one.text == #""tasks"."owner" IN (SELECT value FROM json_each(?))"#)
    let (low, high) = (Value.integer(.min), Value.integer(.max))
    let extremes = try compiler.predicate(
      .test(S.owner, .isOneOf([low, -10, high] + integers)), on: S.tasks)
    let numbers = "[-9223372036854775808,-10,9223372036854775807"
    #expect(
      extremes.bindings == [
        .text("\(numbers),\(integers.indices.map(String.init).joined(separator: ","))]")
      ])
    let reals = integers + [0.1]
    let many = try compiler.predicate(.test(S.owner, .isOneOf(reals)), on: S.tasks)
    #expect(many.bindings == reals)
    let nul = integers + ["a\0b"]
    #expect(try compiler.predicate(.test(S.owner, .isOneOf(nul)), on: S.tasks).bindings == nul)
  }

  @Test func tooManyTestsAreRefused() throws {
    let filter = Filter.disjunction((0...5_000).map { .test(S.owner, .equals(.integer($0))) })
    #expect(throws: SQLCompilationError(kind: .tooManyTests(limit: 5_000))) {
      try QueryCompiler(schema: S.schema).predicate(filter, on: S.tasks)
    }
  }
}
