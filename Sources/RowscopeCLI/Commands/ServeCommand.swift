import Documents
import Rowscope
import RowscopeModel
import Workspaces

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension Command {
  static let serve = Command(declaration: .serve) { arguments, context throws(CommandError) in
    let timeout = try arguments.seconds(.timeout)
    let engine = EngineChoice(arguments)
    let secret = try arguments.secret()
    var trust: UserRequest.Trust = []
    for word in arguments.values(.trust) {
      trust.insert(word == "clock" ? .clock : word == "narrowing" ? .narrowing : .user)
    }
    let service: RecordService
    do throws(OpeningError) {
      service = try RecordService(
        following: arguments.value(.workspace) ?? WorkspaceContents.fileName,
        limits: .init(timeout: timeout, secret: secret),
        // The second connection opens only when it can help with a count.
        connections: 2, memory: engine.memory,
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
    var serving = try Serving(service, trust, engine, context)
    return try await serving.run(escapingControls: context.output.isTerminal)
  }
}

extension Arguments {
  /// The least bytes of a secret that nobody can try out.
  private static let leastSecret = 16

  /// The bytes of the file that `--secret` names; none without it.
  fileprivate func secret() throws(CommandError) -> [UInt8] {
    guard let path = value(.secret) else { return [] }
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
}

/// Reads requests and writes answers.
private struct Serving {
  /// The most bytes in a request.
  static let lineLimit = 8 << 20

  private let service: RecordService
  private let trust: UserRequest.Trust
  private let engine: EngineChoice
  private let context: CommandContext
  private let stop: Int32
  /// Whether the two engines have given different answers.
  private var enginesDiffered = false

  init(
    _ service: RecordService, _ trust: UserRequest.Trust, _ engine: EngineChoice,
    _ context: CommandContext
  ) throws(CommandError) {
    self.service = service
    self.trust = trust
    self.engine = engine
    self.context = context
    stop = try StopRequest.expect()
  }

  /// Answers requests line by line, in order, until the input ends or a signal arrives.
  ///
  /// Requests run one at a time: passing short requests to several threads costs as much as it
  /// gains. For more throughput, run several processes.
  mutating func run(escapingControls: Bool) async throws(CommandError) -> ExitCode {
    var input = LineReader(STDIN_FILENO, limit: Self.lineLimit)
    var output = OutputStream(.standardOutput(), escapesControls: escapingControls)
    while StopRequest.signal == nil {
      guard let line = input.available() else {
        // Flush before waiting: a client may wait for this answer before it sends the next request.
        try Self.flush(&output)
        guard try input.wait(orStopAt: stop) else { break }
        continue
      }
      let answer = await answer(line)
      try Self.write(answer, to: &output)
    }
    try Self.flush(&output)
    if StopRequest.signal == SIGINT { return .interrupted }
    return enginesDiffered ? .negative : .done
  }

  private mutating func answer(_ line: LineReader.Line) async -> [UInt8] {
    switch line {
    case .text(let line):
      if engine == .both { await compare(line) }
      return await service.answer(line: line, trusting: trust).json
    case .tooLong:
      return ServiceError(
        .limitExceeded,
        "this request is longer than the limit of \(Self.lineLimit >> 20) MB",
        hint: "split it into smaller requests"
      ).wireAnswer
    }
  }

  /// Asks both engines and reports differences. Errors in the request are reported by the answer
  /// itself.
  private mutating func compare(_ line: [UInt8]) async {
    let difference = try? await service.compareEngines(line: line, trusting: trust)
    guard let difference = difference ?? nil else { return }
    enginesDiffered = true
    context.report(CommandError(difference))
  }

  private static func write(
    _ answer: [UInt8], to output: inout OutputStream
  ) throws(CommandError) {
    do throws(OutputError) {
      try output.write { out in
        out.append(answer)
        out.append(UInt8(ascii: "\n"))
      }
    } catch {
      throw error.commandError
    }
  }

  private static func flush(_ output: inout OutputStream) throws(CommandError) {
    do throws(OutputError) {
      try output.flush()
    } catch {
      throw error.commandError
    }
  }
}
