import AccessProfiles
import Documents
import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing
import Workspaces

/// Groups and aggregates, on both engines.
@Suite struct SummaryTests {
  private typealias Aggregate = SummaryRequest.Aggregate

  private static let tables = """
    CREATE TABLE clients (id INTEGER PRIMARY KEY, region TEXT COLLATE NOCASE, secret TEXT);
    INSERT INTO clients VALUES (1, 'South', 'x'), (2, 'north', 'y'), (3, 'SOUTH', 'z');
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, status TEXT, amount TEXT, price REAL, mixed,
      due TEXT, done, client INTEGER REFERENCES clients (id), salary INTEGER, tags TEXT);
    INSERT INTO tasks VALUES
      (1, 'open', '12.50', 0.1, 1, '2026-03-31T23:30:00Z', 't', 1, 5, '[]'),
      (2, 'open', '0.5', 0.2, 1.0, '2026-04-01', 'yes', 2, 6, '[]'),
      (3, 'done', 'n/a', -0.3, '1', '2025-12-29', 0, 3, 7, '[1]'),
      (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 8, NULL),
      (5, 'done', '1', 1e300, x'31', 'soon', 'off', 9, 9, '[]'),
      (6, 'gone', '1000', 1, 2, '2026-04-02', 1, 1, 10, '[]');
    """
  private static let workspace = """
    {"database": "x.sqlite", "tables": {"tasks": {"fields": {"amount": {"type": "currency"}, "due": {"type": "datetime",
      "zone": "+02:00"}, "done": {"type": "checkbox"}, "tags": {"type": "multi"}}}}}
    """
  private static let profile = """
    {"tables_enabled": {"tasks": {"data": [{"field": "id", "operator": "<", "value": 6}],
      "fields_excluded": ["salary"]}, "clients": {"fields_excluded": ["secret"]}}}
    """

  private let database: TemporaryDatabase
  private let service: RecordService

  init() throws {
    database = try TemporaryDatabase(Self.tables)
    service = try database.service(
      Self.profile,
      workspace: WorkspaceDocument(document: .init(name: "workspace.json", text: Self.workspace)),
      memory: MemoryPolicy(tables: .all))
  }

  /// The answer in the wire format, after both engines have agreed on it.
  private func answer(_ request: String, as user: User = .ana) async throws -> String {
    let answer = await service.answer(json: Array(request.utf8), as: user)
    if answer.error == nil {
      let summary = try SummaryRequest(json: request)
      let difference = try await service.withSession(as: user) { reader throws(ServiceError) in
        try reader.compareEnginesSummarizing(summary)
      }
      #expect(difference == nil, "\(String(describing: difference?.sqlite))")
    }
    return String(decoding: answer.json, as: UTF8.self)
  }

  private func items(_ keys: String) async throws -> String {
    let answer = try await answer(#"{"object_type":"tasks",\#(keys)}"#)
    let (start, end) = (#"{"data":{"items":"#, #","has_more":false}}"#)
    guard answer.hasPrefix(start), answer.hasSuffix(end) else { return answer }
    return String(answer.dropFirst(start.count).dropLast(end.count))
  }

  @Test(arguments: [
    (#""aggregates":["count"]"#, #"[{"count":5}]"#),
    (
      #""group_by":["status"]"#,
      #"[{"status":null,"count":1},{"status":"done","count":2},{"status":"open","count":2}]"#
    ),
    (
      #""group_by":["status"],"filters":[{"field":"status","value":"open"}],"sort":"count desc""#,
      #"[{"status":"open","count":2}]"#
    ),
    (#""group_by":["status"],"filters":[{"field":"status","value":"gone"}]"#, "[]"),
    (
      #""aggregates":["count",{"function":"sum","field":"price"}],"filters":[{"field":"id","operator":"in","value":[]}]"#,
      #"[{"count":0,"sum_price":null}]"#
    ),
    // 1 and 1.0 are equal; a text and a blob are others.
    (
      #""group_by":["mixed"]"#,
      #"[{"mixed":null,"count":1},{"mixed":1,"count":2},{"mixed":"1","count":1},"#
        + #"{"mixed":"\\x31","count":1}]"#
    ),
    (
      #""aggregates":[{"function":"count_distinct","field":"mixed"},{"function":"min","field":"mixed"},{"function":"max","field":"mixed"},{"function":"count","field":"mixed","as":"n"}]"#,
      #"[{"count_distinct_mixed":3,"min_mixed":1,"max_mixed":"\\x31","n":4}]"#
    ),
    // A checkbox groups by what it means.
    (
      #""group_by":["done"]"#,
      #"[{"done":null,"count":1},{"done":false,"count":2},{"done":true,"count":2}]"#
    ),
    // By the comparison of the column; the least spelling stands for the group. The client of task
    // 5 is missing.
    (
      #""group_by":["client.region"]"#,
      #"[{"client.region":null,"count":2},{"client.region":"north","count":1},"#
        + #"{"client.region":"SOUTH","count":2}]"#
    ),
    (
      #""group_by":[{"field":"client.region","as":"region"}],"sort":"count desc, region desc","size":1"#,
      ""
    ),
  ])
  func groups(_ keys: String, _ expected: String) async throws {
    let found = try await items(keys)
    if expected.isEmpty {
      #expect(found.contains(#""items":[{"region":"SOUTH","count":2}],"has_more":true,"next":""#))
    } else {
      #expect(found == expected)
    }
  }

  /// Days are those of the field's zone; a week begins on Monday. What is no date is a group of its
  /// own.
  @Test(arguments: [
    ("day", ["2025-12-29", "2026-04-01"], [1, 2]), ("week", ["2025-12-29", "2026-03-30"], [1, 2]),
    ("month", ["2025-12-01", "2026-04-01"], [1, 2]),
    ("quarter", ["2025-10-01", "2026-04-01"], [1, 2]),
    ("year", ["2025-01-01", "2026-01-01"], [1, 2]),
  ])
  func periods(_ period: String, _ starts: [String], _ counts: [Int]) async throws {
    let expected = zip(starts, counts).map { #"{"d":"\#($0)","count":\#($1)}"# }
    #expect(
      try await items(#""group_by":[{"field":"due","by":"\#(period)","as":"d"}]"#)
        == #"[{"d":null,"count":1},{"d":"soon","count":1},"# + expected.joined(separator: ",") + "]"
    )
  }

  @Test func decimalTextsAreSummedExactlyAndOthersAreSaid() async throws {
    let aggregates = #"[{"function":"sum","field":"amount"},{"function":"avg","field":"amount"}]"#
    #expect(
      try await items(#""aggregates":\#(aggregates)"#)
        == #"[{"sum_amount":"14.00","avg_amount":4.666666666666667}],"skipped":[{"avg_amount":1,"sum_amount":1}]"#
    )
    #expect(
      try await items(#""aggregates":[{"function":"sum","field":"mixed"}]"#)
        == #"[{"sum_mixed":2.0}],"skipped":[{"sum_mixed":2}]"#)
  }

  @Test func aSumOfRealsDoesNotDependOnTheirOrder() async throws {
    try database.execute("UPDATE tasks SET price = -1e300 WHERE id = 4")
    // 0.1 + 0.2 - 0.3, exactly, and rounded once.
    #expect(
      try await items(#""aggregates":[{"function":"sum","field":"price","as":"s"}]"#)
        == #"[{"s":2.7755575615628914e-17}]"#)
  }

  @Test func aSumBeyond64BitsIsAnErrorOfItsOwn() async throws {
    try database.execute("UPDATE tasks SET mixed = 9223372036854775807 WHERE id IN (1, 2)")
    try database.execute("UPDATE tasks SET mixed = NULL WHERE id IN (3, 5)")
    let sum = #""aggregates":[{"function":"sum","field":"mixed"}]"#
    #expect(try await items(sum).contains(#""code":"sum_out_of_range""#))
    // Whatever page it is on, and not where a filter leaves it out.
    #expect(
      try await items(#""group_by":["status"],"size":1,"# + sum)
        .contains(#""code":"sum_out_of_range""#))
    #expect(
      try await items(#""filters":[{"field":"id","value":1}],"# + sum)
        == #"[{"sum_mixed":9223372036854775807}]"#)
  }

  /// A hidden field, in any clause, is one that does not exist.
  @Test(arguments: [
    #""group_by":["NAME"]"#, #""group_by":[{"field":"NAME","by":"month"}]"#,
    #""aggregates":[{"function":"sum","field":"NAME"}]"#,
    #""aggregates":[{"function":"min","field":"NAME"}]"#,
    #""group_by":["status"],"sort":"NAME""#,
    #""group_by":["client.NAME"]"#, #""aggregates":[{"function":"count","field":"client.NAME"}]"#,
    #""group_by":["status"],"filters":[{"field":"NAME","value":1}]"#,
  ])
  func aHiddenFieldIsUnknown(_ keys: String) async throws {
    for hidden in ["salary", "SALARY", "secret"] {
      let answers = try await [hidden, "zzz"].asyncMap { name in
        try await self.items(keys.replacing("NAME", with: name)).replacing(name, with: "?")
      }
      #expect(answers[0] == answers[1])
      #expect(answers[0].contains(#""code":"unknown_field""#))
    }
  }

  @Test(arguments: [
    (#""group_by":["tags"]"#, "unsupported"),
    (#""group_by":["status"],"select":["id"]"#, "unsupported"),
    (#""group_by":["status"],"count":"exact""#, "unsupported"),
    (#""group_by":["status"],"may":true"#, "unsupported"),
    (#""group_by":[{"field":"status","by":"month"}]"#, "unsupported"),
    (#""aggregates":[{"function":"sum","field":"status"}]"#, "unsupported"),
    (#""aggregates":[{"function":"avg","field":"due"}]"#, "unsupported"),
    (#""group_by":["status","status"]"#, "invalid_request"),
    (#""group_by":["status"],"sort":"count, count""#, "invalid_request"),
    (#""group_by":[],"aggregates":[]"#, "invalid_request"),
    (#""group_by":[{"field":"due","by":"decade"}]"#, "invalid_value"),
    (#""aggregates":[{"function":"median","field":"price"}]"#, "invalid_value"),
    (#""aggregates":["sum"]"#, "wrong_type"),
    (#""aggregates":[{"function":"sum"}]"#, "required_key"),
    (#""group_by":["status"],"having":[]"#, "unknown_key"),
    (#""group_by":["status"],"size":501"#, "limit_exceeded"),
    (#""group_by":["status"],"after":"AQAB""#, "invalid_cursor"),
  ])
  func whatIsNotSupportedIsRefused(_ keys: String, _ code: String) async throws {
    #expect(try await items(keys).contains(#""code":"\#(code)""#), "\(keys)")
  }

  @Test func aListIsNoSummary() throws {
    #expect {
      try ListRequest(#"{"object_type":"tasks","group_by":["status"]}"#)
    } throws: {
      ($0 as? ServiceError)?.code == .unsupported
    }
  }

  /// Pages by cursor and by number are the parts of the whole, and a cursor is that of its query.
  @Test(arguments: ["", "count desc", "mean", "region desc, least"])
  func pages(_ sort: String) async throws {
    var request = SummaryRequest(
      table: "tasks", groupBy: [.init("client.region", as: "region"), "status"],
      aggregates: [.count, .avg("price").named("mean"), .min("due").named("least")],
      sort: try ListRequest.sortKeys(sort))
    let whole = try await service.summarize(request, as: .ana).items.map(\.values)
    #expect(whole.count == 5)
    request.size = 2
    var paged: [[Value]] = []
    var cursors: [String] = []
    repeat {
      let page = try await service.summarize(request, as: .ana)
      paged += page.items.map(\.values)
      request.after = page.next
      cursors += page.next.map { [$0] } ?? []
    } while request.after != nil
    #expect(paged == whole)
    #expect(cursors.count == 2)
    request.page = 2
    #expect(
      try await service.summarize(request, as: .ana).items.map(\.values) == [whole[2], whole[3]])
    request.page = 1
    request.after = cursors[0]
    request.aggregates.removeLast()
    request.sort = []
    await #expect {
      try await service.summarize(request, as: .ana)
    } throws: {
      ($0 as? ServiceError)?.code == .invalidCursor
    }
  }

  @Test func memoryIsLimited() async throws {
    await ReadSession.$summaryMemory.withValue(300) {
      for request in [
        SummaryRequest(table: "tasks", groupBy: ["id"]),
        SummaryRequest(
          table: "tasks", aggregates: (0..<4).map { Aggregate.countDistinct("id").named("n\($0)") }),
      ] {
        await #expect {
          try await service.withSession(as: .ana) { reader throws(ServiceError) in
            try reader.summarize(request)
          }
        } throws: {
          ($0 as? ServiceError)?.code == .limitExceeded
        }
      }
    }
  }
}

extension SummaryRequest {
  fileprivate init(json text: String) throws {
    let source = SourceDocument(name: "request", text: text)
    try self.init(try JSONReader.read(source, as: .strict), in: source)
  }
}

extension Array {
  fileprivate func asyncMap<Result>(_ body: (Element) async throws -> Result) async rethrows
    -> [Result]
  {
    var results: [Result] = []
    for element in self { results.append(try await body(element)) }
    return results
  }
}
