import FilterSQL
import RecordFilter
import RowscopeModel
import Testing

/// Shapes within the limits of SQLite's parser: where long chains are split, what is written first,
/// and what is refused.
@Suite struct ShapeTests {
  typealias S = Samples
  private let compiler = QueryCompiler(schema: Samples.schema)

  private func owner(_ value: Int64) -> Filter { .test(S.owner, .equals(.integer(value))) }

  private func text(_ filter: Filter) throws -> String {
    try compiler.predicate(filter, on: S.tasks).text
  }

  @Test func groupsHaveParentheses() throws {
    let (a, b) = (#""tasks"."owner" = ?"#, #""tasks"."id" IS NULL"#)
    let (one, other) = (owner(1), Filter.test(S.id, .isNull))
    #expect(
      try text(.conjunction([one, .disjunction([one, other])])) == "\(a) AND (\(a) OR \(b))")
    #expect(
      try text(.disjunction([one, .conjunction([one, other])])) == "\(a) OR (\(a) AND \(b))")
    #expect(try text(.conjunction([one, .conjunction([one, other])])) == "\(a) AND \(a) AND \(b)")
    #expect(
      try text(.disjunction([one, .disjunction([one, other])])) == "\(a) OR (\(a) OR \(b))")
    #expect(try text(.always) == "1")
    #expect(try text(.never) == "0")
  }

  /// Up to 64 tests are one chain; more are split into chains of equal length.
  @Test(arguments: [
    (64, [64]), (65, Array(repeating: 2, count: 32) + [1]), (128, Array(repeating: 2, count: 64)),
    (129, Array(repeating: 3, count: 43)),
  ])
  func longChainsAreSplit(count: Int, lengths: [Int]) throws {
    let test = #""tasks"."owner" = ?"#
    for separator in [" AND ", " OR "] {
      let tests = (0..<count).map { owner(Int64($0)) }
      let statement = try compiler.predicate(
        separator == " OR " ? .disjunction(tests) : .conjunction(tests), on: S.tasks)
      let chains = lengths.map { length in
        repeatElement(test, count: length).joined(separator: separator)
      }
      #expect(
        statement.text
          == (chains.count == 1
            ? chains[0] : chains.map { "(\($0))" }.joined(separator: separator)))
      #expect(statement.bindings == (0..<Int64(count)).map(Value.integer))
    }
  }

  /// Nested groups, each with a test before the next.
  private func nested(_ depth: Int, from first: Int64 = 0) -> Filter {
    (0..<depth).reduce(owner(first)) { inner, level in
      let parts = [owner(first + Int64(level) + 1), inner]
      return level % 2 == 0 ? .disjunction(parts) : .conjunction(parts)
    }
  }

  @Test func theDeepestGroupComesFirst() throws {
    #expect(try compiler.predicate(nested(7), on: S.tasks).bindings == [7, 6, 5, 4, 3, 2, 1, 0])
    // The eighth group has seven below it; the ninth has eight, so these come first.
    #expect(try compiler.predicate(nested(8), on: S.tasks).bindings == [8, 7, 6, 5, 4, 3, 2, 1, 0])
    #expect(
      try compiler.predicate(nested(9), on: S.tasks).bindings == [8, 7, 6, 5, 4, 3, 2, 1, 0, 9])
    #expect(
      try compiler.predicate(nested(10), on: S.tasks).bindings
        == [8, 7, 6, 5, 4, 3, 2, 1, 0, 9, 10])
    // Of two with the same depth the first stays first.
    let two = Filter.conjunction([owner(99), nested(8), nested(8, from: 50)])
    #expect(
      try compiler.predicate(two, on: S.tasks).bindings
        == [8, 7, 6, 5, 4, 3, 2, 1, 0, 99, 58, 57, 56, 55, 54, 53, 52, 51, 50])
    // A relation is a group too.
    let related = Filter.related(
      RelatedFilter(
        table: S.clients, pairs: [ColumnPair(near: S.client, far: FieldID(0))], filter: nested(7)))
    #expect(
      try compiler.predicate(.conjunction([owner(9), related]), on: S.tasks).bindings.last == 9)
  }

  @Test func tooDeepNestingIsRefused() throws {
    let limit = QueryCompiler.nestingLimit
    #expect(throws: Never.self) { try text(nested(limit)) }
    #expect(throws: SQLCompilationError(kind: .nestedTooDeep(limit: limit))) {
      try text(nested(limit + 1))
    }
    #expect(
      SQLCompilationError(kind: .nestedTooDeep(limit: limit)).description
        == "the conditions are nested more than 96 groups deep")
    // Splitting a long chain adds a group, and a relation counts as one.
    func chained(_ depth: Int) -> Filter {
      .conjunction((0..<65).map { _ in owner(1) } + [nested(depth)])
    }
    #expect(throws: Never.self) { try text(chained(limit - 2)) }
    #expect(throws: SQLCompilationError.self) { try text(chained(limit - 1)) }
    func related(_ depth: Int) -> Filter {
      .related(
        RelatedFilter(
          table: S.clients, pairs: [ColumnPair(near: S.client, far: FieldID(0))],
          filter: .disjunction([owner(1), nested(depth)])))
    }
    #expect(throws: Never.self) { try text(related(limit - 2)) }
    #expect(throws: SQLCompilationError.self) { try text(related(limit - 1)) }
  }

  @Test func theTestsAreCounted() throws {
    let limit = QueryCompiler.testLimit
    func tests(_ count: Int) -> Filter { .disjunction((0..<Int64(count)).map(owner)) }
    #expect(try compiler.predicate(tests(limit), on: S.tasks).bindings.count == limit)
    #expect(throws: SQLCompilationError(kind: .tooManyTests(limit: limit))) {
      try text(tests(limit + 1))
    }
    // A relation counts as one, and both sides of a query count together.
    let related = Filter.related(
      table: S.clients, pairs: [ColumnPair(near: S.client, far: FieldID(0))], where: .always)
    #expect(throws: SQLCompilationError.self) {
      try text(.conjunction([tests(limit), related]))
    }
    let query = Query(
      table: S.tasks, scope: tests(limit), request: owner(1), projection: [], order: [])
    #expect(throws: SQLCompilationError.self) { try compiler.count(query) }
    #expect(
      SQLCompilationError(kind: .tooManyTests(limit: 3)).description
        == "the conditions have more than 3 tests; use a list (in) instead of one test per value"
    )
  }
}
