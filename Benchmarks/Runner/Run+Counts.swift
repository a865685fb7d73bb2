import Foundation

extension Run {
  /// Counts the tracked contenders, and compares or stores the result.
  func count(_ purpose: Options.Counting) throws {
    let file = resultsFolder.appendingPathComponent("counts.json")
    var stored: StoredCounts?
    if purpose == .comparing {
      stored = try JSONDecoder().decode(StoredCounts.self, from: Data(contentsOf: file))
    }
    var now = StoredCounts()
    if let stored,
      (stored.sqlite, stored.swift, stored.processor) != (now.sqlite, now.swift, now.processor)
    {
      print(
        "counts not compared: stored for SQLite \(stored.sqlite), Swift \(stored.swift), "
          + "\(stored.processor); this is SQLite \(now.sqlite), Swift \(now.swift), "
          + now.processor
      )
      return
    }
    guard let counts = try Counts(files: files) else {
      print("counts not compared: valgrind is not installed")
      return
    }
    defer { counts.end() }
    try makeFiles(rows: Counts.rows)
    for (comparison, contender, times) in Counts.watched {
      let count = try counts.measure(comparison, contender, times: times)
      now.counts["\(comparison), \(contender)"] = count
      print(
        "\(comparison), \(contender): \(Figures.grouped(Int(count.instructions))) instructions, "
          + "\(Figures.grouped(Int(count.allocations.rounded()))) allocations")
    }
    guard let stored else {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(now).write(to: file)
      return
    }
    let regressions = now.regressions(against: stored)
    guard regressions.isEmpty else {
      throw BenchmarkError(
        regressions.joined(separator: "\n")
          + "\nIf this is intended: rowscope-benchmarks --store-counts"
      )
    }
    print("no count exceeds the stored one")
  }
}
