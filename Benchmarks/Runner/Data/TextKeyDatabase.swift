import AccessProfiles
import Documents
import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel

/// Orders of customers of regions, whose keys are texts.
///
/// There are four customers for ten orders, half of which are active, and 200 regions.
struct TextKeyDatabase {
  let floor: FloorDatabase
  private let service: RecordService

  static func tables(rows: Int) -> String {
    """
    CREATE TABLE regions (code TEXT PRIMARY KEY NOT NULL, name TEXT);
    CREATE TABLE customers (code TEXT PRIMARY KEY NOT NULL, active INTEGER, number INTEGER,
      region TEXT REFERENCES regions (code));
    CREATE TABLE orders (id INTEGER PRIMARY KEY, reference TEXT,
      customer TEXT REFERENCES customers (code));
    CREATE TEMP TABLE n AS WITH RECURSIVE n (i) AS
      (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows)) SELECT i FROM n;
    INSERT INTO regions SELECT 'region-' || i, 'Region ' || i FROM n WHERE i <= 200;
    INSERT INTO customers SELECT printf('customer-%08x', i * 2654435761 % 4294967296), i % 2, i,
      'region-' || (1 + i % 200) FROM n WHERE i <= \(rows) * 4 / 10;
    INSERT INTO orders SELECT i, printf('%08x-%04x', i * 2654435761 % 4294967296, i % 65536),
      printf('customer-%08x', (1 + i * 7919 % (\(rows) * 4 / 10)) * 2654435761 % 4294967296) FROM n;
    """
  }

  init(path: String) async throws {
    floor = try FloorDatabase(path: path)
    var catalog = ProfileCatalog()
    catalog["all"] = try Profile(
      document: SourceDocument(name: "all.json", text: #"{"tables_enabled": {"*": "*"}}"#))
    service = RecordService(
      pool: try ConnectionPool(.readOnly(path: path), capacity: 1), profiles: catalog,
      memory: MemoryPolicy(
        tables: .named(["orders", "customers", "regions"]), use: .always, byteLimit: 1 << 36))
    try await service.loadTables()
  }

  /// The number of orders that match a filter, from memory.
  func count(_ filter: String) throws -> () async throws -> Answer {
    let request = try ListRequest(
      json: Array(#"{"object_type": "orders", "filters": [\#(filter)]}"#.utf8))
    let user = User(id: .integer(1), name: "Ana", profile: "all")
    return { [service] in Answer(records: try await service.count(request, as: user)) }
  }
}
