import RecordFilter
import RowscopeModel
import Testing

@testable import AccessProfiles
@testable import Documents

/// The tables a profile reaches, what its queries may read, and which views show other tables.
@Suite struct ProfileReachTests {
  private static let (tasks, people, links, latest) = (
    TableID(0), TableID(1), TableID(2), TableID(3)
  )
  private static let (names, all) = (TableID(4), TableID(5))
  private static func pair(_ near: Int, _ far: Int) -> ColumnPair {
    ColumnPair(near: FieldID(near), far: FieldID(far))
  }
  private static let schema = Schema(tables: [
    Table(
      name: "tasks",
      fields: [
        Field(name: "id", affinity: .integer), Field(name: "title", affinity: .text),
        Field(name: "owner", affinity: .integer), Field(name: "team", affinity: .integer),
        Field(name: "secret", affinity: .text),
        Field(
          name: "watchers", kind: .users,
          storage: .link(Link(table: links, pairs: [pair(0, 0)], member: FieldID(1)))),
      ], primaryKey: [FieldID(0)],
      relations: [
        Relation(name: "person", table: people, direction: .toParent, pairs: [pair(2, 0)])
      ], ownerField: FieldID(2), teamField: FieldID(3)),
    Table(
      name: "people",
      fields: [
        Field(name: "id", affinity: .integer), Field(name: "name", affinity: .text),
        Field(name: "pay", affinity: .real),
      ], primaryKey: [FieldID(0)]),
    Table(
      name: "links",
      fields: [
        Field(name: "task", affinity: .integer), Field(name: "user", affinity: .integer),
        Field(name: "since"),
      ]),
    // SQLite leaves open which record each of its fields comes from.
    Table(
      name: "latest", kind: .view, fields: [Field(name: "n")], nondeterministicSources: [tasks]),
    Table(
      name: "names", kind: .view,
      fields: [Field(name: "name", origins: [FieldReference(people, FieldID(1))])]),
    Table(
      name: "all", kind: .view, fields: [Field(name: "n")],
      nondeterministicSources: [tasks, people]),
  ])

  private func prepared(_ text: String) throws -> PreparedProfile {
    PreparedProfile(
      try Profile(document: SourceDocument(name: "p.json", text: text)), schema: Self.schema)
  }

  private func reads(_ grants: String) throws -> Set<String> {
    let profile = try prepared("{\"tables_enabled\": {\(grants)}}")
    #expect(profile.problems == [])
    return Set(
      profile.readableFields().map { reference in
        let table = Self.schema[reference.table]
        return "\(table.name).\(table[reference.field].name)"
      })
  }

  /// The visible columns, those that limits and conditions compare, and no others.
  @Test func queriesMayReadWhatIsVisibleOrCompared() throws {
    let hidden = #""fields_excluded": ["id", "owner", "team", "secret", "watchers"]"#
    let always: Set = ["tasks.title", "tasks.id", "tasks.owner", "tasks.team"]
    #expect(try reads("\"tasks\": {\(hidden)}") == always)
    #expect(try reads(#""people": {"fields_excluded": ["pay"]}"#) == ["people.id", "people.name"])
    func condition(_ text: String) throws -> Set<String> {
      try reads("\"tasks\": {\(hidden), \"data\": [\(text)]}").subtracting(always)
    }
    let secret = #"{"field": "secret", "operator": "is null"}"#
    let pay = #"{"field": "person.pay", "operator": ">", "value": 3}"#
    let watcher = #"{"field": "watchers", "value": 3}"#
    #expect(try condition(secret) == ["tasks.secret"])
    #expect(try condition(pay) == ["people.id", "people.pay"])
    #expect(try condition(watcher) == ["links.task", "links.user"])
    #expect(
      try condition(#"{"not": {"or": [\#(secret), {"and": [\#(watcher), \#(pay)]}]}}"#)
        == ["tasks.secret", "people.id", "people.pay", "links.task", "links.user"])
    #expect(
      try reads(#""tasks": {"fields_excluded": ["secret"]}"#)
        == always.union(["links.task", "links.user"]))
    #expect(try reads("") == [])
  }

  /// A relation reads its columns on both sides, and so does a link.
  @Test func aRelationReadsBothSides() throws {
    let schema = Schema(tables: [
      Table(
        name: "t",
        fields: [
          Field(name: "id"), Field(name: "near"), Field(name: "code"),
          Field(
            name: "members",
            storage: .link(
              Link(table: TableID(1), pairs: [Self.pair(2, 0)], member: FieldID(1)))),
        ], primaryKey: [FieldID(0)],
        relations: [
          Relation(
            name: "to", table: TableID(1), direction: .toParent, pairs: [Self.pair(1, 2)])
        ]),
      Table(
        name: "far", fields: ["code", "member", "far", "value"].map { Field(name: Name($0)) }),
    ])
    func reads(_ excluded: [String], _ data: String) throws -> Set<FieldReference> {
      let names = excluded.map { "\"\($0)\"" }.joined(separator: ", ")
      let text =
        "{\"tables_enabled\": {\"t\": {\"fields_excluded\": [\(names)], \"data\": [\(data)]}}}"
      return PreparedProfile(
        try Profile(document: SourceDocument(name: "p.json", text: text)), schema: schema
      ).readableFields()
    }
    func field(_ table: Int, _ field: Int) -> FieldReference {
      FieldReference(TableID(table), FieldID(field))
    }
    #expect(try reads(["near", "code", "members"], "") == [field(0, 0)])
    #expect(
      try reads(["near", "code", "members"], #"{"field": "to.value", "value": 1}"#)
        == [field(0, 0), field(0, 1), field(1, 2), field(1, 3)])
    #expect(
      try reads(["near", "code"], "") == [field(0, 0), field(0, 2), field(1, 0), field(1, 1)])
  }

  @Test func reachedTablesAreThoseThatExist() throws {
    func reached(_ text: String) throws -> [TableID] { try prepared(text).reachedTables }
    #expect(
      try reached(#"{"tables_enabled": {"people": "*", "LINKS": "*"}}"#) == [
        Self.people, Self.links,
      ])
    #expect(try reached("{}") == [])
    #expect(
      try reached(#"{"tables_enabled": {"people": {"fields_excluded": ["x"]}, "links": "*"}}"#)
        == [Self.links])
  }

  /// A name without a table may be misspelt, so what only `"*"` enables is denied, whether the name
  /// exists or not.
  @Test(arguments: [
    (#"{"tables_enabled": {"*": "*", "people": "*"}, "tables_disabled": ["tsaks"]}"#, true),
    (#"{"tables_enabled": {"*": "*", "people": "*"}, "tables_disabled": ["tasks"]}"#, false),
    (#"{"tables_enabled": {"people": "*"}, "tables_disabled": ["tsaks"]}"#, false),
    (#"{"tables_enabled": {"*": "*", "people": "*"}}"#, false),
  ])
  func aMisspeltTable(text: String, deniesUnnamed: Bool) throws {
    let profile = try prepared(text)
    #expect(profile.deniesUnnamed("nonsense") == deniesUnnamed)
    #expect(profile.deniesUnnamed("links") == deniesUnnamed)
    #expect(!profile.deniesUnnamed("PEOPLE"))
    #expect(profile.reachedTables.contains(Self.people))
    #expect(profile.hasErrors == text.contains("tsaks"))
  }

  @Test func oneErrorAmongWarnings() throws {
    let text =
      #"{"tables_enabled": {"names": "*", "people": {"fields_excluded": ["name"]}}}"#
    let warned = try prepared(text)
    #expect(!warned.problems.isEmpty)
    #expect(!warned.hasErrors)
    let both = try prepared(
      #"{"tables_enabled": {"names": "*", "people": {"fields_excluded": ["name"]}, "x": "*"}}"#)
    #expect(both.hasErrors)
  }

  // MARK: Views

  /// A table that is disabled or has hidden fields restricts the views of it; one that is merely
  /// not enabled does not.
  @Test(arguments: [
    (#""tables_enabled": {"names": "*"}"#, true),
    (#""tables_enabled": {"names": "*", "people": "*"}"#, true),
    (#""tables_enabled": {"names": "*", "people": {"fields_excluded": ["pay"]}}"#, true),
    (#""tables_enabled": {"names": "*", "people": {"fields_excluded": ["name"]}}"#, false),
    (#""tables_enabled": {"names": "*"}, "tables_disabled": ["people"]"#, false),
    (#""tables_enabled": {"*": "*"}, "tables_disabled": ["PEOPLE"]"#, false),
    (#""tables_enabled": {"names": "*", "people": {"fields_excluded": ["nme"]}}"#, false),
  ])
  func tablesBehindAView(text: String, isSeen: Bool) throws {
    #expect(try prepared("{\(text)}").reachedTables.contains(Self.names) == isSeen)
  }

  /// Only users who see all of the records, with all their fields, may read a nondeterministic
  /// view.
  @Test(arguments: [
    (#""tasks": "*""#, true, false), (#""tasks": "*", "people": "*""#, true, true),
    ("", false, false), (#""people": "*""#, false, false),
    (#""tasks": {"data": [{"field": "id", "value": 1}]}, "people": "*""#, false, false),
    (#""tasks": {"fields_excluded": ["secret"]}, "people": "*""#, false, false),
    (
      #""tasks": {"fields_excluded": ["id", "title", "owner", "team", "secret", "watchers"]}, "people": "*""#,
      false, false
    ),
    (#""tasks": {"fields_excluded": ["nonsense"]}, "people": "*""#, false, false),
    (#""tasks": {"fields_readonly": ["secret"]}, "people": {"can_edit": 0}"#, true, true),
  ])
  func aNondeterministicView(grants: String, latest: Bool, all: Bool) throws {
    let rest = grants.isEmpty ? "" : ", " + grants
    let reached = try prepared(
      "{\"tables_enabled\": {\"latest\": \"*\", \"all\": \"*\"\(rest)}}"
    ).reachedTables
    #expect(reached.contains(Self.latest) == latest)
    #expect(reached.contains(Self.all) == all)
  }

  @Test func theWarningNamesTheView() throws {
    let problems = try prepared(
      #"{"tables_enabled": {"latest": "*", "names": "*", "people": {"fields_excluded": ["name"]}}}"#
    )
    .problems
    #expect(problems.map(\.code) == [.nothingVisible, .nothingVisible])
    #expect(problems.contains { $0.hint?.contains("see all of \"tasks\"") == true })
    #expect(problems.contains { $0.hint?.hasPrefix("its fields show, or") == true })
  }

  /// What derives from a hidden field is found across views of views and the members of links, in
  /// any order of the tables.
  @Test func derivationsAreTransitive() throws {
    func view(_ name: Name, of table: Int) -> Table {
      Table(
        name: name, kind: .view,
        fields: [Field(name: "a", origins: [FieldReference(TableID(table), FieldID(0))])])
    }
    let link = Link(table: TableID(3), pairs: [Self.pair(0, 0)], member: FieldID(1))
    let schema = Schema(tables: [
      view("first", of: 1), view("second", of: 2),
      Table(name: "base", fields: [Field(name: "a"), Field(name: "m", storage: .link(link))]),
      Table(name: "rows", fields: [Field(name: "base"), Field(name: "member")]),
    ])
    func access(_ grants: String, to table: Int) throws -> TableAccess? {
      let text = "{\"tables_enabled\": {\"*\": \"*\", \(grants)}}"
      let profile = PreparedProfile(
        try Profile(document: SourceDocument(name: "p.json", text: text)), schema: schema)
      return try profile.access(
        to: TableID(table),
        for: ReferenceContext(user: User(id: 1), clock: RequestClock(now: 0)))
    }
    let hidden = #""base": {"fields_excluded": ["a"]}"#
    #expect(try access(hidden, to: 0) == nil)
    #expect(try access(hidden, to: 1) == nil)
    let base = try #require(try access(hidden, to: 2))
    #expect(base.fields == [.hidden, .readonly], "its key may be null")
    #expect(base.visibleFields == [FieldID(1)])
    #expect(!base.isVisible(FieldID(0)))
    #expect(base.isVisible(FieldID(1)))
    #expect(base.rows.filter == .always)
    #expect(RowAccess.none.filter == .never)
    let members = try #require(try access(#""rows": {"fields_excluded": ["member"]}"#, to: 2))
    #expect(members.fields == [.editable, .hidden])
    // A table without any visible field.
    let all = try #require(
      try access(#""rows": {"fields_excluded": ["base", "member"]}"#, to: 3))
    #expect(all.visibleFields == [])
  }

  // MARK: Requests

  /// Related records are limited to the user's own scope; where that is unknown there are none.
  @Test func relatedRecordsInScope() throws {
    func filter(_ people: String) throws -> Filter {
      let profile = try prepared("{\"tables_enabled\": {\"tasks\": \"*\", \"people\": \(people)}}")
      let context = ReferenceContext(
        user: User(id: 1, attributes: ["x": .list([1])]), clock: RequestClock(now: 0))
      var problems = DiagnosticCollector()
      let node = try JSONReader.read(
        SourceDocument(name: "r.json", text: #"[{"field": "person.name", "value": "Ana"}]"#),
        as: .strict)
      let conditions = try #require(
        ConditionParser(.request).conditions(node, reporting: &problems))
      return try profile.requestScope(for: context).filter(
        conditions, on: Self.tasks, context: context)
    }
    func related(_ filter: Filter) -> Filter {
      .related(table: Self.people, pairs: [Self.pair(2, 0)], where: filter)
    }
    let name = Filter.test(FieldID(1), .equals("Ana"))
    let own = Filter.test(FieldID(0), .equals(1))
    #expect(try filter("\"*\"") == related(name))
    #expect(
      try filter(#"{"data": [{"field": "id", "reference": "id_user"}]}"#)
        == related(.all(own, name)))
    #expect(
      try filter(#"{"data": [{"field": "pay", "operator": ">", "reference": "attributes.x"}]}"#)
        == .never)
    #expect(throws: Diagnostic.self) { try filter(#"{"fields_excluded": ["name"]}"#) }
  }
}
