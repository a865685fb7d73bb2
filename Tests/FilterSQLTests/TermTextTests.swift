import FilterSQL
import RecordFilter
import RowscopeModel
import Testing
import TimeZones

/// The whole SQL of the tests that consist of many pieces: few records would show that a piece is
/// missing or wrong.
@Suite struct TermTextTests {
  typealias S = Samples

  private func sql(
    _ filter: Filter, on table: TableID = S.tasks, in schema: Schema = S.schema
  ) throws -> SQLStatement {
    try QueryCompiler(schema: schema).predicate(filter, on: table)
  }

  private func sql(
    _ field: FieldID, _ test: FieldTest, not: Bool = false
  ) throws -> SQLStatement {
    try sql(.term(Term(field, test, isComplement: not)))
  }

  // MARK: Dates

  @Test func dateTextsAreSoughtInARangeAndThenConverted() throws {
    let due = #""tasks"."due""#
    let value = #""rowscope_value"(\#(due), ?)"#
    let type = DeclaredType.date(.iso)
    let days = FieldTest.converted(.value(type), .isBetween(20_779, 20_780))
    let within = try sql(S.due, days)
    #expect(within.text == "\(due) >= ? AND \(due) < ? AND \(value) BETWEEN ? AND ?")
    #expect(
      within.bindings == ["2026-11-20", "2026-11-26", "date (iso, UTC)", 20_779, 20_780])
    // Whatever is not in the range must pass.
    #expect(
      try sql(S.due, days, not: true).text
        == "(\(value) NOT BETWEEN ? AND ? OR \(value) IS NULL)")
    let before = try sql(S.due, .converted(.value(type), .compares(.less, 20_779)))
    #expect(before.text == "\(due) < ? AND \(value) < ?")
    #expect(before.bindings == ["2026-11-24", "date (iso, UTC)", 20_779])
  }

  @Test func textsOfOneLayoutHaveAnExactRange() throws {
    let layout = try #require(DateLayout("YYYY-MM-DD HH:MM:SS"))
    let form = DateForm(layout: layout)
    let moment = 20_779 * Moment.day + 3_600 * Moment.second
    let after = try sql(
      S.due, .converted(.value(.datetime(form)), .isBetween(.integer(moment), .integer(moment))))
    #expect(
      after.bindings.prefix(3) == [
        "2026-11-22 01:00:00", "2026-11-22 01:00:01", "datetime (YYYY-MM-DD HH:MM:SS, UTC)",
      ])
  }

  // MARK: Many values

  private static let array =
    #"CASE WHEN typeof("tasks"."tags") = 'text' AND instr("tasks"."tags", char(0)) = 0 THEN "#
    + #"CASE WHEN json_valid("tasks"."tags") THEN CASE WHEN json_type("tasks"."tags") = 'array' "#
    + #"THEN "tasks"."tags" END END END"#

  @Test func aMemberIsLookedForInAnArray() throws {
    let one = try sql(S.tags, .hasMember(["a"]))
    #expect(one.text == #""rowscope_has_member"("tasks"."tags", ?, ?)"#)
    #expect(one.bindings == ["members as any", #"["a"]"#])
    let several = try sql(S.tags, .hasMember(["a", 7, 8.0]), not: true)
    #expect(several.text == "NOT " + one.text)
    #expect(several.bindings == ["members as any", #"["a",7,8]"#])
    // JSON cannot hold these, or not to the last bit.
    let others = try sql(S.tags, .hasMember(["a", 0.1, "b\0"]))
    #expect(others.text == #""rowscope_has_member"("tasks"."tags", ?, ?, ?, ?)"#)
    #expect(others.bindings == ["members as any", #"["a"]"#, 0.1, "b\0"])
    // SQLite allows a hundred arguments.
    let many = try sql(S.tags, .hasMember((0..<100).map { .real(Double($0) + 0.5) }), not: true)
    let rest = String(repeating: ", ?", count: 10)
    #expect(many.text.hasPrefix(#"NOT ("rowscope_has_member"("#))
    #expect(
      many.text.hasSuffix(#"?) OR "rowscope_has_member"("tasks"."tags", ?, ?\#(rest)))"#))
  }

  // MARK: Text

  @Test func oneTextIsSearchedForInSeveralFieldsAtOnce() throws {
    func search(_ field: FieldID, _ text: Text = "Ab") -> Filter {
      .test(field, .matches(TextPattern(text, anchor: .anywhere, ignoresCase: true)))
    }
    let three = try sql(
      .any(search(S.status), search(S.code), search(S.note), search(S.note, "c")))
    #expect(
      three.text == """
        "rowscope_contains"(?, "tasks"."status", "tasks"."code", "tasks"."note") \
        OR "rowscope_contains"(?, "tasks"."note")
        """)
    #expect(three.bindings == ["Ab", "c"])
    // A complement of one field is no part of it.
    let others = try sql(.any(search(S.status), search(S.code).complement))
    #expect(
      others.text == """
        "rowscope_contains"(?, "tasks"."status") OR NOT "rowscope_contains"(?, "tasks"."code")
        """)
  }

  @Test func anEmptyArrayHasNoElements() throws {
    let length = "ifnull(json_array_length(\(Self.array)), 0)"
    #expect(try sql(S.tags, .isEmpty).text == length + " = 0")
    #expect(try sql(S.tags, .isEmpty, not: true).text == length + " <> 0")
  }

  @Test func aLinkIsNullWhereItHasNoRow() throws {
    let rows =
      #"EXISTS (SELECT 1 FROM "task_watchers" AS "r1" WHERE "r1"."task" = "tasks"."id" "#
      + #"AND "r1"."user" IS NOT NULL)"#
    // Existing rows are found in the set of all keys, without a lookup for each record.
    let keys =
      #""tasks"."id" IN (SELECT "r1"."task" FROM "task_watchers" AS "r1" WHERE "#
      + #""r1"."user" IS NOT NULL)"#
    #expect(try sql(S.watching, .isNull).text == "NOT " + rows)
    #expect(try sql(S.watching, .isEmpty).text == "NOT " + rows)
    #expect(try sql(S.watching, .isNull, not: true).text == keys)
    #expect(try sql(S.watching, .isEmpty, not: true).text == keys)
    let two = try sql(S.watching, .hasMember([1, 2]))
    #expect(
      two.text
        == #""tasks"."id" IN (SELECT "r1"."task" FROM "task_watchers" AS "r1" WHERE "#
        + #""r1"."user" IN (?, ?))"#)
  }

  // MARK: Text

  private func pattern(
    _ text: Text, _ anchor: TextPattern.Anchor, ignoresCase: Bool = false
  ) -> FieldTest {
    .matches(TextPattern(text, anchor: anchor, ignoresCase: ignoresCase))
  }

  @Test func aComplementIncludesNull() throws {
    let status = #""tasks"."status""#
    let prefix = try sql(S.status, pattern("Do", .start), not: true)
    #expect(prefix.text == "(\(status) IS NULL OR \(status) < ? OR \(status) >= ?)")
    #expect(prefix.bindings == ["Do", "Dp"])
    let note = #""tasks"."note""#
    #expect(
      try sql(S.note, pattern("x", .start), not: true).text
        == "(\(note) IS NULL OR instr(\(note), ?) <> 1 OR typeof(\(note)) = 'blob')")
    let end = try sql(S.note, pattern("xy", .end), not: true)
    #expect(
      end.text
        == "(\(note) IS NULL OR substr(CAST(\(note) AS BLOB), ?) IS NOT ?"
        + " OR typeof(\(note)) = 'blob')")
    #expect(end.bindings == [-2, .blob(Array("xy".utf8))])
    #expect(
      try sql(S.note, pattern("", .start), not: true).text
        == "typeof(\(note)) IN ('null', 'blob')")
  }

  /// A prefix becomes a range of texts if the range has an end and the column compares as the
  /// pattern does.
  @Test func aPrefixAsARange() throws {
    func isRange(
      _ field: FieldID, _ text: Text, ignoresCase: Bool, bindings: [Value]
    ) throws -> Bool {
      let statement = try sql(field, pattern(text, .start, ignoresCase: ignoresCase))
      #expect(statement.bindings == bindings)
      return !statement.text.contains("instr")
    }
    #expect(try isRange(S.code, "Do", ignoresCase: true, bindings: ["do", "dp"]))
    #expect(try !isRange(S.code, "Do", ignoresCase: false, bindings: ["Do"]))
    #expect(try !isRange(S.status, "Do", ignoresCase: true, bindings: ["do"]))
    #expect(try !isRange(S.note, "Do", ignoresCase: false, bindings: ["Do"]))
    // A column without text affinity may hold numbers.
    #expect(try !isRange(S.owner, "1", ignoresCase: false, bindings: ["1"]))
    // "@" is followed by "A", which NOCASE folds to "a"; and NOCASE compares nothing after a NUL.
    #expect(try !isRange(S.code, "@", ignoresCase: true, bindings: ["@"]))
    #expect(try !isRange(S.code, "a\0", ignoresCase: true, bindings: ["a\0"]))
    #expect(try isRange(S.status, "@", ignoresCase: false, bindings: ["@", "A"]))
    #expect(try isRange(S.status, "a\0", ignoresCase: false, bindings: ["a\0", "a\u{1}"]))
    // No byte follows 0xFF, so the byte before it is incremented.
    let ends: [([UInt8], [UInt8]?)] = [
      ([0x61, 0xFF], [0x62]), ([0x61, 0xFF, 0xFF], [0x62]), ([0xFF], nil),
      ([0x61, 0xFE], [0x61, 0xFF]),
    ]
    for (low, high) in ends {
      let bindings = [low, high].compactMap { $0.map { Value.text(Text(bytes: $0)) } }
      #expect(
        try isRange(S.status, Text(bytes: low), ignoresCase: false, bindings: bindings)
          == (high != nil))
    }
  }

  @Test func aPrefixOfAViewsColumnIsNoRange() throws {
    let statement = try sql(
      .test(FieldID(0), pattern("Ab", .start, ignoresCase: true)), on: S.overview)
    #expect(
      statement.text
        == #"(instr(lower("overview"."name"), ?) = 1 AND typeof("overview"."name") <> 'blob')"#)
  }

  // MARK: Lists

  @Test(arguments: [
    (1, 1), (2, 2), (3, 4), (4, 4), (5, 8), (8, 8), (9, 16), (15, 16), (16, 16),
  ])
  func aShortListIsPadded(count: Int, places: Int) throws {
    let values = (0..<count).map { Value.integer(Int64($0)) }
    let statement = try sql(S.owner, .isOneOf(values))
    let marks = repeatElement("?", count: places).joined(separator: ", ")
    #expect(statement.text == #""tasks"."owner" IN (\#(marks))"#)
    #expect(statement.bindings.count == places)
    #expect(Array(statement.bindings.prefix(count)) == values)
    #expect(statement.bindings.dropFirst(count).allSatisfy { $0 == values[count - 1] })
  }

  @Test func aLongListIsNotPadded() throws {
    let reals = (0..<18).map { Value.real(Double($0) + 0.5) }
    #expect(try sql(S.owner, .isOneOf(reals)).bindings == reals)
    let integers = (0..<17).map { Value.integer($0) }
    #expect(try sql(S.owner, .isOneOf(integers)).bindings.count == 1)
  }

  /// As SQLite's JSON parser reads them: escaped where JSON requires it, and only there.
  @Test func aListAsJSON() throws {
    func json(_ values: [Value], _ field: FieldID = S.owner) throws -> [Value] {
      let padding = (0..<17).map { Value.integer($0) }
      return try sql(field, .isOneOf(values + padding)).bindings
    }
    let rest = (0..<17).map(String.init)
    let numbers = rest.joined(separator: ",")
    #expect(try json([-5, 7]) == [.text(Text("[-5,7,\(numbers)]"))])
    #expect(
      try json(["a\"b\\c\u{1}\u{F}\u{10}\u{1F} é/"])
        == [.text(Text(#"["a\"b\\c\u0001\u000f\u0010\u001f é/",\#(numbers)]"#))])
    // Numbers in a text column are texts.
    let texts = rest.map { "\"\($0)\"" }.joined(separator: ",")
    #expect(try json([1.5], S.status) == [.text(Text("[\"1.5\",\(texts)]"))])
    for value in [Value.null, 1.5, .blob([1]), "a\0", .text(Text(bytes: [0xFF]))] {
      #expect(try json([value]).count == 18, "\(value)")
    }
  }
}
