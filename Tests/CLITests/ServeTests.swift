import Foundation
import TestSupport
import Testing

@testable import RowscopeCLI

@Suite("rowscope serve")
struct ServeTests {
  /// A workspace of one table in a temporary folder.
  private final class Folder {
    let path = NSTemporaryDirectory() + "rowscope-serve-" + UUID().uuidString

    init() throws {
      try FileManager.default.createDirectory(
        atPath: path + "/tables", withIntermediateDirectories: true)
      try write(
        #"{"database": "tables", "users": "users.json", "profiles": {"p": "p.json"}}"#,
        to: "workspace.json")
      try write(#"[{"id_user": 1, "name": "Ana", "profile": "p"}]"#, to: "users.json")
      try write(Self.profile(1), to: "p.json")
      let rows = (1...2000).map { "\($0),\($0 % 2)\n" }.joined()
      try write("id,n\n" + rows, to: "tables/t.csv")
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    static func profile(_ value: Int) -> String {
      #"{"tables_enabled": {"t": {"data": [{"field": "n", "value": \#(value)}]}}}"#
    }

    func write(_ text: String, to name: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name), options: .atomic)
    }
  }

  /// A running `rowscope serve`.
  private final class Server {
    let process = Process()
    private let (input, output, messages) = (Pipe(), Pipe(), Pipe())
    private var rest = Data()
    private let folder: Folder

    init(_ folder: Folder, _ options: String...) throws {
      self.folder = folder
      process.executableURL = URL(fileURLWithPath: RowscopeProcess.path)
      process.arguments = ["serve", "--workspace", folder.path] + options
      process.standardInput = input
      process.standardOutput = output
      process.standardError = messages
      try process.start()
    }

    func send(_ text: String) { input.fileHandleForWriting.write(Data(text.utf8)) }

    /// The next line, or nil at the end.
    func line() -> String? {
      while true {
        if let end = rest.firstIndex(of: 0x0A) {
          defer { rest = Data(rest[(end + 1)...]) }
          return String(decoding: rest[..<end], as: UTF8.self)
        }
        let more = output.fileHandleForReading.availableData
        if more.isEmpty { return nil }
        rest += more
      }
    }

    func ask(_ request: String) -> String? {
      send(request + "\n")
      return line()
    }

    /// Ends the input and returns what was written to standard error.
    func end() throws -> String {
      try input.fileHandleForWriting.close()
      process.waitUntilExit()
      return String(decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }
  }

  private static func request(_ more: String = "", select: String = "id") -> String {
    #"{"as": 1, "object_type": "t", "select": ["\#(select)"]\#(more)}"#
  }

  private static func answer(_ ids: Int..., hasMore: Bool = false) -> String {
    let items = ids.map { #"{"id":\#($0)}"# }.joined(separator: ",")
    return #"{"data":{"items":[\#(items)],"has_more":\#(hasMore)}}"#
  }

  private static func byID(_ id: Int) -> String {
    request(#", "filters": [{"field": "id", "value": \#(id)}]"#)
  }

  private func run(_ input: Data, folder: Folder) throws -> (output: String, exitCode: Int32) {
    let file = folder.path + "/input"
    try input.write(to: URL(fileURLWithPath: file))
    let outcome = try RowscopeProcess().shell(
      "rowscope serve --workspace '\(folder.path)' < '\(file)'")
    return (outcome.text, outcome.exitCode)
  }

  @Test func `answers come in the order of the requests`() throws {
    let folder = try Folder()
    // Slow, quick, wrong and empty ones.
    var requests: [String] = []
    var answers: [String] = []
    for index in 0..<3000 {
      switch index % 5 {
      case 0:
        requests.append(Self.byID(index * 2 % 2000 + 1))
        answers.append(Self.answer(index * 2 % 2000 + 1))
      case 1:
        // The last of those up to this one, so that the whole table is sorted.
        let ids = #"[{"field": "id", "operator": "<=", "value": \#(index)}]"#
        requests.append(Self.request(#", "size": 1, "sort": "n, id desc", "filters": \#(ids)"#))
        let newest = min(index % 2 == 0 ? index - 1 : index, 1999)
        answers.append(#"{"data":{"items":[{"id":\#(newest)}],"has_more":\#(newest > 1)"#)
      case 2:
        requests.append("nonsense \(index)")
        answers.append("nonsense")
      case 3:
        requests.append(Self.request(select: "f\(index)"))
        answers.append(#"unknown field \"f\#(index)\""#)
      default:
        requests.append(Self.byID(2))
        answers.append(Self.answer())
      }
    }
    let (output, exitCode) = try run(
      Data(requests.joined(separator: "\n").utf8), folder: folder)
    #expect(exitCode == 0)
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == requests.count + 1)
    #expect(lines.last == "")
    for (index, (line, answer)) in zip(lines, answers).enumerated() {
      #expect(line.contains(answer), "request \(index)")
    }
  }

  @Test func `malformed lines are answered and survived`() throws {
    let folder = try Folder()
    let lines: [(Data, String)] = [
      (Data(), "empty_document"), (Data("\r".utf8), "empty_document"), (Data("{".utf8), ""),
      (Data([0xFF, 0xFE, 0x7B]), ""), (Data([0]), ""), (Data("null".utf8), "invalid_request"),
      (Data(String(repeating: "[", count: 1 << 20).utf8), ""),
      (Data("{\"as\": 1, \"object_type\": \"t\", \"nonsense\": 1}".utf8), "unknown_key"),
      (Data(repeating: 0x20, count: (8 << 20) + 1), "limit_exceeded"),
      (Data(Self.byID(1).utf8) + Data(repeating: 0x20, count: 20 << 20), "limit_exceeded"),
      (Data(#"{"as": "\u0000' OR 1=1", "object_type": "t"}"#.utf8), "unknown_user"),
      (Data(#"{"as": 2, "object_type": "t"}"#.utf8), "unknown_user"),
    ]
    var input = Data()
    for (line, _) in lines {
      input += line + [0x0A]
      // A valid one between them.
      input += Data((Self.byID(1) + "\r\n").utf8)
    }
    // The longest allowed line, without a line end.
    let longest = Data(Self.byID(3).utf8)
    input += longest + Data(repeating: 0x20, count: (8 << 20) - longest.count)
    let (output, exitCode) = try run(input, folder: folder)
    #expect(exitCode == 0)
    let answers = output.split(separator: "\n").map(String.init)
    #expect(answers.count == lines.count * 2 + 1)
    for (index, (_, code)) in lines.enumerated() where answers.count == lines.count * 2 + 1 {
      #expect(answers[index * 2].hasPrefix(#"{"data":{"message":""#))
      #expect(answers[index * 2].contains(#","code":"\#(code)"#))
      #expect(answers[index * 2 + 1] == Self.answer(1))
    }
    #expect(answers.last == Self.answer(3))
  }

  @Test func `no input is no answer`() throws {
    let (output, exitCode) = try run(Data(), folder: Folder())
    #expect(output == "")
    #expect(exitCode == 0)
  }

  @Test func `an answer is written before the next request is read`() throws {
    let server = try Server(Folder())
    for id in [1, 3, 5] { #expect(server.ask(Self.byID(id)) == Self.answer(id)) }
    // A request may arrive in pieces.
    server.send(String(Self.byID(7).prefix(10)))
    Thread.sleep(forTimeInterval: 0.05)
    server.send(Self.byID(7).dropFirst(10) + "\n" + Self.byID(9))
    #expect(server.line() == Self.answer(7))
    #expect(try server.end() == "")
    #expect(server.line() == Self.answer(9))
    #expect(server.process.terminationStatus == 0)
  }

  @Test func `changed profiles and users apply to the next request, and are reported`() throws {
    let folder = try Folder()
    let server = try Server(folder)
    #expect(server.ask(Self.byID(1)) == Self.answer(1))
    try folder.write(Folder.profile(0), to: "p.json")
    #expect(server.ask(Self.byID(1)) == Self.answer())
    #expect(server.ask(Self.byID(2)) == Self.answer(2))
    try folder.write("{", to: "p.json")
    #expect(server.ask(Self.byID(2))?.contains(#""code":"invalid_profile""#) == true)
    try folder.write(Folder.profile(0), to: "p.json")
    try folder.write(#"[{"id_user": 2, "profile": "p"}]"#, to: "users.json")
    #expect(server.ask(Self.byID(2))?.contains(#""code":"unknown_user""#) == true)
    let other = Self.byID(2).replacingOccurrences(of: #""as": 1"#, with: #""as": "2""#)
    #expect(server.ask(other) == Self.answer(2))
    let messages = try server.end()
    #expect(messages.contains("reread \(folder.path)/p.json\n"))
    #expect(messages.contains("reread \(folder.path)/users.json\n"))
    #expect(messages.contains("warning: \(folder.path)/p.json:1:"))
  }

  @Test(arguments: [(SIGTERM, 0), (SIGINT, 130)] as [(Int32, Int32)])
  func `a signal ends it after the requests so far are answered`(signal: Int32, code: Int32) throws
  {
    // A shell starts background processes with SIGINT ignored, and their children inherit that.
    guard !SignalState.isIgnored(signal) else { return }
    let server = try Server(Folder())
    #expect(server.ask(Self.byID(1)) == Self.answer(1))
    kill(server.process.processIdentifier, signal)
    server.process.waitUntilExit()
    #expect(server.line() == nil)
    #expect(server.process.terminationReason == .exit)
    #expect(server.process.terminationStatus == code)
  }

  @Test func `a request that takes too long is answered, and the next one too`() throws {
    let folder = try Folder()
    let server = try Server(folder, "--timeout", "0.000001")
    for _ in 0..<3 {
      #expect(server.ask(Self.byID(1))?.contains(#""code":"deadline_exceeded""#) == true)
    }
    #expect(try server.end() == "")
    #expect(server.process.terminationStatus == 0)
  }

  @Test func `a reader that leaves ends it quietly`() throws {
    let folder = try Folder()
    let outcome = try RowscopeProcess().shell(
      "for i in $(seq 5000); do echo '\(Self.request())'; done "
        + "| rowscope serve --workspace '\(folder.path)' | head -n 1; echo ${PIPESTATUS[1]}")
    #expect(outcome.text.hasSuffix("\n0\n"))
    #expect(outcome.messages == "")
  }

  @Test func `a workspace that cannot be served is reported at once`() throws {
    let folder = try Folder()
    let rowscope = RowscopeProcess()
    let missing = try rowscope.run("serve", "--workspace", folder.path + "/nowhere")
    #expect(missing.exitCode != 0)
    #expect(missing.messages.contains("nowhere"))
    try folder.write("[]", to: "users.json")
    let empty = try rowscope.run("serve", "--workspace", folder.path)
    #expect(empty.exitCode == 4)
    #expect(empty.messages.contains("the workspace has no users"))
    #expect(try rowscope.run("serve", "--db", "x").exitCode == 2)
  }

  @Test func `processes with one secret agree on scopes and cursors`() throws {
    let folder = try Folder()
    try folder.write("sixteen bytes and more", to: "secret")
    try folder.write("another one of many bytes", to: "other")
    try folder.write("fifteen bytes..", to: "short")
    let request = #"{"as": 1, "object_type": "t", "size": 1, "scope": true}"#
    func ask(_ options: String...) throws -> String {
      let arguments = ["serve", "--workspace", folder.path, "--quiet"] + options
      return try RowscopeProcess().run(arguments, input: Data((request + "\n").utf8)).text
    }
    let answer = try ask("--secret", folder.path + "/secret")
    #expect(answer.contains(#""scope":""#))
    #expect(try ask("--secret", folder.path + "/secret") == answer)
    let scopes = try [answer, ask("--secret", folder.path + "/other"), ask(), ask()]
      .map { $0.drop { $0 != "s" } }
    #expect(Set(scopes).count == 4)

    for (name, message) in [
      ("short", "has 15 bytes, too few for a secret"), ("none", "no such file"),
    ] {
      let outcome = try RowscopeProcess().run(
        "serve", "--workspace", folder.path, "--secret", folder.path + "/" + name)
      #expect(outcome.exitCode == 4)
      #expect(outcome.messages.contains(message), "\(outcome.messages)")
      #expect(outcome.text == "")
    }
  }

  private static let python: String? = {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return folders.map { $0 + "/python3" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }()

  @Test(.enabled(if: python != nil, "there is no python3 here"))
  func `the Python client passes its tests`() throws {
    let outcome = try RowscopeProcess(
      environment: ["PYTHONDONTWRITEBYTECODE": "1", "ROWSCOPE": RowscopeProcess.path]
    ).shell("python3 '\(Checkout.root.path)/Tests/Tools/Client/test_rowscope.py'")
    #expect(outcome.exitCode == 0, "\(outcome.messages)")
    #expect(outcome.messages.contains("\nOK"))
  }
}
