import RecordFilter
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// Fields that a profile excludes, and fields that derive from them.
@Suite struct HiddenFieldTests {
  /// Every clause in which a request can name a field, with NAME in its place.
  static let clauses = [
    #""select": ["NAME"]"#, #""select": ["id", "NAME"]"#, #""sort": "NAME""#,
    #""sort": "id, NAME desc""#, #""sort": "\"NAME\" asc""#,
    #""filters": [{"field": "NAME", "value": 1}]"#,
    #""filters": [{"field": "id", "value": 2}, {"field": "NAME", "operator": "like", "value": "x"}], "operator": "OR""#,
    #""filters": [{"or": [{"field": "id", "value": 2}, {"not": {"and": [{"field": "NAME", "operator": "is null"}]}}]}]"#,
    #""filters": [{"field": "NAME", "operator": ">", "reference": "id_user"}]"#,
    #""filters": [{"field": "NAME", "operator": "last days", "value": 3}]"#,
    #""filters": [{"field": "NAME", "operator": "in", "value": []}]"#,
    #""filters": [{"field": "NAME", "operator": "Contém", "value": "a"}]"#,
    #""filters": [{"field": "client.NAME", "value": "s1"}]"#,
    #""filters": [{"not": {"field": "client.NAME", "value": "s1"}}]"#,
    #""filters": [{"field": "client.tasks.NAME", "value": "a"}]"#,
    #""filters": [{"field": "tasks.NAME", "value": "a"}]"#,
    #""filters": [{"field": "main.tasks.NAME", "value": "a"}]"#,
    #""filters": [{"field": "\"NAME\"", "value": "a"}]"#,
    #""filters": [{"field": "[NAME]", "value": "a"}]"#,
    #""filters": [{"field": "`NAME`", "value": "a"}]"#,
    #""filters": [{"field": " NAME", "value": "a"}]"#,
    #""filters": [{"field": "NAME\u0000", "value": "a"}]"#,
    #""filters": [{"field": "upper(NAME)", "value": "A"}]"#,
    #""filters": [{"field": "NAME AS id", "value": "a"}]"#,
    #""select": ["count(NAME)"]"#, #""select": ["max(NAME)"]"#, #""select": ["NAME AS title"]"#,
    #""sort": "NAME COLLATE NOCASE""#, #""sort": "client.NAME""#, #""select": ["client.NAME"]"#,
    #""group_by": ["NAME"]"#, #""group_by": [{"field": "NAME", "by": "day", "as": "x"}]"#,
    #""group_by": ["client.NAME"]"#, #""group_by": ["id"], "sort": "NAME""#,
    #""aggregates": [{"function": "sum", "field": "NAME", "as": "x"}]"#,
    #""aggregates": [{"function": "min", "field": "client.NAME", "as": "x"}]"#,
    #""aggregates": [{"function": "count_distinct", "field": "NAME"}]"#,
    #""aggregates": ["count"], "filters": [{"field": "NAME", "operator": "is null"}]"#,
  ]

  @Test(.watches(.hiddenField, .aliasOverHidden), arguments: clauses)
  func aHiddenFieldIsAFieldThatDoesNotExist(clause: String) async throws {
    let service = try Helpdesk.database().service(Helpdesk.profile)
    func answer(_ name: String) async -> String {
      let clause = clause.split(separator: "NAME", omittingEmptySubsequences: false)
        .joined(separator: name)
      let text = await service.ask(#"{"object_type": "tasks", \#(clause)}"#)
      // The answer repeats the requested name.
      return text.split(separator: name, omittingEmptySubsequences: false).joined(separator: "NAME")
    }
    let nothing = await answer("qwertz")
    #expect(nothing.contains(#""code":"#))
    // "louder" derives from a field that derives from the excluded one.
    for name in ["secret", "SECRET", "sEcReT", "loud", "Louder"] {
      #expect(await answer(name) == nothing, "\(name)")
    }
  }

  /// SQLite's own names for a row, and parts of SQL that are not field names.
  @Test(
    .watches(.hiddenField),
    arguments: [
      "rowid", "ROWID", "oid", "_rowid_", "*", "tasks.*", "tasks.id", "main.tasks.id", "1", "?1",
      "NULL", "", ".",
      "id.", ".id", "id--", "id; DROP TABLE tasks", "(SELECT secret FROM tasks)", "key", "value",
      "rank", "tasks",
    ])
  func noOtherNameLeadsToAField(name: String) async throws {
    let service = try Helpdesk.database().service(Helpdesk.profile)
    for request in [
      #"{"object_type": "tasks", "select": [\#(json(name))]}"#,
      #"{"object_type": "tasks", "filters": [{"field": \#(json(name)), "operator": "is not null"}]}"#,
    ] {
      #expect(await service.ask(request).contains("unknown_field"), "\(request)")
    }
  }

  @Test(.watches(.hiddenField)) func nothingSuggestsAHiddenName() async throws {
    let service = try Helpdesk.database().service(Helpdesk.profile)
    for name in ["secre", "secrets", "scret", "lou", "louder_", "client.secrt", "client.regio"] {
      let answer = await service.ask(
        #"{"object_type": "tasks", "filters": [{"field": "\#(name)", "value": 1}]}"#)
      #expect(!answer.contains("did you mean") || answer.contains("client.region"), "\(answer)")
    }
    #expect(!(await service.ask(#"{"object_type": "payable"}"#)).contains("payables"))
  }

  @Test(.watches(.ruleOnHiddenField)) func aRequestsOrStaysWithinTheRule() async throws {
    let profile = """
      {"tables_enabled": {"tasks": {"fields_excluded": ["owner", "secret"],
        "data": [{"or": [{"field": "owner", "reference": "id_user"},
          {"field": "secret", "value": "d"}]}]}}}
      """
    let service = try Helpdesk.database().service(profile)
    #expect(try await service.ids("") == [1, 2, 3, 4, 5])
    let stranger = User(id: 9, profile: "p")
    #expect(try await service.ids("", as: stranger) == [4])
    for filters in [
      #"{"field": "id", "value": 1}, {"field": "id", "value": 4}"#,
      #"{"field": "id", "operator": "is not null"}, {"field": "id", "operator": "is null"}"#,
      #"{"or": [{"field": "id", "operator": ">", "value": 0}, {"field": "title", "operator": "like", "value": ""}]}"#,
      #"{"not": {"and": [{"field": "id", "operator": "is null"}, {"field": "title", "operator": "is null"}]}}"#,
    ] {
      let ids = try await service.ids(
        #""filters": [\#(filters)], "operator": "OR""#, as: stranger)
      #expect(ids == [4], "\(filters)")
    }
  }

  /// `users.roles…` and the like: from the table itself, through a relation, back again, under NOT,
  /// and in a sort.
  @Test(
    .watches(.relationalFilter),
    arguments: [
      "client.secret", "client.tasks.secret", "client.tasks.client.secret", "client.tasks.loud",
      "CLIENT.SECRET",
      "client.tasks.louder", "client.rowid", "client..secret",
    ])
  func noRelationLeadsToAHiddenField(path: String) async throws {
    let service = try Helpdesk.database().service(Helpdesk.profile)
    for filter in [
      #"{"field": "\#(path)", "operator": "starts with", "value": "s"}"#,
      #"{"not": {"field": "\#(path)", "operator": "is null"}}"#,
      #"{"or": [{"and": [{"field": "\#(path)", "operator": "in", "value": ["s1"]}]}]}"#,
    ] {
      let error = await serviceError { try await service.ids(filter: filter) }
      #expect(error?.code == .unknownField, "\(filter)")
    }
    let error = await serviceError { try await service.ids(#""sort": "\#(path)""#) }
    #expect(error?.code == .unknownField)
  }

  /// Following a relation over a hidden column would compare that column.
  @Test(.watches(.relationalFilter)) func noRelationUsesAHiddenColumn() async throws {
    for excluded in [
      #""tasks": {"fields_excluded": ["client"]}, "clients": "*""#,
      #""tasks": "*", "clients": {"fields_excluded": ["id"]}"#,
    ] {
      let service = try Helpdesk.database().service(#"{"tables_enabled": {\#(excluded)}}"#)
      let error = await serviceError {
        try await service.ids(filter: #"{"field": "client.name", "value": "Ada"}"#)
      }
      #expect(error?.code == .unknownField)
    }
  }

  @Test(.watches(.relationalFilter)) func aRelatedRecordOutOfScopeDoesNotExist() async throws {
    let service = try Helpdesk.database().service(Helpdesk.profile)
    // Bo is in the north.
    for name in ["Bo", "Nobody"] {
      #expect(
        try await service.ids(filter: #"{"field": "client.name", "value": "\#(name)"}"#) == [])
      #expect(
        try await service.ids(
          filter: #"{"field": "client.name", "operator": "!=", "value": "\#(name)"}"#) == [2, 3, 5])
    }
  }

  @Test(.watches(.searchOverHidden), arguments: ["a", "S1", "!", "b", "Done", "7", "2026"])
  func searchOnlyReadsVisibleText(text: String) async throws {
    let profile =
      #"{"tables_enabled": {"tasks": {"fields_excluded": ["secret", "status", "due", "tags", "owner"]}}}"#
    let service = try Helpdesk.database().service(profile)
    #expect(try await service.ids(#""search": \#(json(text))"#) == [])
    #expect(try await service.count(ListRequest(table: "tasks", search: text), as: .ana) == 0)
    #expect(try await service.ids(#""search": "TWO""#) == [2])
  }
}
