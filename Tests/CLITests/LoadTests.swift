import Foundation
import Synchronization
import TestSupport
import Testing

/// Many clients ask at once while profiles change: no answer has a wrong record, and none is lost.
@Suite struct LoadTests {
  private static let clients = 64
  private static let users = 8

  /// What the profile says: the records of this parity. A change is under way while `begun` is
  /// more than `done`.
  private struct Change {
    var begun = 0
    var done = 0
  }

  private struct Counts {
    var answers = 0
    var wrong: [String] = []
  }

  private static func profile(_ change: Int) -> String {
    """
    {"tables_enabled": {"tasks": {"data": [
      {"field": "owner", "reference": "id_user"}, {"field": "parity", "value": \(change % 2)}]}}}
    """
  }

  @Test func noAnswerIsWrongOrLost() throws {
    let folder = try TemporaryFolder()
    let users = (0..<Self.users).map { #"{"id_user": \#($0), "profile": "p"}"# }
    try folder.sql(
      """
      CREATE TABLE tasks (id INTEGER PRIMARY KEY, owner INTEGER, parity INTEGER, title TEXT);
      CREATE INDEX owners ON tasks (owner, parity);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
      INSERT INTO tasks SELECT i, i % \(Self.users), i / \(Self.users) % 2, 'task ' || i FROM n;
      """, on: "desk.sqlite")
    try folder.write(
      """
      {"database": "desk.sqlite", "profiles": {"p": "p.json"},
       "users": [\(users.joined(separator: ","))]}
      """, to: "workspace.json")
    try folder.write(Self.profile(0), to: "p.json")
    let server = try ListeningServer(
      folder.path, listen: "unix:/tmp/rowscope-\(UUID().uuidString.prefix(8)).socket")
    let clients = try (0..<Self.clients).map { number in
      (number % Self.users, try server.client(as: String(number % Self.users)))
    }
    let seconds = Extent.count("ROWSCOPE_LOAD_SECONDS", few: 2, all: 60)
    let end = Date(timeIntervalSinceNow: TimeInterval(seconds))
    let change = Shared(Change())
    let counts = Shared(Counts())
    let group = DispatchGroup()
    for (user, client) in clients {
      group.enter()
      onOwnThread {
        Self.ask(client, user: user, until: end, change, counts)
        group.leave()
      }
    }
    var changes = 0
    while Date() < end {
      Thread.sleep(forTimeInterval: 0.015)
      changes += 1
      change.state.withLock { $0.begun = changes }
      try Data(Self.profile(changes).utf8).write(
        to: URL(fileURLWithPath: folder.path("p.json")), options: .atomic)
      change.state.withLock { $0.done = changes }
    }
    group.wait()
    let (answers, wrong) = counts.state.withLock { ($0.answers, $0.wrong) }
    #expect(wrong.prefix(3) == [])
    #expect(answers > 100 * seconds && changes > 10 * seconds, "\(answers), \(changes)")
    #expect(server.end() == 0)
  }

  private final class Shared<State>: Sendable {
    let state: Mutex<State>
    init(_ state: sending State) { self.state = Mutex(state) }
  }

  /// Asks in bursts of a few requests, whose answers come in any order.
  private static func ask(
    _ client: SocketClient, user: Int, until end: Date, _ change: Shared<Change>,
    _ counts: Shared<Counts>
  ) {
    var id = 0
    while Date() < end {
      let before = change.state.withLock { $0 }
      let burst = id..<id + 8
      id += 8
      client.send(
        burst.map { id in
          #"{"id": \#(id), "object_type": "tasks", "select": ["id", "owner", "parity"], "size": "#
            + "\(id % 40 + 1)"
            + (id % 3 == 0 ? #", "sort": "title desc""# : "") + "}\n"
        }.joined())
      var missing = Set(burst)
      var parities: Set<Int> = []
      for _ in burst {
        guard let line = client.line(),
          let answer = try? JSONDecoder().decode(Answer.self, from: Data(line.utf8))
        else { return note("an answer is lost or no list of user \(user)") }
        if missing.remove(answer.id) == nil { note("\(answer.id) is answered twice") }
        let items = answer.data.items
        if items.count != answer.id % 40 + 1 { note("\(items.count) records: \(line)") }
        if items.contains(where: { $0.owner != user }) { note("of another user: \(line)") }
        if Set(items.map(\.parity)).count > 1 { note("of two profiles: \(line)") }
        parities.formUnion(items.map(\.parity))
      }
      let after = change.state.withLock { $0 }
      if before.begun == before.done, before.done == after.begun, parities != [before.done % 2] {
        note("of an old profile: \(parities) after change \(before.done)")
      }
      counts.state.withLock { $0.answers += burst.count }
    }
    func note(_ wrong: String) { counts.state.withLock { $0.wrong.append(wrong) } }
  }

  private struct Answer: Decodable {
    let id: Int
    let data: Page
    struct Page: Decodable { let items: [Item] }
    struct Item: Decodable {
      let owner: Int
      let parity: Int
    }
  }
}
