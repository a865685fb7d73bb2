import Foundation
import RowscopeModel

extension Suite {
  /// Conditions on columns with declared types, compared with SQL by someone who knows what the
  /// columns hold. All columns are indexed.
  static let types: [Entry] = [
    Entry(name: "types-layout", length: 0.05) { suite in
      // Each text of the range is read, since one of another layout stands for no moment.
      try suite.types(
        "types-layout", "Count the events of 30 days, ISO texts with a layout", range("at"),
        "at >= ?1 AND at < ?2", month, must: 1.5, aim: 1.2)
    },
    Entry(name: "types-iso", length: 0.05) { suite in
      // An offset could move a text by up to two days, and each text is read.
      try suite.types(
        "types-iso", "Count the events of 30 days, ISO texts without a layout", range("written"),
        "written >= ?1 AND written < ?2 AND unixepoch(written) >= ?3 AND unixepoch(written) < ?4",
        ["2023-02-27", "2023-04-03", 1_677_664_800, 1_680_256_800], must: 1, aim: 0.8,
        by: "SQL by hand, two days more on both sides")
    },
    Entry(name: "types-layout-page", length: 0.05) { suite in
      try suite.list(
        "types-layout-page", "A page of the events of 30 days, ISO texts with a layout", "at",
        size: 50, must: 1.5, aim: 1.2)
    },
    Entry(name: "types-layout-list", length: 0.05) { suite in
      try suite.list(
        "types-layout-list", "List the events of 30 days, ISO texts with a layout", "at",
        size: nil, must: 1.5, aim: 1.2)
    },
    Entry(name: "types-unix-ms", length: 0.05) { suite in
      try suite.types(
        "types-unix-ms", "Count the events of 30 days, Unix milliseconds", range("ms"),
        "ms >= ?1 AND ms < ?2", [1_677_664_800_000, 1_680_256_800_000], must: 1.5, aim: 1.1)
    },
    Entry(name: "types-checkbox", length: 0.05) { suite in
      try suite.types(
        "types-checkbox", "Count the events that are done, letters",
        #"{"field": "done", "operator": "==", "value": true}"#, "done = 't'", [], must: 1.5,
        aim: 1.1)
    },
    Entry(name: "types-uuid", length: 0.05) { suite in
      // Most of the time goes into reading and writing the keys of the request.
      let keys = stride(from: 1, through: 9_001, by: 9).map {
        let (first, last) = ($0 * 40_503 % 4_294_967_296, $0)
        return hexadecimal(first, 8) + "-0000-4000-8000-" + hexadecimal(last, 12)
      }
      let list = "[" + keys.map { "\"\($0)\"" }.joined(separator: ",") + "]"
      return try suite.types(
        "types-uuid", "Count the events with 1,001 keys, UUIDs of one form",
        #"{"field": "key", "operator": "in", "value": \#(list)}"#,
        "key IN (SELECT value FROM json_each(?1))", [.text(Text(list))], must: 4, aim: 2)
    },
  ]

  private static let month: [Value] = ["2023-03-01 10:00:00", "2023-03-31 10:00:00"]

  private static func range(_ field: String) -> String {
    #"""
    {"field": "\#(field)", "operator": ">=", "value": "2023-03-01 10:00:00"},
    {"field": "\#(field)", "operator": "<", "value": "2023-03-31 10:00:00"}
    """#
  }

  private static func hexadecimal(_ number: Int, _ digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: digits - text.count) + text
  }

  /// The records of a month by their moment, all or one page of them, with two of their columns.
  /// To make the records costs more than to find them, and is the same without a declared type.
  private func list(
    _ name: String, _ title: String, _ field: String, size: Int?, must: Double, aim: Double
  ) throws -> Comparison {
    let database = try EventDatabase(path: files.database(rows: rows, .events).path)
    let plain = "the same texts without a declared type"
    func list(isDeclared: Bool) throws -> Contender {
      Contender(
        isDeclared ? "Rowscope" : plain,
        once: try database.list(
          Self.range(field), field, size: size, isDeclared: isDeclared))
    }
    return Comparison(
      name: name, title: title,
      contenders: [try list(isDeclared: true), try list(isDeclared: false)],
      goals: [.ratio("whole request ÷ \(plain)", "Rowscope", by: plain, must: must, aim: aim)])
  }

  private func types(
    _ name: String, _ title: String, _ filters: String, _ predicate: String, _ bindings: [Value],
    must: Double, aim: Double, by hand: String = "SQL by hand"
  ) throws -> Comparison {
    let database = try EventDatabase(path: files.database(rows: rows, .events).path)
    let count = try database.count(filters)
    let floor = try database.floor.prepare(
      "SELECT count(*) FROM events WHERE \(predicate)", bindings)
    return Comparison(
      name: name, title: title,
      contenders: [
        Contender("Rowscope", once: count),
        Contender(hand) { floor.count() },
      ],
      goals: [
        .ratio("whole request ÷ \(hand)", "Rowscope", by: hand, must: must, aim: aim)
      ])
  }
}
