import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Workspaces

extension TemporaryDatabase {
  func service(
    _ profile: String, workspace: WorkspaceDocument? = nil,
    limits: RecordService.Limits = .init(), memory: MemoryPolicy = .none, connections: Int = 2,
    configuration: Connection.Configuration = .init()
  ) throws -> RecordService {
    RecordService(
      pool: try ConnectionPool(
        .readOnly(path: path), capacity: connections, configuration: configuration),
      profiles: ProfileCatalog(["p": try Profile(document: .init(name: "p.json", text: profile))]),
      workspace: workspace, limits: limits, memory: memory,
      clock: { RequestClock(now: 1_795_338_000) })
  }
}

extension User {
  static let ana = User(id: 7, name: "Ana", profile: "p")
}

extension ListRequest {
  /// A request from its JSON.
  init(_ json: String) throws { try self.init(json: Array(json.utf8)) }
}

extension Page<Record> {
  /// The values of one field.
  func column(_ name: String) -> [Value] { items.map { $0[name] ?? .text("no such field") } }
}

extension RecordService {
  /// The records of all pages, each read from the cursor of the one before; or of so many pages
  /// that there are `count` records.
  func pages(of request: ListRequest, upTo count: Int = .max) async throws -> [[Value]] {
    var request = request
    var records: [[Value]] = []
    repeat {
      let page = try await list(request, as: .ana)
      records += page.items.map(\.values)
      request.after = page.next
    } while request.after != nil && records.count < count
    return records
  }
}
