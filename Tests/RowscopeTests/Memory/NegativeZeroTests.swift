import AccessProfiles
import Documents
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing

@testable import RecordEngine
@testable import Rowscope

/// SQLite keeps the sign of a zero in a column without an affinity but shows it nowhere: it prints
/// `0.0`, and compares and orders it as zero. A column with a numeric affinity turns it into an
/// integer.
@Suite("A zero with a sign")
struct NegativeZeroTests {
  private static let tables = """
    CREATE TABLE zeros (id INTEGER PRIMARY KEY, plain, real REAL, number NUMERIC, text TEXT);
    INSERT INTO zeros SELECT id, x, x, x, x FROM (
      SELECT 1 AS id, 0.0 AS x UNION ALL SELECT 2, -0.0 UNION ALL SELECT 3, 0 UNION ALL SELECT 4, NULL
      UNION ALL SELECT 5, -1e-300 * 1e-300 UNION ALL SELECT 6, -5e-324 UNION ALL SELECT 7, '-0.0'
      UNION ALL SELECT 8, 5e-324 UNION ALL SELECT 9, -0.0);
    """

  private func service(_ database: TemporaryDatabase) async throws -> RecordService {
    let profile = #"{"tables_enabled": {"zeros": "*"}}"#
    let service = RecordService(
      pool: try ConnectionPool(.readOnly(path: database.path), capacity: 2),
      profiles: ProfileCatalog(["p": try Profile(document: .init(name: "p.json", text: profile))]),
      memory: MemoryPolicy(tables: .all, use: .always))
    try await service.loadTables()
    return service
  }

  @Test func sqliteKeepsTheSignAndDoesNotShowIt() throws {
    let database = try TemporaryDatabase(Self.tables)
    let connection = try Connection(.readOnly(path: database.path))
    let statement = try connection.statement(
      """
      SELECT plain, real, number, typeof(plain), typeof(number), quote(plain), json_array(plain), plain = 0,
        text FROM zeros WHERE id = 2
      """, as: .unrestricted)
    let row = try #require(try statement.rows().first)
    let signs = row.prefix(2).map { value -> FloatingPointSign? in
      guard case .real(let real) = value else { return nil }
      return real.sign
    }
    #expect(signs == [.minus, .plus])
    #expect(row[2...] == [0, "real", "integer", "0.0", "[0.0]", 1, "0.0"])
  }

  @Test(arguments: ["plain", "real", "number", "text"])
  func bothEnginesAnswerAlike(field: String) async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try await service(database)
    var requests: [String] = []
    for direction in ["asc", "desc"] {
      requests.append(#"{"object_type": "zeros", "sort": "\#(field) \#(direction)"}"#)
      for size in 1...3 {
        requests.append(
          #"{"object_type": "zeros", "sort": "\#(field) \#(direction)", "size": \#(size)}"#)
      }
    }
    for (test, value) in [
      ("==", "0"), ("==", "-0.0"), ("!=", "-0.0"), (">", "-0.0"), (">=", "0.0"), ("<", "0"),
      ("<=", "-0.0"),
      ("in", "[-0.0, 7]"), ("not in", "[0, 1, 2, 3, 4, 5, 6]"), ("between", "[-0.0, 0.0]"),
      ("between", "[0.0, -0.0]"), ("like", #""0.0""#), ("starts with", #""-""#),
      ("ends with", #""0""#),
    ] {
      requests.append(
        #"{"object_type": "zeros", "filters": [{"field": "\#(field)", "operator": "\#(test)", "value": \#(value)}]}"#
      )
    }
    for text in requests {
      var request = try ListRequest(text)
      // Then page by page, with each engine's cursor.
      for _ in 0..<10 {
        let asked = request
        let (difference, next) = try await service.withSession(as: .ana) {
          reader throws(ServiceError) in
          (try reader.compareEngines(asked), try reader.list(asked).next)
        }
        #expect(difference == nil, "\(text)")
        guard let next else { break }
        request.after = next
      }
    }
  }

  @Test func theSignIsWritten() async throws {
    let database = try TemporaryDatabase(Self.tables)
    let service = try await service(database)
    let request = ListRequest(table: "zeros", select: ["plain", "real", "text"], size: 2)
    let lines = try await service.withSession(as: .ana) { reader throws(ServiceError) in
      var lines: [String] = []
      _ = try reader.forEachObject(of: try reader.prepare(request)) { object, _ in
        lines.append(String(decoding: object, as: UTF8.self))
        return true
      }
      return lines
    }
    #expect(
      lines == [
        #"{"plain":0.0,"real":0.0,"text":"0.0"}"#, #"{"plain":-0.0,"real":0.0,"text":"0.0"}"#,
      ])
  }
}
