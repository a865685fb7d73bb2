import Foundation
import TestSupport

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
    process.environment = RowscopeProcess.libraries.merging(["TERM": "xterm"]) { $1 }
      .merging(environment) { $1 }
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
