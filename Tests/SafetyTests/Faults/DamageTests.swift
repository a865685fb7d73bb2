import AccessProfiles
import Foundation
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import TestSupport
import Testing

/// Files that are damaged, in use, incomplete or missing: a typed error or the right answer, and
/// the service goes on.
@Suite struct DamageTests {
  private static let requests = [
    #"{"object_type": "tasks"}"#,
    #"{"object_type": "tasks", "sort": "title desc", "count": "exact"}"#,
    #"{"object_type": "clients", "filters": [{"field": "tasks.id", "operator": ">", "value": 0}]}"#,
    #"{"object_type": "tasks", "filters": [{"field": "client.name", "operator": "!=", "value": "x"}], "search": "o"}"#,
  ]

  /// Bytes changed anywhere in the file. Whatever the file has become, no answer shows a hidden
  /// field.
  @Test(.watches(.size, .valueInError)) func aFileWithFlippedBits() async throws {
    let database = try TemporaryDatabase(
      "PRAGMA page_size = 512;" + Helpdesk.tables + "CREATE INDEX i ON tasks (owner, title);")
    let whole = try Data(contentsOf: URL(fileURLWithPath: database.path))
    let profile = try ProfileCatalog(texts: ["p": Helpdesk.profile])
    var random = SeededGenerator(seed: 20_261_122)
    var (answered, refused) = (0, 0)
    for _ in 0..<400 {
      var bytes = Array(whole)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let index =
          Bool.random(using: &random)
          ? Int.random(in: 0..<bytes.count, using: &random)
          : Int.random(in: 0..<1_024, using: &random)
        bytes[index] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &random)
      }
      let service: RecordService
      do throws(StoreError) {
        service = RecordService(
          pool: try ConnectionPool(.image(DatabaseImage(bytes)), capacity: 1), profiles: profile,
          limits: .init(timeout: .seconds(5)), clock: { .test })
      } catch {
        refused += 1
        continue
      }
      for request in Self.requests {
        let answer = await service.ask(request)
        #expect(answer.hasPrefix(#"{"data":{"#))
        #expect(!answer.contains(#""secret":"#), "\(answer)")
        if answer.contains(#""items""#) { answered += 1 } else { refused += 1 }
      }
    }
    #expect(answered > 100 && refused > 20, "\(answered) answers, \(refused) refusals")
  }

  /// A truncated file, and one that is not a database.
  @Test(.watches(.size)) func aTruncatedFile() async throws {
    let database = try Helpdesk.database()
    let whole = try Data(contentsOf: URL(fileURLWithPath: database.path))
    for length in stride(from: 0, to: whole.count, by: 997) {
      do throws(StoreError) {
        let pool = try ConnectionPool(
          .image(DatabaseImage(Array(whole.prefix(length)))), capacity: 1)
        let service = RecordService(
          pool: pool, profiles: try! ProfileCatalog(texts: ["p": Helpdesk.profile]),
          clock: { .test })
        for request in Self.requests {
          #expect(await service.ask(request).hasPrefix(#"{"data":{"#))
        }
      } catch {
        #expect([.notADatabase, .corrupt, .ioError].contains(error.kind), "\(length): \(error)")
      }
    }
  }

  /// A writer's WAL file without its shared memory file, and a truncated copy of it.
  @Test(.watches(.size)) func anotherProcessesWALFile() async throws {
    let database = try TemporaryDatabase("PRAGMA journal_mode = WAL;" + Helpdesk.tables)
    let writer = try Connection(.readWrite(path: database.path))
    try writer.execute(
      "PRAGMA wal_autocheckpoint = 0; INSERT INTO tasks (id, title, owner) VALUES (6, 'six', 7)")
    let wal = try Data(contentsOf: URL(fileURLWithPath: database.path + "-wal"))
    for part in [wal.count, wal.count / 2, 40, 0] {
      let copy = try TemporaryDatabase("CREATE TABLE x (y)")
      try FileManager.default.removeItem(atPath: copy.path)
      try FileManager.default.copyItem(atPath: database.path, toPath: copy.path)
      try wal.prefix(part).write(to: URL(fileURLWithPath: copy.path + "-wal"))
      let ids = try await copy.service(Helpdesk.profile).ids("")
      // A commit that is complete in the file is seen, and an incomplete one is not.
      #expect(ids == (part == wal.count ? [2, 3, 5, 6] : [2, 3, 5]), "\(part)")
    }
  }

  /// The file is replaced or deleted while it is open.
  @Test(.watches(.time)) func aReplacedOrDeletedFile() async throws {
    let database = try Helpdesk.database()
    let service = try database.service(["p": Helpdesk.profile], connections: 2)
    #expect(try await service.ids("") == [2, 3, 5])
    try FileManager.default.removeItem(atPath: database.path)
    // The open connection still has the file; a new one does not find it.
    let answers = await withTaskGroup(of: String.self) { group in
      for _ in 0..<8 { group.addTask { await service.ask(Self.requests[0]) } }
      return await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    for answer in answers { #expect(answer.contains("two") || answer.contains("database_error")) }
  }

  // MARK: The program

  /// No space to write, and no descriptors to read: reported, with the right exit code.
  @Test(.watches(.size)) func noRoomAndNoDescriptors() throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
      INSERT INTO t SELECT i, printf('%050d', i) FROM n;
      """)
    let folder = try TemporaryFolder()
    try folder.write(#"{"tables_enabled": {"*": "*"}}"#, to: "p.json")
    let query =
      "\"$ROWSCOPE\" query t --db '\(database.path)' --profile p.json --user 1 --limit all --format jsonl"
    let full = try RowscopeProgram.shell("\(query) > /dev/full", in: folder.path)
    #expect(full.exitCode == 4 && full.messages.contains("error:"), "\(full)")
    // A limit on file sizes stands in for a full disk.
    let limited = try RowscopeProgram.shell(
      "trap '' XFSZ; ulimit -f 100; \(query) --output out.jsonl", in: folder.path)
    #expect(limited.exitCode == 4 && limited.messages.contains("error:"), "\(limited)")
    #expect(try folder.names == ["p.json"])
    // With a lower limit Dispatch itself ends the process.
    for descriptors in 14...20 {
      let outcome = try RowscopeProgram.shell(
        "ulimit -n \(descriptors); \(query) > /dev/null", in: folder.path)
      #expect([0, 3, 4].contains(outcome.exitCode), "\(descriptors): \(outcome)")
    }
    let whole = try RowscopeProgram.shell("\(query) > /dev/null", in: folder.path)
    #expect(whole.exitCode == 0, "\(whole)")
  }

  /// A command killed at any moment leaves either the whole file or the old one.
  @Test(.watches(.size)) func killedAtAnyMoment() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("sample.sqlite")
    for delay in [0.005, 0.02, 0.05, 0.1, 0.2, 0.4] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: RowscopeProcess.path)
      process.arguments = ["generate", "--rows", "30000", path, "--replace", "--quiet"]
      process.standardError = FileHandle.nullDevice
      try process.start()
      Thread.sleep(forTimeInterval: delay)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      guard FileManager.default.fileExists(atPath: path) else { continue }
      let connection = try Connection(.readOnly(path: path))
      let check = try connection.temporaryStatement("PRAGMA integrity_check", as: .unrestricted)
        .rows()
      #expect(check == [["ok"]], "after \(delay) s")
      let count = try connection.temporaryStatement("SELECT count(*) FROM tasks", as: .unrestricted)
        .rows()
      #expect(count != [[0]], "after \(delay) s")
    }
  }
}
