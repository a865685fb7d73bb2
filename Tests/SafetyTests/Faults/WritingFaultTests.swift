import AccessProfiles
import Foundation
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// Faults in the middle of a change: each has its own error, nothing of the change is left, and the
/// service goes on.
@Suite struct WritingFaultTests {
  private static let everything = #"{"tables_enabled": {"*": {"*": "*"}}}"#
  /// Changing all of these records takes far longer than the deadline allows.
  private static let many = """
    CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
    INSERT INTO t SELECT i, printf('%0100d', i) FROM n;
    """
  private static let digest = "SELECT count(*), sum(length(a)), min(a), max(a) FROM t"

  // MARK: Time

  @Test(.watches(.time)) func aDeadlineInTheMiddleOfAChange() async throws {
    try await OwnThread.run {
      let database = try TemporaryDatabase(Self.many)
      let service = try database.service(
        ["p": Self.everything], limits: .init(timeout: .milliseconds(150)), isWritable: true)
      let before = try database.rows(Self.digest)
      for _ in 0..<3 {
        let start = ContinuousClock.now
        let error = await serviceError {
          try await service.update(.everything(in: "t"), set: ["a": "other"], as: .ana)
        }
        #expect(error?.code == .deadlineExceeded)
        #expect(start.duration(to: .now) < .seconds(5))
        #expect(try database.rows(Self.digest) == before)
      }
      // The interrupted connection can write again.
      var failures = 0
      while await serviceError({
        try await service.update([7], in: "t", set: ["a": "seven"], as: .ana)
      }) != nil, failures < 50 { failures += 1 }
      #expect(
        try database.rows("SELECT a FROM t WHERE id IN (7, 8) ORDER BY a LIKE 'seven'")[1] == [
          "seven"
        ])
    }
  }

  @Test(.watches(.time)) func aTaskThatIsCancelledInTheMiddleOfAChange() async throws {
    let database = try TemporaryDatabase(Self.many)
    let service = try database.service(["p": Self.everything], isWritable: true)
    let before = try database.rows(Self.digest)
    let task = Task { () -> ServiceError.Code? in
      // Change after change, each undone, until one is cancelled.
      var code: ServiceError.Code?
      repeat {
        code = await serviceError {
          _ = try await service.write(as: .ana) { writer throws(ServiceError) in
            _ = try writer.update(.everything(in: "t"), set: ["a": "other"])
            throw ServiceError(.conflict, "this change is not to be kept")
          }
        }?.code
      } while code == .conflict
      return code
    }
    let path = database.path
    onOwnThread {
      Self.waitForAWriter(path)
      task.cancel()
    }
    #expect(await task.value == .cancelled)
    #expect(try database.rows(Self.digest) == before)
    _ = try await service.update([7], in: "t", set: ["a": "seven"], as: .ana)
    #expect(try database.rows("SELECT a FROM t WHERE id = 7") == [["seven"]])
  }

  /// Returns once a writer has its lock, or after ten seconds.
  private static func waitForAWriter(_ path: String) {
    do throws(StoreError) {
      let other = try Connection(.readWrite(path: path), configuration: .init(busyTimeout: .zero))
      for _ in 0..<10_000 {
        try other.beginWriting()
        other.rollback()
        Thread.sleep(forTimeInterval: 0.001)
      }
    } catch {
      // It is locked.
    }
  }

  // MARK: Tables

  private static let profile = """
    {"tables_enabled": {"tasks": {
       "data": [{"field": "owner", "reference": "id_user"},
         {"field": "status", "operator": "!=", "value": "Done"}],
       "fields_excluded": ["secret"], "fields_readonly": ["status"],
         "can_create": 1, "can_delete": 1}}}
    """

  /// Schema changes after a first change has cached its statements; and whether the table can still
  /// be written.
  private static let tableChanges: [(sql: String, isWritten: Bool)] = [
    ("ALTER TABLE tasks ADD COLUMN extra TEXT DEFAULT 'more'", true),
    ("CREATE INDEX i ON tasks (secret)", true),
    ("ALTER TABLE tasks RENAME COLUMN tags TO labels", true),
    ("ALTER TABLE tasks RENAME COLUMN secret TO public", false),
    ("ALTER TABLE tasks RENAME COLUMN owner TO holder", false),
    ("ALTER TABLE tasks RENAME COLUMN status TO state", false),
    ("ALTER TABLE tasks RENAME TO jobs", false),
    ("DROP TABLE tasks", false),
    ("DROP TABLE tasks; CREATE TABLE tasks (id INTEGER PRIMARY KEY, title, hidden)", false),
    ("DROP TABLE tasks; CREATE VIEW tasks AS SELECT id, name AS title FROM clients", false),
    (
      "DROP TABLE tasks; CREATE TABLE tasks (id INTEGER PRIMARY KEY, secret DEFAULT 'kept', owner, status, title); INSERT INTO tasks VALUES (2, 'b', 7, NULL, 'two')",
      true
    ),
  ]

  @Test(.watches(.sharedStatement, .misnamedRule), arguments: tableChanges.indices)
  func noChangeUsesTheOldSchema(index: Int) async throws {
    let (sql, isWritten) = Self.tableChanges[index]
    let database = try Helpdesk.database()
    let service = try database.service(["p": Self.profile], isWritable: true)
    func change() async -> [ServiceError.Code?] {
      [
        await serviceError {
          try await service.update([2], in: "tasks", set: ["title": "changed"], as: .ana)
        }?.code,
        await serviceError {
          try await service.create(["title": "new", "owner": 7], in: "tasks", as: .ana)
        }?.code,
        await serviceError {
          try await service.update([2], in: "tasks", set: ["secret": "x"], as: .ana)
        }?.code,
      ]
    }
    #expect(await change() == [nil, nil, .unknownField])
    try database.execute(sql)
    let before = try database.dump()
    for _ in 0..<2 {
      let codes = await change()
      if isWritten {
        #expect(codes == [nil, nil, .unknownField])
      } else {
        let refusals: [ServiceError.Code?] = [.unknownTable, .invalidProfile, .denied]
        #expect(codes.allSatisfy(refusals.contains), "\(codes)")
        #expect(try database.dump() == before)
      }
    }
    guard isWritten else { return }
    let rows = try database.rows("SELECT title, secret FROM tasks WHERE id = 2")
    #expect(rows == [["changed", "b"]])
  }

  // MARK: The file

  /// Bytes changed anywhere in the file: the change is made, or it fails and nothing differs from
  /// before.
  @Test(.watches(.size, .valueInError)) func writingToADamagedFile() async throws {
    let source = try TemporaryDatabase(
      "PRAGMA page_size = 512;" + Helpdesk.tables + "CREATE INDEX i ON tasks (owner, title);")
    let whole = try Data(contentsOf: URL(fileURLWithPath: source.path))
    let database = try TemporaryDatabase("CREATE TABLE x (y)")
    let url = URL(fileURLWithPath: database.path)
    var random = SeededGenerator(seed: 20_261_128)
    var (done, refused) = (0, 0)
    for _ in 0..<200 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] ^=
          1 << UInt8.random(in: 0..<8, using: &random)
      }
      try bytes.write(to: url)
      let service: RecordService
      do {
        service = try database.service(["p": Self.profile], isWritable: true)
      } catch {
        #expect(error is StoreError)
        refused += 1
        continue
      }
      for index in 0..<3 {
        let before = try Data(contentsOf: url)
        let error = await serviceError {
          switch index {
          case 0:
            _ = try await service.update([2], in: "tasks", set: ["title": "changed"], as: .ana)
          case 1: _ = try await service.create(["title": "new", "owner": 7], in: "tasks", as: .ana)
          default: try await service.delete([5], from: "tasks", as: .ana)
          }
        }
        guard let error else {
          done += 1
          continue
        }
        refused += 1
        #expect(!error.description.contains(database.path))
        #expect(try Data(contentsOf: url) == before, "\(error)")
      }
    }
    #expect(done > 200 && refused > 20, "\(done) changes, \(refused) refusals")
  }

  /// A writer's WAL file without its shared memory file: the writer's commits are seen, also after
  /// the next change.
  @Test(.watches(.size)) func aWALFileWithoutItsSharedMemory() async throws {
    let database = try TemporaryDatabase("PRAGMA journal_mode = WAL;" + Helpdesk.tables)
    let writer = try Connection(.readWrite(path: database.path))
    try writer.execute(
      "PRAGMA wal_autocheckpoint = 0; INSERT INTO tasks (id, title, owner) VALUES (6, 'six', 7)")
    let copy = try TemporaryDatabase("CREATE TABLE x (y)")
    for suffix in ["", "-wal"] {
      try? FileManager.default.removeItem(atPath: copy.path + suffix)
      try FileManager.default.copyItem(
        atPath: database.path + suffix, toPath: copy.path + suffix)
    }
    let service = try copy.service(["p": Self.profile], isWritable: true)
    let record = try await service.create(["title": "new", "owner": 7], in: "tasks", as: .ana)
    #expect(record.record?["id"] == 7)
    #expect(try await service.ids("") == [2, 3, 5, 6, 7])
    #expect(try copy.rows("PRAGMA integrity_check") == [["ok"]])
  }
}
