import Foundation
import RecordEngine
import RecordStore
import Rowscope
import TestSupport
import Testing

/// Databases as frameworks leave them, with a workspace each: every request is answered as SQL
/// written by hand answers it, by both engines, and what is written has the framework's form.
///
/// `Tests/Worlds/NAME` holds a database as SQL (Django's was made by its own migrations), the
/// workspace's documents, requests beside their SQL, and changes beside what is then stored.
@Suite struct WorldTests {
  private struct World {
    let folder: TemporaryFolder
    private let source: URL

    init(_ name: String) throws {
      source = Checkout.root.appendingPathComponent("Tests/Worlds/\(name)")
      folder = try TemporaryFolder()
      for file in ["workspace.json", "member.json", "users.json"] {
        try folder.write(try Data(contentsOf: source.appendingPathComponent(file)), to: file)
      }
      let sql = String(
        decoding: try Data(contentsOf: source.appendingPathComponent("schema.sql")), as: UTF8.self)
      try Connection(.create(path: folder.path("app.sqlite"))).execute(sql)
    }

    func list(_ file: String) throws -> [[String: Any]] {
      let data = try Data(contentsOf: source.appendingPathComponent(file))
      return try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
    }

    func service(memory: MemoryPolicy = .none, isWritable: Bool = false) throws -> RecordService {
      // 2026-11-29T12:00:00Z.
      try RecordService(
        workspace: .load(path: folder.path), memory: memory,
        clock: { RequestClock(now: 1_795_953_600) }, isWritable: isWritable)
    }

    func rows(_ sql: String) throws -> [[Value]] {
      try Connection(.readOnly(path: folder.path("app.sqlite")))
        .temporaryStatement(sql, as: .unrestricted).rows()
    }
  }

  private static let names = ["django", "prisma", "rails", "pocketbase"]

  private func user(_ entry: [String: Any], of workspace: Workspace) throws -> User {
    let name = try #require(entry["as"])
    return try workspace.user(named: "\(name)")
  }

  @Test(arguments: names) func `requests are answered as by SQL`(name: String) async throws {
    let world = try World(name)
    let workspace = try Workspace.load(path: world.folder.path)
    let requests = try world.list("requests.json")
    #expect(requests.count >= 40)
    let services = [
      try world.service(), try world.service(memory: MemoryPolicy(tables: .all, use: .always)),
    ]
    for entry in requests {
      let user = try user(entry, of: workspace)
      let sql = try #require(entry["sql"] as? String)
      let expected = try world.rows(sql).map { $0[0] }
      let json = try JSONSerialization.data(withJSONObject: try #require(entry["request"]))
      let request = try ListRequest(json: Array(json))
      for (engine, service) in zip(["SQLite", "memory"], services) {
        let page = try await service.list(request, as: user)
        #expect(
          page.items.map { $0.values[0] } == expected,
          "\(engine): \(String(decoding: json, as: UTF8.self))\n\(sql)")
      }
    }
  }

  @Test(arguments: names) func `what is written has the form of the rest`(name: String) async throws
  {
    let world = try World(name)
    let workspace = try Workspace.load(path: world.folder.path)
    let service = try world.service(isWritable: true)
    for entry in try world.list("writes.json") {
      let values = try JSONSerialization.data(withJSONObject: try #require(entry["values"]))
      let created = try await service.create(
        FieldValues(json: Array(values)), in: try #require(entry["create"] as? String),
        as: try user(entry, of: workspace))
      #expect(created.record != nil)
      let stored = try world.rows(try #require(entry["sql"] as? String)).first ?? []
      #expect(stored.map { "\($0)" } == entry["stored"] as? [String])
    }
  }

  @Test(arguments: names) func `check finds nothing against the declarations`(
    name: String
  ) async throws {
    let world = try World(name)
    let report = try await world.service().check()
    #expect(report.errorCount == 0)
    #expect(report.problems.isEmpty)
    #expect(report.unusable.allSatisfy { $0.contains("sqlite_sequence") })
  }
}
