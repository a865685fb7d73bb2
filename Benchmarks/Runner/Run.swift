import Foundation

/// One run: files, opponents, checks, rounds, report.
final class Run {
  private let options: Options
  let files: TaskFiles
  private let progress = Progress()
  private var absent: [String] = []

  /// The package's root folder.
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  init(_ options: Options) throws {
    self.options = options
    files = try TaskFiles(folder: options.folder)
  }

  private var entries: [Suite.Entry] { Suite.entries.filter { options.includes($0.name) } }

  func measure() async throws {
    guard !entries.isEmpty else {
      throw BenchmarkError("no comparison has such a name; --list lists them")
    }
    #if DEBUG
      progress.say("warning: this is a debug build, so its times mean nothing; use `-c release`")
    #endif
    let expected = entries.reduce(0.0) {
      $0 + $1.expectedLength(rows: options.rows, rounds: options.rounds)
    }
    progress.say(
      "\(Figures.grouped(options.rows)) tasks, \(entries.count) comparisons, "
        + "\(options.rounds) rounds: about \(Figures.duration(expected + makingLength)), "
        + "of which the rounds take " + Figures.duration(expected))
    try makeFiles(rows: options.rows)
    if entries.contains(where: { $0.name.hasPrefix("types") }) {
      try makeFiles(rows: options.rows, [.events])
    }
    if entries.contains(where: { $0.name.hasPrefix("related") }) {
      try makeFiles(rows: min(options.rows, Suite.relatedRows), [.related])
    }
    if entries.contains(where: { $0.name.hasPrefix("memory-text") }) {
      try makeFiles(rows: options.rows, [.textKeys])
    }
    if entries.contains(where: { $0.name.hasPrefix("sweep") }) {
      try makeFiles(rows: options.rows, [.sweep])
    }
    if entries.contains(where: { $0.name.hasPrefix("shape") }) {
      try makeFiles(rows: options.rows, [.shapes])
    }
    if entries.contains(where: { $0.name.hasPrefix("union") }) {
      try makeFiles(rows: options.rows, [.unions])
    }
    if options.includes("q3-fetch") { try makeFiles(rows: Counts.rows) }
    if entries.contains(where: { $0.name.hasPrefix("scaling") }) {
      for size in Suite.sizes where size < options.rows { try makeFiles(rows: size) }
    }
    let suite = try suite(withOpponents: true)
    let rounds = Rounds(count: options.rounds, sampleLength: options.isQuick ? 0.005 : 0.05)

    progress.begin("checking the answers", total: Double(entries.count))
    var checked: [Rounds.Checked] = []
    for entry in entries {
      progress.name("checking the answers: \(entry.name)")
      checked.append(try await rounds.check(try await entry.make(suite)))
      progress.add(1)
    }
    let length = checked.reduce(0) { $0 + $1.roundLength } * Double(options.rounds)
    progress.say("all answers agree; the rounds take about \(Figures.duration(length))")

    progress.begin("", total: length)
    var results: [Report.Result] = []
    for comparison in checked {
      progress.name(comparison.comparison.name)
      let outcome = try await rounds.measure(comparison) { progress.add($0) }
      results.append(Report.Result(comparison.comparison, outcome))
    }
    progress.end()
    try write(results, suite)
  }

  /// Runs a single contender, for a profiler.
  func repeating(
    _ repetition: (comparison: String, contender: String, times: Int)
  ) async throws {
    guard let entry = Suite.entries.first(where: { $0.name == repetition.comparison }) else {
      throw BenchmarkError("no comparison \(repetition.comparison); --list lists them")
    }
    try makeFiles(rows: options.rows)
    let comparison = try await entry.make(try suite(withOpponents: false))
    guard let contender = comparison.contenders.first(where: { $0.name == repetition.contender })
    else {
      let names = comparison.contenders.map(\.name).joined(separator: ", ")
      throw BenchmarkError("\(entry.name) has no contender \(repetition.contender), but \(names)")
    }
    let (seconds, answer) = try await contender.run(repetition.times)
    print(
      "\(answer.records) records, \(Figures.time(seconds / Double(repetition.times))) each time")
  }

  // MARK: Before

  /// The approximate time to create missing files, in seconds.
  private var makingLength: Double {
    let missing = [TaskFiles.Form.plain, .indexed].filter {
      !files.exists(rows: options.rows, $0)
    }
    return Double(missing.count * options.rows) / 1e6 * 5
  }

  func makeFiles(rows: Int, _ forms: [TaskFiles.Form] = [.plain, .indexed]) throws {
    for form in forms where !files.exists(rows: rows, form) {
      progress.begin("creating \(files.database(rows: rows, form).path)", total: 1)
      try files.make(rows: rows, form) { progress.set($0) }
    }
    progress.end()
  }

  private func suite(withOpponents: Bool) throws -> Suite {
    var libraries: [PythonLibrary.Library: PythonLibrary] = [:]
    if withOpponents {
      for library in PythonLibrary.Library.allCases {
        progress.begin("starting \(library.rawValue)", total: 1)
        libraries[library] = try PythonLibrary(
          library, python: options.python,
          script: Self.root.appendingPathComponent("Benchmarks/Opponents/opponents.py"),
          database: files.database(rows: options.rows, .plain), csv: files.csv(rows: options.rows),
          absence: { absent.append($0) })
      }
    }
    let shell = withOpponents ? SQLiteShell() : nil
    if withOpponents, shell == nil { absent.append("sqlite3: no such command") }
    for reason in absent { progress.say("not available: \(reason)") }
    return try Suite(rows: options.rows, files: files, shell: shell, libraries: libraries)
  }

  // MARK: After

  /// The folder of reports and counts.
  var resultsFolder: URL {
    options.output.map { URL(fileURLWithPath: $0, isDirectory: true) }
      ?? Self.root.appendingPathComponent("Benchmarks/Results", isDirectory: true)
  }

  private func write(_ results: [Report.Result], _ suite: Suite) throws {
    let day = String(ISO8601DateFormatter().string(from: Date()).prefix(10))
    let report = Report(
      date: day, machine: Machine(), rows: options.rows, rounds: options.rounds,
      opponents: suite.libraries.values.map(\.name).sorted()
        + (suite.shell.map { ["sqlite3 shell \($0.version)"] } ?? []),
      absent: absent, comparisons: results)
    print(report.markdown)
    let folder = resultsFolder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let name = "\(day)-\(options.rows)"
    for (ending, data) in [
      ("json", try encoder.encode(report)), ("md", Data(report.markdown.utf8)),
      ("svg", Data(report.plot(of: Suite.plotted).utf8)),
    ] {
      let file = folder.appendingPathComponent("\(name).\(ending)")
      try data.write(to: file)
      progress.say("wrote \(file.path)")
    }
  }
}
