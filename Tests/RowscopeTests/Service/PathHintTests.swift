import RecordEngine
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// What is said of a path that leads nowhere.
@Suite struct PathHintTests {
  private static let tables = """
    CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES tasks(id), title TEXT,
      client INTEGER REFERENCES clients(id), payer INTEGER REFERENCES clients(id));
    """

  private func service(_ profile: String) throws -> RecordService {
    try TemporaryDatabase(Self.tables).service(profile)
  }

  /// The hint of the one error of a rule.
  private func hint(of condition: String, on table: String) async throws -> String? {
    let problems = try await service(
      #"{"tables_enabled": {"\#(table)": {"data": [\#(condition)]}}}"#
    ).check().problems.filter(\.isError)
    #expect(problems.map(\.code) == ["unknown_field"], "\(condition)")
    return problems.first?.hint
  }

  @Test(arguments: [
    #"{"field": "tasks.title", "value": "x"}"#,
    #"{"field": "tasks", "operator": "some", "where": [{"field": "id", "value": 1}]}"#,
  ])
  func aWayBackThatCouldBeSeveralNamesThem(condition: String) async throws {
    #expect(
      try await hint(of: condition, on: "clients")
        == #""tasks" could mean several relations: "tasks(client)", "tasks(payer)""#)
  }

  /// A request is told of those in sight.
  @Test func aRequestIsToldOfThoseInSight() async throws {
    for (profile, hint) in [
      (#""tasks": "*""#, #""tasks" could mean several relations: "tasks(client)", "tasks(payer)""#),
      (#""tasks": {"fields_excluded": ["payer", "client"]}"#, nil),
    ] {
      let error = await #expect(throws: ServiceError.self) {
        try await self.service(#"{"tables_enabled": {"clients": "*", \#(profile)}}"#).list(
          ListRequest(table: "clients", where: "tasks.title" == "x"), as: .ana)
      }
      #expect(error?.hint == hint)
    }
  }

  @Test func aLongPathIsToldTheLimit() async throws {
    let long = String(repeating: "parent.", count: 9)
    let hint = "a path has up to 8 relations"
    #expect(
      try await self.hint(of: #"{"field": "\#(long)title", "value": "x"}"#, on: "tasks") == hint)
    #expect(
      try await self.hint(
        of:
          #"{"field": "\#(long)parent", "operator": "none", "where": [{"field": "id", "value": 1}]}"#,
        on: "tasks") == hint)
    let error = await #expect(throws: ServiceError.self) {
      try await self.service(#"{"tables_enabled": {"tasks": "*"}}"#).list(
        ListRequest(table: "tasks", where: Condition.Field("\(long)title") == "x"), as: .ana)
    }
    #expect(error?.hint?.contains("up to 8") != true)
    let short = String(repeating: "parent.", count: 8)
    let fine = try service(
      #"{"tables_enabled": {"tasks": {"data": [{"field": "\#(short)title", "value": "x"}]}}}"#)
    #expect(try await fine.check().errorCount == 0)
  }
}
