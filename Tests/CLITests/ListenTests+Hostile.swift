import Foundation
import TestSupport
import Testing

@testable import RowscopeCLI

/// Clients that are slow, silent, greedy or gone.
extension ListenTests {
  @Test func `half a line is no request`() throws {
    let server = try server("--writable")
    let client = try server.client(as: "1")
    client.send(
      Self.ids(1, #", "size": 1"#)
        + #"{"id": 2, "do": "delete", "object_type": "tasks", "all": true}"#)
    client.endSending()
    #expect(client.line()?.hasPrefix(#"{"id":1,"#) == true)
    #expect(client.line() == nil)
    let half = try server.client()
    half.send(#"{"as": 1}"#)
    half.endSending()
    #expect(half.line() == nil)
    #expect(try folder.sql("SELECT count(*) FROM tasks", on: "desk.sqlite") == [["2000"]])
  }

  @Test func `a line that is too long is answered, and the next one too`() throws {
    let server = try server()
    let client = try server.client(as: "1")
    onOwnThread {
      client.send([UInt8](repeating: 0x20, count: 9 << 20) + Array(("\n" + Self.ids(1)).utf8))
    }
    let answers = [client.line() ?? "", client.line() ?? ""].sorted()
    #expect(answers[0].contains(#""code":"limit_exceeded""#))
    #expect(answers[1].hasPrefix(#"{"id":1,"data":{"items":"#))
  }

  @Test func `slow, silent and vanished clients hold up nobody`() throws {
    let server = try server()
    let slow = try server.client()
    let silent = try (0..<20).map { _ in try server.client() }
    for byte in #"{"as": 1}"#.utf8 {
      slow.send([byte])
      for _ in 0..<3 {
        let gone = try server.client(as: "2")
        gone.send(Self.ids(1, #", "sort": "title", "size": 500"#) + Self.ids(2) + #"{"id""#)
      }
    }
    slow.send("\n")
    #expect(slow.line()?.contains("Ada") == true)
    let other = try server.client(as: "2")
    other.send(Self.ids(1, #", "size": 1"#))
    #expect(other.line()?.contains(#""items":[{"id":2}]"#) == true)
    #expect(silent.count == 20)
    #expect(server.end() == 0)
  }

  @Test func `a client that does not read does not make it grow`() throws {
    let server = try server()
    let clients = try (0..<4).map { _ in try server.client(as: "1") }
    let line = Array(Self.ids(1, #", "size": 500"#).utf8)
    let flood = Array(repeatElement(line, count: 200_000).joined())
    for client in clients {
      let sent = client.sendUntilStuck(flood)
      #expect(sent > 0 && sent < 4 << 20, "\(sent) bytes were taken")
    }
    let other = try server.client(as: "2")
    other.send(Self.ids(1, #", "size": 1"#))
    #expect(other.line()?.hasPrefix(#"{"id":1,"#) == true)
    if let memory = server.residentMegabytes { #expect(memory < 250, "\(memory) MB") }
    // The answers of what it took are there, once it reads.
    for client in clients {
      for _ in 0..<50 { #expect(client.line()?.hasPrefix(#"{"id":1,"data":{"items":"#) == true) }
    }
  }

  @Test func `clients beyond the most are told so`() throws {
    let server = try server()
    var clients: [SocketClient] = []
    // Those whose first line has not come make room.
    for _ in 0..<8 { clients.append(try server.client()) }
    for _ in 0..<SocketServer.mostClients { clients.append(try server.client(as: "1")) }
    #expect(clients[0].line() == nil)
    #expect(try server.client().line()?.contains(#""code":"limit_exceeded""#) == true)
    clients[20].send(Self.ids(1))
    #expect(clients[20].line()?.hasPrefix(#"{"id":1,"#) == true)
    clients.removeLast(8)
    var last: SocketClient?
    for _ in 0..<100 where last == nil {
      last = try? server.client(as: "1")
      Thread.sleep(forTimeInterval: 0.02)
    }
    #expect(last != nil)
  }
}

extension ListeningServer {
  /// Nil where that is not known.
  var residentMegabytes: Int? {
    let status = try? String(
      contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
    return status?.firstMatch(of: /RssAnon:\s+(\d+) kB/).flatMap { Int($0.1) }.map { $0 >> 10 }
  }
}

enum SignalState {
  /// A shell starts background processes with SIGINT ignored, and their children inherit that.
  static func isIgnored(_ signal: Int32) -> Bool {
    let handler = Foundation.signal(signal, SIG_IGN)
    _ = Foundation.signal(signal, handler)
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
