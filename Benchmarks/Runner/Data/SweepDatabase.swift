import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import Workspaces

/// Tasks of clients, with comments. Each of `clients.kind`, `comments.kind` and `tasks.kind` has
/// the value 0 in half of its records, 1 in a tenth, and n in one of 10ⁿ, the rest being distinct.
struct SweepDatabase {
  let floor: FloorDatabase
  private let pool: ConnectionPool

  /// The values, from frequent to rare.
  static let values = 0...5

  /// Which of the two sides of a relation has an index. `ordered` are both, and indexes of the
  /// tasks that end with the order.
  enum Indexes: String, CaseIterable {
    case none, near, far, both, ordered

    var statements: [String] {
      let near = [
        "near_client ON tasks (client)", "near_comment ON comments (task)",
        "near_region ON clients (region)",
      ]
      let far = [
        "far_client ON clients (kind)", "far_comment ON comments (kind)",
        "far_region ON regions (kind)", "far_task ON tasks (kind)",
      ]
      return switch self {
      case .none: []
      case .near: near
      case .far: far
      case .both: near + far
      case .ordered:
        near + far + ["ordered_kind ON tasks (kind, due)", "ordered_client ON tasks (client, due)"]
      }
    }
  }

  static func tables(rows: Int) -> String {
    func kind(_ number: String) -> String {
      // A multiplicative hash, so that values are spread over the order.
      let place = "(\(number) * 2654435761 % 1000003) * 1000 / 1000003.0"
      return """
        CASE WHEN \(place) < 500 THEN 0 WHEN \(place) < 600 THEN 1 WHEN \(place) < 610 THEN 2
        WHEN \(place) < 611 THEN 3 WHEN \(place) < 611.1 THEN 4 WHEN \(place) < 611.11 THEN 5
        ELSE 100 + \(number) END
        """
    }
    return """
      CREATE TABLE regions (id INTEGER PRIMARY KEY, name TEXT, kind INTEGER);
      CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT, kind INTEGER,
        region INTEGER REFERENCES regions (id));
      CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, kind INTEGER, due INTEGER,
        client INTEGER REFERENCES clients (id));
      CREATE TABLE comments (id INTEGER PRIMARY KEY, text TEXT, kind INTEGER,
        task INTEGER REFERENCES tasks (id));
      CREATE TEMP TABLE n AS WITH RECURSIVE n (i) AS
        (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows)) SELECT i FROM n;
      INSERT INTO regions SELECT i, 'region ' || i, \(kind("i")) FROM n WHERE i <= \(rows) / 500;
      INSERT INTO clients SELECT i, 'client ' || i, \(kind("i")),
        1 + i * 7919 % (\(rows) / 500) FROM n WHERE i <= \(rows) / 50;
      INSERT INTO tasks SELECT i, 'the task of number ' || i, \(kind("i")),
        i * 48271 % 2147483647, 1 + i * 7919 % (\(rows) / 50) FROM n;
      INSERT INTO comments SELECT i, 'a comment ' || i, \(kind("i")), 1 + i * 16807 % \(rows)
        FROM n;
      CREATE INDEX tasks_due ON tasks (due);
      """
  }

  init(path: String) throws {
    pool = try ConnectionPool(.readOnly(path: path), capacity: 1)
    floor = try FloorDatabase(path: path)
  }

  private static let user = User(id: .integer(7), name: "Ana", profile: "p")

  /// A page of the tasks that a rule reaches, or their number, by a whole request.
  func answer(_ condition: String, isCount: Bool) throws -> () async throws -> Answer {
    var catalog = ProfileCatalog()
    catalog["p"] = try Profile(
      document: SourceDocument(
        name: "p.json",
        text: #"{"tables_enabled": {"*": "*", "tasks": {"data": [\#(condition)]}}}"#))
    let service = RecordService(pool: pool, profiles: catalog)
    let user = Self.user
    if isCount {
      return { Answer(records: try await service.count(ListRequest(table: "tasks"), as: user)) }
    }
    let request = try ListRequest(
      json: Array(
        #"{"object_type": "tasks", "select": ["id", "title"], "sort": "due", "size": 50}"#.utf8))
    return {
      Answer(records: try await service.list(request, as: user).items.count)
    }
  }
}
