import AccessProfiles
import Documents
import Foundation
import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel

extension Suite {
  /// Requests to columns in memory while the tasks are written.
  static let following: [Entry] = [
    Entry(name: "memory-writes", length: 0.1) { suite in try await suite.writesBesideRequests() }
  ]

  private func writesBesideRequests() async throws -> Comparison {
    let still = try await inMemoryService()
    let floor = try plain.floor.prepare("SELECT count(*) FROM tasks WHERE status = 'Blocked'")
    let written = try WrittenTasks(copying: plain.path)
    return Comparison(
      name: "memory-writes", title: "Count a status, with ten writes a second beside",
      contenders: [
        Contender("Rowscope, in memory") {
          let everyone = TaskQuestions.user("everything")
          return Answer(records: try await still.count(WrittenTasks.request, as: everyone))
        },
        Contender("SQLite by hand") { floor.count() },
      ],
      goals: [
        Goal("median beside own writes ÷ beside none", must: 2, aim: 1.2) {
          $0.quotient("own writes, median", by: "no writes, median")
        },
        Goal("processor for following own writes, cores", must: 0.2, aim: 0.05) {
          $0.fact("own writes, processor")
        },
        Goal("median beside others' writes ÷ SQLite's", must: 1.1, aim: 1.05) {
          $0.quotient("others' writes, median", by: "others' writes, SQLite's median")
        },
        Goal("processor for loading beside others' writes, cores", must: 0.1, aim: 0.05) {
          $0.fact("others' writes, processor")
        },
      ],
      facts: {
        let held = [Suite.policyByNeed]
        let none = try await written.requests(beside: nil, rate: 20, seconds: 10, held)
        let own = try await written.requests(beside: .own, rate: 20, seconds: 10, held)
        let others = try await written.requests(
          beside: .others, rate: 5, seconds: 40, held + [.none])
        let (loading, stored) = (others.services[0], others.services[1])
        return [
          Fact(name: "no writes, median", value: none.services[0].median * 1e3, unit: "ms"),
          Fact(name: "own writes, median", value: own.services[0].median * 1e3, unit: "ms"),
          Fact(name: "own writes, worst", value: own.services[0].worst * 1e3, unit: "ms"),
          Fact(name: "own writes, processor", value: own.cores - none.cores, unit: "cores"),
          Fact(name: "others' writes, median", value: loading.median * 1e3, unit: "ms"),
          Fact(name: "others' writes, SQLite's median", value: stored.median * 1e3, unit: "ms"),
          Fact(name: "others' writes, worst", value: loading.worst * 1e3, unit: "ms"),
          Fact(
            name: "others' writes, processor", value: others.cores - 2 * stored.cores,
            unit: "cores"),
        ]
      })
  }

  /// The tasks in memory, loaded where a request could use them.
  private static let policyByNeed = MemoryPolicy(tables: .named(["tasks"]), byteLimit: 1 << 36)
}

extension Outcome {
  fileprivate func quotient(_ name: String, by other: String) -> Double? {
    guard let one = fact(name), let another = fact(other) else { return nil }
    return one / another
  }
}

/// What requests cost for some seconds.
private struct Load {
  struct Service {
    /// Seconds of each request.
    var samples: [Double] = []
    /// The processor time of the process during the requests, for each second.
    var cores = 0.0

    var median: Double { Outcome.median(samples) ?? 0 }
    var worst: Double { samples.max() ?? 0 }
  }

  var services: [Service]
  /// Processor time of the whole process for each second.
  var cores = 0.0
}

/// A copy of the tasks that is written while requests are answered.
private final class WrittenTasks: Sendable {
  enum Writer { case own, others }

  private static let writesPerSecond = 10

  private let path: String
  private let catalog: ProfileCatalog
  private let user = User(id: 1, name: "Ana", profile: "all")
  static let request = ListRequest(table: "tasks", where: "status" == "Blocked")

  init(copying path: String) throws {
    self.path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("rowscope-written-\(UUID().uuidString).sqlite").path
    try FileManager.default.copyItem(atPath: path, toPath: self.path)
    try Connection(.readWrite(path: self.path)).execute("PRAGMA journal_mode = WAL")
    var catalog = ProfileCatalog()
    let all = #"{"can_create": true, "can_edit": true, "can_delete": true}"#
    catalog["all"] = try Profile(
      document: SourceDocument(name: "all.json", text: #"{"tables_enabled": {"tasks": \#(all)}}"#))
    self.catalog = catalog
  }

  deinit {
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: path + suffix)
    }
  }

  private func service(_ memory: MemoryPolicy) throws -> RecordService {
    RecordService(
      pool: try ConnectionPool(.readOnly(path: path), capacity: 2), profiles: catalog,
      memory: memory, writing: .pool(try ConnectionPool(.readWrite(path: path), capacity: 1)))
  }

  /// Requests to several services in turn, so many of each in a second.
  func requests(
    beside writer: Writer?, rate: Int, seconds: Int, _ policies: [MemoryPolicy]
  ) async throws -> Load {
    let services = try policies.map { try service($0) }
    for (service, policy) in zip(services, policies) {
      if policy.tables != .none { try await service.loadTables() }
      // What is made once is not measured.
      for _ in 0..<10 { _ = try await service.count(Self.request, as: user) }
    }
    var load = Load(services: services.map { _ in Load.Service() })
    let processor = Stopwatch(.processor)
    let wall = Stopwatch(.wall)
    let writing = Task { [first = services[0]] in
      for number in 0..<seconds * Self.writesPerSecond {
        try await Self.sleep(until: Double(number) / Double(Self.writesPerSecond), wall)
        switch writer {
        case nil: return
        case .own?: try await write(number, by: first)
        case .others?: try writeByHand(number)
        }
      }
    }
    for number in 0..<seconds * rate {
      // Not in step with the writes.
      try await Self.sleep(until: (Double(number) + 0.37) / Double(rate), wall)
      for (index, service) in services.enumerated() {
        let (processor, stopwatch) = (Stopwatch(.processor), Stopwatch(.wall))
        _ = try await service.count(Self.request, as: user)
        load.services[index].samples.append(stopwatch.seconds)
        load.services[index].cores += processor.seconds / Double(seconds)
      }
    }
    try await writing.value
    load.cores = processor.seconds / wall.seconds
    return load
  }

  private static func sleep(until moment: Double, _ clock: Stopwatch) async throws {
    let rest = moment - clock.seconds
    if rest > 0 { try await Task.sleep(for: .seconds(rest)) }
  }

  /// Half of the writes set a status, the others a note, create or delete.
  private func write(_ number: Int, by service: RecordService) async throws {
    let key: [Value] = [.integer(Int64(number * 7919 % 100_000 + 1))]
    switch number % 10 {
    case 1, 3:
      try await service.update(
        key, in: "tasks", set: ["note": .value(.text("A note of its own, number \(number)"))],
        as: user)
    case 5, 7:
      try await service.create(
        ["title": .value(.text("New \(number)")), "status": "Blocked", "note": "new"], in: "tasks",
        as: user)
    case 9: try await service.delete(key, from: "tasks", as: user)
    default:
      try await service.update(
        key, in: "tasks", set: ["status": .value(.text(number % 4 == 0 ? "Blocked" : "Doing"))],
        as: user)
    }
  }

  private func writeByHand(_ number: Int) throws {
    try Connection(.readWrite(path: path)).execute(
      "UPDATE tasks SET status = 'Doing' WHERE id = \(number * 7919 % 100_000 + 1)")
  }
}
