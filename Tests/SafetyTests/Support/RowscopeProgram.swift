import Foundation
import TestSupport
import Testing

/// The built `rowscope`, run as a user runs it.
enum RowscopeProgram {
  struct Outcome: Equatable {
    var output: String
    var messages: String
    var exitCode: Int32
    /// Whether a signal ended it: a crash.
    var wasKilled: Bool
  }

  /// The executable, next to the tests among the build products.
  static let path: String = {
    let runner = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
    var folder = URL(fileURLWithPath: runner)
    // On macOS the tests are inside a bundle.
    while folder.path.contains(".xctest") { folder.deleteLastPathComponent() }
    return folder.appendingPathComponent("rowscope").path
  }()

  /// Runs a command in a folder. Input and output are files, so that no pipe fills up while the
  /// other is read.
  static func run(_ arguments: [String], in folder: String, input: String = "") throws -> Outcome {
    try run(arguments, in: folder, input: Data(input.utf8))
  }

  static func run(_ arguments: [String], in folder: String, input: Data) throws -> Outcome {
    try run(path, arguments, in: folder, input: input)
  }

  /// Runs a script with the program in `$ROWSCOPE`.
  static func shell(_ script: String, in folder: String) throws -> Outcome {
    let outcome = try run("/bin/bash", ["-c", script], in: folder, input: Data())
    #expect(!outcome.wasKilled, "\(script): killed by \(outcome.exitCode)")
    return outcome
  }

  private static func run(
    _ executable: String, _ arguments: [String], in folder: String, input: Data
  ) throws -> Outcome {
    let names = ["input", "output", "messages"].map {
      NSTemporaryDirectory() + "rowscope-\($0)-\(UUID().uuidString)"
    }
    defer { for name in names { try? FileManager.default.removeItem(atPath: name) } }
    try input.write(to: URL(fileURLWithPath: names[0]))
    for name in names.dropFirst() { try Data().write(to: URL(fileURLWithPath: name)) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.environment = [
      "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "ROWSCOPE": path, "SWIFT_BACKTRACE": "enable=no",
    ]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: names[0]))
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: names[1]))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: names[2]))
    try process.start()
    process.waitUntilExit()
    func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: URL(fileURLWithPath: name)), as: UTF8.self)
    }
    return Outcome(
      output: try text(names[1]), messages: try text(names[2]),
      exitCode: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal)
  }
}
