import RecordFilter
import RowscopeModel
import TestSupport

/// Random views on random tables, as SQL.
struct RandomViews {
  /// The columns of each table and view, by its name.
  private(set) var relations: [(name: String, columns: [String])] = []
  private(set) var definitions: [String] = []
  /// The values to insert, by table.
  private(set) var rows: [(table: String, columns: [String], values: [[String]])] = []

  static let tableCount = 3

  init(_ random: inout SeededGenerator) {
    for index in 0..<Self.tableCount { addTable("t\(index)", &random) }
    for index in 0..<Int.random(in: 2...5, using: &random) { addView("v\(index)", &random) }
  }

  // MARK: Tables

  private mutating func addTable(_ name: String, _ random: inout SeededGenerator) {
    let types = ["INTEGER", "REAL", "REAL", "NUMERIC", "TEXT", "", "BLOB"]
    var columns = ["id"]
    var parts = ["id INTEGER PRIMARY KEY"]
    for index in 0..<Int.random(in: 3...5, using: &random) {
      let column = "c\(index)"
      let type = types.randomElement(using: &random) ?? ""
      let collation = Collation.allCases.randomElement(using: &random) ?? .binary
      parts.append("\(column) \(type) COLLATE \(collation.rawValue)")
      columns.append(column)
    }
    let written = columns
    if Bool.random(using: &random) {
      let type = types.randomElement(using: &random) ?? "REAL"
      let kind = Bool.random(using: &random) ? "VIRTUAL" : "STORED"
      let source = columns.randomElement(using: &random) ?? "id"
      parts.append("g \(type) AS (\(source)) \(kind)")
      columns.append("g")
    }
    definitions.append("CREATE TABLE \(name)(\(parts.joined(separator: ", ")))")
    if Bool.random(using: &random) {
      definitions.append("CREATE INDEX i\(name) ON \(name)(\(written.last ?? "id"))")
    }
    relations.append((name, columns))
    let pools = written.map { _ in RandomValues.pool(&random) }
    let count = [0, 3, 20, 40].randomElement(using: &random) ?? 20
    rows.append(
      (
        name, written,
        (0..<count).map { row in
          pools.indices.map { column in
            column == 0
              ? "\(row * 2 - 9)" : (pools[column].randomElement(using: &random) ?? .null).literal
          }
        }
      ))
  }

  // MARK: Views

  private mutating func addView(_ name: String, _ random: inout SeededGenerator) {
    let width = Int.random(in: 2...4, using: &random)
    let columns = (0..<width).map { "x\($0)" }
    definitions.append("CREATE VIEW \(name) AS \(body(columns, &random))")
    relations.append((name, columns))
  }

  private func body(_ columns: [String], _ random: inout SeededGenerator) -> String {
    switch Int.random(in: 0..<10, using: &random) {
    case 0, 1: return select(columns, &random)
    case 2, 3, 4: return compound(columns, &random)
    case 5:
      return
        "WITH q AS (\(compound(columns, &random))) SELECT \(list(columns, of: "q", columns, &random)) "
        + "FROM q"
    case 6:
      return
        "SELECT \(list(columns, of: "q", columns, &random)) FROM (\(compound(columns, &random))) AS q"
    case 7: return grouped(columns, &random)
    case 8: return joined(columns, &random)
    default:
      let numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5)"
      return "\(numbers) SELECT \(list(columns, of: "n", ["i"], &random)) FROM n"
    }
  }

  private func relation(_ random: inout SeededGenerator) -> (name: String, columns: [String]) {
    relations.randomElement(using: &random) ?? relations[0]
  }

  private func select(_ columns: [String], _ random: inout SeededGenerator) -> String {
    let source = relation(&random)
    let condition =
      Bool.random(using: &random)
      ? "" : " WHERE \(column(of: source.name, source.columns, &random)) IS NOT NULL"
    return "SELECT \(list(columns, of: source.name, source.columns, &random)) FROM \(source.name)"
      + condition
  }

  private func compound(_ columns: [String], _ random: inout SeededGenerator) -> String {
    var text = select(columns, &random)
    for _ in 0..<Int.random(in: 1...2, using: &random) {
      let operators = ["UNION ALL", "UNION ALL", "UNION ALL", "UNION", "EXCEPT", "INTERSECT"]
      text += " \(operators.randomElement(using: &random) ?? "UNION ALL") "
      text += select(columns, &random)
    }
    return text
  }

  private func grouped(_ columns: [String], _ random: inout SeededGenerator) -> String {
    let source = relation(&random)
    let key = column(of: source.name, source.columns, &random)
    let items = columns.enumerated().map { index, name in
      let operand = column(of: source.name, source.columns, &random)
      let aggregate = ["count(*)", "min(\(operand))", "max(\(operand))", "count(\(operand))"]
      return (index == 0 ? key : aggregate.randomElement(using: &random) ?? key) + " AS \(name)"
    }
    return "SELECT \(items.joined(separator: ", ")) FROM \(source.name) GROUP BY \(key)"
  }

  /// Of tables: where a UNION of different types is joined, SQLite 3.40 itself converts it or not,
  /// depending on the plan.
  private func joined(_ columns: [String], _ random: inout SeededGenerator) -> String {
    func table(_ random: inout SeededGenerator) -> (name: String, columns: [String]) {
      relations[Int.random(in: 0..<Self.tableCount, using: &random)]
    }
    let (left, right) = (table(&random), table(&random))
    let items = columns.map { name in
      let isLeft = Bool.random(using: &random)
      return expression(isLeft ? "l" : "r", isLeft ? left.columns : right.columns, &random)
        + " AS \(name)"
    }
    let condition =
      "\(column(of: "l", left.columns, &random)) = \(column(of: "r", right.columns, &random))"
    let join = Bool.random(using: &random) ? "JOIN" : "LEFT JOIN"
    return "SELECT \(items.joined(separator: ", ")) FROM \(left.name) AS l \(join) "
      + "\(right.name) AS r ON \(condition)"
  }

  // MARK: Expressions

  private func list(
    _ names: [String], of source: String, _ columns: [String], _ random: inout SeededGenerator
  ) -> String {
    names.map { "\(expression(source, columns, &random)) AS \($0)" }.joined(separator: ", ")
  }

  private func column(
    of source: String, _ columns: [String], _ random: inout SeededGenerator
  ) -> String {
    "\(source).\(columns.randomElement(using: &random) ?? "id")"
  }

  private func expression(
    _ source: String, _ columns: [String], _ random: inout SeededGenerator
  ) -> String {
    let (one, other) = (column(of: source, columns, &random), column(of: source, columns, &random))
    if Bool.random(using: &random) { return one }
    let forms = [
      "+\(one)", "\(one) || ''", "coalesce(\(one), 0)", "coalesce(\(one), \(other))",
      "CAST(\(one) AS REAL)", "CAST(\(one) AS INTEGER)", "CAST(\(one) AS TEXT)",
      "CAST(\(one) AS NUMERIC)", "CASE WHEN \(one) IS NULL THEN \(other) ELSE \(one) END",
      "round(\(one))", "length(\(one))", "lower(\(one))", "typeof(\(one))",
      "nullif(\(one), \(other))", "\(one) + 1", "\(one) * 1.0", "substr(\(one), 1, 3)",
      "hex(\(one))", "\(one) IS NULL", "1", "1.0", "2.5", "'1'", "'a'", "NULL", "x'31'",
      "(SELECT max(id) FROM t0)",
    ]
    return forms.randomElement(using: &random) ?? one
  }
}
