import Foundation
import RowscopeModel

/// A page of records that a user reaches in several ways: by several profiles, or by a filter that
/// is an OR.
struct UnionCase: Sendable {
  let name: String
  let title: String
  /// The profiles; nil for those of a user in a table.
  var profiles: [String]? = ["all"]
  /// More of the request, in JSON.
  var request = ""
  /// The branches by hand, in SQL.
  let branches: [String]
  /// What else must hold, in SQL.
  var rest = ""
  /// The dearest branch by a request of its own. In a table it is user 2 who has its profile.
  let dearest: (profiles: [String]?, request: String)
  /// The number of the page.
  var page = 1

  private static func roles(_ roles: ClosedRange<Int>) -> [String] {
    roles.map { role in
      let (field, value) = UnionDatabase.condition(ofRole: role)
      return "notes.\(field) = \(value)"
    }
  }

  private static func profiles(_ count: Int) -> UnionCase {
    UnionCase(
      name: "union-profiles-\(count)", title: "A page of the notes of \(count) profiles, by date",
      profiles: (1...count).map { "r\($0)" }, branches: roles(1...count),
      dearest: (["r2"], ""))
  }

  private static let teams = [3, 40, 77, 110, 181]

  static let cases = [
    profiles(2), profiles(3), profiles(5), profiles(20),
    UnionCase(
      name: "union-rest", title: "The same of three profiles, of the open ones",
      profiles: ["r1", "r2", "r3"], request: #""filters": [{"field": "state", "value": "Open"}]"#,
      branches: roles(1...3), rest: "notes.state = 'Open'",
      dearest: (["r2"], #""filters": [{"field": "state", "value": "Open"}]"#)),
    UnionCase(
      name: "union-cursor", title: "The tenth page of three profiles, by a cursor",
      profiles: ["r1", "r2", "r3"], branches: roles(1...3), dearest: (["r2"], ""), page: 10),
    UnionCase(
      name: "union-teams", title: "A page of the notes of five teams, by date",
      request: #""filters": [{"field": "team", "operator": "in", "value": \#(teams)}]"#,
      branches: teams.map { "notes.team = \($0)" },
      dearest: (["all"], #""filters": [{"field": "team", "value": 3}]"#)),
    UnionCase(
      name: "union-groups", title: "A page of the notes of five groups of conditions, by date",
      request: #"""
        "operator": "OR", "filters": [{"and": [{"field": "team", "value": 3},
          {"field": "state", "value": "Open"}]}, {"and": [{"field": "owner", "value": 7},
          {"field": "state", "operator": "!=", "value": "Done"}]}, {"field": "kind", "value": 9},
          {"field": "region", "value": "g8"}, {"and": [{"field": "team", "value": 77},
          {"field": "amount", "operator": ">", "value": 4000}]}]
        """#,
      branches: [
        "notes.team = 3 AND notes.state = 'Open'",
        "notes.owner = 7 AND notes.state IS NOT 'Done'", "notes.kind = 9", "notes.region = 'g8'",
        "notes.team = 77 AND notes.amount > 4000",
      ],
      dearest: (
        ["all"],
        #"""
        "filters": [{"field": "owner", "value": 7},
          {"field": "state", "operator": "!=", "value": "Done"}]
        """#
      )),
    UnionCase(
      name: "union-mine", title: "A page of the notes that are mine or that I watch, by date",
      request: #"""
        "operator": "OR", "filters": [{"field": "owner", "value": 77},
          {"field": "watchers", "operator": "==", "value": 77}]
        """#,
      branches: [
        "notes.owner = 77",
        "notes.id IN (SELECT note FROM watchers WHERE person = 77)",
      ],
      dearest: (
        ["all"],
        #""filters": [{"field": "watchers", "operator": "==", "value": 77}]"#
      )),
    UnionCase(
      name: "union-users", title: "A page for a user of a table with five roles, by date",
      profiles: nil, branches: roles(1...5), dearest: (nil, "")),
  ]

  static let shown = ["id", "title", "created", "amount"]

  /// Statements by hand after a cursor, if there is one.
  func forms(after cursor: (created: String, id: Int64)?) -> [(name: String, sql: String)] {
    let columns = Self.shown.map { "notes.\($0)" }.joined(separator: ", ")
    var rest = rest.isEmpty ? "" : " AND \(rest)"
    if let cursor {
      rest +=
        " AND notes.created <= '\(cursor.created)' AND (notes.created < '\(cursor.created)'"
        + " OR notes.id > \(cursor.id))"
    }
    let any = branches.map { "(\($0))" }.joined(separator: " OR ")
    let order = "notes.created DESC, notes.id"
    let merged = branches.map {
      "SELECT notes.created AS created, notes.id AS id FROM notes WHERE (\($0))\(rest)"
    }.joined(separator: " UNION ")
    let cut = branches.map {
      """
      SELECT * FROM (SELECT notes.created, notes.id FROM notes WHERE (\($0))\(rest)
        ORDER BY \(order) LIMIT 51)
      """
    }.joined(separator: " UNION ")
    let join = "CROSS JOIN notes ON notes.id = page.id"
    return [
      ("OR", "SELECT \(columns) FROM notes WHERE (\(any))\(rest) ORDER BY +\(order) LIMIT 51"),
      (
        "in the order",
        """
        SELECT \(columns) FROM notes INDEXED BY notes_created WHERE (\(any))\(rest)
        ORDER BY \(order) LIMIT 51
        """
      ),
      (
        "UNION",
        """
        SELECT \(columns) FROM (\(merged) ORDER BY 1 DESC, 2 LIMIT 51) AS page \(join)
        ORDER BY page.created DESC, page.id
        """
      ),
      (
        "UNION of pages",
        """
        SELECT \(columns) FROM (\(cut) ORDER BY 1 DESC, 2 LIMIT 51) AS page \(join)
        ORDER BY page.created DESC, page.id
        """
      ),
    ]
  }
}

extension Suite {
  static let unions: [Entry] =
    UnionCase.cases.map { union in
      Entry(name: union.name) { suite in try await suite.comparison(union) }
    } + [
      Entry(name: "union-may") { suite in try await suite.toldActs() },
      Entry(name: "union-lookup") { suite in try await suite.lookup() },
    ]

  private func unionDatabase() throws -> UnionDatabase {
    try UnionDatabase(path: files.database(rows: rows, .unions).path)
  }

  private static func request(_ more: String) -> String {
    let shown = UnionCase.shown.map { "\"\($0)\"" }.joined(separator: ", ")
    return """
      {"object_type": "notes", "select": [\(shown)], "sort": "created desc", "size": 50\
      \(more.isEmpty ? "" : ", \(more)")}
      """
  }

  private func comparison(_ union: UnionCase) async throws -> Comparison {
    let database = try unionDatabase()
    let own = try await database.page(
      Self.request(union.request), of: union.profiles, page: union.page)
    let dearest = try await database.page(
      Self.request(union.dearest.request), of: union.dearest.profiles, user: 2, page: union.page)
    var cursor: (created: String, id: Int64)?
    if union.page > 1 {
      let before = try await database.page(
        Self.request(union.request), of: union.profiles, page: union.page - 1)
      let last = before.ids.last ?? 0
      cursor = (try database.floor.text("SELECT created FROM notes WHERE id = \(last)"), last)
    }
    let hands = try union.forms(after: cursor).map { form in
      let ids = try database.floor.text("SELECT group_concat(id) FROM (\(form.sql))")
      guard
        ids.split(separator: ",").prefix(50).elementsEqual(own.ids.map { "\($0)"[...] })
      else { throw BenchmarkError("\(union.name): \(form.name) finds other records") }
      let statement = try database.floor.prepare(form.sql)
      return Contender(form.name) { Answer(records: min(50, statement.read().records)) }
    }
    let names = hands.map(\.name)
    return Comparison(
      name: union.name, title: union.title,
      contenders: [
        Contender("Rowscope", once: own.answer),
        Contender("Rowscope, the dearest branch", once: dearest.answer),
      ] + hands,
      goals: [
        .ratio(
          "whole request ÷ the dearest branch alone", "Rowscope",
          by: "Rowscope, the dearest branch", must: 1.3, aim: 1.1),
        Goal("whole request ÷ the best form by hand", must: 1.3, aim: 1.05) { outcome in
          guard let own = outcome.median("Rowscope"),
            let hand = names.compactMap({ outcome.median($0) }).min()
          else { return nil }
          return own / (hand + Sweep.ownCost)
        },
      ])
  }

  /// What it costs that the user, with five roles, is in tables.
  private func lookup() async throws -> Comparison {
    let database = try unionDatabase()
    let handed = try await database.page(Self.request(""), of: (1...5).map { "r\($0)" })
    let stored = try await database.page(Self.request(""), of: nil)
    return Comparison(
      name: "union-lookup", title: "A page for a user with five roles, of tables and handed in",
      contenders: [
        Contender("of tables", once: stored.answer), Contender("handed in", once: handed.answer),
      ],
      goals: [
        Goal("a user of tables − one handed in", unit: .microseconds, must: 15, aim: 5) { outcome in
          guard let stored = outcome.median("of tables"), let handed = outcome.median("handed in")
          else { return nil }
          return (stored - handed) * 1e6
        }
      ])
  }

  /// What the user may do with each record, of three profiles one of which lets no record be
  /// deleted.
  private func toldActs() async throws -> Comparison {
    let database = try unionDatabase()
    let profiles = ["r1", "r2", "r3"]
    let plain = try await database.page(Self.request(""), of: profiles)
    let told = try await database.page(Self.request(#""may": true"#), of: profiles)
    return Comparison(
      name: "union-may", title: "What may be done with each note of a page of three profiles",
      contenders: [
        Contender("without", once: plain.answer), Contender("with", once: told.answer),
      ],
      goals: [
        .ratio("with what may be done ÷ without", "with", by: "without", must: 1.3, aim: 1.15)
      ])
  }
}
