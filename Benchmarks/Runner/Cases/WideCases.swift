import Foundation
import RowscopeModel

extension Suite {
  /// Requests where the database has many tables and the service many profiles: what a request does
  /// not touch costs nothing.
  static let wide: [Entry] = [
    Entry(name: "wide-write", length: 0.01) { suite in
      let narrow = try suite.wideDatabase(tables: 1)
      let wide = try suite.wideDatabase(tables: 300)
      let times = 100
      return Comparison(
        name: "wide-write", title: "100 records changed by their keys in one transaction",
        contenders: [
          Contender("1 table", once: narrow.update(times: times)),
          Contender("300 tables", once: wide.update(times: times)),
          Contender("statements by hand", once: try narrow.updateByHand(times: times)),
        ],
        goals: [
          .ratio(
            "one change, read back, ÷ two prepared statements", "1 table",
            by: "statements by hand", must: 6, aim: 4),
          .ratio(
            "the same among 300 tables", "300 tables", by: "statements by hand", must: 6,
            aim: 4),
        ])
    },
    Entry(name: "wide-profiles", length: 0.01) { suite in
      let wide = try suite.wideDatabase(tables: 300)
      let bytes = "memory of a profile over 300 tables"
      return Comparison(
        name: "wide-profiles", title: "A page by one of 50 profiles with the same fields",
        contenders: [
          Contender("first profile", once: wide.page(1)),
          Contender("another profile", once: wide.page(50)),
        ],
        goals: [
          .ratio(
            "page by another profile ÷ by the first", "another profile", by: "first profile",
            must: 1.1, aim: 1),
          Goal(bytes, unit: .kilobytes, must: 200, aim: 50) { $0.fact(bytes) },
        ],
        facts: {
          [Fact(name: bytes, value: try await wide.bytesOfProfile(2...49) / 1e3, unit: "KB")]
        })
    },
  ]

  private func wideDatabase(tables: Int) throws -> WideDatabase {
    try WideDatabase(
      path: files.folder.appendingPathComponent("wide-\(tables).sqlite").path, tables: tables,
      profiles: 50)
  }
}
