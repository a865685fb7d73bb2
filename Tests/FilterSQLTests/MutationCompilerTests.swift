import FilterSQL
import RecordFilter
import RowscopeModel
import Testing

@Suite struct MutationCompilerTests {
  private static let schema = Schema(tables: [
    Table(
      name: "tasks",
      fields: [
        Field(name: "id", affinity: .integer, isNullable: false),
        Field(name: "title", affinity: .text),
        Field(name: "own\"er", affinity: .integer),
        Field(name: "watchers", storage: .link(link)),
      ], primaryKey: [FieldID(0)]),
    Table(
      name: "watchers",
      fields: [
        Field(name: "task", affinity: .integer), Field(name: "user", affinity: .integer),
      ]),
    Table(
      name: "slots",
      fields: [Field(name: "day", affinity: .text), Field(name: "room", affinity: .text)],
      primaryKey: [FieldID(0), FieldID(1)]),
  ])
  private static let link = Link(
    table: TableID(1), pairs: [ColumnPair(near: FieldID(0), far: FieldID(0))], member: FieldID(1))
  private let compiler = MutationCompiler(schema: Self.schema)
  private let mine = MutationTarget(
    table: TableID(0), scope: .test(FieldID(2), .equals(7)),
    request: .any(.test(FieldID(0), .equals(1)), .test(FieldID(1), .isNull)))

  @Test func insert() {
    let statement = compiler.insert(into: TableID(0), [(FieldID(1), "x"), (FieldID(2), .null)])
    #expect(statement.text == #"INSERT INTO "tasks" ("title", "own""er") VALUES (?, ?)"#)
    #expect(statement.bindings == ["x", .null])
    #expect(compiler.insert(into: TableID(0), []).text == #"INSERT INTO "tasks" DEFAULT VALUES"#)
  }

  @Test func updateAndDelete() throws {
    let filter =
      #" WHERE ("tasks"."own""er" = ?) AND ("tasks"."title" IS NULL OR "tasks"."id" = ?)"#
    let update = try compiler.update(mine, [(FieldID(1), "x")])
    #expect(update.text == #"UPDATE "tasks" SET "title" = ?"# + filter)
    #expect(update.bindings == ["x", 7, 1])
    let two = try compiler.update(mine, [(FieldID(1), "x"), (FieldID(2), 3)])
    #expect(two.text == #"UPDATE "tasks" SET "title" = ?, "own""er" = ?"# + filter)
    let delete = try compiler.delete(mine)
    #expect(delete.text == #"DELETE FROM "tasks""# + filter)
    #expect(delete.bindings == [7, 1])
    let all = MutationTarget(table: TableID(0), scope: .always, request: .always)
    #expect(try compiler.delete(all).text == #"DELETE FROM "tasks""#)
    let none = MutationTarget(table: TableID(0), scope: .never, request: .always)
    #expect(try compiler.delete(none).text == #"DELETE FROM "tasks" WHERE (0)"#)
  }

  @Test func records() throws {
    let found = try compiler.identities(mine, .rowID(name: "_rowid_"), with: [FieldID(1)])
    #expect(
      found.text.hasPrefix(#"SELECT "tasks"."_rowid_", "tasks"."title" FROM "tasks" WHERE ("#))
    #expect(found.text.hasSuffix(#" ORDER BY "tasks"."_rowid_""#))
    let slots = MutationTarget(
      table: TableID(2), scope: .any(.test(FieldID(0), .isNull), .test(FieldID(1), .isNull)),
      request: .always)
    let read = try compiler.select(
      [FieldID(1)], of: slots, .key([FieldID(0), FieldID(1)]),
      among: [["mon", "a"], ["tue", "b"]])
    #expect(
      read.text
        == #"SELECT "slots"."room" FROM "slots" WHERE ("slots"."day" IS NULL OR "slots"."room" IS NULL) AND ("slots"."day" = ? AND "slots"."room" = ? OR "slots"."day" = ? AND "slots"."room" = ?) ORDER BY "slots"."day", "slots"."room""#
    )
    #expect(read.bindings == ["mon", "a", "tue", "b"])
  }

  @Test func links() {
    let rows = #""watchers" WHERE "watchers"."task" = ?"#
    #expect(
      compiler.insert(member: 3, of: [1], into: Self.link).text
        == #"INSERT INTO "watchers" ("task", "user") SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM "#
        + rows + #" AND "watchers"."user" = ?)"#)
    #expect(
      compiler.deleteMembers(of: [1], except: [3], from: Self.link).text
        == "DELETE FROM " + rows
        + #" AND typeof("watchers"."user") NOT IN ('null', 'blob') AND "watchers"."user" NOT IN (?)"#
    )
    #expect(compiler.deleteRows(of: [1], from: Self.link).text == "DELETE FROM " + rows)
    #expect(
      compiler.moveRows(of: [1], to: [2], in: Self.link).text
        == #"UPDATE "watchers" SET "task" = ? WHERE "watchers"."task" = ?"#)
  }

  /// A key of several columns, of one record or of the rows that belong to it.
  @Test func keysOfSeveralColumns() throws {
    let link = Link(
      table: TableID(1),
      pairs: [
        ColumnPair(near: FieldID(0), far: FieldID(0)),
        ColumnPair(near: FieldID(1), far: FieldID(1)),
      ], member: FieldID(1))
    let key = #""watchers"."task" = ? AND "watchers"."user" = ?"#
    let insert = compiler.insert(member: 3, of: [1, 2], into: link)
    #expect(
      insert.text
        == #"INSERT INTO "watchers" ("task", "user", "user") SELECT ?, ?, ? WHERE NOT EXISTS "#
        + #"(SELECT 1 FROM "watchers" WHERE "# + key + #" AND "watchers"."user" = ?)"#)
    #expect(insert.bindings == [1, 2, 3, 1, 2, 3])
    let move = compiler.moveRows(of: [1, 2], to: [3, 4], in: link)
    #expect(move.text == #"UPDATE "watchers" SET "task" = ?, "user" = ? WHERE "# + key)
    #expect(move.bindings == [3, 4, 1, 2])
    #expect(
      compiler.members(of: [1, 2], in: link).text
        == #"SELECT DISTINCT "watchers"."user" FROM "watchers" WHERE "# + key)
    let all = compiler.deleteMembers(of: [1], except: [], from: Self.link)
    #expect(
      all.text
        == #"DELETE FROM "watchers" WHERE "watchers"."task" = ? AND "#
        + #"typeof("watchers"."user") NOT IN ('null', 'blob')"#)
    #expect(
      compiler.deleteMembers(of: [1], except: [3, 4], from: Self.link).bindings == [1, 3, 4])
    #expect(compiler.deleteRows(of: [1, 2], from: link).bindings == [1, 2])
    let slots = MutationTarget(table: TableID(2), scope: .always, request: .always)
    let found = try compiler.identities(slots, .key([FieldID(0), FieldID(1)]), with: [])
    #expect(
      found.text
        == #"SELECT "slots"."day", "slots"."room" FROM "slots" ORDER BY "slots"."day", "#
        + #""slots"."room""#)
  }

  @Test func amongRecords() throws {
    let all = MutationTarget(table: TableID(0), scope: .always, request: .always)
    let read = try compiler.select(
      [], of: all, .rowID(name: "rowid"), among: [[5], [7]])
    #expect(
      read.text
        == #"SELECT NULL FROM "tasks" WHERE ("tasks"."rowid" IN (?, ?)) ORDER BY "tasks"."rowid""#)
    #expect(read.bindings == [5, 7])
    let some = try compiler.select(
      [FieldID(0), FieldID(3)], of: mine, .key([FieldID(0)]), among: [[5]])
    #expect(some.text.hasPrefix(#"SELECT "tasks"."id", (SELECT json_group_array("member") FROM"#))
    #expect(some.text.hasSuffix(#" AND ("tasks"."id" = ?) ORDER BY "tasks"."id""#))
    let scoped = MutationTarget(
      table: TableID(0), scope: .always, request: .test(FieldID(0), .isNull))
    #expect(
      try compiler.delete(scoped).text == #"DELETE FROM "tasks" WHERE ("tasks"."id" IS NULL)"#)
    #expect(
      try compiler.select([FieldID(0)], of: scoped, .key([FieldID(0)]), among: [[5]]).text
        == #"SELECT "tasks"."id" FROM "tasks" WHERE ("tasks"."id" IS NULL) AND ("tasks"."id" = ?) "#
        + #"ORDER BY "tasks"."id""#)
  }

  /// Where a table declares its own conflict clause, the statement overrides it with ABORT.
  @Test(arguments: [false, true])
  func aTablesConflictClauseIsOverridden(hasClause: Bool) throws {
    let table = Table(
      name: "t", fields: [Field(name: "id"), Field(name: "a")], primaryKey: [FieldID(0)],
      hasConflictClause: hasClause)
    let compiler = MutationCompiler(schema: Schema(tables: [table]))
    let verb = hasClause ? " OR ABORT" : ""
    #expect(
      compiler.insert(into: TableID(0), [(FieldID(1), 1)]).text
        == "INSERT\(verb) INTO \"t\" (\"a\") VALUES (?)")
    let all = MutationTarget(table: TableID(0), scope: .always, request: .always)
    #expect(
      try compiler.update(all, [(FieldID(1), 1)]).text == "UPDATE\(verb) \"t\" SET \"a\" = ?")
    #expect(try compiler.delete(all).text == "DELETE FROM \"t\"")
  }

  @Test func emptyTargets() {
    let some = Filter.test(FieldID(0), .isNull)
    for (scope, request, isNever) in [
      (Filter.never, some, true), (some, .never, true), (some, some, false),
      (.always, .always, false),
    ] {
      let target = MutationTarget(table: TableID(0), scope: scope, request: request)
      #expect(target.isNever == isNever)
    }
  }

  @Test func structure() {
    let compiler = StructureCompiler(schema: Self.schema)
    #expect(
      compiler.add("a\"b", type: "TEXT", to: TableID(0)).text
        == #"ALTER TABLE "tasks" ADD COLUMN "a""b" "TEXT""#)
    #expect(
      compiler.rename(FieldID(2), of: TableID(0), to: "x").text
        == #"ALTER TABLE "tasks" RENAME COLUMN "own""er" TO "x""#)
    #expect(
      compiler.drop(FieldID(1), of: TableID(0)).text == #"ALTER TABLE "tasks" DROP COLUMN "title""#)
  }
}
