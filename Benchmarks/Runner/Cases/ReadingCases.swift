import Foundation
import RecordEngine
import RecordFilter
import Rowscope
import RowscopeModel

extension Suite {
  /// Q3 and Q11: all open tasks, in the forms that programs need.
  static let reading: [Entry] = [
    Entry(name: "q3-json", length: 3.5) { suite in try suite.jsonLines() },
    Entry(name: "q3-structs", length: 3.5) { suite in try suite.structs() },
    Entry(name: "q3-records", length: 1.2) { suite in
      let service = suite.plain.service
      let floor = try suite.openTasks()
      return Comparison(
        name: "q3-records", title: "All open tasks as records that can be kept",
        contenders: [
          Contender("Rowscope") {
            try await service.withSession(as: TaskQuestions.user("open")) {
              reader throws(ServiceError) in
              let list = try reader.prepare(ListRequest(table: "tasks"))
              var count = 0
              _ = try reader.forEachRecord(of: list) { _ in
                count += 1
                return true
              }
              return Answer(records: count)
            }
          },
          Contender("C loop") { floor.read() },
        ], goals: [])
    },
  ]

  private func openTasks() throws -> FloorStatement {
    try plain.floor.prepare(
      "SELECT \(TaskQuestions.columnList) FROM tasks WHERE status IS NOT ?1", ["Done"])
  }

  private func jsonLines() throws -> Comparison {
    let service = plain.service
    let floor = try openTasks()
    let members = TaskQuestions.columns.map { "'\($0)', \($0)" }.joined(separator: ", ")
    let objects = try plain.floor.prepare(
      "SELECT json_object(\(members)) FROM tasks WHERE status IS NOT ?1", ["Done"])
    var contenders = [
      Contender("Rowscope") {
        try await service.withSession(as: TaskQuestions.user("open")) {
          reader throws(ServiceError) in
          let list = try reader.prepare(ListRequest(table: "tasks"))
          var answer = Answer(records: 0, bytes: 0)
          var bytes = 0
          _ = try reader.forEachObject(of: list) { object, _ in
            answer.records += 1
            bytes += object.count + 1
            return true
          }
          answer.bytes = bytes
          return answer
        }
      },
      Contender("C loop, cells read") { floor.read() },
      Contender("json_object in SQL") { objects.readLines() },
    ]
    if let shell {
      contenders.append(
        shell.contender(
          "sqlite3 shell", database: plain.path,
          sql: "SELECT \(TaskQuestions.columnList) FROM tasks WHERE status IS NOT 'Done'",
          in: files.folder))
    }
    return Comparison(
      name: "q3-json", title: "All open tasks as JSON lines", contenders: contenders,
      goals: [
        .ratio(
          "JSON lines ÷ C reading the same columns", "Rowscope", by: "C loop, cells read",
          must: 1.45, aim: 1.2),
        .ratio(
          "JSON lines ÷ json_object in SQL", "Rowscope", by: "json_object in SQL", must: 0.5,
          aim: 0.4),
        .ratio(
          "JSON lines ÷ sqlite3 shell, .mode json", "Rowscope", by: "sqlite3 shell", must: 0.42,
          aim: 0.35),
      ])
  }

  private func structs() throws -> Comparison {
    let service = plain.service
    let floor = try openTasks()
    var contenders = [
      Contender("Rowscope") {
        let page = try await service.list(
          ListRequest(table: "tasks"), as: TaskQuestions.user("open"), decoding: TaskRecord.self)
        return Answer(page.items)
      },
      Contender("structs filled by hand") { Answer(floor.tasks()) },
      Contender("C loop, cells read") { floor.read() },
    ]
    // Limited, since half a gigabyte of JSON and its tree are in memory at once.
    if rows <= 1_000_000 {
      contenders.append(
        Contender("JSON by Foundation's decoder") {
          try await service.withSession(as: TaskQuestions.user("open")) {
            reader throws(ServiceError) in
            let list = try reader.prepare(ListRequest(table: "tasks"))
            var json = Data("[".utf8)
            _ = try reader.forEachObject(of: list) { object, _ in
              if json.count > 1 { json.append(0x2C) }
              json.append(object)
              return true
            }
            json.append(0x5D)
            return Answer((try? JSONDecoder().decode([TaskRecord].self, from: json)) ?? [])
          }
        })
    }
    return Comparison(
      name: "q3-structs", title: "All open tasks as structs", contenders: contenders,
      goals: [
        .ratio(
          "Decodable structs ÷ structs filled by hand", "Rowscope", by: "structs filled by hand",
          must: 2, aim: 1.6)
      ])
  }
}
