import Documents
import RowscopeModel

/// A server of the Model Context Protocol: JSON-RPC 2.0, a message a line.
///
/// It keeps no state, so it speaks the revisions that begin with `initialize` and the later ones,
/// whose requests name their revision, at the same time. What a later one adds to a result, an
/// earlier one ignores.
struct AgentServer: Sendable {
  let tools: AgentTools
  let userName: String

  /// The revisions that begin with `initialize`, the newest last.
  static let handshakeVersions = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
  /// Those whose requests stand alone.
  static let statelessVersions = ["2026-07-28"]

  private static let versionKey = "io.modelcontextprotocol/protocolVersion"
  private static let serverKey = "io.modelcontextprotocol/serverInfo"
  /// What tools there are is seldom another: for as long a client need not ask again.
  private static let lifetime = 60_000

  /// An error of the protocol. What is wrong with a tool's arguments is a result instead, which
  /// models see.
  struct Failure: Error {
    let code: Int
    let message: String
    var data: JSONTree?

    static func invalidRequest(_ message: String) -> Failure {
      Failure(code: -32600, message: message)
    }
    static func invalidParameters(_ message: String) -> Failure {
      Failure(code: -32602, message: message)
    }
  }

  /// The answer to a message; nil for a notification.
  func answer(_ line: LineBuffer.Line) async -> [UInt8]? {
    guard case .text(let text) = line else {
      return Self.message(
        .null,
        .failure(.invalidRequest("a message has up to \(RequestAnswering.lineLimit >> 20) MB")))
    }
    let source = SourceDocument(name: "message", bytes: text)
    let node: JSONNode
    do {
      node = try JSONReader.read(source, as: .strict)
    } catch {
      return Self.message(
        .null, .failure(Failure(code: -32700, message: "not JSON: \(error.description)")))
    }
    let id: JSONTree
    switch node["id"]?.content {
    case .integer(let number): id = .integer(Int(number))
    case .string(let text): id = .string(text)
    case nil where node["method"] != nil:
      // A notification: nothing that is told needs to be known.
      return nil
    case nil, .null, .bool, .real, .array, .object:
      return Self.message(
        .null, .failure(.invalidRequest("a request has an \"id\" and a \"method\"")))
    }
    do throws(Failure) {
      guard let method = node["method"]?.string else {
        throw .invalidRequest("a request has a \"method\"")
      }
      return Self.message(id, .success(try await result(of: method, node["params"], in: source)))
    } catch {
      return Self.message(id, .failure(error))
    }
  }

  private func result(
    of method: String, _ parameters: JSONNode?, in source: SourceDocument
  ) async throws(Failure) -> [(String, JSONTree)] {
    if let version = parameters?["_meta"]?[Self.versionKey] {
      guard let version = version.string, Self.statelessVersions.contains(version) else {
        throw Failure(
          code: -32022, message: "this revision of the protocol is not spoken",
          data: .object([
            ("supported", .strings(Self.statelessVersions)),
            ("requested", .string(version.string ?? "")),
          ]))
      }
    }
    switch method {
    case "initialize":
      let asked = parameters?["protocolVersion"]?.string ?? ""
      let version =
        Self.handshakeVersions.contains(asked) ? asked : Self.handshakeVersions[3]
      return [("protocolVersion", .string(version)), ("serverInfo", Self.serverInfo)] + about
    case "server/discover":
      return [("supportedVersions", .strings(Self.statelessVersions))] + about + Self.kept
    case "ping": return []
    case "tools/list": return [("tools", .array(await tools.list()))] + Self.kept
    case "tools/call":
      guard let name = parameters?["name"]?.string else {
        throw .invalidParameters("\"name\" names a tool")
      }
      guard let tool = AgentTools.Tool(rawValue: name) else {
        let names = AgentTools.Tool.allCases.map(\.rawValue).joined(separator: ", ")
        throw .invalidParameters("there is no tool \(Printable.quoted(name)); they are \(names)")
      }
      let (text, isError) = await tools.call(tool, parameters?["arguments"])
      return [
        ("content", .array([.object([("type", .string("text")), ("text", .string(text))])])),
        ("isError", .flag(isError)),
      ]
    default:
      throw Failure(code: -32601, message: "there is no method \(Printable.quoted(method))")
    }
  }

  private var about: [(String, JSONTree)] {
    [
      ("capabilities", .object([("tools", .object([]))])),
      (
        "instructions",
        .string(
          "Records as the user \(Printable.quoted(userName)) sees them. What this user may not see "
            + "does not exist here. Call \"schema\" first: without a table it lists the tables.")
      ),
    ]
  }

  private static let serverInfo = JSONTree.object([
    ("name", .string("rowscope")), ("version", .string(Program.version)),
  ])

  /// A result that a client may keep, and show to nobody else.
  private static let kept: [(String, JSONTree)] = [
    ("ttlMs", .integer(lifetime)), ("cacheScope", .string("private")),
  ]

  private static func message(
    _ id: JSONTree, _ outcome: Result<[(String, JSONTree)], Failure>
  ) -> [UInt8] {
    var members: [(String, JSONTree)] = [("jsonrpc", .string("2.0")), ("id", id)]
    switch outcome {
    case .success(let result):
      members.append(
        (
          "result",
          .object(
            result + [
              ("resultType", .string("complete")), ("_meta", .object([(serverKey, serverInfo)])),
            ])
        ))
    case .failure(let failure):
      var error: [(String, JSONTree)] = [
        ("code", .integer(failure.code)), ("message", .string(failure.message)),
      ]
      if let data = failure.data { error.append(("data", data)) }
      members.append(("error", .object(error)))
    }
    return Array(JSONTree.object(members).line.utf8.dropLast())
  }
}
