import RecordFilter
import RowscopeModel
import Testing

@testable import AccessProfiles
@testable import Documents

@Suite struct ConditionBindingTests {
  @Test func allRowsWhereThereIsNoCondition() throws {
    let profile = try Fixture.prepared(#"{"tables_enabled": {"people": {}}}"#)
    #expect(try profile.access(to: Fixture.people, for: Fixture.context())?.rows == .all)
  }

  static let known: [(String, Filter)] = [
    (#"{"field": "id", "reference": "id_user"}"#, .test(FieldID(0), .equals(7))),
    (
      #"{"field": "id", "operator": "!=", "reference": "id_user"}"#,
      Filter.test(FieldID(0), .equals(7)).complement
    ),
    (#"{"field": "name", "value": null}"#, .test(FieldID(1), .isNull)),
    (
      #"{"field": "team", "operator": "in", "value": [1, null, 1]}"#,
      .any(.test(FieldID(2), .isNull), .test(FieldID(2), .equals(1)))
    ),
    (#"{"field": "tags", "value": "vip"}"#, .test(FieldID(5), .hasMember(["vip"]))),
    (
      #"{"not": {"or": [{"field": "id", "value": 1}, {"not": {"field": "team", "value": 2}}]}}"#,
      .all(Filter.test(FieldID(0), .equals(1)).complement, .test(FieldID(2), .equals(2)))
    ),
    (
      #"{"field": "pay.amount", "operator": "!=", "value": 5}"#,
      Filter.related(
        table: TableID(1), pairs: [ColumnPair(near: FieldID(0), far: FieldID(1), key: .near)],
        where: .test(FieldID(2), .equals(5))
      ).complement
    ),
  ]

  @Test(arguments: known)
  func conditionsBecomeFilters(condition: String, filter: Filter) throws {
    #expect(try Fixture.rows(condition) == RowAccess(filter))
  }

  static let unknown = [
    #"{"field": "name", "reference": "name"}"#,
    #"{"not": {"field": "name", "reference": "name"}}"#,
    #"{"field": "name", "operator": "!=", "reference": "name"}"#,
    #"{"field": "name", "operator": "not in", "reference": "attributes.none"}"#,
    #"{"not": {"not": {"field": "team", "reference": "attributes.empty"}}}"#,
    #"{"and": [{"field": "id", "value": 1}, {"not": {"field": "name", "reference": "email"}}]}"#,
    #"{"not": {"or": [{"field": "id", "value": 1}, {"field": "name", "reference": "email"}]}}"#,
    #"{"not": {"field": "pay.amount", "reference": "attributes.none"}}"#,
  ]

  @Test(arguments: unknown)
  func anUnknownReferenceDeniesUnderBothPolarities(condition: String) throws {
    let user = User(id: 7, attributes: ["empty": .scalar(.null)])
    #expect(try Fixture.rows(condition, user) == .none)
  }

  @Test func aDisjunctionWithAnUnknownPartIsItsOtherPart() throws {
    let condition =
      #"{"or": [{"field": "id", "value": 1}, {"not": {"field": "name", "reference": "name"}}]}"#
    #expect(try Fixture.rows(condition) == RowAccess(.test(FieldID(0), .equals(1))))
  }

  @Test func anEmptyListIsAValue() throws {
    #expect(
      try Fixture.rows(#"{"field": "team", "operator": "in", "reference": "teams"}"#) == .none)
    #expect(
      try Fixture.rows(#"{"field": "team", "operator": "not in", "reference": "teams"}"#) == .all)
  }

  @Test func equalToTeamsIsOneOfThem() throws {
    #expect(
      try Fixture.rows(#"{"field": "team", "reference": "teams"}"#, User(id: 7, teams: [1, 2]))
        == RowAccess(.test(FieldID(2), .isOneOf([1, 2]))))
  }

  @Test func aPathOverNoRelationGetsItsDeclaration() throws {
    let schema = Schema(tables: [
      Table(
        name: "tasks",
        fields: [
          Field(name: "id", affinity: .integer), Field(name: "client_id", affinity: .integer),
          Field(name: "note", affinity: .text),
        ], primaryKey: [FieldID(0)]),
      Table(
        name: "clients",
        fields: [Field(name: "id", affinity: .integer), Field(name: "region", affinity: .text)],
        primaryKey: [FieldID(0)]),
    ])
    func hint(_ field: String) throws -> String? {
      let text = #"{"tables_enabled": {"tasks": {"data": [{"field": "\#(field)", "value": 1}]}}}"#
      let profile = PreparedProfile(
        try Profile(document: SourceDocument(name: "p.json", text: text)), schema: schema)
      return profile.problems.first?.hint
    }
    #expect(
      try hint("client_id.region")
        == "\"client_id\" is no relation yet; if it is one, declare it in the workspace: "
        + #""client_id": {"relation": {"table": "clients", "field": "id"}}"#)
    #expect(try hint("note.x")?.hasSuffix(#"{"table": "TABLE", "field": "FIELD"}}"#) == true)
    #expect(try hint("clientt_id") == #"did you mean "client_id"?"#)
    // A request sees no hint about the workspace.
    let scope = FieldScope(schema: schema, fields: { _ in nil }, rows: { _ in .never })
    #expect(scope.hint(for: "client_id.region", in: TableID(0)) == nil)
  }

  /// Each list of conditions, and what `check` would write in place of it; nil where two negations
  /// speak of all records, so that `some` would show more.
  static let severalRelated: [(conditions: String, some: String?)] = [
    (
      #"{"field": "pay.id", "value": 1}, {"field": "pay.amount", "operator": ">", "value": 5}"#,
      #"{"field":"pay","operator":"some","where":[{"field":"id","operator":"==","value":1},"#
        + #"{"field":"amount","operator":">","value":5}]}"#
    ),
    (
      #"{"field": "pay.id", "value": 1}, {"and": [{"field": "pay.amount", "operator": "is null"}]}"#,
      #"{"field":"pay","operator":"some","where":[{"field":"id","operator":"==","value":1},"#
        + #"{"field":"amount","operator":"is null"}]}"#
    ),
    (
      #"{"field": "pay.id", "operator": "!=", "value": 1}, "#
        + #"{"field": "pay.amount", "operator": "!=", "value": 5}"#, nil
    ),
    (
      #"{"field": "pay.id", "value": 1}, {"field": "pay.amount", "operator": "is not null"}"#, nil
    ),
    (
      #"{"not": {"and": [{"field": "pay.id", "value": 1}, {"field": "pay.amount", "value": 5}]}}"#,
      nil
    ),
    (#"{"field": "pay.id", "value": 1}, {"field": "name", "value": "x"}"#, nil),
    (
      #"{"field": "pay", "operator": "some", "where": [{"field": "id", "value": 1}, "#
        + #"{"field": "amount", "value": 5}]}"#, nil
    ),
  ]

  @Test(arguments: severalRelated)
  func twoConditionsByOnePathAreReported(conditions: String, some: String?) throws {
    let profile = try Fixture.prepared(
      #"{"tables_enabled": {"people": {"data": [\#(conditions)]}}}"#)
    let warnings = profile.problems.filter { $0.code == .severalRelated }
    #expect(warnings.count == (some == nil ? 0 : 1))
    if let some { #expect(warnings.first?.hint?.hasSuffix(some) == true) }
    #expect(!profile.hasErrors)
  }

  @Test func attributesAreNamedByTheirBytes() throws {
    let user = User(id: 7, attributes: ["r\u{E9}gion": .scalar(1)])
    func rows(_ name: String) throws -> RowAccess {
      try Fixture.rows(#"{"field": "team", "reference": "attributes.\#(name)"}"#, user)
    }
    #expect(try rows("r\u{E9}gion") == RowAccess(.test(FieldID(2), .equals(1))))
    #expect(try rows("re\u{301}gion") == .none)
  }

  @Test func anAttributeOfTheWrongShapeIsAnError() throws {
    let profile = try Fixture.prepared(
      #"{"tables_enabled": {"people": {"data": [{"field": "team", "reference": "attributes.a"}]}}}"#
    )
    let user = User(id: 7, attributes: ["a": .list([1, 2])])
    #expect(throws: AccessError.self) {
      try profile.access(to: Fixture.people, for: Fixture.context(user))
    }
  }

  @Test func daysIncludeToday() throws {
    // 2026-11-22T09:00:00Z
    guard
      case .some(.term(let term)) = try Fixture.rows(
        #"{"field": "born", "operator": "last days", "value": 7}"#),
      case .converted(_, .isBetween(let first, let last)) = term.test
    else {
      Issue.record("a range of days was expected")
      return
    }
    #expect(first == .integer(20_773))
    #expect(last == .integer(20_779))
  }
}
