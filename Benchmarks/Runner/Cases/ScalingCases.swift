import Foundation
import RecordFilter
import Rowscope
import RowscopeModel

extension Suite {
  /// How time and memory change as a table grows.
  static let scaling: [Entry] = [
    Entry(name: "scaling-page") { suite in
      let request = ListRequest(table: "tasks", sort: [.init("due_date")], size: 50)
      return try suite.scaling(
        "scaling-page", "The first 50 open tasks by due date, indexed", .indexed,
        Goal("indexed page, largest ÷ smallest table", must: 1.5, aim: 1.1) {
          $0.ratio(suite.name(suite.rows), by: suite.name(Suite.sizes[0]))
        }
      ) { database in
        Answer(
          records: try await database.service.list(request, as: TaskQuestions.user("open")).items
            .count)
      }
    },
    Entry(name: "scaling-scan") { suite in
      let growth = Double(suite.rows) / Double(Suite.sizes[0])
      return try suite.scaling(
        "scaling-scan", "Count an owner's open tasks, no index", .plain,
        Goal("scan of a row, largest ÷ smallest table", must: 1.5, aim: 1.1) {
          $0.ratio(suite.name(suite.rows), by: suite.name(Suite.sizes[0])).map { $0 / growth }
        }
      ) { database in
        // The number of records depends on the size, so it is not compared.
        let count = try await database.singleConnection.count(
          ListRequest(table: "tasks"), as: TaskQuestions.user("own"))
        return Answer(records: min(count, 1))
      }
    },
    Entry(name: "streaming") { suite in try suite.streaming() },
    Entry(name: "two-connections-q1") { suite in
      try suite.twoConnections(
        "two-connections-q1", "Count an owner's open tasks, no index", profile: "own")
    },
    Entry(name: "two-connections-q5") { suite in
      try suite.twoConnections(
        "two-connections-q5", "Count the notes that hold a text", profile: "notes")
    },
  ]

  static let sizes = [10_000, 100_000, 1_000_000, 10_000_000]

  private func name(_ rows: Int) -> String { "\(Figures.grouped(rows)) tasks" }

  private func scaling(
    _ name: String, _ title: String, _ form: TaskFiles.Form, _ goal: Goal,
    _ ask: @escaping (TaskDatabase) async throws -> Answer
  ) throws -> Comparison {
    let sizes = Self.sizes.filter { $0 < rows } + [rows]
    let contenders = try sizes.map { size in
      let database =
        try size == rows
        ? (form == .plain ? plain : indexed)
        : TaskDatabase(path: files.database(rows: size, form).path)
      return Contender(self.name(size)) { try await ask(database) }
    }
    return Comparison(
      name: name, title: title, contenders: contenders, goals: sizes.count > 1 ? [goal] : [])
  }

  private func twoConnections(
    _ name: String, _ title: String, profile: String
  ) throws -> Comparison {
    let user = TaskQuestions.user(profile)
    func contender(_ name: String, _ service: RecordService) -> Contender {
      // The work of two threads, so the wall clock counts.
      Contender(name, clock: .wall) {
        Answer(records: try await service.count(ListRequest(table: "tasks"), as: user))
      }
    }
    return Comparison(
      name: name, title: title,
      contenders: [
        contender("two connections", plain.service),
        contender("one connection", plain.singleConnection),
      ],
      goals: [
        .ratio(
          "unindexed scan, over two connections ÷ one", "two connections", by: "one connection",
          must: 0.65, aim: 0.55)
      ])
  }

  private func streaming() throws -> Comparison {
    let service = plain.service
    let user = TaskQuestions.user("open")
    /// Calls `look` after each record with the number of records so far.
    func stream(_ look: (Int) -> Void) async throws -> Answer {
      var count = 0
      for try await _ in service.stream(ListRequest(table: "tasks"), as: user) {
        count += 1
        look(count)
      }
      return Answer(records: count)
    }
    return Comparison(
      name: "streaming", title: "All open tasks, one record after another",
      contenders: [Contender("Rowscope") { try await stream { _ in } }],
      goals: [
        Goal("memory that streaming takes, by its end", unit: .megabytes, must: 1, aim: 0.25) {
          $0.fact("growth while streaming")
        }
      ],
      facts: {
        let early = self.rows / 20
        var before: Double?
        _ = try await stream { if $0 == early { before = Self.residentMegabytes } }
        guard let before, let after = Self.residentMegabytes else { return [] }
        return [Fact(name: "growth while streaming", value: max(0, after - before), unit: "MB")]
      })
  }

  /// The memory of this process, without mapped files. Nil if the system does not report it.
  private static var residentMegabytes: Double? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let kilobytes = status.firstMatch(of: /RssAnon:\s*([0-9]+) kB/).flatMap({ Double($0.1) })
    else { return nil }
    return kilobytes / 1024
  }
}
