import AccessProfiles
import Documents
import Foundation
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Workspaces

extension TemporaryDatabase {
  /// Every table's definition and all of its rows, with the storage class of each value.
  func dump() throws -> [String] { try Self.dump(path: path) }

  static func dump(path: String) throws -> [String] {
    let connection = try Connection(.readOnly(path: path))
    var lines: [String] = []
    let objects = try connection.temporaryStatement(
      "SELECT type, name, sql FROM sqlite_schema ORDER BY name", as: .unrestricted
    ).rows()
    for object in objects {
      lines.append("\(object)")
      guard object[0] == "table", case .text(let name) = object[1] else { continue }
      let quoted = name.string.replacingOccurrences(of: "\"", with: "\"\"")
      let rows = try connection.temporaryStatement(
        "SELECT * FROM \"\(quoted)\"", as: .unrestricted
      ).rows()
      lines += rows.map { "\($0)" }
    }
    return lines
  }

  func service(
    _ profiles: [String: String], workspace: String? = nil,
    limits: RecordService.Limits = .init(), connections: Int = 2,
    configuration: Connection.Configuration = .init(), isWritable: Bool = false
  ) throws -> RecordService {
    RecordService(
      pool: try ConnectionPool(
        .readOnly(path: path), capacity: connections, configuration: configuration),
      profiles: try ProfileCatalog(texts: profiles),
      workspace: try workspace.map {
        try WorkspaceDocument(document: SourceDocument(name: "workspace.json", text: $0))
      }, limits: limits, clock: { .test },
      writing: isWritable
        ? .pool(
          try ConnectionPool(.readWrite(path: path), capacity: 1, configuration: configuration))
        : .none)
  }

  /// A service that also writes.
  func writingService(_ profile: String, workspace: String? = nil) throws -> RecordService {
    RecordService(
      pool: try ConnectionPool(.readOnly(path: path), capacity: 2),
      profiles: try ProfileCatalog(texts: ["p": profile]),
      workspace: try workspace.map {
        try WorkspaceDocument(document: SourceDocument(name: "workspace.json", text: $0))
      }, clock: { .test }, writing: .pool(try ConnectionPool(.readWrite(path: path), capacity: 1)))
  }

  func service(_ profile: String, limits: RecordService.Limits = .init()) throws -> RecordService {
    try service(["p": profile], limits: limits)
  }
}

extension ProfileCatalog {
  init(texts: [String: String]) throws {
    self.init(
      try texts.reduce(into: [:]) { profiles, text in
        profiles[text.key] = try Profile(
          document: SourceDocument(name: "\(text.key).json", text: text.value))
      })
  }
}

extension RequestClock {
  /// 2026-11-22T09:00:00Z.
  static let test = RequestClock(now: 1_795_338_000)
}

extension User {
  static let ana = User(id: 7, name: "Ana", profile: "p")
}

extension RecordService {
  /// The JSON answer to a request in JSON, as text.
  func ask(_ request: String, as user: User = .ana) async -> String {
    String(decoding: await answer(json: Array(request.utf8), as: user).json, as: UTF8.self)
  }

  /// The ids in the answer to a request for ids; nil if it is refused.
  func ids(_ more: String, of table: String = "tasks", as user: User = .ana) async throws -> [Value]
  {
    let text =
      #"{"object_type": "\#(table)", "select": ["id"]\#(more.isEmpty ? "" : ", ")\#(more)}"#
    return try await list(try ListRequest(json: Array(text.utf8)), as: user).items.map {
      $0.values[0]
    }
  }

  /// As ``ids(_:of:as:)``, with one filter.
  func ids(filter: String, of table: String = "tasks", as user: User = .ana) async throws -> [Value]
  {
    try await ids(#""filters": [\#(filter)]"#, of: table, as: user)
  }
}

/// The service's error that `body` throws, or nil.
func serviceError<T>(_ body: () async throws -> T) async -> ServiceError? {
  do {
    _ = try await body()
    return nil
  } catch {
    return error as? ServiceError
  }
}

/// A Swift string as JSON.
func json(_ string: String) -> String {
  var text = "\""
  for scalar in string.unicodeScalars {
    switch scalar {
    case "\"", "\\": text += "\\" + String(scalar)
    case _ where scalar.value < 0x20:
      text += "\\u" + String(0x1_0000 + scalar.value, radix: 16).dropFirst()
    default: text.unicodeScalars.append(scalar)
    }
  }
  return text + "\""
}
