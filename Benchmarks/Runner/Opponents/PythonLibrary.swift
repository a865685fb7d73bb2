import Foundation

/// A Python library that answers the same questions in a process of its own, see
/// `Opponents/opponents.py`.
final class PythonLibrary {
  enum Library: String, CaseIterable { case sqlite3, duckdb, polars }

  /// Includes the version.
  let name: String
  private let process: Process
  private let requests: FileHandle
  private let answers: LineInput

  /// Nil if Python or the library is not installed; `absence` receives the reason.
  init?(
    _ library: Library, python: String, script: URL, database: URL, csv: URL,
    absence: (String) -> Void
  ) throws {
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python, script.path, library.rawValue, database.path, csv.path]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    requests = input.fileHandleForWriting
    answers = LineInput(output.fileHandleForReading)
    try process.run()
    struct Greeting: Decodable {
      let ready: String?
      let absent: String?
    }
    guard let line = answers.next() else {
      absence("\(library.rawValue): \(python) does not run")
      return nil
    }
    let greeting = try JSONDecoder().decode(Greeting.self, from: line)
    guard let ready = greeting.ready else {
      absence("\(library.rawValue): \(greeting.absent ?? "not installed")")
      return nil
    }
    name = ready
  }

  deinit {
    // The script ends at the end of its input.
    try? requests.close()
    process.waitUntilExit()
  }

  /// A contender for one of the script's questions.
  func contender(_ name: String, _ question: String) -> Contender {
    Contender(name) { times in
      struct Reply: Decodable {
        let seconds: Double
        let records: Int
        let checksum: UInt64?
      }
      let request = #"{"question": "\#(question)", "times": \#(times)}"#
      try self.requests.write(contentsOf: Data((request + "\n").utf8))
      guard let line = self.answers.next() else {
        throw BenchmarkError("\(self.name) stopped at \(question)")
      }
      let reply = try JSONDecoder().decode(Reply.self, from: line)
      return (reply.seconds, Answer(records: reply.records, checksum: reply.checksum))
    }
  }
}

/// Reads lines from a pipe.
final class LineInput {
  private let handle: FileHandle
  private var pending = Data()

  init(_ handle: FileHandle) { self.handle = handle }

  /// The next line without its line feed; nil at the end.
  func next() -> Data? {
    while true {
      if let end = pending.firstIndex(of: 0x0A) {
        let line = pending[..<end]
        pending = Data(pending[(end + 1)...])
        return Data(line)
      }
      let more = handle.availableData
      guard !more.isEmpty else { return nil }
      pending.append(more)
    }
  }
}
