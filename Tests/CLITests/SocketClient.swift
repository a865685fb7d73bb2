import Foundation
import TestSupport

/// A `rowscope serve --listen` of a test.
final class ListeningServer {
  let process = Process()
  /// `unix:…` or `tcp:…`, as it says.
  let place: String
  private let messages = Pipe()

  init(_ workspace: String, listen address: String, _ options: [String] = []) throws {
    process.executableURL = URL(fileURLWithPath: RowscopeProcess.path)
    process.arguments = ["serve", "--workspace", workspace, "--listen", address] + options
    process.standardInput = FileHandle.nullDevice
    process.standardError = messages
    try process.start()
    var text = Data()
    while !text.contains(0x0A) {
      let more = messages.fileHandleForReading.availableData
      if more.isEmpty { break }
      text += more
    }
    let line = String(decoding: text.prefix { $0 != 0x0A }, as: UTF8.self)
    guard line.hasPrefix("listening at ") else {
      process.waitUntilExit()
      throw Failure(message: line, code: process.terminationStatus)
    }
    place = String(line.dropFirst("listening at ".count))
    // What it writes is not to fill the pipe.
    messages.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
  }

  deinit { kill(process.processIdentifier, SIGKILL) }

  struct Failure: Error {
    let message: String
    let code: Int32
  }

  func client() throws -> SocketClient { try SocketClient(self) }

  /// A connection of this user, who is welcome.
  func client(as user: String) throws -> SocketClient {
    let client = try client()
    client.send("{\"as\": \(user)}\n")
    guard client.line()?.hasPrefix(#"{"data":{"user":{"id":"#) == true else {
      throw Failure(message: "not welcome", code: 0)
    }
    return client
  }

  /// Ends it, and waits for that.
  func end(_ signal: Int32 = SIGTERM) -> Int32 {
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return process.terminationStatus
  }
}

/// A connection that blocks, with the patience of a test.
///
/// One thread may send while another reads: they share nothing but the descriptor.
final class SocketClient: @unchecked Sendable {
  private let descriptor: Int32
  /// It runs as long as it has a client.
  private let server: ListeningServer
  private var rest: [UInt8] = []
  private var searched = 0

  init(_ server: ListeningServer) throws {
    self.server = server
    let place = server.place
    if let path = place.split(separator: ":", maxSplits: 1).last, place.hasPrefix("unix:") {
      #if canImport(Glibc)
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      #else
        descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
      #endif
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
      let code = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      guard code == 0 else { throw Failure(code: errno) }
    } else {
      #if canImport(Glibc)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      #else
        descriptor = socket(AF_INET, SOCK_STREAM, 0)
      #endif
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = (place.split(separator: ":").last.flatMap { UInt16($0) } ?? 0).bigEndian
      inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
      let code = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      guard code == 0 else { throw Failure(code: errno) }
    }
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    #if canImport(Darwin)
      var yes: Int32 = 1
      setsockopt(
        descriptor, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
    #endif
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  struct Failure: Error { let code: Int32 }

  /// A connection that the other end has closed is no reason to end the tests.
  #if canImport(Darwin)
    private static let noSignal: Int32 = 0
  #else
    private static let noSignal = Int32(MSG_NOSIGNAL)
  #endif

  /// - Returns: false if the other end has closed.
  @discardableResult
  func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Foundation.send(
          descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent, Self.noSignal)
      }
      if count <= 0 { return false }
      sent += count
    }
    return true
  }

  /// Sends until the other end has taken nothing for a while.
  ///
  /// - Returns: how many bytes were sent.
  func sendUntilStuck(_ bytes: [UInt8]) -> Int {
    let flags = fcntl(descriptor, F_GETFL)
    _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
    defer { _ = fcntl(descriptor, F_SETFL, flags) }
    var sent = 0
    while sent < bytes.count {
      var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      guard poll(&state, 1, 500) == 1 else { break }
      let count = bytes.withUnsafeBytes {
        Foundation.send(
          descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent, Self.noSignal)
      }
      if count < 0, errno == EAGAIN { continue }
      if count <= 0 { break }
      sent += count
    }
    return sent
  }

  /// The next line without its end; nil where the connection has ended.
  func line() -> String? {
    while true {
      if let end = rest[searched...].firstIndex(of: 0x0A) {
        defer {
          rest.removeSubrange(...end)
          searched = 0
        }
        return String(decoding: rest[..<end], as: UTF8.self)
      }
      searched = rest.count
      var chunk = [UInt8](repeating: 0, count: 1 << 16)
      let count = read(descriptor, &chunk, chunk.count)
      guard count > 0 else { return nil }
      rest += chunk[..<count]
    }
  }

  /// Says that nothing more is sent.
  func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }
}
