import AccessProfiles
import Documents
import FilterSQL
import Foundation
import RecordEngine
import RecordFilter
import Rowscope
import RowscopeModel

extension Suite {
  /// Q9 and Q10: no records are read.
  static let documents: [Entry] = [
    Entry(name: "q9-warm") { suite in
      let request = try Suite.request(selecting: TaskQuestions.columns)
      return suite.compiling(
        "q9-warm", "Profile, user and request to SQL and values, of a known shape",
        [request], must: 2, aim: 1)
    },
    Entry(name: "q9-cold") { suite in
      // Each combination of columns and conditions has a shape of its own: more than any cache can
      // hold.
      let requests = try (1..<512).flatMap { choice in
        try ["AND", "OR"].map { joining in
          try Suite.request(
            selecting: TaskQuestions.columns.enumerated().filter { choice >> $0.offset & 1 == 1 }
              .map(\.element), joining: joining)
        }
      }
      return suite.compiling(
        "q9-cold", "The same, with a new shape each time", requests, must: 20, aim: 10)
    },
    Entry(name: "q10-profile") { suite in
      let bytes = Array((TaskQuestions.profiles["group"] ?? "").utf8)
      let schema = suite.plain.schema
      let data = Data(bytes)
      return Comparison(
        name: "q10-profile", title: "A profile's document, read and checked against the tables",
        contenders: [
          Contender("Rowscope, read and checked") {
            let profile = try Profile(document: SourceDocument(name: "p.json", bytes: bytes))
            return Answer(records: PreparedProfile(profile, schema: schema).reachedTables.count)
          },
          Contender("Rowscope, read") {
            let profile = try Profile(document: SourceDocument(name: "p.json", bytes: bytes))
            return Answer(records: profile.grant(forTable: "tasks") == nil ? 0 : 1)
          },
          Contender("Foundation, parsed alone") {
            let tree = try JSONSerialization.jsonObject(with: data) as? [String: Any]
            return Answer(records: (tree?["tables_enabled"] as? [String: Any])?.count ?? 0)
          },
        ], goals: [])
    },
  ]

  private static func request(
    selecting columns: [String], joining: String = "AND"
  ) throws -> ListRequest {
    let names = columns.map { "\"\($0)\"" }.joined(separator: ",")
    return try ListRequest(
      json: Array(
        """
        {"object_type": "tasks", "select": [\(names)], "operator": "\(joining)",
         "filters": [{"field": "priority", "operator": ">=", "value": 3},
                     {"field": "client", "operator": "starts with", "value": "Café"}],
         "sort": "due_date desc", "size": 50}
        """.utf8))
  }

  /// Compiles the requests in turn.
  private func compiling(
    _ name: String, _ title: String, _ requests: [ListRequest], must: Double, aim: Double
  ) -> Comparison {
    let service = plain.service
    let user = TaskQuestions.user("own")
    var next = 0
    return Comparison(
      name: name, title: title,
      contenders: [
        Contender("Rowscope") { times in
          try await service.withSession(as: user) { reader throws(ServiceError) in
            let stopwatch = Stopwatch(.processor)
            var bindings = 0
            for _ in 0..<times {
              next = next + 1 < requests.count ? next + 1 : 0
              bindings = 0
              for statement in try reader.compile(requests[next]) {
                bindings += statement.bindings.count
              }
            }
            return (stopwatch.seconds, Answer(records: bindings))
          }
        }
      ],
      goals: [
        Goal("compile alone", unit: .microseconds, must: must, aim: aim) {
          $0.median("Rowscope").map { $0 * 1e6 }
        }
      ])
  }
}
