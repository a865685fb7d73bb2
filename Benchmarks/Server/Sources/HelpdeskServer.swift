import Hummingbird
import Rowscope

/// Lists of a workspace's records for its users, over HTTP:
///
///     GET  /ping
///     POST /lists   a request in JSON, such as {"object_type": "tasks", "size": 20}
@main struct HelpdeskServer {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let port = Int(arguments[2]) else {
      fatalError("usage: HelpdeskServer WORKSPACE PORT")
    }
    // Before anything uses SQLite.
    RecordService.disableMemoryStatistics()
    let service = try RecordService(
      following: arguments[1], limits: .init(timeout: .seconds(30)), report: { print($0.message) })

    let router = Router()
    router.get("ping") { _, _ in "pong" }
    router.post("lists") { request, _ in
      let user = try user(of: request)
      let body = try await request.body.collect(upTo: 64 << 10)
      let answer = await service.answer(json: body.readableBytesView, as: user)
      return Response(
        status: status(of: answer.error), headers: [.contentType: "application/json"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.json)))
    }
    let server = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)))
    try await server.runService()
  }

  /// Who asks. The proxy in front of this server knows it from the login, and passes on no such
  /// header of its clients.
  private static func user(of request: Request) throws -> User {
    guard let name = request.headers[.init("X-User")!], let id = Int64(name) else {
      throw HTTPError(.unauthorized)
    }
    return .inWorkspace(.integer(id))
  }

  /// An error names nothing that is hidden from the user.
  private static func status(of error: ServiceError?) -> HTTPResponse.Status {
    switch error?.code {
    case nil: .ok
    case .unknownUser: .unauthorized
    case .denied: .forbidden
    case .deadlineExceeded, .cancelled: .serviceUnavailable
    case .database, .invalidWorkspace: .internalServerError
    default: .badRequest
    }
  }
}
