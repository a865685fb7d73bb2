import Documents
import Foundation
import Rowscope
import RowscopeModel
import Workspaces

extension Command {
  static let serve = Command(declaration: .serve) { arguments, context throws(CommandError) in
    let timeout = try arguments.seconds(.timeout)
    let engine = EngineChoice(arguments)
    let secret = try arguments.secret()
    let address = try arguments.value(.listen).map { text throws(CommandError) in
      try ListenAddress(text)
    }
    let password = try arguments.password(for: address, besides: secret)
    var trust: UserRequest.Trust = arguments.isGiven(.writable) ? .writing : []
    var namesUsers = false
    for word in arguments.values(.trust) {
      switch word {
      case "clock": trust.insert(.clock)
      case "narrowing": trust.insert(.narrowing)
      case "naming": namesUsers = true
      default: trust.insert(.user)
      }
    }
    let service: RecordService
    do throws(OpeningError) {
      service = try RecordService(
        following: arguments.value(.workspace) ?? WorkspaceContents.fileName,
        limits: .init(timeout: timeout, secret: secret),
        // On standard input the second connection opens only when it can help with a count. On a
        // socket, requests that take long leave some to the others.
        connections: address == nil ? 2 : max(4, 2 * ProcessInfo.processInfo.activeProcessorCount),
        memory: engine.memory, isWritable: arguments.isGiven(.writable),
        report: { report in
          if report.isProblem { context.warn(report.message) } else { context.note(report.message) }
        })
    } catch {
      throw CommandError(error)
    }
    guard service.hasUsers || trust.contains(.user) else {
      let path = arguments.value(.workspace) ?? WorkspaceContents.fileName
      throw .failed(
        "the workspace has no users, so no request can be answered",
        help: (try? WorkspaceContents.load(path: path))?.usersHint)
    }
    let answering = RequestAnswering(service, trust, engine, context)
    let stop = try StopRequest.expect()
    if let address {
      let door = Door(password: password, namesUsers: namesUsers || trust.contains(.user))
      try SocketServer(address, door, answering, stop: stop).run()
    } else {
      let terms = LineTerms(trust: trust)
      try await StandardLines(stop: stop, escapingControls: context.output.isTerminal)
        .answer { await answering.answer($0, on: terms) }
    }
    if StopRequest.signal == SIGINT { return .interrupted }
    return answering.enginesDiffered ? .negative : .done
  }
}

extension Arguments {
  /// The least bytes of a secret that nobody can try out.
  private static let leastSecret = 16

  /// The bytes of the file that `--secret` names; none without it.
  fileprivate func secret() throws(CommandError) -> [UInt8] {
    guard let path = value(.secret) else { return [] }
    return try secret(of: path)
  }

  private func secret(of path: String) throws(CommandError) -> [UInt8] {
    let bytes: [UInt8]
    do throws(WorkspaceError) {
      bytes = try DocumentFile.read(path).bytes
    } catch {
      throw CommandError(error)
    }
    guard bytes.count >= Self.leastSecret else {
      throw .failed(
        "\(path) has \(bytes.count) bytes, too few for a secret",
        help: "make one of \(Self.leastSecret) or more: head -c 32 /dev/urandom > \(path)")
    }
    return bytes
  }

  /// What clients have to know, from the file that `--secret-file` names: its text without the line
  /// feed at its end. Nil where the file system decides who may connect.
  fileprivate func password(
    for address: ListenAddress?, besides secret: [UInt8]
  ) throws(CommandError) -> [UInt8]? {
    guard let path = value(.secretFile) else {
      if case .tcp = address {
        throw .usage(
          "`--listen tcp:…` needs `--secret-file FILE`, since any program here can connect",
          help: "make one: (umask 077; head -c 32 /dev/urandom | base64 > FILE)")
      }
      return nil
    }
    let bytes = Self.text(try self.secret(of: path))
    guard bytes.count >= Self.leastSecret, String(validating: bytes, as: UTF8.self) != nil else {
      throw .failed(
        "\(path) is not a text of \(Self.leastSecret) bytes or more",
        help: "make one: (umask 077; head -c 32 /dev/urandom | base64 > \(path))")
    }
    guard bytes != Self.text(secret) else {
      throw .usage(
        "`--secret` and `--secret-file` are the same secret",
        help: "clients know that of `--secret-file`, and none may know that of `--secret`")
    }
    return bytes
  }

  /// Without line feeds at the end.
  private static func text(_ bytes: [UInt8]) -> [UInt8] {
    Array(bytes.reversed().drop { $0 == 0x0A || $0 == 0x0D }.reversed())
  }
}
