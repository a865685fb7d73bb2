package import Foundation

/// The built `rowscope`, run as a user runs it.
package struct RowscopeProcess {
  package var environment: [String: String]
  package var folder: String?

  package init(environment: [String: String] = [:], folder: String? = nil) {
    self.environment = environment
    self.folder = folder
  }

  package struct Outcome: Equatable {
    package var output: Data
    package var messages: String
    package var exitCode: Int32
    /// Whether a signal ended it: a crash.
    package var wasKilled: Bool

    package var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// The executable, next to the tests among the build products.
  package static let path: String = {
    let runner = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
    var folder = URL(fileURLWithPath: runner)
    // On macOS the tests are inside a bundle.
    while folder.path.contains(".xctest") { folder.deleteLastPathComponent() }
    return folder.appendingPathComponent("rowscope").path
  }()

  /// The variables that give a process another SQLite: the one that the tests have.
  package static let libraries = ProcessInfo.processInfo.environment.filter {
    ["LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH"].contains($0.key)
  }

  package func run(_ arguments: String..., input: String = "") throws -> Outcome {
    try run(Self.path, arguments, Data(input.utf8))
  }

  package func run(_ arguments: [String], input: Data = Data()) throws -> Outcome {
    try run(Self.path, arguments, input)
  }

  /// Runs a shell command in which `rowscope` is the built one.
  package func shell(_ command: String, shell: String = "bash") throws -> Outcome {
    try run("/usr/bin/env", [shell, "-c", command], Data())
  }

  /// Input and output are files, so that no pipe fills up while the other is read.
  private func run(_ path: String, _ arguments: [String], _ input: Data) throws -> Outcome {
    let files = try TemporaryFolder()
    for (name, data) in [("input", input), ("output", Data()), ("messages", Data())] {
      try files.write(data, to: name)
    }
    func file(_ name: String) -> URL { URL(fileURLWithPath: files.path(name)) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let bin = URL(fileURLWithPath: Self.path).deletingLastPathComponent().path
    let inherited = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    process.environment = Self.libraries.merging(["PATH": bin + ":" + inherited]) { $1 }
      .merging(environment) { $1 }
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    process.standardInput = try FileHandle(forReadingFrom: file("input"))
    process.standardOutput = try FileHandle(forWritingTo: file("output"))
    process.standardError = try FileHandle(forWritingTo: file("messages"))
    try process.start()
    process.waitUntilExit()
    return Outcome(
      output: try files.data("output"), messages: try files.read("messages"),
      exitCode: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal)
  }
}
