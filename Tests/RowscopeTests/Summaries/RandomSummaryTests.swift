import Foundation
import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// Random summaries on both engines, against SQL that is written by hand, in two databases that
/// differ in what the user does not see.
@Suite struct RandomSummaryTests {
  private static let profile = """
    {"tables_enabled": {
      "t": {"data": [{"field": "scope", "operator": "!=", "value": "out"}],
        "fields_excluded": ["hidden"]},
      "p": {"data": [{"field": "scope", "value": "in"}], "fields_excluded": ["hidden"]}}}
    """

  /// A field as a request names it, and as SQL does.
  private struct Field {
    let name: String
    let sql: String
    var isNumeric = false
  }

  private static let fields = [
    Field(name: "whole", sql: "whole", isNumeric: true),
    Field(name: "part", sql: "part", isNumeric: true), Field(name: "word", sql: "word"),
    Field(name: "name", sql: "name"), Field(name: "any", sql: "any", isNumeric: true),
    Field(
      name: "parent.region",
      sql: "(SELECT region FROM p WHERE p.id = t.parent AND p.scope IS 'in') COLLATE NOCASE"),
    Field(
      name: "parent.weight",
      sql: "(SELECT weight FROM p WHERE p.id = t.parent AND p.scope IS 'in')",
      isNumeric: true),
  ]

  private static func rows(_ random: inout SeededGenerator) -> String {
    func pick(_ values: String...) -> String { values.randomElement(using: &random) ?? "NULL" }
    var sql = """
      CREATE TABLE p (id INTEGER PRIMARY KEY, scope TEXT, region TEXT COLLATE NOCASE,
        weight REAL, hidden TEXT);
      CREATE TABLE t (id INTEGER PRIMARY KEY, scope TEXT, whole INTEGER, part REAL, word TEXT,
        name TEXT COLLATE NOCASE, any, parent INTEGER REFERENCES p (id), hidden TEXT);

      """
    for id in 1...6 {
      sql += """
        INSERT INTO p VALUES (\(id), \(pick("'in'", "'in'", "'out'", "NULL")),
          \(pick("'a'", "'A'", "'b'", "''", "NULL")), \(pick("1", "0.5", "-2.25", "NULL")), NULL);

        """
    }
    for id in 0..<Int.random(in: 0...60, using: &random) {
      sql += """
        INSERT INTO t VALUES (\(id), \(pick("'in'", "'in'", "'out'", "NULL")),
          \(pick("1", "2", "3", "-7", "NULL", "1000000007")), \(pick("0.25", "-1.5", "8", "NULL")),
          \(pick("'x'", "'X'", "'x '", "'é'", "NULL")), \(pick("'n'", "'N'", "'m'", "NULL")),
          \(pick("1", "1.0", "'1'", "x'31'", "2.5", "NULL", "'a'")),
          \(pick("1", "2", "3", "4", "9", "NULL")), NULL);

        """
    }
    return sql
  }

  /// Changes what the user does not see, and the order of the records.
  private static let twin = """
    UPDATE t SET hidden = 'x' || id;
    UPDATE p SET hidden = 'y' || id;
    UPDATE t SET whole = 9223372036854775807, word = 'secret', name = 'secret', any = 'q', part = 9
      WHERE scope = 'out';
    UPDATE p SET region = 'secret', weight = 77 WHERE scope IS NOT 'in';
    INSERT INTO t VALUES (9001, 'out', 1, 1, 'x', 'n', 1, 1, NULL);
    CREATE INDEX i1 ON t (word DESC, whole, scope, part, name, any, parent);
    CREATE INDEX i2 ON t (hidden);
    """

  private static func request(
    _ random: inout SeededGenerator
  ) -> (request: SummaryRequest, groups: [Field], measured: [Field?]) {
    let groups = Array(
      fields.shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random)))
    var aggregates: [SummaryRequest.Aggregate] = [.count]
    var measured: [Field?] = [nil]
    for field in fields where Bool.random(using: &random) {
      let all: [SummaryRequest.Aggregate] = [
        .count(field.name), .countDistinct(field.name), .min(field.name), .max(field.name),
      ]
      let chosen =
        all
        + (field.isNumeric ? [.sum(field.name), .avg(field.name)] : [])
      if let one = chosen.randomElement(using: &random) {
        aggregates.append(one)
        measured.append(field)
      }
    }
    let condition: Condition? =
      switch Int.random(in: 0..<4, using: &random) {
      case 0: "whole" > 1
      case 1: "parent.region" == "a"
      default: nil
      }
    return (
      SummaryRequest(
        table: "t", groupBy: groups.map { .init($0.name) }, aggregates: aggregates,
        where: condition, size: nil), groups, measured
    )
  }

  /// The same in SQL. What has several spellings is compared by the one that is shown.
  private static func sql(
    _ request: SummaryRequest, _ groups: [Field], _ measured: [Field?]
  ) -> String {
    // A column of a subquery keeps its collation and has no affinity to lose here.
    let inner = fields.map { "\($0.sql) AS [\($0.name)]" }.joined(separator: ", ")
    var condition = "scope IS NOT 'out'"
    if let text = request.where.map({ String(describing: $0) }) {
      condition += text.contains("region") ? " AND [parent.region] = 'a'" : " AND whole > 1"
    }
    let same = groups.map { " AND i.[\($0.name)] IS g.[\($0.name)]" }.joined()
    func least(_ name: String, of column: String) -> String {
      // Of a group: an integer before an equal real, and texts by their bytes.
      let all =
        "SELECT min(i.[\(name)] COLLATE BINARY) FROM r i WHERE i.[\(name)] IS \(column)\(same)"
      return "coalesce((\(all) AND typeof(i.[\(name)]) <> 'real'), (\(all)))"
    }
    var shown = groups.map { group in least(group.name, of: "g.[\(group.name)]") }
    var inside = groups.map { "[\($0.name)]" }
    for (index, aggregate) in request.aggregates.enumerated() {
      guard let field = measured[index] else {
        inside.append("count(*) AS a\(index)")
        shown.append("g.a\(index)")
        continue
      }
      let column = "[\(field.name)]"
      let number = "CASE WHEN typeof(\(column)) IN ('integer', 'real') THEN \(column) END"
      switch aggregate.function {
      case .count: inside.append("count(\(column)) AS a\(index)")
      case .countDistinct: inside.append("count(DISTINCT \(column)) AS a\(index)")
      case .sum: inside.append("sum(\(number)) AS a\(index)")
      case .avg: inside.append("avg(\(number)) AS a\(index)")
      case .min, .max: inside.append("\(aggregate.function.rawValue)(\(column)) AS a\(index)")
      }
      let isExtreme = aggregate.function == .min || aggregate.function == .max
      shown.append(isExtreme ? least(field.name, of: "g.a\(index)") : "g.a\(index)")
    }
    let by =
      groups.isEmpty
      ? "" : " GROUP BY " + groups.map { "[\($0.name)]" }.joined(separator: ", ")
    let order =
      groups.isEmpty
      ? "" : " ORDER BY " + groups.map { "g.[\($0.name)]" }.joined(separator: ", ")
    return """
      WITH r AS MATERIALIZED (SELECT \(inner), t.scope FROM t WHERE \(condition))
      SELECT \(shown.joined(separator: ", "))
      FROM (SELECT \(inside.joined(separator: ", ")) FROM r\(by)) g\(order)
      """
  }

  @Test func summariesAreThoseOfSQL() async throws {
    let worlds = Extent.count("ROWSCOPE_SUMMARY_WORLDS", few: 8, all: 100)
    for seed in 0..<worlds {
      var random = SeededGenerator(seed: 20_261_201 + UInt64(seed))
      let rows = Self.rows(&random)
      let database = try TemporaryDatabase(rows)
      let twin = try TemporaryDatabase(rows + Self.twin)
      let limits = RecordService.Limits(defaultSize: nil, maximumSize: nil)
      let service = try database.service(
        Self.profile, limits: limits, memory: MemoryPolicy(tables: .all))
      let other = try twin.service(
        Self.profile, limits: limits, memory: MemoryPolicy(tables: .all, use: .always))
      for _ in 0..<100 {
        let (request, groups, measured) = Self.request(&random)
        let difference = try await service.withSession(as: .ana) { reader throws(ServiceError) in
          try reader.compareEnginesSummarizing(request)
        }
        #expect(
          difference == nil, "\(seed): \(difference?.sqlite ?? "") \(difference?.memory ?? "")")
        let found = try await service.summarize(request, as: .ana).items.map(\.values)
        let sql = Self.sql(request, groups, measured)
        let expected = try database.rows(sql)
        #expect(found == expected, "\(seed): \(sql)\n\(found)\n\(expected)")
        #expect(
          await service.answer(request, as: .ana).json == other.answer(request, as: .ana).json,
          "\(seed): \(sql)")
      }
    }
  }
}
