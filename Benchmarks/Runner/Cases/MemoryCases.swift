import BenchmarkFloor
import Foundation
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel

extension Suite {
  /// The same questions answered from columns in memory, by whole requests to a service with a
  /// column cache.
  static let memory: [Entry] = [
    Entry(name: "memory-q1") { suite in
      let floor = try suite.plain.floor.prepare(
        "SELECT count(*) FROM tasks WHERE \(TaskQuestions.whereOwn)", TaskQuestions.ownBindings)
      // An owner takes two bytes and a status one.
      let words = [UInt64](repeating: 0x0102_0304_0506_0708, count: max(1, suite.rows * 3 / 8))
      let records = floor.count().records
      return try await suite.memoryCount(
        "memory-q1", "Count an owner's open tasks, in memory", profile: "own",
        question: "own-count",
        others: [
          Contender("C loop over SQLite") { floor.count() },
          Contender("C reading the same bytes") {
            let sum = words.withUnsafeBufferPointer { floor_sum($0.baseAddress, $0.count) }
            return Answer(records: sum == 1 ? 0 : records)
          },
        ],
        goals: [
          .ratio(
            "count in memory ÷ reading the same bytes", "Rowscope, in memory",
            by: "C reading the same bytes", must: 2, aim: 1.3),
          .ratio(
            "count in memory ÷ SQLite's scan", "Rowscope, in memory", by: "C loop over SQLite",
            must: 0.01, aim: 0.005),
        ] + Suite.against("DuckDB", 0.33, 0.15) + Suite.against("polars", 0.6, 0.35))
    },
    Entry(name: "memory-q4") { suite in
      try await suite.memoryCount(
        "memory-q4", "Count the tasks of 200 owners in a range of amounts, in memory",
        profile: "group", question: "group-count", goals: Suite.against("polars", 0.7, 0.5))
    },
    Entry(name: "memory-q5") { suite in
      let notes = try NoteArena(suite.plain.floor)
      return try await suite.memoryCount(
        "memory-q5", "Count the notes that hold a text, in memory", profile: "notes",
        question: "note-count",
        others: [Contender("C memmem") { notes.count(TaskQuestions.needle) }],
        goals: Suite.against("polars", 0.5, 0.3) + [
          .ratio(
            "substring in memory ÷ C memmem", "Rowscope, in memory", by: "C memmem",
            must: 2, aim: 1)
        ])
    },
    Entry(name: "memory-q6") { suite in
      try await suite.memoryPage(
        "memory-q6", "The first 50 open tasks by due date, in memory", page: 1,
        question: "first-page",
        goals: Suite.against("DuckDB", 0.5, 0.25)
          + (suite.rows == 1_000_000
            ? [
              Goal("the first 50 of a filtered million", unit: .milliseconds, must: 6, aim: 4.5) {
                $0.median("Rowscope, in memory").map { $0 * 1e3 }
              }
            ] : []))
    },
    Entry(name: "memory-q6-deep") { suite in
      try await suite.memoryPage(
        "memory-q6-deep", "50 open tasks by due date, 10,000 on, in memory", page: 201,
        question: "deep-page", goals: [])
    },
    Entry(name: "memory-q7") { suite in
      try await suite.memoryCount(
        "memory-q7", "Count the tasks of a status and two priorities, in memory",
        profile: "urgent", question: "urgent-count",
        goals: Suite.against("DuckDB", 0.33, 0.15) + Suite.against("polars", 0.6, 0.35))
    },
    Entry(name: "memory-text-few", length: 0.5) { suite in
      try await suite.textKeys(
        "memory-text-few", "Count the orders of three customers, by keys that are texts",
        #"{"field": "customer.number", "operator": "<=", "value": 3}"#,
        "customer IN (SELECT code FROM customers WHERE number <= 3)")
    },
    Entry(name: "memory-text-many", length: 1) { suite in
      try await suite.textKeys(
        "memory-text-many", "Count the orders of active customers, by keys that are texts",
        #"{"field": "customer.active", "value": 1}"#,
        "customer IN (SELECT code FROM customers WHERE active = 1)")
    },
    Entry(name: "memory-text-region", length: 0.5) { suite in
      try await suite.textKeys(
        "memory-text-region", "Count the orders of the customers of a region",
        #"{"field": "customer.region.name", "value": "Region 7"}"#,
        """
        customer IN (SELECT code FROM customers WHERE region IN
          (SELECT code FROM regions WHERE name = 'Region 7'))
        """)
    },
    Entry(name: "memory-text-equal", length: 0.2) { suite in
      try await suite.textKeys(
        "memory-text-equal", "Find an order by a text of its own",
        #"{"field": "reference", "value": "9e3779b1-0001"}"#, "reference = '9e3779b1-0001'")
    },
    Entry(name: "memory-json", length: 1.5) { suite in try await suite.memoryJSON() },
    Entry(name: "memory-load", length: 6) { suite in try suite.loading() },
  ]

  private static func against(_ library: String, _ must: Double, _ aim: Double) -> [Goal] {
    [
      .ratio("in memory ÷ \(library)", "Rowscope, in memory", by: library, must: must, aim: aim)
    ]
  }

  private func opponents(_ question: String) -> [Contender] {
    library(.duckdb, "DuckDB", question) + library(.polars, "polars", question)
  }

  private func memoryCount(
    _ name: String, _ title: String, profile: String, question: String,
    others: [Contender] = [], goals: [Goal]
  ) async throws -> Comparison {
    let service = try await inMemoryService()
    let user = TaskQuestions.user(profile)
    return Comparison(
      name: name, title: title,
      contenders: [
        Contender("Rowscope, in memory") {
          Answer(records: try await service.count(ListRequest(table: "tasks"), as: user))
        }
      ] + opponents(question) + others, goals: goals)
  }

  /// Whole requests from memory; SQLite has the indexes that serve it.
  private func textKeys(
    _ name: String, _ title: String, _ filter: String, _ predicate: String
  ) async throws -> Comparison {
    let database = try await TextKeyDatabase(path: files.database(rows: rows, .textKeys).path)
    let floor = try database.floor.prepare("SELECT count(*) FROM orders WHERE \(predicate)")
    return Comparison(
      name: name, title: title,
      contenders: [
        Contender("Rowscope, in memory", once: try database.count(filter)),
        Contender("SQLite by hand") { floor.count() },
      ], goals: [])
  }

  private func memoryPage(
    _ name: String, _ title: String, page: Int, question: String, goals: [Goal]
  ) async throws -> Comparison {
    let service = try await inMemoryService()
    let user = TaskQuestions.user("open")
    let request = ListRequest(table: "tasks", sort: [.init("due_date")], size: 50, page: page)
    return Comparison(
      name: name, title: title,
      contenders: [
        Contender("Rowscope, in memory") {
          let tasks = try await service.list(request, as: user).items
          return Answer(records: tasks.count, checksum: tasks.map(\.values).checksum)
        }
      ] + opponents(question), goals: goals)
  }

  private func memoryJSON() async throws -> Comparison {
    let service = try await inMemoryService()
    let stored = plain.service
    func lines(_ service: RecordService) async throws -> Answer {
      try await service.withSession(as: TaskQuestions.user("open")) { reader throws(ServiceError) in
        var (records, bytes) = (0, 0)
        let list = try reader.prepare(ListRequest(table: "tasks"))
        _ = try reader.forEachObject(of: list) { object, _ in
          records += 1
          bytes += object.count + 1
          return true
        }
        return Answer(records: records, bytes: bytes)
      }
    }
    return Comparison(
      name: "memory-json", title: "All open tasks as JSON lines, in memory",
      contenders: [
        Contender("Rowscope, in memory") { try await lines(service) },
        Contender("Rowscope, SQLite") { try await lines(stored) },
      ],
      goals: [
        Goal(
          "JSON lines from columns", unit: .gigabytesPerSecond, must: 1, aim: 1.5,
          isLowerBetter: false
        ) { outcome in
          guard let seconds = outcome.median("Rowscope, in memory"),
            let bytes = outcome.answer.bytes
          else { return nil }
          return Double(bytes) / seconds / 1e9
        }
      ])
  }

  private func loading() throws -> Comparison {
    let path = plain.path
    let rows = self.rows
    let floor = try plain.floor.prepare("SELECT * FROM tasks")
    func load() async throws -> MemoryReport {
      let service = RecordService(
        pool: try ConnectionPool(.readOnly(path: path), capacity: 2), profiles: ProfileCatalog(),
        memory: Suite.policy)
      return try await service.loadTables()
    }
    return Comparison(
      name: "memory-load", title: "Load all tasks into columns",
      contenders: [
        Contender("Rowscope, in memory") {
          Answer(records: try await load().tables.first?.rowCount ?? 0)
        },
        Contender("C loop, cells read") { Answer(records: floor.read().records) },
      ],
      goals: [
        .ratio(
          "loading ÷ C reading every cell", "Rowscope, in memory", by: "C loop, cells read",
          must: 1.6, aim: 1.2)
      ],
      facts: {
        [
          Fact(
            name: "memory of a row", value: Double(try await load().byteCount) / Double(rows),
            unit: "bytes")
        ]
      })
  }
}

/// The concatenated notes of all tasks, as a C program would store them.
private final class NoteArena {
  private var bytes: [UInt8] = []
  private var ends: [UInt32] = []

  init(_ floor: FloorDatabase) throws {
    try floor.prepare("SELECT note FROM tasks").forEachText { note in
      bytes.append(contentsOf: note)
      ends.append(UInt32(bytes.count))
    }
  }

  func count(_ needle: String) -> Answer {
    bytes.withUnsafeBytes { bytes in
      Answer(
        records: Int(
          floor_count_matches(
            bytes.baseAddress, ends, ends.count, needle, needle.utf8.count)))
    }
  }
}

extension [[Value]] {
  /// The same sum as in ``Answer/checksum``.
  var checksum: UInt64 {
    var checksum: UInt64 = 0
    for values in self {
      for value in values {
        switch value {
        case .null, .blob: break
        case .integer(let integer): checksum &+= UInt64(bitPattern: integer)
        case .real(let real): checksum &+= real.bitPattern
        case .text(let text):
          checksum &+= UInt64(text.count)
          text.withBytes { checksum &+= UInt64($0.first ?? 0) }
        }
      }
    }
    return checksum
  }
}
