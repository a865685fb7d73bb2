import Foundation
import TestSupport

/// The built `rowscope`, run as a user runs it.
struct RowscopeProcess {
  var environment: [String: String] = [:]
  var folder: String?

  struct Outcome {
    var output: Data
    var messages: String
    var exitCode: Int32

    var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// The executable, next to the tests among the build products.
  static let path: String = {
    let runner = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
    var folder = URL(fileURLWithPath: runner)
    // On macOS the tests are inside a bundle.
    while folder.path.contains(".xctest") { folder.deleteLastPathComponent() }
    return folder.appendingPathComponent("rowscope").path
  }()

  func run(_ arguments: String..., input: String = "") throws -> Outcome {
    try run(Self.path, arguments, input: input)
  }

  func run(_ arguments: [String]) throws -> Outcome { try run(Self.path, arguments) }

  /// Runs a shell command in which `rowscope` is the built one.
  func shell(_ command: String, shell: String = "bash") throws -> Outcome {
    try run("/usr/bin/env", [shell, "-c", command])
  }

  private func run(_ path: String, _ arguments: [String], input: String = "") throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let bin = URL(fileURLWithPath: Self.path).deletingLastPathComponent().path
    let inherited = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    process.environment = ["PATH": bin + ":" + inherited].merging(environment) { $1 }
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    let (output, messages, standardInput) = (Pipe(), Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = messages
    process.standardInput = standardInput
    try process.start()
    let reader = Reader(messages.fileHandleForReading)
    standardInput.fileHandleForWriting.write(Data(input.utf8))
    try standardInput.fileHandleForWriting.close()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    let text = reader.text()
    process.waitUntilExit()
    return Outcome(output: data, messages: text, exitCode: process.terminationStatus)
  }

  /// Reads one stream while another is read, so that neither pipe fills up.
  private final class Reader: @unchecked Sendable {
    private let isDone = DispatchSemaphore(value: 0)
    private var data = Data()

    init(_ handle: FileHandle) {
      onOwnThread { [self] in
        data = handle.readDataToEndOfFile()
        isDone.signal()
      }
    }

    func text() -> String {
      isDone.wait()
      return String(decoding: data, as: UTF8.self)
    }
  }
}

/// A pseudo terminal, which programs take for a real one.
struct PseudoTerminal: ~Copyable {
  private let controller: Int32
  private let device: Int32

  init(columns: Int) throws {
    var (controller, device): (Int32, Int32) = (-1, -1)
    var size = winsize(ws_row: 25, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&controller, &device, nil, nil, &size) == 0 else { throw POSIXError(.ENOTTY) }
    _ = fcntl(controller, F_SETFL, O_NONBLOCK)
    self.controller = controller
    self.device = device
  }

  deinit {
    close(controller)
    close(device)
  }

  /// What `rowscope` prints on this terminal, with line feeds unchanged. It must fit into the
  /// terminal's buffer of a few kilobytes.
  func run(_ arguments: [String], environment: [String: String] = [:]) throws -> String {
    let terminal = FileHandle(fileDescriptor: device, closeOnDealloc: false)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: RowscopeProcess.path)
    process.arguments = arguments
    process.environment = ["TERM": "xterm"].merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = terminal
    process.standardError = terminal
    try process.start()
    process.waitUntilExit()
    var data = Data()
    var bytes = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(controller, &bytes, bytes.count)
      guard count > 0 else { break }
      data.append(contentsOf: bytes[..<count])
    }
    return String(decoding: data, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
  }
}
