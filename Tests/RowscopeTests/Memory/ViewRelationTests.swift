import AccessProfiles
import Documents
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing

@testable import RecordEngine
@testable import Rowscope
@testable import Workspaces

/// Relations of views: the schema does not tell an expression's affinity and collation, so neither
/// engine may rely on them.
@Suite("Relations of a view's columns")
struct ViewRelationTests {
  private static let tables = """
    CREATE TABLE t (id INTEGER PRIMARY KEY, a, b TEXT COLLATE NOCASE, c REAL);
    INSERT INTO t VALUES (1, -13, 'X ', 1), (2, '-13', 'x', 2), (3, '2', 'x ', 2),
      (4, 2.0, NULL, 13),
      (5, x'61', 'a', 7), (6, 'X', '13', 7);
    CREATE VIEW v AS SELECT id, +a AS plain, CAST(a AS INTEGER) AS whole, CAST(c AS TEXT) AS text,
      b COLLATE RTRIM AS trimmed, b AS same FROM t;
    CREATE TABLE keys (n INTEGER, s TEXT, r REAL, x, l TEXT COLLATE NOCASE, name TEXT);
    INSERT INTO keys VALUES (-13, '-13', -13, -13, 'X', 'one'), (2, '2', 2, '2', 'x ', 'two'),
      (1, '1.0', 1, '1.0', 'a', 'three'), (13, 'x ', 13, 'x', '13', 'four'),
      (7, '7.0', 7, 7, '', 'five');
    """

  @Test(
    arguments: ["plain", "whole", "text", "trimmed", "same", "id"], ["n", "s", "r", "x", "l"])
  func theEnginesAgree(near: String, far: String) async throws {
    for indexes in ["", "CREATE INDEX i ON keys (\(far)); CREATE INDEX j ON t (a, b);"] {
      let database = try TemporaryDatabase(Self.tables + indexes)
      defer { withExtendedLifetime(database) {} }
      let workspace = try WorkspaceDocument(
        document: .init(
          name: "workspace.json",
          text: """
            {"database": "x", "tables": {"v": {"fields":
              {"\(near)": {"relation": {"table": "keys", "field": "\(far)"}}}}}}
            """))
      let service = RecordService(
        pool: try ConnectionPool(.readOnly(path: database.path), capacity: 1),
        profiles: ProfileCatalog([
          "p": try Profile(document: .init(name: "p", text: #"{"tables_enabled": {"*": "*"}}"#))
        ]), workspace: workspace, memory: MemoryPolicy(tables: .all, use: .always))
      for (table, path) in [("v", near + ".name"), ("keys", "v.id")] {
        for filter in [
          #"{"field": "\#(path)", "operator": "is not null"}"#,
          #"{"not": {"field": "\#(path)", "operator": "is not null"}}"#,
        ] {
          let request = try ListRequest(
            #"{"object_type": "\#(table)", "filters": [\#(filter)]}"#)
          let difference = try await service.withSession(as: .ana) { reader throws(ServiceError) in
            try reader.compareEngines(request)
          }
          #expect(difference.map { "\($0)" } == nil, "\(filter) \(String(describing: difference))")
        }
      }
    }
  }
}
