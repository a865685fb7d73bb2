import RecordFilter
import RowscopeModel
import TestSupport
import Testing
import TimeZones

@testable import FilterSQL

/// The text for each form, and that a value moved into a column's type decides as the value itself.
@Suite struct PostgreSQLTests {
  private static let fields: [(Field, PostgreSQLType)] = [
    (Field(name: "id", affinity: .integer, isNullable: false), .integer(bits: 64)),
    (Field(name: "n", affinity: .integer), .integer(bits: 16)),
    (Field(name: "x", affinity: .real), .double), (Field(name: "t", affinity: .text), .text(plain)),
    (Field(name: "c", affinity: .text), .text(byBytes)),
    (Field(name: "w", affinity: .text), .text(folded)),
    (Field(name: "i", affinity: .text, collation: .nocase), .text(plain)),
    (Field(name: "f", affinity: .numeric), .boolean), (Field(name: "d", affinity: .text), .date),
    (Field(name: "day", affinity: .text, kind: .date(.iso)), .date),
    (Field(name: "at", affinity: .text, kind: .datetime(.iso)), .timestamp),
    (Field(name: "u", affinity: .text), .uuid), (Field(name: "m", affinity: .text), mood),
    (Field(name: "p", affinity: .integer), .integer(bits: 32)), (Field(name: "o"), .other),
  ]
  private static let plain = PostgreSQLType.TextColumn(
    collation: "default", isDeterministic: true, isByBytes: false)
  private static let byBytes = PostgreSQLType.TextColumn(
    collation: "C", isDeterministic: true, isByBytes: true)
  private static let folded = PostgreSQLType.TextColumn(
    collation: "folded", isDeterministic: false, isByBytes: false)
  private static let mood = PostgreSQLType.enumeration(
    .init(schema: "public", name: "Mood", labels: ["sad", "ok", "Ok"]))

  private static let table = TableID(0)
  private static let schema = Schema(tables: [
    Table(name: "T\"s", fields: fields.map(\.0), primaryKey: [FieldID(0)]),
    Table(
      name: "far", fields: [Field(name: "id", affinity: .integer)], primaryKey: [FieldID(0)]),
  ])
  private static let columns = PostgreSQLColumns(
    schema: "public",
    types: [
      "T\"s": Dictionary(uniqueKeysWithValues: fields.map { ($0.0.name, $0.1) }),
      "far": ["id": .integer(bits: 32)],
    ])
  private let compiler = QueryCompiler(schema: schema, dialect: .postgreSQL(columns))

  private func id(_ name: String) -> FieldID {
    FieldID(Self.fields.firstIndex { $0.0.name == Name(name) }!)
  }

  private func text(_ name: String, _ test: FieldTest, not: Bool = false) throws -> String {
    let term = Filter.term(Term(id(name), test, isComplement: not))
    return try compiler.predicate(term, on: Self.table).text.replacing("\"T\"\"s\".", with: "")
  }

  @Test func forms() throws {
    for (name, test, plain, complement) in [
      ("id", .equals(3), #""id" = $1::bigint"#, #""id" <> $1::bigint"#),
      ("n", .equals(3), #""n" = $1::smallint"#, #""n" IS DISTINCT FROM $1::smallint"#),
      ("n", .equals(40_000), "FALSE", "TRUE"),
      ("n", .compares(.less, 40_000), #""n" IS NOT NULL"#, #""n" IS NULL"#),
      (
        "n", .compares(.less, 2.5), #""n" < $1::smallint"#,
        #"("n" >= $1::smallint OR "n" IS NULL)"#
      ),
      (
        "p", .isOneOf([1, 2]), #""p" = ANY ($1::integer[])"#,
        #"("p" <> ALL ($1::integer[]) OR "p" IS NULL)"#
      ),
      (
        "x", .isBetween(1, 2), #"("x" >= $1::double precision AND "x" <= $2::double precision)"#,
        #"("x" < $1::double precision OR "x" > $2::double precision OR "x" IS NULL)"#
      ),
      ("t", .isNull, #""t" IS NULL"#, #""t" IS NOT NULL"#),
      ("t", .isEmpty, #"("t" IS NULL OR "t" = '')"#, #""t" <> ''"#),
      ("n", .isEmpty, #""n" IS NULL"#, #""n" IS NOT NULL"#),
      ("t", .equals("a"), #""t" = $1::text"#, #""t" IS DISTINCT FROM $1::text"#),
      (
        "t", .compares(.greater, "a"), #""t" COLLATE "C" > $1::text"#,
        #"("t" COLLATE "C" <= $1::text OR "t" IS NULL)"#
      ),
      ("c", .compares(.greater, "a"), #""c" > $1::text"#, #"("c" <= $1::text OR "c" IS NULL)"#),
      (
        "w", .equals("a"), #""w" COLLATE "C" = $1::text"#,
        #""w" COLLATE "C" IS DISTINCT FROM $1::text"#
      ),
      (
        "i", .equals("A"), #"lower("i" COLLATE "C") = $1::text"#,
        #"lower("i" COLLATE "C") IS DISTINCT FROM $1::text"#
      ),
      ("f", .equals(1), #""f" = $1::boolean"#, #""f" IS DISTINCT FROM $1::boolean"#),
      ("f", .compares(.less, 5), #""f" IS NOT NULL"#, #""f" IS NULL"#),
      (
        "m", .compares(.greaterOrEqual, "ok"), #""m" = ANY ($1::"public"."Mood"[])"#,
        #"("m" <> ALL ($1::"public"."Mood"[]) OR "m" IS NULL)"#
      ),
      ("d", .equals("2026-02-30"), "FALSE", "TRUE"),
      (
        "d", .compares(.less, "2026-02-30"), #""d" < $1::date"#,
        #"("d" >= $1::date OR "d" IS NULL)"#
      ),
      (
        "t", .matches(TextPattern("a_", anchor: .anywhere, ignoresCase: false)),
        #""t" LIKE $1::text"#, #"("t" NOT LIKE $1::text OR "t" IS NULL)"#
      ),
      (
        "t", .matches(TextPattern("a", anchor: .start, ignoresCase: false)),
        #"("t" COLLATE "C" >= $1::text AND "t" COLLATE "C" < $2::text)"#,
        #"("t" COLLATE "C" < $1::text OR "t" COLLATE "C" >= $2::text OR "t" IS NULL)"#
      ),
      (
        "w", .matches(TextPattern("A", anchor: .anywhere, ignoresCase: true)),
        #"lower("w" COLLATE "C") LIKE $1::text"#,
        #"(lower("w" COLLATE "C") NOT LIKE $1::text OR "w" IS NULL)"#
      ),
      (
        "u", .matches(TextPattern("a", anchor: .end, ignoresCase: false)),
        #""u"::text LIKE $1::text"#, #"("u"::text NOT LIKE $1::text OR "u" IS NULL)"#
      ),
    ] as [(String, FieldTest, String, String)] {
      #expect(try text(name, test) == plain)
      #expect(try text(name, test, not: true) == complement)
    }
  }

  @Test func aList() throws {
    var query = Query(
      table: Self.table, scope: .test(id("n"), .equals(1)),
      request: .any(.test(id("t"), .isNull), .test(id("x"), .equals(2))),
      projection: [id("id"), id("f"), id("u"), id("o")],
      order: [OrderKey(id("t"), .descending), OrderKey(id("n")), OrderKey(id("id"))],
      start: .offset(4), limit: 10)
    query.tests = [.test(id("n"), .equals(2))]
    let statement = try compiler.select(query)
    #expect(
      statement.text == """
        SELECT "T""s"."id", "T""s"."f"::integer, "T""s"."u"::text, "T""s"."o"::text, \
        CASE WHEN "T""s"."n" = $1::smallint THEN 1 ELSE 0 END FROM "public"."T""s" \
        WHERE ("T""s"."n" = $2::smallint) \
        AND ("T""s"."t" IS NULL OR "T""s"."x" = $3::double precision) \
        ORDER BY "T""s"."t" COLLATE "C" DESC NULLS LAST, "T""s"."n" NULLS FIRST, "T""s"."id" \
        LIMIT $4::bigint OFFSET $5::bigint
        """)
    #expect(statement.bindings == [2, 1, 2.0, 10, 4])
    #expect(
      statement.types == ["smallint", "smallint", "double precision", "bigint", "bigint"])
    query.start = .after(["b", .null, 7])
    query.tests = []
    query.order = [OrderKey(id("t")), OrderKey(id("n"), .descending), OrderKey(id("id"))]
    let after = try compiler.select(query).text
    #expect(
      after.contains(
        #"AND ("T""s"."t" COLLATE "C" >= $3::text AND ("T""s"."t" COLLATE "C" > $4::text OR "#),
      "\(after)")
    #expect(
      try compiler.count(query, upTo: 5).text.hasPrefix(
        #"SELECT count(*) FROM (SELECT 1 FROM "public"."T""s" WHERE "#))
  }

  @Test func relatedRecords() throws {
    let related = Filter.related(
      table: TableID(1), pairs: [ColumnPair(near: id("p"), far: FieldID(0))],
      where: .test(FieldID(0), .compares(.greater, 2)))
    #expect(
      try compiler.predicate(related.complement, on: Self.table, numberedFrom: 3).text == """
        NOT EXISTS (SELECT 1 FROM "public"."far" AS "r1" WHERE "r1"."id" = "T""s"."p" \
        AND ("r1"."id" > $3::integer))
        """)
    let other = Filter.related(
      table: TableID(1), pairs: [ColumnPair(near: id("t"), far: FieldID(0))], where: .always)
    #expect(throws: SQLCompilationError.self) {
      try compiler.predicate(other, on: Self.table)
    }
  }

  @Test func whatIsRefusedNamesNoField() throws {
    for (name, test) in [
      ("x", .matches(TextPattern("1", anchor: .start, ignoresCase: false))), ("o", .equals(1)),
      ("o", .isEmpty), ("at", .equals("2026-01-01")),
      ("t", .matches(TextPattern(Text(bytes: [0xFF]), anchor: .end, ignoresCase: false))),
      ("d", .converted(.value(.datetime(.iso)), .equals(0))),
      ("at", .converted(.value(.date(.iso)), .equals(0))),
      ("n", .converted(.value(.checkbox), .equals(1))),
    ] as [(String, FieldTest)] {
      do throws(SQLCompilationError) {
        _ = try compiler.predicate(.test(id(name), test), on: Self.table)
        Issue.record("\(name) \(test) has a form")
      } catch {
        guard case .noExactForm(let form) = error.kind else {
          Issue.record("\(error)")
          continue
        }
        #expect(!error.description.contains("\"") && form.field == name)
        #expect(form.place.contains("field \"\(name)\" of table"))
      }
    }
    let order = Query(
      table: Self.table, scope: .always, projection: [], order: [OrderKey(id("o"))])
    #expect(throws: SQLCompilationError.self) { try compiler.select(order) }
  }

  // MARK: Values moved into a column's type

  private static let days = [
    "0001-01-01", "0001-01-02", "2024-02-29", "2026-11-30", "2026-12-01", "9999-12-31",
  ]
  private static let uuids = [
    "00000000-0000-0000-0000-000000000000", "0fffffff-ffff-4fff-8fff-ffffffffffff",
    "a0000000-0000-4000-8000-00000000000a", "ffffffff-ffff-ffff-ffff-ffffffffffff",
  ]

  /// Values that a column can hold.
  private static func members(_ type: PostgreSQLType) -> [Value] {
    switch type {
    case .integer(let bits):
      let limit = Int64.max >> (64 - Int64(bits))
      return (HostileValues.integers + [limit, -limit - 1, limit - 1])
        .filter { -limit - 1...limit ~= $0 }.map(Value.integer)
    case .double: return HostileValues.reals.map(Value.real)
    case .text:
      return (HostileValues.strings + ["\u{1}", "a\u{1}b", "\u{D7FF}", "\u{E000}", "\u{10FFFF}"])
        .filter { !$0.utf8.contains(0) }.map { .text($0) }
    case .date: return days.map { .text($0) }
    case .uuid: return uuids.map { .text($0) }
    case .boolean, .enumeration, .timestamp, .other: return []
    }
  }

  @Test func aMovedValueDecidesAsTheValueItself() throws {
    let dates: [Value] = [
      "", "0", "0000-12-31", "0001", "0001-01-01", "2024-02-30", "2026-11-3", "2026-12-01",
      "2026-12-01 ", "2026-12-01T00:00", "9999-12-31", "9999-12-31x", "a",
    ]
    let others: [Value] = [
      "0", "00000000-", "0fffffff-ffff-4fff-8fff-ffffffffffff",
      "A0000000-0000-4000-8000-00000000000a",
      "a0000000-0000-4000-8000-00000000000", "a0000000-0000-4000-8000-00000000000a",
      "a0000000-0000-4000-8000-00000000000a0", "fffffffff", "g", "a-", "a0000000.", "9g",
      "99999999:",
    ]
    let values =
      HostileValues.all.filter { !$0.isNull } + dates + others
      + HostileValues.integers.map { .text(String($0)) }
    var count = 0
    for (field, type) in Self.fields where !Self.members(type).isEmpty {
      let members = Self.members(type)
      for value in values {
        for test in [
          .equals(value), .compares(.less, value), .compares(.lessOrEqual, value),
          .compares(.greater, value), .compares(.greaterOrEqual, value),
          .isOneOf([value, 2]), .isBetween(value, "9"), .isBetween(0, value),
        ] as [FieldTest] {
          let moved = try #require(PostgreSQLTest(test, of: type, in: field))
          for member in members {
            let expected = Term(FieldID(0), test).holds(for: member, in: field)
            count += 1
            guard moved.holds(for: member, in: field) != expected else { continue }
            Issue.record("\(field.name) \(member) \(test): \(expected), moved \(moved)")
            return
          }
        }
      }
    }
    #expect(count > 100_000)
  }

  @Test func momentsAndDays() throws {
    func moved(_ name: String, _ conversion: Conversion, _ value: Value) -> PostgreSQLTest? {
      let (field, type) = Self.fields[id(name).index]
      return PostgreSQLTest(.converted(conversion, .equals(value)), of: type, in: field)
    }
    let (date, moment) = (Conversion.value(.date(.iso)), Conversion.value(.datetime(.iso)))
    #expect(moved("day", date, 0) == .equals("1970-01-01"))
    #expect(moved("day", date, -719_528) == .equals("0001-01-01 BC"))
    #expect(moved("day", date, .integer(.min)) == .never)
    #expect(moved("at", moment, -1) == .equals("1969-12-31 23:59:59.999999+00"))
    #expect(moved("at", moment, 1_500_000) == .equals("1970-01-01 00:00:01.500000+00"))
    #expect(moved("at", moment, .integer(.max)) == .never)
  }
}

extension PostgreSQLTest {
  /// Whether a value passes, as PostgreSQL decides it: by the type's own order.
  fileprivate func holds(for value: Value, in field: Field) -> Bool {
    func order(_ other: Value) -> Int {
      // A text is told by its bytes, or by those of its lower case.
      guard field.collation == .nocase, case .text(let text) = value else {
        return Comparison.order(value, other, collation: .binary)
      }
      let lowered = Text(bytes: text.bytes.map(\.asciiLowercased))
      return Comparison.order(.text(lowered), other, collation: .binary)
    }
    switch self {
    case .never: return false
    case .present: return true
    case .equals(let other): return order(other) == 0
    case .isOneOf(let others): return others.contains { order($0) == 0 }
    case .compares(let ordering, let other): return ordering.admits(order(other))
    case .isBetween(let low, let high, let includesHigh):
      return order(low) >= 0 && (includesHigh ? order(high) <= 0 : order(high) < 0)
    }
  }
}
