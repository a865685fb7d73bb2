import CSQLite
import Foundation

/// Instructions and allocations, counted by valgrind. They are the same in every run, unless the
/// machine is so busy that a request is held up.
///
/// A contender runs a small and a larger number of times, each in a process of its own. The
/// difference is its cost, without that of the process itself.
struct Counts {
  struct Count: Codable, Equatable {
    /// Processor instructions per answer.
    var instructions: Double
    /// Calls of malloc and similar functions per answer.
    var allocations: Double

    /// Takes what is less in another count of the same.
    mutating func limit(to other: Count) {
      instructions = min(instructions, other.instructions)
      allocations = min(allocations, other.allocations)
    }
  }

  /// The contenders to count after every change of the code, with the repetitions in the shorter
  /// and the longer run.
  static let watched: [(comparison: String, contender: String, times: ClosedRange<Int>)] = [
    ("q3-fetch", "C loop", 1...5), ("q3-fetch", "Rowscope", 1...5),
    ("q3-fetch", "Rowscope, push scan", 1...5),
    ("q3-json", "Rowscope", 1...4), ("q3-structs", "Rowscope", 1...3),
    ("q2-page", "Rowscope", 50...250), ("q8-get", "Rowscope", 1...3),
    ("q9-cold", "Rowscope", 1022...2044), ("q9-warm", "Rowscope", 200...2200),
  ]

  static let rows = 10_000

  private let valgrind = SQLiteShell.output(["valgrind", "--version"])
  private let folder: URL
  private let program: URL
  private let database: URL

  /// Nil if valgrind is not installed.
  init?(files: TaskFiles) throws {
    guard valgrind != nil else { return nil }
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "rowscope-counts-\(ProcessInfo.processInfo.processIdentifier)", isDirectory: true)
    database = files.folder
    program = folder.appendingPathComponent("rowscope-benchmarks")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    // Valgrind cannot read every compiler's debug information and does not need it.
    let original = ProcessInfo.processInfo.arguments[0]
    guard SQLiteShell.output(["strip", "-g", "-o", program.path, Self.path(of: original)]) != nil
    else { throw BenchmarkError("strip, of binutils, is needed to count instructions") }
  }

  func end() { try? FileManager.default.removeItem(at: folder) }

  private static func path(of program: String) -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? program
  }

  func measure(
    _ comparison: String, _ contender: String, times: ClosedRange<Int>
  ) throws -> Count {
    let few = try run(comparison, contender, times.lowerBound)
    let many = try run(comparison, contender, times.upperBound)
    let difference = Double(times.upperBound - times.lowerBound)
    return Count(
      instructions: (many.instructions - few.instructions) / difference,
      allocations: (many.allocations - few.allocations) / difference)
  }

  private func run(_ comparison: String, _ contender: String, _ times: Int) throws -> Count {
    let output = folder.appendingPathComponent("callgrind.out")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "valgrind", "--tool=callgrind", "--callgrind-out-file=\(output.path)", program.path,
      "--folder", database.path, "--rows", String(Self.rows),
      "--repeat", comparison, contender, String(times),
    ]
    var environment = ProcessInfo.processInfo.environment
    environment["SWIFT_DETERMINISTIC_HASHING"] = "1"
    process.environment = environment
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchmarkError("\(comparison), \(contender): valgrind failed")
    }
    return try Self.totals(of: String(decoding: Data(contentsOf: output), as: UTF8.self))
  }

  private static let allocators: Set<Substring> = [
    "malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc",
  ]

  /// Parses callgrind's output: `summary: 1234`, and for each call `cfn=(7) malloc` or `cfn=(7)`,
  /// then `calls=3 …`.
  private static func totals(of text: String) throws -> Count {
    var count = Count(instructions: 0, allocations: 0)
    var allocators: Set<Substring> = []
    var isAllocation = false
    for line in text.split(separator: "\n") {
      if line.hasPrefix("cfn=") || line.hasPrefix("fn=") {
        let parts = line.drop { $0 != "=" }.dropFirst().split(separator: " ", maxSplits: 1)
        guard let identifier = parts.first else { continue }
        if parts.count == 2, Self.allocators.contains(parts[1]) { allocators.insert(identifier) }
        if line.hasPrefix("cfn=") { isAllocation = allocators.contains(identifier) }
      } else if line.hasPrefix("calls="), isAllocation {
        count.allocations += Double(line.dropFirst(6).prefix { $0 != " " }) ?? 0
      } else if line.hasPrefix("totals:") || line.hasPrefix("summary:") {
        count.instructions = Double(line.split(separator: " ").last ?? "") ?? 0
      }
    }
    guard count.instructions > 0 else { throw BenchmarkError("callgrind counted nothing") }
    return count
  }
}

/// Stored counts to compare with.
struct StoredCounts: Codable {
  /// The versions and platform that affect the counts.
  var sqlite = String(cString: sqlite3_libversion())
  var swift = Machine.swiftVersion
  var processor = Self.architecture
  var counts: [String: Counts.Count] = [:]

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "other"
    #endif
  }

  /// The tolerated increase: versions of the C library, and addresses, make a small difference.
  static let tolerance = 1.03

  /// In which way a count exceeds the stored one, one line each.
  func excess(of count: Counts.Count, named name: String) -> [String] {
    guard let known = counts[name] else { return ["\(name) has no stored count"] }
    var lines: [String] = []
    func compare(_ what: String, _ now: Double, _ before: Double) {
      if now > before * Self.tolerance + 1 {
        lines.append("\(name): \(Int(now)) \(what), but only \(Int(before)) are stored")
      }
    }
    compare("instructions", count.instructions, known.instructions)
    compare("allocations", count.allocations, known.allocations)
    return lines
  }
}
