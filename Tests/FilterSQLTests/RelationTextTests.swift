import FilterSQL
import RecordFilter
import RowscopeModel
import Testing

/// How tables are joined: by EXISTS or by a set of keys, and what changes where collations or
/// affinities differ.
@Suite struct RelationTextTests {
  private static let near = TableID(0)
  private static let far = TableID(1)
  private static let view = TableID(2)
  private static let untold = TableID(3)
  /// The same columns in every table: binary, NOCASE, RTRIM, a number, and one without a type.
  private static let fields = [
    Field(name: "b", affinity: .text), Field(name: "n", affinity: .text, collation: .nocase),
    Field(name: "r", affinity: .text, collation: .rtrim), Field(name: "i", affinity: .integer),
    Field(name: "x"),
  ]
  private static let schema = Schema(tables: [
    Table(name: "near", fields: fields),
    Table(name: "far", fields: fields, indexedFields: [FieldID(3)]),
    Table(name: "seen", kind: .view, fields: fields),
    Table(name: "r1", fields: fields),
  ])
  private let compiler = QueryCompiler(schema: schema)

  private func text(
    _ filter: Filter, on table: TableID = near
  ) throws -> String {
    try compiler.predicate(filter, on: table).text
  }

  private func pair(_ near: Int, _ far: Int) -> ColumnPair {
    ColumnPair(near: FieldID(near), far: FieldID(far))
  }

  private func related(
    _ pairs: [ColumnPair], in table: TableID = far, where filter: Filter = .always,
    not: Bool = false
  ) -> Filter {
    .related(RelatedFilter(table: table, pairs: pairs, filter: filter, isComplement: not))
  }

  @Test func aKeyOfOneColumnWithoutAnIndexIsASet() throws {
    let set = #"IN (SELECT "r1"."b" FROM "far" AS "r1""#
    #expect(try text(related([pair(0, 0)])) == #""near"."b" \#(set))"#)
    #expect(
      try text(related([pair(0, 0)], not: true))
        == #"("near"."b" IS NULL OR "near"."b" NOT \#(set) WHERE "r1"."b" IS NOT NULL))"#)
    #expect(
      try text(related([pair(1, 1)]))
        == #""near"."n" IN (SELECT "r1"."n" FROM "far" AS "r1")"#)
  }

  /// Members of the field `tags`, and of the link `watchers`.
  @Test func membersAreJoinedByAnIndexOrLookedUpInASet() throws {
    func text(_ field: FieldID, _ far: FieldID, not: Bool = false) throws -> String {
      try QueryCompiler(schema: Samples.schema).predicate(
        .related(
          RelatedFilter(
            table: Samples.clients, pairs: [ColumnPair(near: field, far: far)], filter: .always,
            isComplement: not, memberType: .any)), on: Samples.tasks
      ).text
    }
    let array = """
      CASE WHEN typeof("tasks"."tags") = 'text' AND instr("tasks"."tags", char(0)) = 0 THEN CASE \
      WHEN json_valid("tasks"."tags") THEN CASE WHEN json_type("tasks"."tags") = 'array' THEN \
      "tasks"."tags" END END END
      """
    #expect(
      try text(Samples.tags, FieldID(0), not: true) == """
        NOT EXISTS (SELECT 1 FROM json_each(\(array)) AS "r1", "clients" AS "r2" WHERE \
        "r1"."type" NOT IN ('array', 'object') AND "r2"."id" = "rowscope_value"("r1"."value", ?) \
        AND "rowscope_value"("r2"."id", ?) COLLATE BINARY = "rowscope_value"("r1"."value", ?))
        """)
    #expect(
      try text(Samples.tags, FieldID(2)) == """
        EXISTS (SELECT 1 FROM json_each(\(array)) AS "r1" WHERE "r1"."type" NOT IN ('array', \
        'object') AND "rowscope_value"("r1"."value", ?) IN (SELECT \
        "rowscope_value"("r2"."name", ?) COLLATE BINARY FROM "clients" AS "r2" WHERE \
        "r2"."name" IS NOT NULL))
        """)
    #expect(
      try text(Samples.watching, FieldID(0)) == """
        EXISTS (SELECT 1 FROM "task_watchers" AS "r1", "clients" AS "r2" WHERE \
        "r1"."task" = "tasks"."id" AND "r2"."id" = "r1"."user")
        """)
  }

  @Test func differingComparisonsNeedAJoin() throws {
    func joined(_ near: String, _ far: String) -> String {
      #"EXISTS (SELECT 1 FROM "far" AS "r1" WHERE "r1"."\#(far)" = "near"."\#(near)")"#
    }
    #expect(try text(related([pair(2, 2)])) == joined("r", "r"))
    // There is an index to use.
    #expect(try text(related([pair(3, 3)])) == joined("i", "i"))
    #expect(try text(related([pair(3, 3)], not: true)) == "NOT " + joined("i", "i"))
    // In each step, one of two columns has an index.
    #expect(
      try text(related([pair(3, 3)], where: related([pair(3, 3), pair(0, 0)])))
        == #"EXISTS (SELECT 1 FROM "far" AS "r1", "far" AS "r2" WHERE "r1"."i" = "near"."i" AND "#
        + #""r2"."i" = "r1"."i" AND "r2"."b" = "r1"."b")"#)
    // A column without a type has no affinity, and the other side keeps its own.
    #expect(
      try text(related([pair(4, 0), pair(0, 4), pair(4, 4)]))
        == #"EXISTS (SELECT 1 FROM "far" AS "r1" WHERE "r1"."b" = "near"."x" AND "#
        + #""r1"."x" = "near"."b" AND "r1"."x" = "near"."x")"#)
    // Two columns, neither with an index.
    #expect(
      try text(related([pair(0, 0), pair(1, 1)]))
        == #"EXISTS (SELECT 1 FROM "far" AS "r1" WHERE "r1"."b" = "near"."b" AND "#
        + #""r1"."n" = "near"."n")"#)
  }

  /// The key's collation counts, whichever side it is on.
  @Test func theKeyDecidesTheCollation() throws {
    #expect(
      try text(related([pair(0, 1)]))
        == #""near"."b" COLLATE NOCASE IN (SELECT "r1"."n" FROM "far" AS "r1")"#)
    #expect(
      try text(related([pair(1, 0)]))
        == #""near"."n" COLLATE BINARY IN (SELECT "r1"."b" FROM "far" AS "r1")"#)
    #expect(
      try text(related([pair(0, 1).reversed]))
        == #""near"."n" IN (SELECT "r1"."b" FROM "far" AS "r1")"#)
    #expect(
      try text(related([pair(0, 1).reversed, pair(2, 0), pair(3, 3)]))
        == #"EXISTS (SELECT 1 FROM "far" AS "r1" WHERE "r1"."b" COLLATE NOCASE = "near"."n" "#
        + #"AND "r1"."b" = "near"."r" AND "r1"."i" = "near"."i")"#)
  }

  /// The number is found by an index, and its text decides.
  @Test func aNumberRefersToAKeyOfTextByItsOwnText() throws {
    #expect(
      try text(related([pair(3, 0), pair(3, 3)]))
        == #"EXISTS (SELECT 1 FROM "far" AS "r1" WHERE "r1"."b" = "rowscope_value"("near"."i", ?)"#
        + #" AND "r1"."i" = "near"."i")"#)
    let back = related([ColumnPair(near: FieldID(0), far: FieldID(3), key: .near)])
    #expect(
      try text(back)
        == #"EXISTS (SELECT 1 FROM "far" AS "r1" WHERE "r1"."i" = "near"."b" AND "#
        + #""rowscope_value"("r1"."i", ?) = "near"."b")"#)
  }

  /// The far column is compared as it is where it declares its form.
  @Test(arguments: [
    (UUIDForm.blob, UUIDForm.lowerText, "r1.id = f(near.ref)"),
    (.blob, nil, "r1.id = f(near.ref)"), (.lowerDigits, .blob, "r1.id = f(near.ref)"),
    (nil, .blob, "r1.id = near.ref"), (nil, nil, "r1.id = near.ref"),
    (.blob, .blob, "r1.id = near.ref"),
  ])
  func uuidsOfDifferentForms(_ key: UUIDForm?, _ reference: UUIDForm?, _ expected: String) throws {
    let id = FieldID(0)
    let schema = Schema(tables: [
      Table(name: "near", fields: [Field(name: "ref", type: .uuid(reference))]),
      Table(name: "far", fields: [Field(name: "id", type: .uuid(key))], indexedFields: [id]),
    ])
    let text = try QueryCompiler(schema: schema).predicate(
      related([ColumnPair(near: id, far: id)]), on: Self.near
    ).text
    #expect(
      text.replacing("\"", with: "").replacing("rowscope_value(near.ref, ?)", with: "f(near.ref)")
        == "EXISTS (SELECT 1 FROM far AS r1 WHERE \(expected))")
  }

  @Test func aUUIDOfAKnownFormIsFoundOnTheWayBack() throws {
    let id = FieldID(0)
    let schema = Schema(tables: [
      Table(name: "near", fields: [Field(name: "id", type: .uuid(.blob))]),
      Table(
        name: "far", fields: [Field(name: "ref", affinity: .text, type: .uuid(.upperText))],
        indexedFields: [id]),
    ])
    #expect(
      try QueryCompiler(schema: schema).predicate(
        related([ColumnPair(near: id, far: id, key: .near)]), on: Self.near
      ).text
        == #"EXISTS (SELECT 1 FROM "far" AS "r1" WHERE "r1"."ref" = "#
        + #""rowscope_value"("near"."id", ?))"#)
  }

  /// One step without an index is enough for a set.
  @Test func aPathIsASetIfOneStepHasNoIndex() throws {
    let path = related([pair(3, 3)], where: related([pair(0, 0)], in: Self.near))
    #expect(
      try text(path)
        == #""near"."i" IN (SELECT "r1"."i" FROM "far" AS "r1", "near" AS "r2" WHERE "#
        + #""r2"."b" = "r1"."b")"#)
  }

  @Test func eachStepHasItsOwnConditions() throws {
    let inner = Filter.any(.test(FieldID(0), .equals("x")), .test(FieldID(1), .isNull))
    let filter = related(
      [pair(3, 3)],
      where: .conjunction([
        .test(FieldID(0), .equals("a")), related([pair(3, 3)], where: inner),
        related([pair(3, 3)], where: inner, not: true), related([pair(3, 3)]),
      ]))
    let either = #"("r2"."n" IS NULL OR "r2"."b" = ?)"#
    #expect(
      try text(filter)
        == #"EXISTS (SELECT 1 FROM "far" AS "r1", "far" AS "r2" WHERE "#
        + #""r1"."i" = "near"."i" AND "r2"."i" = "r1"."i" AND "r1"."b" = ? AND "#
        + #"NOT EXISTS (SELECT 1 FROM "far" AS "r3" WHERE "r3"."i" = "r1"."i" AND "#
        + either.replacing("r2", with: "r3") + ") AND "
        + #"EXISTS (SELECT 1 FROM "far" AS "r4" WHERE "r4"."i" = "r1"."i") AND "#
        + either + ")")
    // A relation that must have no match is not a step of the path.
    #expect(
      try text(related([pair(3, 3)], where: related([pair(3, 3)], not: true)))
        == #"EXISTS (SELECT 1 FROM "far" AS "r1" WHERE "r1"."i" = "near"."i" AND "#
        + #"NOT EXISTS (SELECT 1 FROM "far" AS "r2" WHERE "r2"."i" = "r1"."i"))"#)
    // After a relation, names refer to the record itself again.
    #expect(
      try text(.conjunction([related([pair(3, 3)]), .test(FieldID(0), .isNull)]))
        .hasSuffix(#") AND "near"."b" IS NULL"#))
  }

  @Test func aTablesOwnNameIsNotAnAlias() throws {
    #expect(
      try text(related([pair(3, 3)]), on: Self.untold)
        == #"EXISTS (SELECT 1 FROM "far" AS "r2" WHERE "r2"."i" = "r1"."i")"#)
  }

  /// A view's column states its collation, on one side for both; where the schema does not tell its
  /// affinity, both sides lose theirs.
  @Test func aViewsColumns() throws {
    #expect(
      try text(related([pair(0, 0), pair(3, 3)], in: Self.view))
        == #"EXISTS (SELECT 1 FROM "seen" AS "r1" WHERE "#
        + #""r1"."b" COLLATE BINARY = "near"."b" AND "r1"."i" COLLATE BINARY = "near"."i")"#)
    #expect(
      try text(related([pair(3, 3)]), on: Self.view)
        == #"EXISTS (SELECT 1 FROM "far" AS "r1" WHERE "r1"."i" = "seen"."i")"#)
    #expect(
      try text(related([pair(0, 4), pair(1, 1)], in: Self.view))
        == #"EXISTS (SELECT 1 FROM "seen" AS "r1" WHERE "#
        + #"+"r1"."x" COLLATE BINARY = +"near"."b" AND "r1"."n" COLLATE NOCASE = "near"."n")"#)
    #expect(
      try text(related([pair(4, 0), pair(1, 1)]), on: Self.view)
        == #"EXISTS (SELECT 1 FROM "far" AS "r1" WHERE "#
        + #"+"r1"."b" = +"seen"."x" AND "r1"."n" = "seen"."n")"#)
    // A number on one side converts both sides in any case.
    #expect(
      try text(related([pair(3, 4), pair(1, 1)], in: Self.view))
        == #"EXISTS (SELECT 1 FROM "seen" AS "r1" WHERE "#
        + #"+"r1"."x" COLLATE BINARY = "near"."i" AND "r1"."n" COLLATE NOCASE = "near"."n")"#)
    #expect(
      try text(related([pair(4, 3), pair(1, 1)]), on: Self.view)
        == #"EXISTS (SELECT 1 FROM "far" AS "r1" WHERE "#
        + #""r1"."i" = +"seen"."x" AND "r1"."n" = "seen"."n")"#)
    #expect(
      try text(.test(FieldID(2), .isEmpty), on: Self.view)
        == #"("seen"."r" IS NULL OR "seen"."r" COLLATE RTRIM = '')"#)
    // As a set, the far column is in the list.
    #expect(
      try text(related([pair(0, 0)], in: Self.view))
        == #""near"."b" IN (SELECT "r1"."b" FROM "seen" AS "r1")"#)
    #expect(
      try text(related([pair(0, 0)]), on: Self.view)
        == #""seen"."b" COLLATE BINARY IN (SELECT "r1"."b" FROM "far" AS "r1")"#)
    #expect(
      try text(related([pair(4, 4)]), on: Self.view)
        == #"+"seen"."x" COLLATE BINARY IN (SELECT +"r1"."x" FROM "far" AS "r1")"#)
  }

  /// A link is a set of keys under the same conditions as other relations.
  @Test func linksWithKeysThatCompareDifferently() throws {
    func members(
      _ pairs: [ColumnPair], in table: TableID = Self.far, not: Bool = false
    ) throws -> String {
      let link = Link(table: table, pairs: pairs, member: FieldID(4))
      let records = Table(
        name: "near", fields: Self.fields + [Field(name: "links", storage: .link(link))])
      let schema = Schema(tables: [records, Self.schema[Self.far], Self.schema[Self.view]])
      return try QueryCompiler(schema: schema).predicate(
        .term(Term(FieldID(5), .hasMember([1]), isComplement: not)), on: Self.near
      ).text
    }
    let member = #" AND "r1"."x" = ?)"#
    func exists(_ join: String) -> String {
      #"EXISTS (SELECT 1 FROM "far" AS "r1" WHERE "# + join + member
    }
    #expect(
      try members([pair(0, 0)])
        == #""near"."b" IN (SELECT "r1"."b" FROM "far" AS "r1" WHERE "r1"."x" = ?)"#)
    #expect(try members([pair(0, 0)], not: true) == "NOT " + exists(#""r1"."b" = "near"."b""#))
    #expect(
      try members([pair(0, 1)])
        == #""near"."b" COLLATE NOCASE IN (SELECT "r1"."n" FROM "far" AS "r1" WHERE "r1"."x" = ?)"#)
    #expect(try members([pair(2, 2)]) == exists(#""r1"."r" = "near"."r""#))
    #expect(
      try members([pair(0, 0), pair(3, 3)])
        == exists(#""r1"."b" = "near"."b" AND "r1"."i" = "near"."i""#))
    // Members shown by a view compare as columns of a view, whatever table the record is in.
    #expect(
      try members([pair(0, 0)], in: Self.view)
        == #""near"."b" IN (SELECT "r1"."b" FROM "seen" AS "r1" WHERE "#
        + #"+"r1"."x" COLLATE BINARY = ?)"#)
  }
}
