import Foundation
package import RowscopeModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A connection to a server of the tests' own, by PostgreSQL's protocol: values are bound as text and
/// without a type, as drivers do.
///
/// Source: PostgreSQL's documentation, "Frontend/Backend Protocol".
package final class PostgreSQLClient {
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var position = 0

  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  package init(_ server: PostgreSQLServer) throws {
    descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(description: "no socket") }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { path in
      path.copyBytes(from: server.socket.utf8.prefix(path.count - 1))
    }
    let connected = withUnsafePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard connected == 0 else {
      close(descriptor)
      throw Failure(description: "the server does not listen")
    }
    var start = Self.bytes(Int32(196_608))
    for text in ["user", "postgres", "database", "postgres"] { start += Self.bytes(text) }
    try send(Self.bytes(Int32(start.count + 5)) + start + [0])
    _ = try answer()
  }

  deinit { close(descriptor) }

  /// Runs statements without values.
  package func run(_ sql: String) throws {
    try send(message("Q", Self.bytes(sql)))
    _ = try answer()
  }

  /// The rows of a statement: integers, reals, and all else as text.
  package func rows(_ sql: String, _ values: [Value] = []) throws -> [[Value]] {
    var bind =
      Self.bytes("") + Self.bytes("") + Self.bytes(Int16(0)) + Self.bytes(Int16(values.count))
    for value in values {
      guard let text = Self.text(of: value) else {
        bind += Self.bytes(Int32(-1))
        continue
      }
      bind += Self.bytes(Int32(text.count)) + text
    }
    bind += Self.bytes(Int16(0))
    try send(
      message("P", Self.bytes("") + Self.bytes(sql) + Self.bytes(Int16(0)))
        + message("B", bind) + message("D", Array("P".utf8) + [0])
        + message("E", Self.bytes("") + Self.bytes(Int32(0))) + message("S", []))
    return try answer()
  }

  private static func text(of value: Value) -> [UInt8]? {
    switch value {
    case .null: nil
    case .integer(let integer): Array(String(integer).utf8)
    case .real(let real):
      Array((real.isInfinite ? real < 0 ? "-Infinity" : "Infinity" : "\(real)").utf8)
    case .text(let text): text.bytes
    case .blob(let bytes): bytes
    }
  }

  // MARK: Messages

  private static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }

  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

  private func message(_ kind: Unicode.Scalar, _ body: [UInt8]) -> [UInt8] {
    [UInt8(ascii: kind)] + Self.bytes(Int32(body.count + 4)) + body
  }

  private func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw Failure(description: "the connection was closed") }
      sent += count
    }
  }

  /// Reads to the message that says that the server is ready.
  private func answer() throws -> [[Value]] {
    var rows: [[Value]] = []
    var types: [Int32] = []
    var failure: Failure?
    while true {
      let kind = try take(1).first
      let length: Int32 = try number()
      var body = Reader(bytes: try take(Int(length) - 4))
      switch kind {
      case UInt8(ascii: "T"):
        let count: Int16 = body.number()
        types = (0..<count).map { _ in
          body.skipText()
          body.position += 6
          let type: Int32 = body.number()
          body.position += 8
          return type
        }
      case UInt8(ascii: "D"):
        let count: Int16 = body.number()
        rows.append(
          (0..<Int(count)).map { column in
            let length: Int32 = body.number()
            guard length >= 0 else { return .null }
            return Self.value(body.take(Int(length)), of: types[column])
          })
      case UInt8(ascii: "E"):
        failure = Failure(
          description: String(decoding: body.bytes.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self))
      case UInt8(ascii: "Z"):
        if let failure { throw failure }
        return rows
      default: break
      }
    }
  }

  private static func value(_ text: ArraySlice<UInt8>, of type: Int32) -> Value {
    let string = String(decoding: text, as: UTF8.self)
    switch type {
    case 20, 21, 23: return Int64(string).map { .integer($0) } ?? .null
    case 701: return Double(string).map { .real($0) } ?? .null
    default: return .text(Text(bytes: text))
    }
  }

  private struct Reader {
    let bytes: ArraySlice<UInt8>
    var position: Int

    init(bytes: ArraySlice<UInt8>) {
      self.bytes = bytes
      position = bytes.startIndex
    }

    mutating func number<Number: FixedWidthInteger>() -> Number {
      take(MemoryLayout<Number>.size).reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    mutating func skipText() {
      while bytes[position] != 0 { position += 1 }
      position += 1
    }

    mutating func take(_ count: Int) -> ArraySlice<UInt8> {
      defer { position += count }
      return bytes[position..<position + count]
    }
  }

  private func number() throws -> Int32 {
    try take(4).reduce(0) { $0 << 8 | Int32($1) }
  }

  private func take(_ count: Int) throws -> ArraySlice<UInt8> {
    while buffer.count - position < count {
      var chunk = [UInt8](repeating: 0, count: 65_536)
      let read = chunk.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
      guard read > 0 else { throw Failure(description: "the connection was closed") }
      buffer.removeFirst(position)
      position = 0
      buffer += chunk[..<read]
    }
    defer { position += count }
    return buffer[position..<position + count]
  }
}
