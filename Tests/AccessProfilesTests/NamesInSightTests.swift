import RecordFilter
import RowscopeModel
import Testing

@testable import AccessProfiles
@testable import Documents

/// Which names can be used, and which do not exist for a given user.
@Suite struct NamesInSightTests {
  private static let seen = TableID(0)
  private static let hidden = TableID(1)
  private static let unreached = TableID(2)

  @Test func hiddenFieldsHaveNoNames() {
    let fields = [Field(name: "id")]
    let schema = Schema(
      tables: ["seen", "hidden", "unreached"].map { Table(name: Name($0), fields: fields) })
    let scope = FieldScope(
      schema: schema,
      fields: { $0 == Self.seen ? [.readonly] : $0 == Self.hidden ? [.hidden] : nil },
      rows: { _ in .never })
    #expect(
      scope.field(named: "id", in: Self.seen) == FieldPath(table: Self.seen, field: FieldID(0)))
    #expect(scope.visibleNames(in: Self.seen) == ["id"])
    for table in [Self.hidden, Self.unreached] {
      #expect(scope.field(named: "id", in: table) == nil)
      #expect(scope.visibleNames(in: table) == [])
      #expect(scope.suggestion(for: "id", in: table) == nil)
    }
  }

  /// A path has at most 1,024 bytes.
  @Test func theLongestPath() {
    let long = String(repeating: "x", count: 1_021)
    let (one, other) = (TableID(0), TableID(1))
    let pair = ColumnPair(near: FieldID(0), far: FieldID(0))
    let schema = Schema(tables: [
      Table(
        name: "one", fields: [Field(name: "id")],
        relations: [
          Relation(name: "to", table: other, direction: .toParent, pairs: [pair]),
          Relation(name: "too", table: other, direction: .toParent, pairs: [pair]),
        ]),
      Table(name: "other", fields: [Field(name: "id"), Field(name: Name(long))]),
    ])
    let scope = FieldScope(everythingIn: schema)
    #expect(scope.field(named: "to." + long, in: one)?.table == other)
    #expect(scope.field(named: "too." + long, in: one) == nil)
    #expect(scope.suggestion(for: "ta." + long, in: one) == "to." + long)
    #expect(scope.suggestion(for: "toa." + long, in: one) == nil)
    // The name of a relation ends only at a dot.
    #expect(scope.field(named: "to.id", in: one)?.steps.count == 1)
    #expect(scope.field(named: "toxid", in: one) == nil)
    #expect(scope.suggestion(for: "toxidd", in: one) == nil)
  }

  /// Following a relation compares its columns, so it is hidden if one of them is.
  @Test func aRelationIsVisibleOnlyWithAllOfItsColumns() {
    let (one, other) = (TableID(0), TableID(1))
    func pair(_ near: Int, _ far: Int) -> ColumnPair {
      ColumnPair(near: FieldID(near), far: FieldID(far))
    }
    let fields = ["alpha", "beta", "gamma"].map { Field(name: Name($0)) }
    let schema = Schema(tables: [
      Table(
        name: "one", fields: fields,
        relations: [
          Relation(name: "to", table: other, direction: .toParent, pairs: [pair(0, 0), pair(1, 1)])
        ]),
      Table(name: "other", fields: fields),
    ])
    for hidden in [nil, (one, 0), (one, 1), (one, 2), (other, 0), (other, 1), (other, 2)] {
      let scope = FieldScope(
        schema: schema,
        fields: { table in
          (0..<3).map { hidden?.0 == table && hidden?.1 == $0 ? .hidden : .readonly }
        }, rows: { _ in .always })
      let isOpen = hidden == nil || hidden?.1 == 2
      let leads = isOpen && hidden?.0 != other
      #expect(
        (scope.field(named: "to.gamma", in: one) != nil) == leads, "\(String(describing: hidden))")
      #expect((scope.field(named: "to.alpha", in: one) != nil) == isOpen)
      #expect((scope.suggestion(for: "to.gama", in: one) == "to.gamma") == leads)
    }
  }

  /// Suggestions go no further than paths may: over eight relations.
  @Test func suggestionsGoOverEightRelations() {
    let table = TableID(0)
    let pair = ColumnPair(near: FieldID(0), far: FieldID(0))
    let scope = FieldScope(
      everythingIn: Schema(tables: [
        Table(
          name: "t", fields: [Field(name: "identity")],
          relations: [
            Relation(name: "parent", table: table, direction: .toParent, pairs: [pair])
          ])
      ]))
    for steps in [1, 7, 8, 9, 20] {
      let path = String(repeating: "parent.", count: steps)
      let isWithin = steps <= 8
      #expect((scope.field(named: path + "identity", in: table) != nil) == isWithin)
      #expect(
        scope.suggestion(for: path + "identiti", in: table)
          == (isWithin ? path + "identity" : nil))
    }
  }

  /// A relation's own name comes before the name of a table that another relation leads to.
  @Test func aRelationNamedLikeATable() {
    let pair = ColumnPair(near: FieldID(0), far: FieldID(0))
    func relation(_ name: Name, _ table: Int) -> Relation {
      Relation(name: name, table: TableID(table), direction: .toParent, pairs: [pair])
    }
    let scope = FieldScope(
      everythingIn: Schema(tables: [
        Table(
          name: "one", fields: [Field(name: "id")],
          relations: [relation("other", 2), relation("to", 1)]),
        Table(name: "other", fields: [Field(name: "id"), Field(name: "colour")]),
        Table(name: "third", fields: [Field(name: "id"), Field(name: "height")]),
      ]))
    #expect(scope.suggestion(for: "other.heigth", in: Self.seen) == "other.height")
    #expect(scope.suggestion(for: "other.color", in: Self.seen) == nil)
    #expect(scope.suggestion(for: "third.heigth", in: Self.seen) == "other.height")
  }

  // MARK: Conditions

  @Test func conditionsAreJoined() throws {
    let schema = Schema(tables: [Table(name: "t", fields: [Field(name: "a"), Field(name: "b")])])
    func filter(_ text: String, any: Bool) throws -> Filter {
      let source = SourceDocument(name: "r.json", text: text)
      var problems = DiagnosticCollector()
      let node = try JSONReader.read(source, as: .strict)
      let conditions = try #require(
        ConditionParser(.request).conditions(node, reporting: &problems))
      return try FieldScope(everythingIn: schema).filter(
        conditions, joinedByOr: any, on: Self.seen,
        context: ReferenceContext(user: User(id: 1), clock: RequestClock(now: 0)))
    }
    let (a, b) = (Filter.test(FieldID(0), .equals(1)), Filter.test(FieldID(1), .equals(2)))
    let two = #"[{"field": "a", "value": 1}, {"field": "b", "value": 2}]"#
    #expect(try filter(two, any: true) == .any(a, b))
    #expect(try filter(two, any: false) == .all(a, b))
    #expect(try filter("[]", any: true) == .always)
    #expect(try filter("[]", any: false) == .always)
    #expect(throws: Diagnostic.self) { try filter(#"[{"field": "c", "value": 1}]"#, any: true) }
  }
}
