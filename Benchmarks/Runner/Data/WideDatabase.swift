import AccessProfiles
import BenchmarkFloor
import CSQLite
import Documents
import Foundation
import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel

/// Many tables of twenty columns, and many profiles over them: what a request does not touch.
///
/// Every table has 1,000 records and an index on the owner.
final class WideDatabase {
  static let columns =
    ["owner INTEGER", "status TEXT", "title TEXT"] + (4..<20).map { "c\($0) TEXT" }
  static let records = 1_000

  let service: RecordService
  private let path: String
  private let writer: FloorDatabase

  /// - Parameter path: is replaced.
  init(path: String, tables: Int, profiles: Int) throws {
    self.path = path
    for ending in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: path + ending)
    }
    let connection = try Connection(.create(path: path))
    try connection.execute("PRAGMA journal_mode = WAL")
    try connection.execute("BEGIN")
    for table in 1...tables {
      try connection.execute(
        """
        CREATE TABLE t\(table) (id INTEGER PRIMARY KEY, \(Self.columns.joined(separator: ", ")));
        CREATE INDEX t\(table)_owner ON t\(table) (owner);
        """)
    }
    // The other tables stay empty: only their number is measured.
    try connection.execute(
      """
      INSERT INTO t1 (id, owner, status, title)
        SELECT value, 1 + value % 7, 'Open', 'title ' || value FROM
          (WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n
            WHERE value < \(Self.records)) SELECT value FROM n);
      COMMIT;
      """)
    var catalog = ProfileCatalog()
    for profile in 1...profiles {
      catalog["p\(profile)"] = try Profile(
        document: SourceDocument(
          name: "p\(profile).json",
          text: #"""
            {"tables_enabled": {"*": {"can_edit": true}, "t1": {"can_edit": true, "data":
              [{"field": "owner", "reference": "id_user"},
               {"field": "status", "operator": "!=", "value": "state \#(profile)"}]}}}
            """#))
    }
    service = RecordService(
      pool: try ConnectionPool(.readOnly(path: path), capacity: 1), profiles: catalog,
      writing: .pool(try ConnectionPool(.readWrite(path: path), capacity: 1)))
    guard let handle = floor_open_writable(path) else {
      throw BenchmarkError("\(path) cannot be opened")
    }
    writer = FloorDatabase(owning: handle)
  }

  deinit {
    for ending in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: path + ending)
    }
  }

  static func user(_ profile: Int) -> User {
    User(id: .integer(1), name: "Ana", profile: "p\(profile)")
  }

  /// Changes one record after the other in one transaction.
  func update(times: Int) -> () async throws -> Answer {
    var round = 0
    return { [service] in
      round += 1
      let title = Value.text(Text("title \(round)"))
      try await service.write(as: Self.user(1)) { (writer) throws(ServiceError) in
        for key in 0..<times {
          _ = try writer.update(
            [.integer(Int64(7 * key + 7))], in: "t1", set: ["title": .value(title)],
            select: ["id", "title"])
        }
      }
      return Answer(records: times)
    }
  }

  /// The same by two prepared statements that have the rule in their WHERE clauses, one to change
  /// and one to read back.
  func updateByHand(times: Int) throws -> () async throws -> Answer {
    let rule = "id = ?1 AND owner = 1 AND status IS NOT 'state 1'"
    let statements = try (0..<times).flatMap { key in
      let key = Value.integer(Int64(7 * key + 7))
      return [
        try writer.prepare("UPDATE t1 SET title = ?2 WHERE \(rule)", [key, .text("by hand")]),
        try writer.prepare("SELECT id, title FROM t1 WHERE \(rule)", [key]),
      ]
    }
    return { [writer] in
      try writer.execute("BEGIN IMMEDIATE")
      for statement in statements { _ = statement.read() }
      try writer.execute("COMMIT")
      return Answer(records: times)
    }
  }

  /// A page of the user's records.
  func page(_ profile: Int) -> () async throws -> Answer {
    let request = ListRequest(table: "t1", size: 50)
    return { [service] in
      Answer(records: try await service.list(request, as: Self.user(profile)).items.count)
    }
  }

  /// The bytes that each further profile takes once its user has asked for a page.
  func bytesOfProfile(_ profiles: ClosedRange<Int>) async throws -> Double {
    let before = floor_bytes_in_use()
    for profile in profiles { _ = try await page(profile)() }
    return (Double(floor_bytes_in_use()) - Double(before)) / Double(profiles.count)
  }
}
