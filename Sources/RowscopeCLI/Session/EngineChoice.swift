import Foundation
import RecordEngine
import RowscopeModel

/// The engine that answers, from `--engine`.
enum EngineChoice: String, Sendable, CaseIterable {
  case sqlite
  /// Columns in memory, loaded for the request.
  case memory
  /// Both, compared.
  case both

  init(_ arguments: Arguments) {
    self = arguments.choice(.engine, as: EngineChoice.self) ?? .sqlite
  }

  /// What the service holds in memory for this choice.
  var memory: MemoryPolicy {
    switch self {
    case .sqlite: .none
    case .memory, .both:
      // A user at a terminal may use much of the machine, but must not exhaust it.
      MemoryPolicy(
        tables: .all, use: .always, byteLimit: Int(ProcessInfo.processInfo.physicalMemory / 2))
    }
  }
}

extension CommandError {
  /// An engine difference: the request, and both answers.
  init(_ difference: EngineDifference) {
    let facts = FactList(
      [
        ("request", String(decoding: difference.request.json, as: UTF8.self)),
        ("SQLite", Printable.text(difference.sqlite)),
        ("memory", Printable.text(difference.memory)),
      ], style: .plain)
    self.init(
      exitCode: .negative, message: "\(difference)\n" + facts.text.dropLast(),
      help:
        "SQLite's answer is right; the other is a bug in rowscope: please report it")
  }
}

extension CommandContext {
  /// Notes that both engines were asked, since the output shows one answer.
  func noteAgreement(_ choice: EngineChoice) {
    if choice == .both { note("SQLite and memory give the same answer") }
  }
}
