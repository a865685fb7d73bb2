import Foundation
import TestSupport
import Testing

@testable import RowscopeCLI

@Suite("rowscope serve --listen")
struct ListenTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    // Paths of sockets are short.
    path = "/tmp/rowscope-\(UUID().uuidString.prefix(8)).socket"
    try folder.sql(
      """
      CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, owner INTEGER);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
      INSERT INTO tasks SELECT i, 'task ' || i, i % 4 FROM n;
      """, on: "desk.sqlite")
    try folder.write(
      """
      {"database": "desk.sqlite", "profiles": {"own": "own.json", "few": "few.json"},
       "users": [{"id_user": 1, "name": "Ada", "profile": "own"},
                 {"id_user": 2, "name": "Bia", "profile": "own"}]}
      """, to: "workspace.json")
    try folder.write(
      """
      {"tables_enabled": {"tasks": {
        "data": [{"field": "owner", "reference": "id_user"}], "can_create": 1, "can_delete": 1}}}
      """, to: "own.json")
    try folder.write(
      #"{"tables_enabled": {"tasks": {"data": [{"field": "id", "operator": "<", "value": 9}]}}}"#,
      to: "few.json")
    try folder.write("the secret of this test\n", to: "secret")
  }

  func server(_ options: String...) throws -> ListeningServer {
    try ListeningServer(folder.path, listen: "unix:" + path, options)
  }

  func tcp(_ options: String...) throws -> ListeningServer {
    try ListeningServer(
      folder.path, listen: "tcp:127.0.0.1:0",
      ["--secret-file", folder.path("secret")] + options)
  }

  static func ids(_ id: Int, _ more: String = "") -> String {
    #"{"id": \#(id), "object_type": "tasks", "select": ["id"]\#(more)}"# + "\n"
  }

  // MARK: Who asks

  @Test func `the first line says who asks in every request`() throws {
    let server = try server()
    let (ada, bia) = (try server.client(as: "1"), try server.client(as: "\"Bia\""))
    for _ in 0..<3 {
      ada.send(Self.ids(1, #", "size": 1"#))
      bia.send(Self.ids(1, #", "size": 1"#))
      #expect(ada.line()?.hasPrefix(#"{"id":1,"data":{"items":[{"id":1}],"has_more":true"#) == true)
      #expect(bia.line()?.hasPrefix(#"{"id":1,"data":{"items":[{"id":2}],"has_more":true"#) == true)
    }
    ada.send(#"{"id": 2, "as": 2, "object_type": "tasks"}"# + "\n")
    #expect(ada.line()?.contains(#""code":"unknown_key""#) == true)
    ada.send(#"{"object_type": "tasks"}"# + "\n")
    #expect(ada.line()?.contains("a request without \\\"id\\\"") == true)
    // A cursor is of its user alone.
    ada.send(Self.ids(3, #", "size": 1"#))
    let page = try #require(ada.line())
    let cursor = try #require(page.firstMatch(of: /"next":"([^"]+)"/)?.1)
    bia.send(Self.ids(4, #", "size": 1, "after": "\#(cursor)""#))
    #expect(bia.line()?.contains(#""code":"invalid_cursor""#) == true)
    ada.send(Self.ids(5, #", "size": 1, "after": "\#(cursor)""#))
    #expect(ada.line()?.contains(#""items":[{"id":5}]"#) == true)
  }

  @Test func `each request names its user only where that is trusted`() throws {
    for (options, isOpen) in [
      ([], false), (["--trust", "clock"], false), (["--trust", "naming"], true),
    ] {
      let server = try ListeningServer(folder.path, listen: "unix:" + path, options)
      let client = try server.client()
      client.send("{}\n")
      let welcome = try #require(client.line())
      #expect(welcome.hasPrefix(#"{"data":{"user":null"#) == isOpen)
      guard isOpen else {
        #expect(welcome.contains(#""code":"required_key""#))
        #expect(client.line() == nil)
        continue
      }
      for id in [1, 2] {
        client.send(
          #"{"id": \#(id), "as": \#(id), "object_type": "tasks", "do": "get", "key": 2}"# + "\n")
        #expect(client.line()?.contains(id == 1 ? "not_found" : #""item":{"id":2"#) == true)
      }
      client.send(#"{"id": 3, "object_type": "tasks"}"# + "\n")
      #expect(client.line()?.contains(#""code":"required_key""#) == true)
      // Naming is not describing.
      client.send(
        #"{"id": 3, "as": {"id_user": 1, "profile": "own"}, "object_type": "tasks"}"# + "\n")
      #expect(client.line()?.contains(#""code":"wrong_type""#) == true)
    }
  }

  @Test func `a first line may narrow the access, where that is trusted`() throws {
    let line = #"{"as": 1, "narrowed_by": "few"}"# + "\n"
    let (closed, open) = (
      try server(),
      try ListeningServer(folder.path, listen: "unix:\(path)2", ["--trust", "narrowing"])
    )
    let (refused, client) = (try closed.client(), try open.client())
    refused.send(line + Self.ids(1))
    client.send(line + Self.ids(1) + Self.ids(2, #", "narrowed_by": "own""#))
    #expect(refused.line()?.contains(#""code":"unknown_key""#) == true)
    #expect(refused.line() == nil)
    #expect(client.line()?.contains(#""name":"Ada""#) == true)
    for _ in 0..<2 {
      #expect(client.line()?.contains(#""items":[{"id":1},{"id":5}],"has_more":false"#) == true)
    }
    _ = (closed.end(), open.end())
  }

  @Test(arguments: [
    "", "\n", "null\n", "[]\n", "7\n", "POST / HTTP/1.1\r\n", "GET / HTTP/1.1\r\n", "{\"as\": 1\n",
    "{\"as\": 1} {\"as\": 2}\n", "\u{16}\u{3}\u{1}\n", "{\"as\": 1, \"as\": 2}\n",
    String(repeating: " ", count: 70_000), String(repeating: "[", count: 60_000) + "\n",
  ])
  func `another first line ends the connection without a word`(line: String) throws {
    let server = try tcp()
    let client = try server.client()
    client.send(line)
    client.send(#"{"as": 1, "secret": "the secret of this test"}"# + "\n" + Self.ids(1))
    if line.isEmpty {
      #expect(client.line()?.contains("Ada") == true)
    } else {
      #expect(client.line() == nil)
    }
  }

  @Test(arguments: [
    (#"{"as": 1}"#, "denied"), (#"{"as": 1, "secret": ""}"#, "denied"),
    (#"{"as": 1, "secret": "the secret of this tesT"}"#, "denied"),
    (#"{"as": 1, "secret": "the secret of this test\n"}"#, "denied"),
    (#"{"as": 1, "secret": "the secret of this testthe secret of this test"}"#, "denied"),
    (#"{"as": 1, "secret": ["the secret of this test"]}"#, "denied"),
    (#"{"as": 9, "secret": "the secret"}"#, "denied"),
    (#"{"as": 9, "secret": "the secret of this test"}"#, "unknown_user"),
    (#"{"as": true, "secret": "the secret of this test"}"#, "wrong_type"),
    (#"{"secret": "the secret of this test"}"#, "required_key"),
    (#"{"as": 1, "secret": "the secret of this test", "object_type": "tasks"}"#, "unknown_key"),
    (
      #"{"as": {"id_user": 1, "profile": "own"}, "secret": "the secret of this test"}"#,
      "wrong_type"
    ),
  ])
  func `a wrong first line is told why, and ends the connection`(line: String, code: String) throws
  {
    let server = try tcp()
    let client = try server.client()
    client.send(line + "\n" + Self.ids(1))
    #expect(client.line()?.hasSuffix(#","code":"\#(code)"}}"#) == true)
    #expect(client.line() == nil)
  }

  @Test func `a secret is compared to its end`() {
    let secret = Array("0123456789abcdef".utf8)
    #expect(Door.isSame(secret, secret))
    for place in secret.indices {
      var other = secret
      other[place] ^= 1
      #expect(!Door.isSame(other, secret))
      #expect(!Door.isSame(Array(secret[..<place]), secret))
    }
    #expect(!Door.isSame(secret + secret, secret))
    #expect(!Door.isSame(secret + [0], secret))
  }

  // MARK: Addresses

  @Test func `addresses are read, and others are said to be wrong`() throws {
    #expect(try ListenAddress("unix:/run/desk.socket") == .unix("/run/desk.socket"))
    #expect(try ListenAddress("unix:a:b") == .unix("a:b"))
    #expect(try ListenAddress("tcp:127.0.0.1:0") == .tcp(port: 0))
    for wrong in [
      "", "unix:", "unix", "tcp:", "tcp:8080", "tcp:127.0.0.1", "tcp:0.0.0.0:80", "tcp::80",
      "tcp:127.0.0.1:65536", "tcp:127.0.0.1:-1", "tcp:127.0.0.1:+1", "tcp:localhost:1",
      "tcp:127.0.0.1:", "http:127.0.0.1:80", "unix\u{301}:/tmp/x", "tcp:[::]:80",
    ] {
      let error = commandError { _ = try ListenAddress(wrong) }
      #expect(error?.exitCode == .usage, "\(wrong)")
      #expect(error?.help?.contains("tcp:127.0.0.1:PORT") == true, "\(wrong)")
    }
  }

  @Test func `what cannot be listened at is said`() throws {
    let rowscope = RowscopeProcess()
    func outcome(_ words: String...) throws -> (Int32, String) {
      let outcome = try rowscope.run(["serve", "--workspace", folder.path] + words)
      return (outcome.exitCode, outcome.messages)
    }
    var (code, message) = try outcome("--listen", "tcp:127.0.0.1:0")
    #expect(code == 2 && message.contains("needs `--secret-file FILE`"), "\(message)")
    (code, message) = try outcome("--secret-file", folder.path("secret"))
    #expect(code == 2 && message.contains("--listen"), "\(message)")
    let secret = folder.path("secret")
    (code, message) = try outcome(
      "--listen", "tcp:127.0.0.1:0", "--secret-file", secret, "--secret", secret)
    #expect(code == 2 && message.contains("are the same secret"), "\(message)")
    try folder.write("fifteen bytes..\n", to: "short")
    (code, message) = try outcome(
      "--listen", "tcp:127.0.0.1:0", "--secret-file", folder.path("short"))
    #expect(code == 4 && message.contains("is not a text of 16 bytes"), "\(message)")
    (code, message) = try outcome("--listen", "unix:" + String(repeating: "a", count: 200))
    #expect(code == 2 && message.contains("the path of a socket"), "\(message)")
    (code, message) = try outcome("--listen", "unix:" + folder.path("nowhere/s"))
    #expect(code == 4 && message.contains("cannot listen at unix:"), "\(message)")
    try folder.write("mine", to: "file")
    (code, message) = try outcome("--listen", "unix:" + folder.path("file"))
    #expect(code == 4 && message.contains("exists and is not a socket"), "\(message)")
    #expect(try folder.read("file") == "mine")
    let server = try server()
    (code, message) = try outcome("--listen", "unix:" + path)
    #expect(code == 4 && message.contains("another service listens"), "\(message)")
    #expect(try server.client(as: "1").send("x"))
    let other = try tcp()
    (code, message) = try outcome("--listen", other.place, "--secret-file", secret)
    #expect(code == 4 && message.contains("port 0 is any that is free"), "\(message)")
  }

  @Test func `a Unix socket is for its user alone from the beginning`() throws {
    let process = try RowscopeProcess().shell(
      """
      umask 0
      rowscope serve --workspace '\(folder.path)' --listen 'unix:\(path)' --quiet & server=$!
      until mode=$(stat -c %a '\(path)' 2>/dev/null || stat -f %Lp '\(path)' 2>/dev/null); do :; done
      kill $server; wait $server; echo $mode
      """)
    #expect(process.text == "600\n")
  }

  @Test(arguments: [(SIGTERM, 0), (SIGINT, 130)] as [(Int32, Int32)])
  func `a signal ends it, and its socket is gone`(signal: Int32, code: Int32) throws {
    guard !SignalState.isIgnored(signal) else { return }
    let server = try server()
    let client = try server.client(as: "1")
    let arriving = try server.client()
    #expect(server.end(signal) == code)
    #expect(client.line() == nil && arriving.line() == nil)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `the socket of a service that was killed is replaced`() throws {
    let first = try server()
    #expect(first.end(SIGKILL) != 0)
    #expect(FileManager.default.fileExists(atPath: path))
    let second = try server()
    #expect(try second.client(as: "1").send(Self.ids(1)))
    #expect(second.end() == 0)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  // MARK: Requests

  @Test func `every request is answered, under its id`() throws {
    for server in [try server("--trust", "clock"), try tcp()] {
      let client = try server.client()
      client.send(#"{"as": 1, "secret": "the secret of this test"}"# + "\n")
      #expect(client.line()?.contains(#""id":1,"name":"Ada""#) == true)
      let count = 400
      let lines = (0..<count).map { id -> String in
        switch id % 4 {
        case 0: Self.ids(id, #", "sort": "title desc", "size": 100"#)
        case 1: #"{"id": \#(id), "do": "count", "object_type": "tasks"}"# + "\n"
        case 2: #"{"id": \#(id), "do": "get", "object_type": "tasks", "key": \#(id)}"# + "\n"
        default: "not JSON\n"
        }
      }
      onOwnThread { client.send(lines.joined()) }
      var seen: Set<Int> = []
      var errors = 0
      for _ in 0..<count {
        let line = try #require(client.line())
        guard let id = line.firstMatch(of: /^\{"id":(\d+),/).flatMap({ Int($0.1) }) else {
          #expect(line.hasPrefix(#"{"data":{"message":""#))
          errors += 1
          continue
        }
        #expect(seen.insert(id).inserted)
        switch id % 4 {
        case 0: #expect(line.contains(#""items":[{"id":997},{"id":993}"#))
        case 1: #expect(line.hasSuffix(#""data":{"count":{"value":500,"exact":true}}}"#))
        default: #expect(line.contains("not_found"))
        }
      }
      #expect(errors == count / 4 && seen.count == count - errors)
    }
  }

  @Test func `records are written where the service may write`() throws {
    let create =
      #"{"id": 1, "do": "create", "object_type": "tasks", "values": {"id": 9001, "owner": 1}}"#
    let reading = try server()
    let reader = try reading.client(as: "1")
    reader.send(create + "\n")
    #expect(reader.line()?.contains(#""code":"not_writable""#) == true)
    #expect(reading.end() == 0)
    let client = try server("--writable").client(as: "1")
    client.send(create + "\n")
    #expect(client.line() == #"{"id":1,"data":{"item":{"id":9001,"title":null,"owner":1}}}"#)
    client.send(#"{"id": 2, "do": "delete", "object_type": "tasks", "key": 9001}"# + "\n")
    #expect(client.line() == #"{"id":2,"data":{"deleted":1,"kept":0}}"#)
  }

  @Test func `what runs is finished before the end`() throws {
    let server = try server("--writable")
    let client = try server.client(as: "1")
    // The write waits for this one.
    try folder.whileLocked("desk.sqlite") {
      client.send(
        #"{"id": 1, "do": "create", "object_type": "tasks", "values": {"id": 9001, "owner": 1}}"#
          + "\n" + Self.ids(2, #", "size": 1"#))
      #expect(client.line()?.hasPrefix(#"{"id":2,"#) == true)
      kill(server.process.processIdentifier, SIGTERM)
      // It takes no connection from now on.
      while FileManager.default.fileExists(atPath: path) { Thread.sleep(forTimeInterval: 0.01) }
      client.send(Self.ids(3))
    }
    #expect(client.line()?.hasPrefix(#"{"id":1,"data":{"item":{"id":9001"#) == true)
    #expect(client.line() == nil)
    server.process.waitUntilExit()
    #expect(server.process.terminationStatus == 0)
    #expect(try folder.sql("SELECT count(*) FROM tasks", on: "desk.sqlite") == [["2001"]])
  }
}
