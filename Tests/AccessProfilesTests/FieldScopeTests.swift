import RecordFilter
import RowscopeModel
import Testing

@testable import AccessProfiles
@testable import Documents

@Suite struct FieldScopeTests {
  @Test func aRequestFollowsAPathOnlyWhereEveryFieldOfItIsVisible() throws {
    func scope(_ pay: String) throws -> FieldScope {
      try Fixture.prepared(#"{"tables_enabled": {"people": "*", "pay": \#(pay)}}"#)
        .requestScope(for: Fixture.context())
    }
    #expect(try scope(#""*""#).field(named: "pay.amount", in: Fixture.people) != nil)
    #expect(try scope(#""*""#).field(named: "PAY.Person.Name", in: Fixture.people) != nil)
    let hidden = try scope(#"{"fields_excluded": ["amount"]}"#)
    #expect(hidden.field(named: "pay.amount", in: Fixture.people) == nil)
    #expect(hidden.field(named: "pay.id", in: Fixture.people) != nil)
    let keyHidden = try scope(#"{"fields_excluded": ["person"]}"#)
    #expect(keyHidden.field(named: "pay.amount", in: Fixture.people) == nil)
    let denied = try Fixture.prepared(#"{"tables_enabled": {"people": "*"}}"#)
      .requestScope(for: Fixture.context())
    #expect(denied.field(named: "pay.amount", in: Fixture.people) == nil)
    #expect(denied.suggestion(for: "pay.amont", in: Fixture.people) == nil)
  }

  @Test func aRequestSeesRelatedRecordsInTheirOwnScope() throws {
    let profile = try Fixture.prepared(
      #"{"tables_enabled": {"people": "*", "pay": {"data": [{"field": "amount", "operator": "<", "value": 9}]}}}"#
    )
    let test = ConditionTest(
      field: Located("pay.id", at: 0..<0), operator: Located(.equal, at: 0..<0),
      operand: Located(.value(1), at: 0..<0))
    let filter = try profile.requestScope(for: Fixture.context()).filter(
      [Condition(.test(test), at: 0..<0)], on: Fixture.people, context: Fixture.context())
    #expect(
      filter
        == .related(
          table: Fixture.pay, pairs: [ColumnPair(near: FieldID(0), far: FieldID(1), key: .near)],
          where: .all(
            .test(FieldID(2), .compares(.less, 9)), .test(FieldID(0), .equals(1)))))
  }

  @Test func hostileNamesAreAnsweredQuickly() throws {
    let scope = FieldScope(everythingIn: Fixture.schema)
    for name in [
      String(repeating: "pay.person.", count: 50_000), String(repeating: ".", count: 100_000), "",
      "pay.", ".amount", "pay.person.pay.person.pay.person.pay.person.pay.amount",
    ] {
      #expect(scope.field(named: name, in: Fixture.people) == nil)
      _ = scope.suggestion(for: name, in: Fixture.people)
    }
  }
}
