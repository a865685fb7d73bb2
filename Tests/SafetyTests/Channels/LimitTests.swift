import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// Requests and documents of any size, and requests that take long.
@Suite struct LimitTests {
  private static let refusals = [
    "nesting_limit", "depth_limit", "limit_exceeded", "size_limit", "too_large", "list_limit",
  ]

  private func isAnsweredOrRefused(_ answer: String) -> Bool {
    answer.contains(#""items""#) || Self.refusals.contains { answer.contains("\"code\":\"\($0)\"") }
  }

  @Test(
    .watches(.size),
    arguments: Extent.cases(few: [1, 8, 30, 63, 64, 65, 96, 1_000], more: [300, 10_000]))
  func nestingOfAnyDepth(depth: Int) async throws {
    let service = try Helpdesk.database().service(#"{"tables_enabled": {"*": "*"}}"#)
    let groups = [
      (#"{"not": "#, "}"), (#"{"or": ["#, "]}"),
      (#"{"and": [{"field": "id", "operator": ">", "value": 0}, "#, "]}"),
      (#"{"or": ["#, #", {"field": "client.name", "value": "x"}]}"#), ("[", "]"),
      (#"{"field": "id", "value": ["#, "]}"),
    ]
    for (open, close) in groups {
      let text =
        String(repeating: open, count: depth) + #"{"field": "id", "value": 1}"#
        + String(repeating: close, count: depth)
      let answer = await service.ask(#"{"object_type": "tasks", "filters": [\#(text)]}"#)
      #expect(answer.contains("\"data\""))
      if depth <= 30, open.contains("or") || open.contains("and") || open.contains("not") {
        #expect(answer.contains(#""items""#), "\(open) \(depth)")
      }
      // The same as a rule: accepted, or refused with its place.
      let rule = #"{"tables_enabled": {"tasks": {"data": [\#(text)]}}}"#
      do throws(Diagnostics) {
        let profile = try Profile(document: SourceDocument(name: "p", text: rule))
        let other = try? Helpdesk.database().service([:])
        other?.replaceProfiles(ProfileCatalog(["p": profile]))
        let answer = await other?.ask(#"{"object_type": "tasks"}"#) ?? ""
        #expect(isAnsweredOrRefused(answer) || answer.contains("invalid_profile"), "\(answer)")
      } catch {
        #expect(!error.list.isEmpty)
      }
    }
  }

  @Test(.watches(.size), arguments: Extent.cases(few: [1, 64, 65, 1_000], more: [5_000, 20_000]))
  func anyNumberOfTests(count: Int) async throws {
    let service = try Helpdesk.database().service(#"{"tables_enabled": {"*": "*"}}"#)
    let kinds = [
      #"{"field": "id", "value": INDEX}"#,
      #"{"field": "title", "operator": "not like", "value": "xINDEX"}"#,
      #"{"field": "client.name", "value": "xINDEX"}"#,
    ]
    for kind in kinds.prefix(count > 1_000 ? 2 : 3) {
      let tests = (0..<count).map { kind.replacing("INDEX", with: "\($0)") }.joined(separator: ",")
      for joining in ["AND", "OR"] {
        let answer = await service.ask(
          #"{"object_type": "tasks", "operator": "\#(joining)", "filters": [\#(tests)]}"#)
        #expect(isAnsweredOrRefused(answer), "\(answer.prefix(300))")
      }
    }
  }

  @Test(.watches(.size), arguments: Extent.cases(few: [1_000, 1_000_000], more: [4_000_000]))
  func aTextOfAnyLength(count: Int) async throws {
    let service = try Helpdesk.database().service(Helpdesk.profile)
    let long = String(repeating: "a", count: count)
    for request in [
      #""search": "\#(long)""#,
      #""filters": [{"field": "title", "operator": "like", "value": "\#(long)"}]"#,
      #""filters": [{"field": "title", "operator": "starts with", "value": "\#(long)"}]"#,
      #""filters": [{"field": "\#(long)", "value": 1}]"#, #""select": ["\#(long)"]"#,
      #""sort": "\#(long)""#, #""after": "\#(long)""#,
      #""filters": [{"field": "title", "operator": "\#(long)", "value": 1}]"#, #""\#(long)": 1"#,
      #""filters": [{"field": "id", "value": \#(String(repeating: "9", count: min(count, 100_000)))}]"#,
    ] {
      let answer = await service.ask(#"{"object_type": "tasks", \#(request)}"#)
      #expect(answer.hasPrefix(#"{"data":{"#))
      // An error repeats no more of it than a person would read.
      #expect(answer.count < 2_000, "\(answer.count) \(request.prefix(40))")
    }
    let answer = await service.ask(#"{"object_type": "\#(long)"}"#)
    #expect(answer.contains("unknown_table") && answer.count < 2_000)
  }

  @Test(.watches(.size)) func documentsOfSomeMegabytes() async throws {
    // Of a tenth of that size where not everything is tried.
    let scale = Extent.count(few: 1, all: 10)
    let names = (0..<6_000 * scale).map { #""table number \#($0)": "*""# }.joined(separator: ",")
    let large = try Profile(
      document: SourceDocument(name: "p", text: #"{"tables_enabled": {"tasks": "*", \#(names)}}"#))
    let service = try Helpdesk.database().service([:])
    service.replaceProfiles(ProfileCatalog(["p": large]))
    #expect(try await service.ids("").count == 5)
    for text in [
      String(repeating: "{", count: 300_000 * scale),
      String(repeating: "[[", count: 100_000 * scale),
      String(repeating: " ", count: 400_000 * scale),
      "\"" + String(repeating: "\\u0000", count: 50_000 * scale),
    ] {
      #expect(throws: Diagnostics.self) {
        _ = try Profile(document: SourceDocument(name: "p", text: text))
      }
      #expect(await service.ask(text).contains(#""code""#))
    }
  }

  // MARK: Time

  /// A count that takes seconds: each record is compared with every other one.
  private static let slow = """
    CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
    INSERT INTO t SELECT i, printf('%0100d', i), 'x' FROM n;
    """
  private static let everything = #"{"tables_enabled": {"*": "*"}}"#

  @Test(.watches(.time)) func aRequestEndsAtItsDeadline() async throws {
    try await OwnThread.run {
      let database = try TemporaryDatabase(Self.slow)
      let service = try database.service(Self.everything, limits: .init(timeout: .milliseconds(3)))
      let clock = ContinuousClock.now
      for request in [
        #""sort": "a desc, b""#, #""search": "nothing has this""#,
        #""count": "exact", "search": "y""#,
      ] {
        let answer = await service.ask(#"{"object_type": "t", "size": 1, \#(request)}"#)
        #expect(answer.contains(#""code":"deadline_exceeded""#), "\(answer)")
      }
      #expect(clock.duration(to: .now) < .seconds(2))
      let patient = try database.service(Self.everything)
      #expect(try await patient.count(ListRequest(table: "t"), as: .ana) == 200_000)
    }
  }

  @Test(.watches(.time)) func aStreamEndsAtItsDeadline() async throws {
    try await OwnThread.run {
      let service = try TemporaryDatabase(Self.slow).service(
        Self.everything, limits: .init(timeout: .milliseconds(500)))
      var count = 0
      let error = await serviceError {
        for try await _ in service.stream(ListRequest(table: "t"), as: .ana) {
          count += 1
          if count == 10 { try await Task.sleep(for: .milliseconds(600)) }
        }
      }
      #expect(error?.code == .deadlineExceeded)
      #expect(count >= 10 && count < 200_000)
      #expect(try await service.ids(#""size": 1"#, of: "t") == [1])
    }
  }

  @Test(.watches(.time)) func aCancelledRequestEnds() async throws {
    let service = try TemporaryDatabase(Self.slow).service(["p": Self.everything], connections: 1)
    let request = ListRequest(table: "t", search: "nothing has this either")
    let task = Task { () -> ServiceError? in
      await serviceError { while true { _ = try await service.count(request, as: .ana) } }
    }
    cancelSoon(task)
    #expect(await task.value?.code == .cancelled)
    // The only connection was returned, and works.
    #expect(try await service.ids(#""size": 1"#, of: "t") == [1])
  }

  @Test(.watches(.time)) func aLockedDatabaseIsWaitedForAndThenReported() async throws {
    let database = try TemporaryDatabase(
      "CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1);")
    let service = try database.service(
      ["p": Self.everything], configuration: .init(busyTimeout: .milliseconds(30)))
    let other = try Connection(.readWrite(path: database.path))
    try other.execute("BEGIN EXCLUSIVE; INSERT INTO t VALUES (2);")
    let answer = await service.ask(#"{"object_type": "t"}"#)
    #expect(answer.contains(#""code":"database_error""#) && answer.contains("locked"), "\(answer)")
    try other.execute("COMMIT")
    #expect(try await service.ids("", of: "t") == [1, 2])
  }
}
