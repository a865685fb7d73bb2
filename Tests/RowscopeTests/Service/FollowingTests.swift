import Foundation
import RecordFilter
import RecordStore
import Rowscope
import Synchronization
import TestSupport
import Testing

@Suite struct FollowingTests {
  static let files = [
    "workspace.json": """
    {"database": "tables", "users": "users.json", "profiles": {"a": "a.json", "b": "b.json"}}
    """,
    "users.json": """
    [{"id_user": 1, "name": "Ana", "profile": "a"}, {"id_user": 2, "name": "Bo", "profile": "b"},
     {"id_user": 3, "name": "Cy"}, {"id_user": "x-4", "name": "5", "profile": "a"},
       {"id_user": 5, "name": "Di", "profile": "a"}]
    """,
    "a.json": #"{"tables_enabled": {"t": {"data": [{"field": "n", "value": 1}]}}}"#,
    "b.json": #"{"tables_enabled": {"t": "*"}}"#,
    "tables/t.csv": "id,n\n1,1\n2,2\n3,1\n",
  ]

  final class Log: Sendable {
    private let reports = Mutex<[RecordService.FileReport]>([])
    func add(_ report: RecordService.FileReport) { reports.withLock { $0.append(report) } }
    func take() -> [RecordService.FileReport] {
      reports.withLock { reports in
        defer { reports = [] }
        return reports
      }
    }
  }

  let folder: TemporaryFolder
  let log = Log()
  let service: RecordService

  init() throws {
    folder = try TemporaryFolder(Self.files)
    service = try RecordService(following: folder.path, report: log.add)
  }

  /// The ids that a user reaches, or the code of the error.
  private func ids(as user: String) async -> String { await Self.ids(service, as: user) }

  private static func ids(_ service: RecordService, as user: String) async -> String {
    let line = #"{"as": \#(user), "object_type": "t", "select": ["id"]}"#
    let answer = await service.answer(line: Array(line.utf8)).json
    guard
      let json = try? JSONSerialization.jsonObject(with: Data(answer)) as? [String: [String: Any]],
      let data = json["data"]
    else { return "no JSON" }
    if let code = data["code"] as? String { return code }
    return (data["items"] as? [[String: Int]] ?? []).compactMap { $0["id"].map(String.init) }
      .joined(separator: " ")
  }

  @Test func usersAreFoundByIDAndNameOnly() async {
    #expect(await ids(as: "1") == "1 3")
    #expect(await ids(as: "\"1\"") == "1 3")
    #expect(await ids(as: "\"Bo\"") == "1 2 3")
    #expect(await ids(as: "\"x-4\"") == "1 3")
    #expect(await ids(as: "3") == "unknown_table")
    for stranger in [
      "6", "-1", "\"\"", "\"ana\"", "\"Ana \"", "\"An\"", "\"An\\u0000a\"", "\"Ana\\u0000\"",
      "\"x-4' OR 1=1 --\"", "\"%\"", "\"b.json\"", "\"A\\u0301na\"",
    ] {
      #expect(await ids(as: stranger) == "unknown_user", "\(stranger)")
    }
    #expect(await ids(as: "5") == "1 3")
    // The name of one user is the id of another: an id wins.
    #expect(await ids(as: "\"5\"") == "1 3")
    #expect(log.take().isEmpty)
  }

  @Test func anUnknownNameIsPrintedSafely() async {
    let name = String(repeating: "x", count: 100_000) + "\u{1b}[31m"
    let line = #"{"as": "\#(name.prefix(100_000))\u001b", "object_type": "t"}"#
    let answer = await service.answer(line: Array(line.utf8)).json
    #expect(answer.count < 300)
    let hostile = await service.answer(
      line: Array(#"{"as": "\u001b[31m\"\n", "object_type": "t"}"#.utf8)
    ).json
    #expect(
      String(decoding: hostile, as: UTF8.self).hasPrefix(
        #"{"data":{"message":"there is no user \""#))
    #expect(hostile.allSatisfy { $0 >= 0x20 })
  }

  @Test func aChangedProfileAppliesToTheNextRequest() async throws {
    for value in [2, 1, 2, 1, 2] {
      // Of the same size and right after the other: each change is seen all the same.
      try folder.write(
        #"{"tables_enabled": {"t": {"data": [{"field": "n", "value": \#(value)}]}}}"#, to: "a.json")
      #expect(await ids(as: "1") == (value == 1 ? "1 3" : "2"))
    }
    #expect(await ids(as: "2") == "1 2 3")
    let reports = log.take()
    #expect(!reports.isEmpty)
    #expect(reports.allSatisfy { $0.message == "reread \(folder.path)/a.json" && !$0.isProblem })
  }

  @Test func aChangeInPlaceIsSeenEvenWithinATickOfTheClock() async throws {
    let handle = try #require(FileHandle(forWritingAtPath: folder.path + "/a.json"))
    for round in 0..<50 {
      let value = 1 + round % 2
      try handle.seek(toOffset: 0)
      handle.write(
        Data(#"{"tables_enabled": {"t": {"data": [{"field": "n", "value": \#(value)}]}}}"#.utf8))
      #expect(await ids(as: "1") == (value == 1 ? "1 3" : "2"))
    }
  }

  @Test(arguments: ["{", #"{"tables_enabled": {"t": {"data": [{"feld": "n"}]}}}"#, "\u{0}", ""])
  func aBrokenProfileDeniesOnlyItsUsers(text: String) async throws {
    try folder.write(text, to: "a.json")
    #expect(await ids(as: "1") == "invalid_profile")
    #expect(await ids(as: "2") == "1 2 3")
    let reports = log.take()
    #expect(reports.count == 1)
    #expect(reports.first?.isProblem == true)
    #expect(reports.first?.message.contains("a.json") == true)
    #expect(
      reports.first?.message.hasSuffix(
        "The users of the profile \"a\" are denied everything until this is fixed.") == true)

    try folder.write(Self.files["a.json"] ?? "", to: "a.json")
    #expect(await ids(as: "1") == "1 3")
    try FileManager.default.removeItem(atPath: folder.path + "/a.json")
    #expect(await ids(as: "1") == "invalid_profile")
    #expect(await ids(as: "2") == "1 2 3")
  }

  @Test func aProfileThatIsBrokenAtTheStartIsReported() async throws {
    try folder.write("{", to: "a.json")
    let log = Log()
    _ = try RecordService(following: folder.path + "/workspace.json", report: log.add)
    let reports = log.take()
    #expect(reports.count == 1)
    #expect(reports.first?.isProblem == true)
  }

  @Test func changedUsersApplyToTheNextRequest() async throws {
    try folder.write(
      #"[{"id_user": 1, "name": "Ana", "profile": "b"}, {"id_user": 9, "profile": "a"}]"#,
      to: "users.json")
    #expect(await ids(as: "1") == "1 2 3")
    #expect(await ids(as: "9") == "1 3")
    #expect(await ids(as: "2") == "unknown_user")
    #expect(log.take().map(\.message) == ["reread \(folder.path)/users.json"])
  }

  /// A relation that cannot be used is told to the operator, and denies nothing else.
  @Test func aRelationThatDoesNotFitIsLogged() async throws {
    try folder.write(
      """
      {"database": "tables", "users": "users.json", "profiles": {"a": "a.json", "b": "b.json"},
       "tables": {"t": {"fields": {"n": {"relation": {"table": "u", "field": "id"}}}}}}
      """, to: "workspace.json")
    #expect(await ids(as: "1") == "1 3")
    let problems = log.take().filter(\.isProblem).map(\.message)
    #expect(problems.count == 1)
    #expect(problems.first?.contains("workspace.json:2:") == true)
    #expect(problems.first?.contains(#"the database has no table "u""#) == true)
    #expect(problems.first?.hasSuffix("What needs this is denied until it is fixed.") == true)
  }

  @Test(arguments: ["users.json", "workspace.json"])
  func brokenUsersOrWorkspacesDenyEverybodyUntilRepaired(file: String) async throws {
    try folder.write("[{", to: file)
    for _ in 0..<3 { #expect(await ids(as: "1") == "invalid_workspace") }
    #expect(await ids(as: "\"nobody\"") == "invalid_workspace")
    let reports = log.take()
    #expect(reports.count == 1)
    #expect(
      reports.first?.message.hasSuffix("Everything is denied until this is fixed.") == true)
    try folder.write(Self.files[file] ?? "", to: file)
    #expect(await ids(as: "1") == "1 3")
    #expect(log.take().map(\.isProblem) == [false])
  }

  @Test func aChangedWorkspaceIsOpenedAgain() async throws {
    try folder.write("id,n\n7,1\n", to: "other/t.csv")
    try folder.write(
      #"{"database": "other", "users": "users.json", "profiles": {"a": "a.json", "b": "b.json"}}"#,
      to: "workspace.json")
    #expect(await ids(as: "1") == "7")
    #expect(log.take().map(\.message) == ["reread \(folder.path)/workspace.json"])
  }

  @Test func changedCSVFilesAreReadAgainAndBrokenOnesAreNot() async throws {
    try folder.write("id,n\n8,1\n", to: "tables/t.csv")
    try await Task.sleep(for: .seconds(1.1))
    #expect(await ids(as: "1") == "8")
    _ = log.take()
    try folder.write("id,n\n\"8,1\n", to: "tables/t.csv")
    try await Task.sleep(for: .seconds(1.1))
    #expect(await ids(as: "1") == "8")
    #expect(
      log.take().first?.message.hasSuffix("The data stays as it was until this is fixed.") == true)
  }

  @Test func aReplacedDatabaseIsOpenedAgain() async throws {
    let first = try TemporaryDatabase(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 1)")
    let second = try TemporaryDatabase(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (2, 1)")
    let path = folder.path + "/data.sqlite"
    try FileManager.default.copyItem(atPath: first.path, toPath: path)
    try folder.write(
      #"{"database": "data.sqlite", "users": "users.json", "profiles": {"a": "a.json", "b": "b.json"}}"#,
      to: "workspace.json")
    #expect(await ids(as: "1") == "1")
    try FileManager.default.copyItem(atPath: second.path, toPath: path + ".new")
    #expect(rename(path + ".new", path) == 0)
    #expect(await ids(as: "1") == "2")
    // A change of the file's contents needs no reopening.
    _ = log.take()
    try Connection(.readWrite(path: path)).execute("INSERT INTO t VALUES (3, 1)")
    #expect(await ids(as: "1") == "2 3")
    #expect(log.take().isEmpty)
  }

  @Test func manyTasksMayAskWhileFilesChange() async throws {
    let (service, folder) = (service, folder)
    await withTaskGroup(of: Bool.self) { group in
      for task in 0..<200 {
        if task % 50 == 10 {
          // As a whole: a profile of which half is written denies.
          try? folder.write((Self.files["a.json"] ?? "") + "\n", to: "new.json")
          #expect(rename(folder.path + "/new.json", folder.path + "/a.json") == 0)
        }
        group.addTask { await Self.ids(service, as: "1") == "1 3" }
      }
      for await isRight in group { #expect(isRight) }
    }
  }

  private final class Changes: Sendable {
    let begun = Atomic(0)
    let done = Atomic(0)
    let isOver = Atomic(false)
    let answers = Atomic(0)
  }

  /// A profile is replaced again and again under eight readers. No request that begins after that
  /// is answered by an older one.
  @Test(arguments: [#""users.json""#, #"{"table": "people", "id_user": "id", "profile": "role"}"#])
  func noAnswerIsOfAnOlderProfile(users: String) async throws {
    let folder = try TemporaryFolder([
      "workspace.json": """
      {"database": "h.db", "users": \(users), "profiles": {"a": "a.json", "b": "b.json"}}
      """,
      "users.json": #"[{"id_user": 1, "profile": "a"}]"#,
      "b.json": "{}",
    ])
    func replace(_ number: Int) throws {
      let condition = #"{"field": "id", "value": \#(number % 16)}"#
      try folder.write(#"{"tables_enabled": {"t": {"data": [\#(condition)]}}}"#, to: "new.json")
      guard rename(folder.path + "/new.json", folder.path + "/a.json") == 0 else {
        throw CocoaError(.fileWriteUnknown)
      }
    }
    try replace(0)
    try Connection(.create(path: folder.path + "/h.db")).execute(
      """
      CREATE TABLE people (id INTEGER PRIMARY KEY, role TEXT); INSERT INTO people VALUES (1, 'a');
      CREATE TABLE t (id INTEGER PRIMARY KEY);
      WITH RECURSIVE n(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM n WHERE x < 15)
      INSERT INTO t SELECT x FROM n;
      """)
    let service = try RecordService(following: folder.path, connections: 3)
    let changes = Changes()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask(executorPreference: OwnThread()) {
        defer { changes.isOver.store(true, ordering: .sequentiallyConsistent) }
        for number in 1...Extent.count(few: 50, all: 150) {
          changes.begun.store(number, ordering: .sequentiallyConsistent)
          try replace(number)
          changes.done.store(number, ordering: .sequentiallyConsistent)
          // At times so long that the file counts as settled.
          try await Task.sleep(for: .milliseconds(number % 10 == 0 ? 40 : 3))
        }
      }
      for reader in 0..<8 {
        group.addTask(executorPreference: OwnThread()) {
          while !changes.isOver.load(ordering: .sequentiallyConsistent) {
            let first = changes.done.load(ordering: .sequentiallyConsistent)
            let request = ListRequest(table: "t")
            let page = try await service.list(request, as: .inWorkspace(1))
            let last = changes.begun.load(ordering: .sequentiallyConsistent)
            let seen = page.items.map { $0["id"]?.integer ?? -1 }
            let isRight = (first...last).contains { seen == [Int64($0 % 16)] }
            #expect(isRight, "\(seen) by reader \(reader) after \(first), before \(last)")
            changes.answers.add(1, ordering: .relaxed)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(changes.answers.load(ordering: .relaxed) > 50)
  }

  @Test func aFollowingServiceWrites() async throws {
    let folder = try TemporaryFolder([
      "workspace.json": """
      {"database": "h.db", "users": "users.json", "profiles": {"a": "a.json"}}
      """,
      "users.json": #"[{"id_user": 1, "profile": "a"}]"#,
      "a.json": #"{"tables_enabled": {"t": {"can_create": true}}}"#,
    ])
    try Connection(.create(path: folder.path + "/h.db")).execute(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT)")
    let service = try RecordService(following: folder.path, isWritable: true)
    try await service.create(["note": "one"], in: "t", as: .inWorkspace(1))
    // A user who is passed in has the profiles of the files, too.
    try await service.create(["note": "two"], in: "t", as: User(id: 2, profile: "a"))
    try folder.write(#"{"tables_enabled": {"t": {"can_create": false}}}"#, to: "a.json")
    for user in [User.inWorkspace(1), User(id: 2, profile: "a")] {
      let error = await #expect(throws: ServiceError.self) {
        try await service.create(["note": "three"], in: "t", as: user)
      }
      #expect(error?.code == .denied)
      #expect(try await service.count(ListRequest(table: "t"), as: user) == 2)
    }
    let reading = try RecordService(following: folder.path)
    let error = await #expect(throws: ServiceError.self) {
      try await reading.create(["note": "four"], in: "t", as: .inWorkspace(1))
    }
    #expect(error?.code == .notWritable)
  }

  @Test func invalidRequestsAreAnswered() async {
    for line: [UInt8] in [[], [0], [0xFF, 0xFE], Array("{".utf8), Array("\u{FEFF}{}".utf8)] {
      let answer = await service.answer(line: line).json
      #expect(String(decoding: answer, as: UTF8.self).hasPrefix(#"{"data":{"message":""#))
    }
  }

  @Test func aMissingWorkspaceIsReportedAtOnce() {
    #expect(throws: OpeningError.self) {
      try RecordService(following: folder.path + "/nowhere")
    }
  }
}
