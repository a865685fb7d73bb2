import Rowscope
import RowscopeModel
import Synchronization

/// Answers the lines of clients, over standard input and over sockets alike.
final class RequestAnswering: Sendable {
  /// The most bytes in a request.
  static let lineLimit = 8 << 20

  let service: RecordService
  let trust: UserRequest.Trust
  let context: CommandContext
  private let engine: EngineChoice
  private let differed = Atomic(false)

  init(
    _ service: RecordService, _ trust: UserRequest.Trust, _ engine: EngineChoice,
    _ context: CommandContext
  ) {
    self.service = service
    self.trust = trust
    self.engine = engine
    self.context = context
  }

  /// Whether the two engines have given different answers.
  var enginesDiffered: Bool { differed.load(ordering: .relaxed) }

  /// The answer to a line, without a line feed.
  func answer(_ line: LineBuffer.Line, on terms: LineTerms) async -> [UInt8] {
    switch line {
    case .text(let line):
      if engine == .both { await compare(line, terms) }
      return await service.answer(line: line, on: terms).json
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
  private func compare(_ line: [UInt8], _ terms: LineTerms) async {
    let difference = try? await service.compareEngines(line: line, on: terms)
    guard let difference = difference ?? nil else { return }
    differed.store(true, ordering: .relaxed)
    context.report(CommandError(difference))
  }
}
