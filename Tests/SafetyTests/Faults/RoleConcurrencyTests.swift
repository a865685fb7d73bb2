import Foundation
import RecordStore
import Rowscope
import RowscopeModel
import Synchronization
import TestSupport
import Testing

/// Roles in the database that change under readers: once a change is committed, no answer is of the
/// role before it.
///
/// `ROWSCOPE_CONCURRENCY_SECONDS` is the duration for each journal mode (default 2).
@Suite(.serialized) struct RoleConcurrencyTests {
  private static let workspace = #"""
    {"database": "h.db",
     "users": {"table": "people", "id_user": "id", "profile": "role",
       "where": [{"field": "active", "value": 1}],
       "teams": {"table": "memberships", "user": "user_id", "team": "team_id"},
       "profiles": {"table": "user_roles", "user": "user_id", "profile": "role"}},
     "profiles": {"table": "roles", "name": "name", "document": "document"}}
    """#

  /// The changes go round so many tasks: with each, the user reaches the next one.
  private static let tasks: Int64 = 16

  private static func document(_ condition: String) -> String {
    #"{"tables_enabled": {"tasks": {"data": [\#(condition)]}}}"#
  }

  private static func tables(_ journal: String) -> String {
    let roles = (0..<tasks).map {
      "INSERT INTO roles VALUES ('task \($0)', '\(document(#"{"field": "id", "value": \#($0)}"#))');"
    }
    return """
      PRAGMA journal_mode = \(journal);
      CREATE TABLE people(id INTEGER PRIMARY KEY, role TEXT, active INTEGER);
      CREATE TABLE memberships(user_id INTEGER, team_id INTEGER);
      CREATE INDEX members ON memberships(user_id);
      CREATE TABLE user_roles(user_id INTEGER, role TEXT);
      CREATE INDEX holders ON user_roles(user_id);
      CREATE TABLE roles(name TEXT PRIMARY KEY, document TEXT);
      CREATE TABLE tasks(id INTEGER PRIMARY KEY, note TEXT);
      WITH RECURSIVE n(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM n WHERE x < \(tasks - 1))
      INSERT INTO tasks SELECT x, 'note' FROM n;
      INSERT INTO people VALUES (1, 'task 0', 1);
      INSERT INTO roles VALUES ('of the team', '\(document(
        #"{"field": "id", "operator": "in", "reference": "teams"}"#))'), ('written', '');
      \(roles.joined(separator: "\n"))
      """
  }

  /// The ways in which a user comes to reach a task, and no other.
  private static func change(_ number: Int64) -> String {
    let task = number % tasks
    let before = "DELETE FROM memberships; DELETE FROM user_roles;"
    return switch number % 5 {
    case 0: before + "UPDATE people SET role = 'task \(task)', active = 1"
    case 1:
      before + "UPDATE people SET role = NULL, active = 1;"
        + "INSERT INTO user_roles VALUES (1, 'task \(task)')"
    case 2:
      before + "UPDATE people SET role = 'of the team', active = 1;"
        + "INSERT INTO memberships VALUES (1, \(task))"
    case 3:
      before + "UPDATE people SET role = 'written', active = 1;"
        + "UPDATE roles SET document = '\(document(#"{"field": "id", "value": \#(task)}"#))' "
        + "WHERE name = 'written'"
    default: "UPDATE people SET active = 0"
    }
  }

  private final class Changes: Sendable {
    /// The last change that was begun, and the last that is committed.
    let begun = Atomic<Int64>(0)
    let committed = Atomic<Int64>(0)
    let isDone = Atomic(false)
    let answers = Atomic(0)
    let refusals = Atomic(0)
  }

  /// What a user reaches, asked in one of several ways: the task; nil for one who is not known.
  private static func task(_ service: RecordService, _ way: Int) async throws -> Int64? {
    let user = User.inWorkspace(1)
    let all = ListRequest(table: "tasks")
    do throws(ServiceError) {
      switch way % 4 {
      case 0: return try await service.list(all, as: user).items.only?["id"]?.integer
      case 1:
        let answer = await service.answer(all, as: user)
        if let error = answer.error { throw error }
        let text = String(decoding: answer.json, as: UTF8.self)
        return (0..<tasks).first { text.contains("\"id\":\($0),") }
      case 2:
        var found: [Record] = []
        for try await record in service.stream(all, as: user) { found.append(record) }
        return found.only?["id"]?.integer
      default:
        return try await service.read(as: user) { reader throws(ServiceError) in
          // Both are of one moment.
          let count = try reader.count(all)
          let page = try reader.list(all)
          return count == 1 ? page.items.only?["id"]?.integer : -1
        }
      }
    } catch {
      guard error.code == .unknownUser else { throw error }
      return nil
    }
  }

  @Test(arguments: ["WAL", "DELETE"])
  func noAnswerIsOfTheOldRole(journal: String) async throws {
    let folder = try TemporaryFolder(["workspace.json": Self.workspace])
    let path = folder.path("h.db")
    try Connection(.create(path: path)).execute(Self.tables(journal))
    let service = try RecordService(
      workspace: .load(path: folder.path), limits: .init(timeout: .seconds(60)), connections: 3)
    let seconds = Extent.count("ROWSCOPE_CONCURRENCY_SECONDS", few: 1, all: 2)
    let end = ContinuousClock.now + .seconds(seconds)
    let changes = Changes()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask(executorPreference: OwnThread()) {
        defer { changes.isDone.store(true, ordering: .sequentiallyConsistent) }
        let connection = try Connection(
          .readWrite(path: path), configuration: .init(busyTimeout: .seconds(60)))
        var number: Int64 = 0
        while ContinuousClock.now < end || number < 40 {
          number += 1
          changes.begun.store(number, ordering: .sequentiallyConsistent)
          try connection.execute("BEGIN IMMEDIATE; \(Self.change(number)); COMMIT")
          changes.committed.store(number, ordering: .sequentiallyConsistent)
          // Waiters poll for the lock.
          try await Task.sleep(for: .milliseconds(2))
        }
      }
      for reader in 0..<8 {
        group.addTask(executorPreference: OwnThread()) {
          var asked = 0
          while !changes.isDone.load(ordering: .sequentiallyConsistent) {
            asked += 1
            let first = changes.committed.load(ordering: .sequentiallyConsistent)
            let task = try await Self.task(service, reader + asked)
            let last = changes.begun.load(ordering: .sequentiallyConsistent)
            // One of the changes between has this answer.
            let isRight = (first...last).contains { number in
              number % 5 == 4 ? task == nil : task == number % Self.tasks
            }
            #expect(isRight, "\(String(describing: task)) after \(first), before \(last)")
            changes.answers.add(1, ordering: .relaxed)
            if task == nil { changes.refusals.add(1, ordering: .relaxed) }
          }
        }
      }
      try await group.waitForAll()
    }
    let (count, refusals) = (
      changes.answers.load(ordering: .relaxed), changes.refusals.load(ordering: .relaxed)
    )
    print(
      "roles: \(journal), \(count) answers to 8 readers, \(refusals) of them refusals, "
        + "\(changes.committed.load(ordering: .relaxed)) changes, \(seconds) s")
    #expect(count > 50 && refusals > 0 && refusals < count)
  }
}

extension [Record] {
  fileprivate var only: Record? { count == 1 ? self[0] : nil }
}
