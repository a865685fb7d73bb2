import Foundation
import RecordEngine
import RowscopeModel

/// What answers a request: `--engine`.
enum EngineChoice: String, Sendable, CaseIterable {
  case sqlite
  /// Columns, loaded for the request.
  case memory
  /// Both, compared.
  case both

  init(_ arguments: Arguments) {
    self = arguments.choice(.engine, as: EngineChoice.self) ?? .sqlite
  }

  /// What the service holds in memory for it.
  var memory: MemoryPolicy {
    switch self {
    case .sqlite: .none
    case .memory, .both:
      // What a terminal's owner asks for may take what the machine has, but not bring it to its knees.
      MemoryPolicy(
        tables: .all, use: .always, byteLimit: Int(ProcessInfo.processInfo.physicalMemory / 2))
    }
  }
}

extension CommandError {
  /// Two engines that do not agree: what was asked, and what each answered.
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
        "SQLite's answer is the right one, and the other a mistake of rowscope's: please report it")
  }
}

extension CommandContext {
  /// Tells that two engines were asked, since their one answer does not show it.
  func tellAgreement(_ choice: EngineChoice) {
    if choice == .both { note("SQLite and memory give the same answer") }
  }
}
