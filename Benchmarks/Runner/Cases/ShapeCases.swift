import Foundation
import RowscopeModel

/// A question of a shape that services send, with the forms of SQL by hand that may be the best for
/// it.
struct Shape: Sendable {
  let name: String
  let title: String
  /// The request of the table's records.
  let request: String
  var table = "letters"
  /// Whether the records are counted; else it is a page of fifty.
  var isCount = true
  /// The number of the page.
  var page = 1
  /// What follows `FROM table WHERE` or, for a page, includes its order.
  let forms: [(name: String, sql: String)]
  /// How the time of a whole request compares with the best of the forms, or with one of them.
  let must: Double
  let aim: Double
  var comparedForm: String?

  private static let columns = ["title", "note", "place", "author", "mail"]

  private static func has(_ tag: String) -> [(name: String, sql: String)] {
    let plain = "EXISTS (SELECT 1 FROM json_each(tags) WHERE value = '\(tag)')"
    let instr = "instr(tags, '\"\(tag)\"') > 0"
    return [("plain json_each", plain), ("behind instr", "\(instr) AND \(plain)")]
  }

  private static func search(_ text: String) -> [(name: String, sql: String)] {
    [("LIKE", columns.map { "\($0) LIKE '%\(text)%'" }.joined(separator: " OR "))]
  }

  /// `"filters": …`, for owners spread over all.
  private static func owners(_ count: Int) -> String {
    (0..<count).map { String(1 + $0 * 7919 % 40_000) }.joined(separator: ",")
  }

  private static func owned(_ count: Int) -> [(name: String, sql: String)] {
    let list = "IN (SELECT value FROM json_each('[\(owners(count))]'))"
    return [
      ("by the owners", "owner \(list) ORDER BY +due, id"),
      ("in the order", "+owner \(list) ORDER BY due, id"),
    ]
  }

  static let shapes = [
    Shape(
      name: "shape-member", title: "Count the letters with a tag, one of a thousand",
      request: #""filters": [{"field": "tags", "operator": "==", "value": "t7"}]"#,
      forms: has("t7"), must: 0.6, aim: 0.5, comparedForm: "plain json_each"),
    Shape(
      name: "shape-members", title: "Count the letters with a tag, one of twenty",
      request: #""filters": [{"field": "tags", "operator": "==", "value": "urgent"}]"#,
      forms: has("urgent"), must: 0.6, aim: 0.5, comparedForm: "plain json_each"),
    Shape(
      name: "shape-search", title: "Count the letters with a text in one of five fields",
      request: #""search": "invoice 7919 ""#, forms: search("invoice 7919 "), must: 1.3, aim: 0.85),
    Shape(
      name: "shape-search-none", title: "Count the letters with a text that none has",
      request: #""search": "quarterly""#, forms: search("quarterly"), must: 1.3, aim: 0.85),
    Shape(
      name: "shape-range", title: "Count the letters of 30 days, ISO texts without a layout",
      request: #"""
        "filters": [{"field": "written", "operator": ">=", "value": "2023-03-01"},
          {"field": "written", "operator": "<", "value": "2023-03-31"}]
        """#,
      forms: [("text range", "written >= '2023-03-01' AND written < '2023-03-31'")], must: 4,
      aim: 2.5),
    Shape(
      name: "shape-key-page", title: "A page by a key that may be null",
      request: #""sort": "code""#, table: "items", isCount: false,
      forms: [("index", "1 ORDER BY code, rowid")], must: 1.3, aim: 1.05),
    Shape(
      name: "shape-key-cursor", title: "A later page by a key that may be null",
      request: #""sort": "code""#, table: "items", isCount: false, page: 100,
      forms: [("index", "code > '7ffff' ORDER BY code, rowid")], must: 1.3, aim: 1.05),
    Shape(
      name: "shape-owners-200", title: "A page of the letters of 200 owners, by date",
      request: #"""
        "sort": "due", "filters": [{"field": "owner", "operator": "in",
          "value": [\#(owners(200))]}]
        """#,
      isCount: false, forms: owned(200), must: 1.3, aim: 1.05),
    Shape(
      name: "shape-owners-20000", title: "A page of the letters of 20,000 owners, by date",
      request: #"""
        "sort": "due", "filters": [{"field": "owner", "operator": "in",
          "value": [\#(owners(20_000))]}]
        """#,
      isCount: false, forms: owned(20_000), must: 1.3, aim: 1.05),
    Shape(
      name: "shape-groups", title: "Count the letters of five groups of conditions",
      request: #"""
        "operator": "OR", "filters": [\#(groups.map(\.request).joined(separator: ", "))]
        """#,
      forms: [("OR", groupsByHand)], must: 1.3, aim: 1.05),
    Shape(
      name: "shape-groups-page", title: "A page of the letters of five groups, by date",
      request: #"""
        "operator": "OR", "sort": "due",
        "filters": [\#(groups.map(\.request).joined(separator: ", "))]
        """#,
      isCount: false,
      forms: [
        ("by the groups", "(\(groupsByHand)) ORDER BY +due, id"),
        ("in the order", "(\(groupsInOrder)) ORDER BY due, id"),
      ], must: 1.3, aim: 1.05),
    Shape(
      name: "shape-mine", title: "Count the letters that are mine or that I watch",
      request: #"""
        "operator": "OR", "filters": [{"field": "owner", "value": 77},
          {"field": "watchers", "operator": "==", "value": 77}]
        """#,
      forms: mine, must: 1.3, aim: 1.05),
    Shape(
      name: "shape-mine-page", title: "A page of the letters that are mine or watched, by date",
      request: #"""
        "operator": "OR", "sort": "due", "filters": [{"field": "owner", "value": 77},
          {"field": "watchers", "operator": "==", "value": 77}]
        """#,
      isCount: false, forms: mine.map { ($0.name, "(\($0.sql)) ORDER BY +due, id") }, must: 1.3,
      aim: 1.05),
  ]

  /// Of a team's letters those of some owners.
  private static let groups = (0..<5).map { group -> (request: String, sql: String) in
    let (team, owner) = (1 + group * 9, 1 + group * 8_000)
    return (
      #"""
      {"and": [{"field": "team", "value": \#(team)},
        {"field": "owner", "operator": "between", "value": [\#(owner), \#(owner + 999)]}]}
      """#, "(team = \(team) AND owner BETWEEN \(owner) AND \(owner + 999))"
    )
  }

  /// Without a use for the indexes on team and owner.
  private static let groupsInOrder = groupsByHand.replacing("team", with: "+team").replacing(
    "owner", with: "+owner")

  private static let groupsByHand = groups.map(\.sql).joined(separator: " OR ")

  private static let mine: [(name: String, sql: String)] = [
    ("OR", "owner = 77 OR id IN (SELECT letter FROM watchers WHERE person = 77)"),
    (
      "UNION",
      """
      id IN (SELECT id FROM letters WHERE owner = 77
        UNION SELECT letter FROM watchers WHERE person = 77)
      """
    ),
  ]
}

extension Suite {
  static let shapes: [Entry] =
    Shape.shapes.map { shape in
      Entry(name: shape.name) { suite in try suite.comparison(shape) }
    }
    + Shape.shapes.filter { ["shape-member", "shape-search"].contains($0.name) }.map { shape in
      Entry(name: shape.name.replacing("shape", with: "shape-two")) { suite in
        try suite.twoConnections(shape)
      }
    }

  /// One count by two threads: they must not wait for each other.
  private func twoConnections(_ shape: Shape) throws -> Comparison {
    let contenders = try ["two connections", "one connection"].enumerated().map { index, name in
      let database = try ShapeDatabase(
        path: files.database(rows: rows, .shapes).path, capacity: 2 - index)
      let json = #"{"object_type": "\#(shape.table)", \#(shape.request)}"#
      return Contender(
        name, clock: .wall, once: try database.answer(json, isCount: true))
    }
    return Comparison(
      name: shape.name.replacing("shape", with: "shape-two"), title: shape.title,
      contenders: contenders,
      goals: [
        .ratio(
          "over two connections ÷ one", "two connections", by: "one connection", must: 0.65,
          aim: 0.55)
      ])
  }

  private func comparison(_ shape: Shape) throws -> Comparison {
    let database = try ShapeDatabase(path: files.database(rows: rows, .shapes).path)
    let columns = shape.table == "items" ? ["code", "title"] : ["id", "title"]
    let own = try database.answer(
      #"""
      {"object_type": "\#(shape.table)", "select": ["\#(columns[0])", "\#(columns[1])"],
        "size": 50, \#(shape.request)}
      """#, isCount: shape.isCount, page: shape.page)
    let hands = try shape.forms.map { form in
      let statement = try database.floor.prepare(
        shape.isCount
          ? "SELECT count(*) FROM \(shape.table) WHERE \(form.sql)"
          : "SELECT \(columns.joined(separator: ", ")) FROM \(shape.table) WHERE \(form.sql) LIMIT 51"
      )
      return Contender(form.name) {
        shape.isCount
          ? statement.count() : Answer(records: min(50, statement.read().records))
      }
    }
    let compared = shape.comparedForm ?? "the best form by hand"
    return Comparison(
      name: shape.name, title: shape.title,
      contenders: [Contender("Rowscope", once: own)] + hands,
      goals: [
        Goal("whole request ÷ \(compared)", must: shape.must, aim: shape.aim) { outcome in
          guard let own = outcome.median("Rowscope"),
            let hand = (shape.comparedForm.map { [$0] } ?? shape.forms.map(\.name))
              .compactMap({ outcome.median($0) }).min()
          else { return nil }
          return own / (hand + Sweep.ownCost)
        }
      ])
  }
}
