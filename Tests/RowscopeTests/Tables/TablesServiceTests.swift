import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// A service without a database.
@Suite("Records of no database")
struct TablesServiceTests {
  private static let profile = """
    {"tables_enabled": {"clients": {"data": [
      {"field": "region", "operator": "!=", "value": "north"}]},
      "tasks": {"data": [{"field": "owner", "reference": "id_user"}],
        "fields_excluded": ["secret"]}}}
    """
  private static let requests = [
    #"{"object_type": "tasks", "sort": "due desc, title", "size": 2, "count": "exact"}"#,
    #"{"object_type": "tasks", "filters": [{"field": "client.region", "value": "south"}]}"#,
    #"{"object_type": "tasks", "filters": [{"field": "secret", "value": 1}]}"#,
    #"{"object_type": "tasks", "search": "INVOICE", "select": ["title", "id"]}"#,
    #"{"object_type": "clients", "count": "bounded"}"#,
    #"{"object_type": "nonsense"}"#,
  ]

  private func profiles() throws -> ProfileCatalog {
    ProfileCatalog(["p": try Profile(document: .init(name: "p.json", text: Self.profile))])
  }

  private func tables() throws -> MemoryTables {
    var tables = MemoryTables()
    try tables.add(
      Table(
        name: "clients",
        fields: [
          Field(name: "id", affinity: .integer), Field(name: "name", affinity: .text),
          Field(name: "region", affinity: .text),
        ], primaryKey: [FieldID(0)], primaryKeyIsTotal: true),
      rows: [[1, "Ada", "south"], [2, "Bo", "north"], [3, "Cy", .null]])
    try tables.add(
      Table(
        name: "tasks",
        fields: [
          Field(name: "id", affinity: .integer), Field(name: "title", affinity: .text),
          Field(name: "owner", affinity: .integer), Field(name: "client", affinity: .integer),
          Field(name: "due", affinity: .text), Field(name: "secret", affinity: .text),
        ], primaryKey: [FieldID(0)], primaryKeyIsTotal: true),
      rows: [
        [1, "Write the invoice", 7, 1, "2026-11-20", "a"], [2, "Call back", "7", 2, .null, "b"],
        [3, "Send the invoice", 8, 1, "2026-11-21", "c"], [4, "Tidy up", 7.0, .null, .null, "d"],
      ])
    try tables.relate("tasks", "client", to: "clients", "id")
    return tables
  }

  @Test(arguments: requests)
  func theAnswersAreThoseOfADatabase(request: String) async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT, region TEXT);
      INSERT INTO clients VALUES (1, 'Ada', 'south'), (2, 'Bo', 'north'), (3, 'Cy', NULL);
      CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, owner INTEGER,
        client INTEGER REFERENCES clients (id), due TEXT, secret TEXT);
      INSERT INTO tasks VALUES (1, 'Write the invoice', 7, 1, '2026-11-20', 'a'),
        (2, 'Call back', '7', 2, NULL, 'b'), (3, 'Send the invoice', 8, 1, '2026-11-21', 'c'),
        (4, 'Tidy up', 7.0, NULL, NULL, 'd');
      """)
    let stored = try database.service(Self.profile)
    let held = try RecordService(tables: try tables(), profiles: try profiles())
    let expected = await stored.answer(json: Array(request.utf8), as: .ana).json
    let answer = await held.answer(json: Array(request.utf8), as: .ana).json
    #expect(String(decoding: answer, as: UTF8.self) == String(decoding: expected, as: UTF8.self))
    withExtendedLifetime(database) {}
  }

  @Test func heldTablesAreReported() async throws {
    let service = try RecordService(tables: try tables(), profiles: try profiles())
    let explanation = try await service.explain(ListRequest(table: "tasks"), as: .ana)
    #expect(explanation.engine == .memory)
    #expect(explanation.engineReason == "the records come from no database")
    #expect(explanation.statements.isEmpty)
    let report = try await service.memoryReport()
    #expect(report.tables.map(\.rowCount) == [3, 4])
    var titles: [Value?] = []
    for try await task in service.stream(ListRequest(table: "tasks"), as: .ana) {
      titles.append(task["title"])
    }
    #expect(titles == ["Write the invoice", "Call back", "Tidy up"])
  }

  /// There is no second engine to compare with.
  @Test func theEnginesCannotBeCompared() async throws {
    let service = try RecordService(tables: try tables(), profiles: try profiles())
    let error = await #expect(throws: ServiceError.self) {
      try await service.withSession(as: .ana) { reader throws(ServiceError) in
        try reader.compareEngines(ListRequest(table: "tasks"))
      }
    }
    #expect(error?.code == .unsupported)
  }
}
