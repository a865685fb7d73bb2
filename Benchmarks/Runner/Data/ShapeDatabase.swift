import AccessProfiles
import Documents
import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel
import Workspaces

/// Letters with what services hold beside numbers: five texts, members as JSON and in a link
/// table, moments, and keys that are texts.
struct ShapeDatabase {
  let floor: FloorDatabase
  private let service: RecordService

  /// One of twenty letters has the tag `urgent` and one of a thousand `t7`. There are 40,000 owners
  /// and watchers.
  static func tables(rows: Int) -> String {
    """
    CREATE TABLE letters (id INTEGER PRIMARY KEY, title TEXT, note TEXT, place TEXT, author TEXT,
      mail TEXT, tags TEXT, owner INTEGER, team INTEGER, due TEXT, written TEXT);
    CREATE TABLE watchers (letter INTEGER REFERENCES letters (id), person INTEGER);
    CREATE TABLE items (code TEXT PRIMARY KEY, title TEXT);
    CREATE TEMP TABLE n AS WITH RECURSIVE n (i) AS
      (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows)) SELECT i FROM n;
    INSERT INTO letters SELECT i, 'Report ' || i || ' of the ' || (i % 97) || 'th meeting',
      'The client of project ' || (i * 31 % 9973) || ' asks for a review of the draft, and '
        || 'payment of invoice ' || (i * 7919 % 100003) || ' by the end of week ' || (i % 52),
      'Room ' || (i % 311) || ', Green Street', 'Person Number ' || (i * 13 % 4001),
      'person' || (i * 13 % 4001) || '@example.org',
      '["t' || (i * 17 % 1000) || '","' || CASE i % 20 WHEN 0 THEN 'urgent' ELSE 'normal' END
        || '","k' || (i % 50) || '"]',
      1 + i * 48271 % 40000, 1 + i * 16807 % 50,
      date('2020-01-01', (i * 104729 % 2190) || ' days'),
      strftime('%Y-%m-%dT%H:%M:%SZ', 1577836800 + i * 104729 % 189216000, 'unixepoch') FROM n;
    INSERT INTO watchers SELECT i, 1 + i * 16807 % 40000 FROM n WHERE i % 3 = 0;
    INSERT INTO items SELECT printf('%08x-%d', i * 2654435761 % 4294967296, i), 'item ' || i FROM n;
    INSERT INTO items VALUES (NULL, 'one without a key'), (NULL, 'another without a key');
    """
  }

  static let indexes = [
    "letters_owner ON letters (owner)", "letters_team ON letters (team)",
    "letters_due ON letters (due)", "letters_written ON letters (written)",
    "watchers_person ON watchers (person)", "watchers_letter ON watchers (letter)",
  ]

  init(path: String, capacity: Int = 1) throws {
    floor = try FloorDatabase(path: path)
    var catalog = ProfileCatalog()
    catalog["all"] = try Profile(
      document: SourceDocument(name: "all.json", text: #"{"tables_enabled": {"*": "*"}}"#))
    service = RecordService(
      pool: try ConnectionPool(.readOnly(path: path), capacity: capacity), profiles: catalog,
      workspace: try WorkspaceDocument(
        document: SourceDocument(
          name: "workspace.json",
          text: #"""
            {"database": "x", "tables": {"letters": {"fields": {"tags": {"type": "tags"},
              "written": {"type": "datetime"},
              "watchers": {"type": "users", "link": {"table": "watchers", "record": "letter",
                "member": "person"}}}}}}
            """#)))
  }

  private static let user = User(id: .integer(1), name: "Ana", profile: "all")

  /// The records of a request, or their number, by a whole request.
  ///
  /// - Parameter page: the number of the page, which a cursor leads to.
  func answer(
    _ json: String, isCount: Bool, page: Int = 1
  ) throws -> () async throws -> Answer {
    let (service, user) = (service, Self.user)
    var request = try ListRequest(json: Array(json.utf8))
    if isCount {
      return { [request] in Answer(records: try await service.count(request, as: user)) }
    }
    var isPrepared = page == 1
    return {
      if !isPrepared {
        request.page = page - 1
        request.after = try await service.list(request, as: user).next
        request.page = 1
        isPrepared = true
      }
      return Answer(records: try await service.list(request, as: user).items.count)
    }
  }
}
