import Foundation
import Rowscope
import Testing

/// The example of the README, word for word but for the sample's path.
@Test func readmeExample() async throws {
  let sampleData = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("SampleData")
    .path

  let service = try RecordService(workspace: .load(path: sampleData))
  let bia = User(id: 3, name: "Bia Fontes", profile: "support")

  // A page, and the cursor of the next one.
  let page = try await service.list(
    ListRequest(table: "tasks", sort: [.init("due_date", isDescending: true)], size: 10), as: bia)
  for task in page.items { print(task["title"]?.literal ?? "") }
  let rest = page.next

  // Your own types.
  struct Task: Decodable, Sendable {
    var id: Int
    var title: String
    var status: String?
  }
  let tasks = try await service.list(
    ListRequest(table: "tasks", select: ["id", "title", "status"]), as: bia, decoding: Task.self)

  // A request as a service sends it, answered as the bytes of its JSON.
  let answer = await service.answer(
    json: Array(#"{"object_type": "tasks", "size": 2, "count": "exact"}"#.utf8), as: bia)

  // However many there are, memory stays flat.
  for try await task in service.stream(ListRequest(table: "tasks"), as: bia) { _ = task.values }

  // Several answers as of one moment.
  let (open, urgent) = try await service.read(as: bia) { reader throws(ServiceError) in
    let all = try reader.count(ListRequest(table: "tasks"))
    let some = try reader.list(ListRequest(table: "tasks", search: "urgent"))
    return (all, some.items)
  }

  // A record that you have already, out of a change feed or a cache: what Bia sees of it, if she sees it.
  let access = try await service.recordAccess(to: "tasks", as: bia)
  let change: [String: Value] = [
    "id": 9, "owner": 3, "status": "Doing", "request_date": "2026-11-20",
  ]
  let seen = access.redacted(change)

  #expect(rest != nil && page.items.count == 10)
  #expect(tasks.items.count == open && tasks.items.allSatisfy { $0.status != "Done" })
  #expect(String(decoding: answer, as: UTF8.self).contains(#""count":{"value":\#(open),"#))
  #expect(urgent.count <= open)
  #expect(seen == ["id": 9, "owner": 3, "status": "Doing"])
}
