import Foundation

/// SQLite's own shell, which writes JSON.
struct SQLiteShell {
  let version: String

  /// Nil if it is not installed.
  init?() {
    guard let text = Self.output(["sqlite3", "--version"]) else { return nil }
    version = String(text.split(separator: " ").first ?? "")
  }

  static func output(_ command: [String]) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
  }

  /// Runs a query and discards its output. The time is that of the shell's process, from start to
  /// end.
  func contender(_ name: String, database: String, sql: String, in folder: URL) -> Contender {
    var answer: Answer?
    return Contender(name) { times in
      if answer == nil {
        answer = try Self.measure(database: database, sql: sql, in: folder)
      }
      let stopwatch = Stopwatch(.children)
      for _ in 0..<times { try Self.run(database, sql, to: .nullDevice) }
      return (stopwatch.seconds, answer ?? Answer(records: 0))
    }
  }

  private static func run(_ database: String, _ sql: String, to output: FileHandle) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["sqlite3", "-readonly", "-json", database, sql]
    process.standardOutput = output
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw BenchmarkError("the sqlite3 shell failed") }
  }

  /// The shell's answer. The shell writes reals with twenty digits, so the bytes differ from other
  /// contenders', but the values do not.
  private static func measure(database: String, sql: String, in folder: URL) throws -> Answer {
    let file = folder.appendingPathComponent("shell-\(ProcessInfo.processInfo.processIdentifier)")
    _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: file) }
    let output = try FileHandle(forWritingTo: file)
    try run(database, sql, to: output)
    try output.close()
    let text = try Data(contentsOf: file, options: .alwaysMapped)
    // Decoding more would take longer, and more memory, than everything else.
    if text.count < 1 << 28 {
      return Answer(try JSONDecoder().decode([TaskRecord].self, from: text))
    }
    var records = 0
    for byte in text where byte == 0x0A { records += 1 }
    return Answer(records: records)
  }
}
