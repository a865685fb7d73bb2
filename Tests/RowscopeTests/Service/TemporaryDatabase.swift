import AccessProfiles
import Documents
import Foundation
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import Workspaces

/// A database file that is deleted with the test.
final class TemporaryDatabase: Sendable {
  let path: String

  init(_ sql: String) throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("rowscope-\(UUID().uuidString).sqlite").path
    try Connection(.create(path: path)).execute(sql)
  }

  deinit {
    for suffix in ["", "-journal", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: path + suffix)
    }
  }

  func execute(_ sql: String) throws {
    try Connection(.readWrite(path: path)).execute(sql)
  }

  /// The first column of a statement's rows.
  func column(_ sql: String) throws -> [Value] {
    try Connection(.readOnly(path: path)).temporaryStatement(sql, as: .unrestricted).rows()
      .map { $0[0] }
  }

  func service(
    _ profile: String, workspace: WorkspaceDocument? = nil,
    limits: RecordService.Limits = .init(), connections: Int = 2,
    configuration: Connection.Configuration = .init()
  ) throws -> RecordService {
    RecordService(
      pool: try ConnectionPool(
        .readOnly(path: path), capacity: connections, configuration: configuration),
      profiles: ProfileCatalog(["p": try Profile(document: .init(name: "p.json", text: profile))]),
      workspace: workspace, limits: limits, clock: { RequestClock(now: 1_795_338_000) })
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
