import RecordFilter
import RowscopeModel
import TestSupport
import Testing

/// Evaluation of a filter on one record, and simplified filters with the same answers.
@Suite struct FilterEvaluationTests {
  private static let (number, text, links) = (FieldID(0), FieldID(1), FieldID(2))
  private static let table = Table(
    name: "t",
    fields: [
      Field(name: "number", affinity: .integer), Field(name: "text", affinity: .text),
      Field(
        name: "links",
        storage: .link(
          Link(
            table: TableID(1), pairs: [ColumnPair(near: number, far: number)], member: FieldID(1)))),
    ])
  private static let schema = Schema(tables: [table])
  private static let related = Filter.related(
    table: TableID(1), pairs: [ColumnPair(near: number, far: number)], where: .always)
  private static let member = Filter.test(links, .hasMember([1]))

  /// Tests on other records are passed to the caller unchanged.
  @Test func testsOnOtherRecordsArePassedOn() {
    for filter in [Self.related, Self.related.complement, Self.member, Self.member.complement] {
      for answer in [true, false] {
        var asked: [Filter] = []
        let holds = filter.holds(for: [1, "a", .null], in: Self.table) { part in
          asked.append(part)
          return answer
        }
        #expect(holds == answer)
        #expect(asked == [filter])
      }
      #expect(!filter.isDecidedByRecord(in: Self.table))
      #expect(!Filter.conjunction([.always, filter]).isDecidedByRecord(in: Self.table))
      #expect(!Filter.disjunction([filter, .always]).isDecidedByRecord(in: Self.table))
    }
  }

  @Test func testsOnTheRecordAreNotPassedOn() {
    let one = Filter.test(Self.number, .equals(1))
    let other = Filter.test(Self.text, .equals("b"))
    let filters: [(Filter, Bool)] = [
      (.always, true), (.never, false), (one, true), (other, false), (one.complement, false),
      (.conjunction([one, other]), false), (.disjunction([other, one]), true),
      (.conjunction([one, .always]), true), (.disjunction([other, .never]), false),
      (.conjunction([]), true), (.disjunction([]), false),
    ]
    for (filter, holds) in filters {
      #expect(
        filter.holds(for: [1, "a", .null], in: Self.table) { part in
          Issue.record("asked of \(part)")
          return false
        } == holds, "\(filter)")
      #expect(filter.isDecidedByRecord(in: Self.table))
    }
  }

  @Test func complementsOfConstants() {
    #expect(Filter.always.complement == .never)
    #expect(Filter.never.complement == .always)
  }

  // MARK: Simplified

  private func simplified(_ tests: FieldTest...) -> Filter {
    Filter.conjunction(tests.map { .test(Self.number, $0) })
      .simplified(in: Self.schema, table: TableID(0))
  }

  private func test(_ test: FieldTest) -> Filter { .test(Self.number, test) }

  /// Of two bounds at the same value, the exclusive one is narrower, in either order.
  @Test func boundsAtOneValue() {
    #expect(
      simplified(.compares(.greater, 3), .compares(.greaterOrEqual, 3))
        == test(.compares(.greater, 3)))
    #expect(
      simplified(.compares(.greaterOrEqual, 3), .compares(.greater, 3))
        == test(.compares(.greater, 3)))
    #expect(
      simplified(.compares(.less, 3), .compares(.lessOrEqual, 3)) == test(.compares(.less, 3)))
    #expect(
      simplified(.compares(.lessOrEqual, 3), .compares(.less, 3)) == test(.compares(.less, 3)))
    #expect(
      simplified(.compares(.less, 5), .compares(.less, 3)) == test(.compares(.less, 3)))
    #expect(
      simplified(.compares(.greater, 3), .compares(.greater, 5)) == test(.compares(.greater, 5)))
    #expect(
      simplified(.compares(.greaterOrEqual, 3), .compares(.lessOrEqual, 3))
        == test(.isBetween(3, 3)))
    #expect(simplified(.compares(.greater, 3), .compares(.lessOrEqual, 3)) == .never)
    #expect(simplified(.compares(.greaterOrEqual, 3), .compares(.less, 3)) == .never)
    #expect(simplified(.compares(.greaterOrEqual, 4), .compares(.lessOrEqual, 3)) == .never)
  }

  /// What another part contains says nothing more.
  @Test func partsThatAnotherContains() {
    func simplified(_ filter: Filter) -> Filter {
      filter.simplified(in: Self.schema, table: TableID(0))
    }
    let one = test(.equals(1))
    let text = Filter.test(Self.text, .equals("a"))
    let other = Filter.test(Self.text, .isEmpty)
    #expect(simplified(.disjunction([.conjunction([text, one]), text])) == text)
    #expect(simplified(.conjunction([.disjunction([text, one]), text])) == text)
    #expect(
      simplified(
        .disjunction([.conjunction([text, one]), .conjunction([text, one, test(.isNull)]), other]))
        == .any(.all(text, one), other))
    // A value of a list is in it.
    let list = test(.isOneOf([1, 2, 3]))
    #expect(simplified(.disjunction([.conjunction([text, one]), list])) == list)
    #expect(
      simplified(.disjunction([.conjunction([text, test(.equals(4))]), list]))
        == .any(.all(text, test(.equals(4))), list))
    // Neither contains the other.
    let both = Filter.disjunction([.conjunction([text, one]), .conjunction([other, one])])
    #expect(simplified(both) == .any(.all(text, one), .all(other, one)))
  }

  /// A list keeps the value at a bound only if the bound is inclusive.
  @Test func aListBetweenBounds() {
    let list = FieldTest.isOneOf([1, 2, 3, 4])
    #expect(simplified(list, .compares(.less, 3)) == test(.isOneOf([1, 2])))
    #expect(simplified(list, .compares(.lessOrEqual, 3)) == test(.isOneOf([1, 2, 3])))
    #expect(simplified(list, .compares(.greater, 2)) == test(.isOneOf([3, 4])))
    #expect(simplified(list, .compares(.greaterOrEqual, 2)) == test(.isOneOf([2, 3, 4])))
    #expect(simplified(list, .isBetween(2, 3)) == test(.isOneOf([2, 3])))
    #expect(simplified(list, .compares(.greater, 4)) == .never)
    #expect(simplified(list, .isOneOf([4, 9])) == test(.equals(4)))
  }

  /// A comparison with null stays as it is: it holds for no record.
  @Test func nullIsNoBound() {
    let filter = simplified(.compares(.less, .null), .compares(.less, 3))
    #expect(filter == .conjunction([test(.compares(.less, .null)), test(.compares(.less, 3))]))
  }

  /// A complement is not a bound, and a number is compared with a text column as text.
  @Test func testsThatAreNotMerged() {
    let below = Term(Self.number, .compares(.less, 3), isComplement: true)
    let filter = Filter.conjunction([
      .term(below), test(.compares(.greater, 1)), test(.compares(.less, 9)),
    ])
    #expect(
      filter.simplified(in: Self.schema, table: TableID(0))
        == .all(.term(below), test(.compares(.greater, 1)), test(.compares(.less, 9))))
    let texts = Filter.conjunction([
      .test(Self.text, .compares(.greater, 3)), .test(Self.text, .compares(.greater, 20)),
    ])
    #expect(texts.simplified(in: Self.schema, table: TableID(0)) == texts)
  }

  @Test func nullIsNotRelatedToNull() {
    let pairs = [ColumnPair(near: Self.number, far: Self.number)]
    #expect(Filter.related(table: TableID(0), pairs: pairs, where: .never) == .never)
    #expect(Filter.related(table: TableID(0), pairs: pairs, where: .always) != .always)
  }

  @Test func anArrayIsEmptyWithoutElements() {
    let field = Field(name: "tags", affinity: .text, kind: .tags, storage: .jsonArray)
    for (value, isEmpty) in [
      (Value.null, true), ("[]", true), ("", true), ("x", true), ("[null]", false), ("[1]", false),
      (7, true),
    ] {
      let term = Term(FieldID(0), .isEmpty)
      #expect(term.holds(for: value, in: field) == isEmpty, "\(value)")
    }
  }

  // MARK: Sets of tables

  @Test func tablesAndFieldsHashAsTheyAreEqual() {
    let copy = Table(name: "T", fields: Self.table.fields)
    #expect(Set([Self.table, copy]).count == (Self.table == copy ? 1 : 2))
    let fields = [
      Field(name: "a", affinity: .text), Field(name: "a", affinity: .text),
      Field(name: "a", affinity: .real),
    ]
    #expect(Set(fields).count == 2)
    #expect(Set([Self.table, Table(name: "u", fields: [])]).count == 2)
  }
}
