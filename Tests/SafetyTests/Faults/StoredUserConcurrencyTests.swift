import Foundation
import RecordStore
import Rowscope
import Synchronization
import TestSupport
import Testing

/// What says who a user is changes under eight readers: no answer is of an older state than was
/// committed before its request.
@Suite(.serialized) struct StoredUserConcurrencyTests {
  /// A way to say that user 1 reaches the one task of a number.
  enum Way: String, CaseIterable, Sendable {
    case attribute, team, profile, link, document

    func change(to number: Int) -> String {
      switch self {
      case .attribute: "UPDATE people SET region = 'r\(number)' WHERE id = 1"
      case .team: "UPDATE memberships SET team = \(number)"
      case .profile: "UPDATE people SET role = 'task\(number)' WHERE id = 1"
      case .link: "UPDATE user_roles SET role = 'task\(number)'"
      case .document:
        """
        UPDATE roles SET document = (SELECT document FROM roles WHERE name = 'task\(number)')
        WHERE name = 'changing'
        """
      }
    }

    var role: String? {
      switch self {
      case .attribute: "region"
      case .team: "team"
      case .profile: "task0"
      case .link: nil
      case .document: "changing"
      }
    }
  }

  private static let count = Extent.count(few: 50, all: 150)

  private final class Number: Sendable {
    private let atomic = Atomic(0)

    var value: Int {
      get { atomic.load(ordering: .sequentiallyConsistent) }
      set { atomic.store(newValue, ordering: .sequentiallyConsistent) }
    }

    func add() { atomic.add(1, ordering: .relaxed) }
  }

  private func folder(_ way: Way) throws -> TemporaryFolder {
    let folder = try TemporaryFolder([
      "workspace.json": """
      {"database": "h.db",
       "users": {"table": "people", "id_user": "id", "name": "name", "profile": "role",
                 "attributes": {"region": "region"},
                 "teams": {"table": "memberships", "user": "person", "team": "team"},
                 "profiles": {"table": "user_roles", "user": "person", "profile": "role"}},
       "profiles": {"table": "roles", "name": "name", "document": "document"}}
      """
    ])
    func document(_ condition: String) -> String {
      "{\"tables_enabled\": {\"tasks\": {\"data\": [\(condition)]}}}"
    }
    let numbers = 0..<Self.count
    let documents =
      numbers.map { ("task\($0)", #"{"field": "id", "value": \#($0)}"#) } + [
        ("region", #"{"field": "region", "reference": "attributes.region"}"#),
        ("team", #"{"field": "team", "operator": "in", "reference": "teams"}"#),
        ("changing", #"{"field": "id", "value": 0}"#),
      ]
    let role = way.role.map { "'\($0)'" } ?? "NULL"
    try Connection(.create(path: folder.path("h.db"))).execute(
      """
      PRAGMA journal_mode = WAL;
      CREATE TABLE people(id INTEGER PRIMARY KEY, name TEXT, role TEXT, region TEXT);
      CREATE TABLE memberships(person INTEGER, team INTEGER);
      CREATE TABLE user_roles(person INTEGER, role TEXT);
      CREATE TABLE roles(name TEXT PRIMARY KEY, document TEXT);
      CREATE TABLE tasks(id INTEGER PRIMARY KEY, team INTEGER, region TEXT);
      INSERT INTO tasks VALUES \(numbers.map { "(\($0), \($0), 'r\($0)')" }.joined(separator: ", "));
      INSERT INTO roles VALUES
        \(documents.map { "('\($0.0)', '\(document($0.1))')" }.joined(separator: ", "));
      INSERT INTO people VALUES (1, 'Ana', \(role), 'r0');
      INSERT INTO memberships VALUES (1, 0);
      \(way == .link ? "INSERT INTO user_roles VALUES (1, 'task0');" : "")
      """)
    return folder
  }

  @Test(arguments: Way.allCases)
  func noAnswerIsOfAnOlderState(way: Way) async throws {
    let folder = try folder(way)
    let service = try RecordService(workspace: .load(path: folder.path), connections: 3)
    let (begun, committed) = (Number(), Number())
    let (answers, later) = (Number(), Number())
    let path = folder.path("h.db")
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask(executorPreference: OwnThread()) {
        let connection = try Connection(
          .readWrite(path: path), configuration: .init(busyTimeout: .seconds(20)))
        while answers.value == 0 { try await Task.sleep(for: .milliseconds(1)) }
        for number in 1..<Self.count {
          begun.value = number
          try connection.execute(way.change(to: number))
          committed.value = number
          try await Task.sleep(for: .milliseconds(2))
        }
      }
      for reader in 0..<8 {
        group.addTask(executorPreference: OwnThread()) {
          while committed.value < Self.count - 1 {
            let before = committed.value
            let user = User.inWorkspace(reader % 2 == 0 ? 1 : "Ana")
            let page = try await service.list(ListRequest(table: "tasks", select: ["id"]), as: user)
            let after = begun.value
            let seen = page.items.compactMap { $0["id"]?.integer.map { Int($0) } }
            try #require(seen.count == 1, "\(seen)")
            #expect((before...after).contains(seen[0]), "\(seen) is not in \(before)...\(after)")
            answers.add()
            if seen[0] > before { later.add() }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(answers.value > 50)
    // Some answers know of a change that came while they were asked for.
    print("stored users: \(way), \(answers.value) answers, \(later.value) of a later change")
  }
}
