import Foundation
import RecordStore
import RowscopeModel

/// One question over values from frequent to rare, with and without the indexes that could serve it
/// and with and without `ANALYZE`, compared with the best of several forms of SQL by hand. The
/// worst ratio counts.
struct Sweep: Sendable {
  let name: String
  let title: String
  /// The rule, for a value.
  let condition: @Sendable (Int) -> String
  /// The forms of its predicate, which are the same for all values. Those that would take minutes
  /// with some indexes say which they need.
  let forms: [(sql: String, needs: Set<SweepDatabase.Indexes>)]
  /// One that finds a page alone.
  var pageForm: String?

  /// Seconds that a request takes by itself. Where SQL by hand takes a hundredth of a millisecond,
  /// a ratio would say nothing of how the records are found.
  static let ownCost = 0.000_02

  private static let all = Set(SweepDatabase.Indexes.allCases)

  static let sweeps = [
    Sweep(
      name: "parent", title: "tasks by a field of their client",
      condition: { #"{"field": "client.kind", "value": \#($0)}"# },
      forms: [
        ("EXISTS (SELECT 1 FROM clients c WHERE c.id = tasks.client AND c.kind = ?)", all),
        ("client IN (SELECT id FROM clients WHERE kind = ?)", all),
        ("+client IN (SELECT id FROM clients WHERE kind = ?)", all),
      ]),
    Sweep(
      name: "child", title: "tasks by a field of their comments",
      condition: { #"{"field": "comments.kind", "value": \#($0)}"# },
      forms: [
        (
          "EXISTS (SELECT 1 FROM comments c WHERE c.task = tasks.id AND +c.kind = ?)",
          [.near, .both, .ordered]
        ),
        ("id IN (SELECT task FROM comments WHERE kind = ?)", all),
        ("+id IN (SELECT task FROM comments WHERE kind = ?)", all),
      ]),
    Sweep(
      name: "hops", title: "tasks by a field of their client's region",
      condition: { #"{"field": "client.region.kind", "value": \#($0)}"# },
      forms: [
        (
          """
          EXISTS (SELECT 1 FROM clients c, regions r WHERE c.id = tasks.client
          AND r.id = c.region AND r.kind = ?)
          """, all
        ),
        (
          """
          client IN (SELECT c.id FROM clients c WHERE c.region IN
          (SELECT id FROM regions WHERE kind = ?))
          """, all
        ),
        (
          """
          +client IN (SELECT c.id FROM clients c WHERE c.region IN
          (SELECT id FROM regions WHERE kind = ?))
          """, all
        ),
      ]),
    Sweep(
      name: "value", title: "tasks by a field of their own",
      condition: { #"{"field": "kind", "value": \#($0)}"# },
      forms: [("kind = ?", all), ("+kind = ?", all)]),
    Sweep(
      name: "either", title: "tasks by a field of their own, or of a client",
      condition: {
        #"{"or": [{"field": "kind", "value": \#($0)}, {"field": "client", "value": 7}]}"#
      },
      forms: [
        ("(kind = ? OR client = 7)", all), ("(+kind = ? OR +client = 7)", all),
        (
          "id IN (SELECT id FROM tasks WHERE kind = ? UNION SELECT id FROM tasks WHERE client = 7)",
          all
        ),
      ],
      pageForm: merged(["kind = ?", "client = 7"])),
    Sweep(
      name: "list", title: "tasks by one of three values of a field",
      condition: { #"{"field": "kind", "operator": "in", "value": [\#($0), 5, 107]}"# },
      forms: [("kind IN (?, 5, 107)", all), ("+kind IN (?, 5, 107)", all)],
      pageForm: merged(["kind = ?", "kind = 5", "kind = 107"])),
  ]

  /// The keys of a page, each branch read in its order.
  private static func merged(_ branches: [String]) -> String {
    let union = branches.map { "SELECT due, id FROM tasks WHERE \($0)" }.joined(
      separator: " UNION ")
    return "id IN (SELECT id FROM (\(union) ORDER BY 1, 2 LIMIT 51))"
  }

  /// The ratios of one database.
  func ratios(
    _ database: SweepDatabase, _ indexes: SweepDatabase.Indexes, isCount: Bool
  ) async throws -> [Double] {
    var ratios: [Double] = []
    for value in SweepDatabase.values {
      let request = try database.answer(condition(value), isCount: isCount)
      var forms = forms.filter { $0.needs.contains(indexes) }.map(\.sql)
      if !isCount, let pageForm { forms.append(pageForm) }
      let statements = try forms.map { form in
        try database.floor.prepare(
          isCount
            ? "SELECT count(*) FROM tasks WHERE \(form)"
            : "SELECT id, title FROM tasks WHERE \(form) ORDER BY due, id LIMIT 51",
          [.integer(Int64(value))])
      }
      let wanted = isCount ? statements[0].count().records : min(50, statements[0].read().records)
      let found = try await request().records
      guard found == wanted else {
        throw BenchmarkError("\(name) \(value): \(found) records, but \(wanted) by hand")
      }
      var own: [Double] = []
      var hands = [[Double]](repeating: [], count: statements.count)
      for _ in 0..<5 {
        own.append(try await Self.seconds { _ = try await request() })
        for (index, statement) in statements.enumerated() {
          // A form that is far from the best is not asked again.
          if let first = hands[index].first, first > 3 * (hands.compactMap(\.first).min() ?? 0) {
            continue
          }
          hands[index].append(
            try await Self.seconds { _ = isCount ? statement.count() : statement.read() })
        }
      }
      let best = hands.compactMap { Outcome.median($0) }.min() ?? .infinity
      ratios.append((Outcome.median(own) ?? 0) / (best + Self.ownCost))
    }
    return ratios
  }

  /// Seconds for one call, of as many as take a millisecond.
  private static func seconds(_ body: () async throws -> Void) async throws -> Double {
    var times = 1
    while true {
      let stopwatch = Stopwatch(.processor)
      for _ in 0..<times { try await body() }
      let seconds = stopwatch.seconds
      if seconds > 0.001 || times >= 64 { return seconds / Double(times) }
      times *= 4
    }
  }
}

extension Suite {
  static let sweeps: [Entry] = Sweep.sweeps.flatMap { sweep in
    [false, true].map { isCount in
      let name = "sweep-\(sweep.name)-\(isCount ? "count" : "page")"
      return Entry(name: name, length: 3) { suite in
        try await suite.comparison(name, sweep, isCount: isCount)
      }
    }
  }

  private func comparison(
    _ name: String, _ sweep: Sweep, isCount: Bool
  ) async throws -> Comparison {
    func database(_ indexes: SweepDatabase.Indexes, _ isAnalyzed: Bool) throws -> SweepDatabase {
      let target = files.folder.appendingPathComponent(
        "tasks-\(rows)-sweep-\(indexes)\(isAnalyzed ? "-analyzed" : "").sqlite")
      if !FileManager.default.fileExists(atPath: target.path) {
        let unfinished = target.appendingPathExtension("unfinished")
        try? FileManager.default.removeItem(at: unfinished)
        try FileManager.default.copyItem(at: files.database(rows: rows, .sweep), to: unfinished)
        let connection = try Connection(.readWrite(path: unfinished.path))
        for index in indexes.statements { try connection.execute("CREATE INDEX \(index)") }
        if isAnalyzed { try connection.execute("ANALYZE") }
        try FileManager.default.moveItem(at: unfinished, to: target)
      }
      return try SweepDatabase(path: target.path)
    }
    let typical = try database(.both, true)
    let request = try typical.answer(sweep.condition(3), isCount: isCount)
    let worst = "worst of the sweep"
    return Comparison(
      name: name, title: (isCount ? "Count the " : "A page of ") + sweep.title,
      contenders: [Contender("Rowscope", once: request)],
      goals: [
        Goal("\(worst) ÷ best SQL by hand", must: 1.3, aim: 1.05) { $0.fact(worst) }
      ],
      facts: {
        var facts: [Fact] = []
        for indexes in SweepDatabase.Indexes.allCases {
          for isAnalyzed in [false, true] {
            let ratios = try await sweep.ratios(
              try database(indexes, isAnalyzed), indexes, isCount: isCount)
            facts.append(
              Fact(
                name: "worst, indexes \(indexes)\(isAnalyzed ? ", analyzed" : "")",
                value: ratios.max() ?? 0, unit: "ratio"))
          }
        }
        facts.append(Fact(name: worst, value: facts.map(\.value).max() ?? 0, unit: "ratio"))
        return facts
      })
  }
}
