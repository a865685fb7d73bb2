@testable import AccessProfiles
@testable import DataFiles
@testable import Documents
@testable import RecordEngine
@testable import RecordFilter
@testable import RecordStore
@testable import Rowscope
@testable import RowscopeModel
@testable import Workspaces

/// List requests. Whatever is asked, the answer is JSON, is the same when asked again, and is the
/// same from the engine in memory with a database in which everything hidden is different.
final class RequestTarget: FuzzTarget {
  private let first: RecordService
  private let second: RecordService

  init() throws {
    first = try Desk.service(0)
    second = try Desk.service(1, memory: MemoryPolicy(tables: .all, use: .always))
    let replies = [first, second].map { service in
      service.reply(to: ListRequest(table: "tasks"), as: Desk.auditor)
    }
    require(
      replies.allSatisfy { $0.contains(Desk.hiddenMark) } && replies[0] != replies[1],
      "the auditor cannot tell the two databases apart")
  }

  func run(_ input: [UInt8]) {
    _ = try? UserRequest(json: input, trusting: [.user, .clock])
    let reply = first.reply(to: input, as: Desk.bia)
    require(reply == first.reply(to: input, as: Desk.bia), "two answers to one request")
    let other = second.reply(to: input, as: Desk.bia)
    require(reply == other, "hidden values make a difference:\n\(reply.text)\n\(other.text)")
    require(reply.code != "database_error", "the database failed: \(reply.text)")
    if reply.isPage {
      require(!reply.contains(Desk.hiddenMark), "a hidden value is shown: \(reply.text)")
    }
  }
}
