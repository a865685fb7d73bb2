import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import Workspaces

/// Events whose columns have declared types, with an index on each: moments as texts and as
/// numbers, flags, and UUIDs.
struct EventDatabase {
  let service: RecordService
  /// The same tables without a declared type.
  let undeclared: RecordService
  let floor: FloorDatabase

  static let columns = ["at", "written", "ms", "done", "key"]

  /// `at` and `written` hold the same moments, spread over six years, but only `at` declares the
  /// layout that all of its texts have. One of 50 events is done.
  static func tables(rows: Int) -> String {
    """
    CREATE TABLE events (id INTEGER PRIMARY KEY, at TEXT, written TEXT, ms INTEGER, done TEXT,
      key TEXT);
    INSERT INTO events
      WITH RECURSIVE numbers(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM numbers
        WHERE id < \(rows)),
      moments AS (SELECT id, 1577836800 + id * 104729 % 189216000 AS second FROM numbers)
      SELECT id, datetime(second, 'unixepoch'), datetime(second, 'unixepoch'), second * 1000,
        CASE WHEN id % 50 = 0 THEN 't' ELSE 'f' END,
        printf('%08x-0000-4000-8000-%012x', id * 40503 % 4294967296, id)
      FROM moments;
    """
  }

  static func index(on column: String) -> String {
    "CREATE INDEX events_\(column) ON events (\(column))"
  }

  private static let workspace = """
    {"database": "events.sqlite", "profiles": {}, "tables": {"events": {"fields": {
      "at": {"type": "datetime", "layout": "YYYY-MM-DD HH:MM:SS"},
      "written": {"type": "datetime"},
      "ms": {"type": "datetime", "encoding": "unix_ms"},
      "done": {"type": "checkbox"},
      "key": {"type": "uuid", "form": "text"}}}}}
    """

  init(path: String) throws {
    var catalog = ProfileCatalog()
    catalog["all"] = try Profile(
      document: SourceDocument(name: "all.json", text: #"{"tables_enabled": {"events": "*"}}"#))
    func open(_ workspace: String) throws -> RecordService {
      RecordService(
        pool: try ConnectionPool(.readOnly(path: path), capacity: 1), profiles: catalog,
        workspace: try WorkspaceDocument(
          document: SourceDocument(name: "workspace.json", text: workspace)),
        limits: RecordService.Limits(defaultSize: nil, maximumSize: nil))
    }
    service = try open(Self.workspace)
    undeclared = try open(#"{"database": "events.sqlite", "profiles": {}}"#)
    floor = try FloorDatabase(path: path)
  }

  private static let user = User(id: .integer(1), name: "Ana", profile: "all")

  /// The number of events that meet all conditions, by a whole request.
  func count(_ filters: String) throws -> () async throws -> Answer {
    let request = try ListRequest(
      json: Array(#"{"object_type": "events", "filters": [\#(filters)]}"#.utf8))
    let (service, user) = (service, Self.user)
    return { Answer(records: try await service.count(request, as: user)) }
  }

  /// The events that meet all conditions, by a whole request: their ids and one field, in its order.
  func list(
    _ filters: String, _ field: String, size: Int?, isDeclared: Bool
  ) throws -> () async throws -> Answer {
    var request = try ListRequest(
      json: Array(
        #"""
        {"object_type": "events", "select": ["id", "\#(field)"], "filters": [\#(filters)],
          "sort": "\#(field)"}
        """#.utf8))
    request.size = size
    let (service, user) = (isDeclared ? service : undeclared, Self.user)
    return {
      Answer(records: try await service.list(request, as: user).items.count)
    }
  }
}
