import Foundation
import TestSupport
import Testing

/// The built `rowscope` with a minimal environment, run in a folder.
enum RowscopeProgram {
  typealias Outcome = RowscopeProcess.Outcome

  private static func process(in folder: String) -> RowscopeProcess {
    let environment = [
      "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "ROWSCOPE": RowscopeProcess.path,
      "SWIFT_BACKTRACE": "enable=no",
    ]
    return RowscopeProcess(environment: environment, folder: folder)
  }

  static func run(_ arguments: [String], in folder: String, input: Data = Data()) throws -> Outcome
  {
    try process(in: folder).run(arguments, input: input)
  }

  /// Runs a script with the program in `$ROWSCOPE`.
  static func shell(_ script: String, in folder: String) throws -> Outcome {
    let outcome = try process(in: folder).shell(script)
    #expect(!outcome.wasKilled, "\(script): killed by \(outcome.exitCode)")
    return outcome
  }
}
