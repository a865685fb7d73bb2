import Foundation
import RecordStore
import Rowscope
import RowscopeModel
import Synchronization
import TestSupport
import Testing
import Workspaces

/// The Swift of the README and the manual, word for word except for workspace paths. `ManualTests`
/// compares them.
@Suite struct ManualExamples {
  @Test func reading() async throws {
    let service = try RecordService(workspace: .load(path: Checkout.sampleData))
    let bia = User(id: 3, name: "Bia Fontes", profile: "support")

    // A page, and the cursor of the next one.
    let page = try await service.list(
      ListRequest(
        table: "tasks", where: "priority" >= 1 && "status" != "Done",
        sort: [.descending("due_date")], size: 10), as: bia)
    for task in page.items { print(task["title"]?.text ?? "") }
    let rest = page.next

    // One of the workspace's own users.
    let asAna = try await service.list(ListRequest(table: "tasks", size: 5), as: .inWorkspace(7))
    let ana = try await service.user(7)
    #expect(asAna.items.count == 5 && ana.name == "Ana Schäfer")

    // Your own types.
    struct Task: Decodable, Sendable {
      var id: Int
      var title: String
      var status: String?
    }
    let tasks = try await service.list(
      ListRequest(table: "tasks", select: ["id", "title", "status"]), as: bia, decoding: Task.self)

    // Related records, each with what Bia sees of it.
    struct Reminder: Decodable, Sendable {
      struct Task: Decodable, Sendable { var title: String }
      var title: String
      var task: Task?
    }
    struct TaskWithReminders: Decodable, Sendable {
      var id: Int
      var reminders: Page<Reminder>
    }
    let reminded = try await service.list(
      ListRequest(
        table: "tasks",
        select: [
          "id",
          .list("reminders", select: ["title", "task.title"], sort: [.descending("id")], size: 3),
        ]), as: bia, decoding: TaskWithReminders.self)
    print(reminded.items.map(\.reminders.hasMore))

    // What Bia may do with each.
    let tasksToEdit = try await service.list(
      ListRequest(table: "tasks", select: ["id", "title"], may: true), as: bia)
    for (task, may) in zip(tasksToEdit.items, tasksToEdit.may ?? []) {
      print(task["title"]?.text ?? "", may.contains(.edit))
    }

    // The key of a cache that users share whose rules come to the same.
    let titles = ListRequest(table: "tasks", select: ["id", "title"])
    let key = try await service.scope(of: titles, as: bia)
    #expect(key.utf8.count == 22)

    // A request as a service sends it, answered as the bytes of its JSON.
    let answer = await service.answer(
      json: #"{"object_type": "tasks", "size": 2, "count": "exact"}"#.utf8, as: bia)
    if let error = answer.error { print(error.code) } else { send(answer.json) }

    // However many there are, memory stays flat.
    for try await task in service.stream(ListRequest(table: "tasks"), as: bia) { _ = task.values }

    // Several answers as of one moment.
    let (open, urgent) = try await service.read(as: bia) { reader throws(ServiceError) in
      let all = try reader.count(ListRequest(table: "tasks"))
      let some = try reader.list(ListRequest(table: "tasks", search: "urgent"))
      return (all, some.items)
    }

    // Conditions: as expressions, or as the text of the command line.
    let urgentOrLate: Condition = "priority" == 5 || .field("due_date").isInLast(days: 30)
    let toner = try Condition("title like toner")
    let count = try await service.count(
      ListRequest(table: "tasks", where: urgentOrLate && !toner), as: bia)

    // A record that you have already, out of a change feed or a cache: what Bia sees of it, if she
    // sees it.
    let access = try await service.recordAccess(to: "tasks", as: bia)
    let change: [String: Value] = [
      "id": 9, "owner": 3, "status": "Doing", "request_date": "2026-11-20",
    ]
    let seen = access.redacted(change)

    #expect(rest != nil && page.items.count == 10)
    #expect(reminded.items.contains { $0.reminders.items.first?.task != nil })
    #expect(tasks.items.count == open && tasks.items.allSatisfy { $0.status != "Done" })
    #expect(String(decoding: answer.json, as: UTF8.self).contains(#""count":{"value":\#(open),"#))
    #expect(urgent.count <= open)
    #expect(count < open)
    #expect(seen == ["id": 9, "owner": 3, "status": "Doing"])
  }

  @Test func ofAnotherDriver() async throws {
    let contents = try WorkspaceContents.load(path: Checkout.sampleData)
    let driver = Driver(
      connection: try Connection(.image(contents.readCSVFolder(progress: { _ in }, note: { _ in })))
    )
    let bia = User(id: 3, name: "Bia Fontes", profile: "support")

    let planner = try QueryPlanner(workspace: .load(path: Checkout.sampleData))
    var list = try planner.list(
      ListRequest(
        table: "tasks", select: ["title", .list("reminders", select: ["title"], size: 3)], size: 5),
      as: bia)
    while let query = try list.next() {
      try list.take(driver.rows(query.text, query.parameters))
    }
    let compiledPage = try list.page()

    let service = try RecordService(workspace: .load(path: Checkout.sampleData))
    let request = ListRequest(table: "tasks", select: ["title"], size: 5)
    let page = try await service.list(request, as: bia)
    #expect(compiledPage.items.map { $0["title"] } == page.items.map { $0["title"] })
    #expect(compiledPage.items.allSatisfy { $0.relatedList("reminders") != nil })
    #expect(compiledPage.items.count == 5 && compiledPage.hasMore)
  }

  private struct Driver: ~Copyable {
    let connection: Connection

    func rows(_ text: String, _ parameters: [Value]) throws -> [[Value]] {
      let statement = try connection.statement(text, as: .unrestricted)
      try statement.bind(parameters)
      return try statement.rows()
    }
  }

  @Test func writing() async throws {
    let workspace = try WritableHelpdesk()
    let helpdesk = workspace.path
    let bia = User(id: 3, name: "Bia Fontes", profile: "support")

    let service = try RecordService(workspace: .load(path: helpdesk), isWritable: true)

    // One operation, one transaction.
    let written = try await service.update(
      [35], in: "tasks", set: ["status": "Done", "watchers": [3, 7]],
      ifUnchanged: ["status": "Doing"], as: bia)
    if let task = written.record { print(task["status"]?.text ?? "") }

    // Several, all or none.
    try await service.write(as: bia) { writer throws(ServiceError) in
      try writer.create(["title": "Toner is out", "owner": 3], in: "tasks")
      try writer.delete(.everything(in: "reminders"))
    }

    #expect(written.record?["status"] == "Done")
    #expect(try workspace.count("tasks WHERE title = 'Toner is out' AND owner = 3") == [1])
    #expect(try workspace.count("tasks WHERE id = 35 AND watchers = '[3,7]'") == [1])
    #expect(try workspace.count("reminders") == [0])
  }

  @Test func inMemory() async throws {
    let bia = User(id: 3, name: "Bia Fontes", profile: "support")
    let log = Log()
    let workspace = try Workspace.load(path: Checkout.sampleData)

    let service = try RecordService(
      workspace: workspace,
      memory: MemoryPolicy(tables: .named(["tasks"]), byteLimit: 512 << 20),
      verification: Verification(share: 0.001) { finding in
        if case .difference(let difference) = finding { log.critical("\(difference)") }
      })

    #expect(try await service.count(ListRequest(table: "tasks"), as: bia) == 17)
    #expect(log.messages.withLock { $0 } == [])
  }

  @Test func ofNoDatabase() async throws {
    var memory = MemoryTables()
    try memory.add("clients", csv: Array("id,name,region\n7,Padaria Sol,south\n".utf8))
    try memory.add(
      "tasks", columns: [("id", .integer), ("title", .text), ("client", .integer)],
      primaryKey: ["id"], rows: [[1, "Write the invoice", 7], [2, "Call back", .null]])
    try memory.relate("tasks", "client", to: "clients", "id")

    var profiles = Profiles()
    try profiles.add("everything", json: #"{"tables_enabled": {"*": "*"}}"#.utf8)
    let desk = try RecordService(tables: memory, profiles: profiles)
    let ana = User(id: 7, profile: "everything")
    let found = try await desk.count(ListRequest(table: "tasks", search: "invoice"), as: ana)

    #expect(found == 1)
  }
}

/// Stands for what a service does with an answer.
private func send(_ json: [UInt8]) {}

/// What a service logs with.
private final class Log: Sendable {
  let messages = Mutex<[String]>([])

  func critical(_ message: String) { messages.withLock { $0.append(message) } }
}

/// A workspace whose database may be written.
private struct WritableHelpdesk {
  private let folder: TemporaryFolder
  private let database: TemporaryDatabase

  var path: String { folder.path }

  init() throws {
    database = try TemporaryDatabase(
      """
      CREATE TABLE tasks (
        id INTEGER PRIMARY KEY, title TEXT NOT NULL, owner INTEGER, status TEXT, watchers TEXT);
      INSERT INTO tasks VALUES (35, 'Export for accountant', 3, 'Doing', '[]');
      CREATE TABLE reminders (id INTEGER PRIMARY KEY, title TEXT);
      INSERT INTO reminders VALUES (1, 'Send the offer');
      """)
    folder = try TemporaryFolder([
      "workspace.json": """
      {"database": "\(database.path)", "profiles": {"support": "support.json"},
       "tables": {"tasks": {"fields": {"watchers": {"type": "users"}}}}}
      """,
      "support.json": #"{"tables_enabled": {"tasks": {"can_create": 1}, "reminders": {"*": "*"}}}"#,
    ])
  }

  func count(_ rows: String) throws -> [Value] {
    try database.column("SELECT count(*) FROM \(rows)")
  }
}
