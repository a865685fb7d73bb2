import AccessProfiles
import RecordEngine
import RecordFilter
import Rowscope
import RowscopeModel

extension Suite {
  /// Q2, Q6 and Q8: small requests, dominated by the fixed costs.
  static let requests: [Entry] = [
    Entry(name: "q2-page") { suite in
      let service = suite.indexed.service
      let request = ListRequest(table: "tasks", size: 50)
      let floor = try suite.indexed.floor.prepare(
        "SELECT \(TaskQuestions.columnList) FROM tasks WHERE \(TaskQuestions.whereOwn) "
          + "ORDER BY id LIMIT 51",
        TaskQuestions.ownBindings)
      return Comparison(
        name: "q2-page", title: "The whole request: 50 of a user's tasks",
        contenders: [
          Contender("Rowscope") {
            let page = try await service.list(request, as: TaskQuestions.user("own"))
            return Answer(records: page.items.count)
          },
          Contender("prepared statement by hand") { Answer(records: floor.tasks(upTo: 50).count) },
          Contender("prepared statement, rows discarded") {
            Answer(records: min(50, floor.read().records))
          },
        ],
        goals: [
          .ratio(
            "whole request for 50 records ÷ a prepared statement filling structs", "Rowscope",
            by: "prepared statement by hand", must: 1.3, aim: 1.1)
        ])
    },
    Entry(name: "q8-get") { suite in try suite.oneRecord() },
    Entry(name: "q8-get-within") { suite in try suite.oneRecordWithin() },
    Entry(name: "record-allows") { suite in try await suite.loadedRecords() },
    Entry(name: "q6-pages") { suite in try suite.pages() },
  ]

  private static let recordCount = 1000

  /// Keys spread over the whole table, the same for all contenders.
  private var keys: [Int64] {
    (0..<Self.recordCount).map { Int64(($0 * 7919) % max(rows, 1)) + 1 }
  }

  private func keyed() throws -> FloorStatement {
    try plain.floor.prepare(
      "SELECT \(TaskQuestions.columnList) FROM tasks WHERE id = ?1 AND status IS NOT 'Done'",
      [.integer(1)])
  }

  private func oneRecord() throws -> Comparison {
    let service = plain.service
    let user = TaskQuestions.user("open")
    let floor = try keyed()
    let keys = self.keys
    return Comparison(
      name: "q8-get", title: "The whole request: one record by its key, 1,000 times",
      contenders: [
        Contender("Rowscope") {
          var found = 0
          for key in keys {
            do throws(ServiceError) {
              _ = try await service.get([.integer(key)], from: "tasks", as: user)
              found += 1
            } catch { if error.code != .notFound { throw error } }
          }
          return Answer(records: found)
        },
        Contender("prepared statement by hand") {
          Answer(records: keys.reduce(0) { $0 + (floor.task(key: $1) == nil ? 0 : 1) })
        },
        Contender("prepared statement, rows discarded") {
          Answer(records: keys.reduce(0) { $0 + floor.read(key: $1).records })
        },
      ],
      goals: [
        .ratio(
          "whole request for one record ÷ a prepared statement filling a struct", "Rowscope",
          by: "prepared statement by hand", must: 1.3, aim: 1.1)
      ])
  }

  /// Decides about records that the program has loaded already.
  private func loadedRecords() async throws -> Comparison {
    let everything = ListRequest(table: "tasks", size: 10_000)
    let records = try await plain.service.list(
      everything, as: TaskQuestions.user("everything")
    ).items.map(\.values)
    let access = try await plain.service.recordAccess(to: "tasks", as: TaskQuestions.user("own"))
    let floor: (Value, Value) -> Bool = { owner, status in
      owner == .integer(TaskQuestions.owner) && status != "Done"
    }
    return Comparison(
      name: "record-allows", title: "Whether a loaded record is its user's, 10,000 times",
      contenders: [
        Contender("Rowscope") {
          var count = 0
          for record in records where access.allows(record) { count += 1 }
          return Answer(records: count)
        },
        Contender("comparisons by hand") {
          var count = 0
          for record in records where floor(record[2], record[4]) { count += 1 }
          return Answer(records: count)
        },
      ],
      goals: [
        Goal("one record decided", unit: .microseconds, must: 1, aim: 0.25) {
          $0.median("Rowscope").map { $0 * 1e6 / Double(records.count) }
        }
      ])
  }

  private func oneRecordWithin() throws -> Comparison {
    let service = plain.service
    let user = TaskQuestions.user("open")
    let floor = try keyed()
    let database = plain.floor
    let keys = self.keys
    return Comparison(
      name: "q8-get-within", title: "1,000 records by their keys in one snapshot",
      contenders: [
        Contender("Rowscope") {
          try await service.withSession(as: user) { reader throws(ServiceError) in
            var found = 0
            for key in keys {
              do throws(ServiceError) {
                _ = try reader.get([.integer(key)], from: "tasks")
                found += 1
              } catch { if error.code != .notFound { throw error } }
            }
            return Answer(records: found)
          }
        },
        Contender("prepared statement by hand") {
          try database.execute("BEGIN")
          let answer = Answer(
            records: keys.reduce(0) { $0 + (floor.task(key: $1) == nil ? 0 : 1) })
          try database.execute("COMMIT")
          return answer
        },
      ], goals: [])
  }

  private func pages() throws -> Comparison {
    let service = indexed.service
    let user = TaskQuestions.user("open")
    let first = ListRequest(table: "tasks", sort: [.init("due_date")], size: 50)
    // 60% of the tasks are open.
    let depth = min(1_000_000, rows / 2) / 50 * 50
    func page(after records: Int) async throws -> ListRequest {
      var request = first
      request.page = max(1, records / 50)
      request.after = try await service.list(request, as: user).next
      request.page = 1
      return request
    }
    func pageContender(_ name: String, _ request: @escaping () async throws -> ListRequest)
      -> Contender
    {
      var made: ListRequest?
      return Contender(name) { times in
        if made == nil { made = try await request() }
        guard let made else { throw BenchmarkError("no page") }
        return try await Contender(name) {
          Answer(records: try await service.list(made, as: user).items.count)
        }.run(times)
      }
    }
    var byNumber = first
    byNumber.page = 10_000 / 50 + 1
    let numbered = byNumber
    let deepName = "by cursor, \(depth) on"
    return Comparison(
      name: "q6-pages", title: "50 open tasks by due date, indexed",
      contenders: [
        pageContender("first page") { first },
        pageContender("by cursor, 10000 on") { try await page(after: 10_000) },
        pageContender(deepName) { try await page(after: depth) },
        pageContender("by page number, 10000 on") { numbered },
      ],
      goals: [
        .ratio(
          "page by cursor at depth \(depth) ÷ first page", deepName, by: "first page", must: 1.3,
          aim: 1.1)
      ])
  }
}

extension FloorStatement {
  /// Reads the record with this key, which is the statement's only parameter.
  func read(key: Int64) -> Answer {
    bind(key)
    return readBound()
  }
}
