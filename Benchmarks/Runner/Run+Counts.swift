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
      let name = "\(comparison), \(contender)"
      var count = try counts.measure(comparison, contender, times: times)
      // A request that a busy machine holds up goes to another thread, which takes more: the least
      // of a few is what the code takes.
      for _ in 0..<2 where stored.map({ !$0.excess(of: count, named: name).isEmpty }) ?? false {
        count.limit(to: try counts.measure(comparison, contender, times: times))
      }
      now.counts[name] = count
      print(
        "\(name): \(Figures.grouped(Int(count.instructions))) instructions, "
          + "\(Figures.grouped(Int(count.allocations.rounded()))) allocations")
    }
    guard let stored else {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(now).write(to: file)
      return
    }
    let regressions = now.counts.sorted { $0.key < $1.key }.flatMap { name, count in
      stored.excess(of: count, named: name)
    }
    guard regressions.isEmpty else {
      throw BenchmarkError(
        regressions.joined(separator: "\n")
          + "\nIf this is intended: rowscope-benchmarks --store-counts"
      )
    }
    print("no count exceeds the stored one")
  }
}
