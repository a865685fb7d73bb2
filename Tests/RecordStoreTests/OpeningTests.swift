import Foundation
import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@testable import RecordStore

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct OpeningTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  func openingFails(_ source: Connection.Source) -> StoreError? {
    do throws(StoreError) {
      _ = try Connection(source, configuration: .init(busyTimeout: .milliseconds(50)))
      return nil
    } catch {
      return error
    }
  }

  @Test func opensAnExistingFile() throws {
    let path = try folder.database()
    let connection = try Connection(.readOnly(path: path))
    #expect(try connection.rows("SELECT count(*) FROM tasks") == [[3]])
    #expect(try connection.rows("PRAGMA query_only") == [[1]])
    #expect(try connection.rows("PRAGMA mmap_size")[0][0] != 0)
    // Nothing is left that a schema could misuse, see `HarmlessFunctionTests`.
    #expect(try connection.rows("PRAGMA trusted_schema") == [[1]])
  }

  @Test func missingFile() {
    let error = openingFails(.readOnly(path: folder.path("none.sqlite")))
    #expect(error?.kind == .noSuchFile)
    #expect(error?.description.contains("none.sqlite") == true)
    #expect(openingFails(.readWrite(path: folder.path("none.sqlite")))?.kind == .noSuchFile)
    // Names that SQLite treats specially are plain file names here.
    #expect(openingFails(.readOnly(path: ":memory:"))?.kind == .noSuchFile)
    #expect(openingFails(.readOnly(path: "file::memory:?mode=memory"))?.kind == .noSuchFile)
  }

  @Test(arguments: ["", "a\0b"])
  func notAPath(_ path: String) { #expect(openingFails(.create(path: path))?.kind == .cannotOpen) }

  @Test func folderAndDevice() {
    let error = openingFails(.readOnly(path: folder.path))
    #expect(error?.kind == .cannotOpen)
    #expect(error?.description.contains("folder") == true)
    #expect(openingFails(.readOnly(path: "/dev/null"))?.kind == .cannotOpen)
    #expect(openingFails(.create(path: folder.path("no/such/folder.sqlite")))?.kind == .cannotOpen)
  }

  @Test func textFile() throws {
    let path = folder.path("notes.txt")
    try Data(repeating: UInt8(ascii: "x"), count: 5000).write(to: URL(filePath: path))
    #expect(openingFails(.readOnly(path: path))?.kind == .notADatabase)
    try Data("short".utf8).write(to: URL(filePath: path))
    #expect(openingFails(.readOnly(path: path))?.kind == .notADatabase)
  }

  @Test func anEmptyFileIsADatabaseOnlyForCreate() throws {
    let path = folder.path("empty.sqlite")
    try Data().write(to: URL(filePath: path))
    #expect(openingFails(.readOnly(path: path))?.kind == .notADatabase)
    #expect(openingFails(.readWrite(path: path))?.kind == .notADatabase)
    #expect(openingFails(.create(path: path)) == nil)
  }

  @Test func truncatedFile() throws {
    let path = try folder.database(
      "CREATE TABLE t(x); INSERT INTO t SELECT randomblob(3000) FROM pragma_function_list LIMIT 50")
    let whole = try Data(contentsOf: URL(filePath: path))
    try whole.prefix(whole.count / 2).write(to: URL(filePath: path))
    #expect(openingFails(.readOnly(path: path))?.kind == .corrupt)
  }

  @Test(arguments: [
    (100, [0xFF], StoreError.Kind.corrupt),  // page 1 is no b-tree page
    (103, [0xFF, 0xFF], .corrupt),  // its number of cells
    (16, [0x12, 0x34], .notADatabase),  // the page size
    (21, [0x00], .notADatabase),  // the maximum payload fraction
  ])
  func flippedBytesInPage1(offset: Int, bytes: [UInt8], kind: StoreError.Kind) throws {
    let path = try folder.database()
    var data = try Data(contentsOf: URL(filePath: path))
    data.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    try data.write(to: URL(filePath: path))
    #expect(openingFails(.readOnly(path: path))?.kind == kind)
  }

  @Test func aDamagedLaterPageIsFoundWhenRead() throws {
    let path = try folder.database()
    var data = try Data(contentsOf: URL(filePath: path))
    data.replaceSubrange(4096..<4200, with: Data(repeating: 0xFF, count: 104))
    try data.write(to: URL(filePath: path))
    let connection = try Connection(.readOnly(path: path))
    #expect(kind { _ = try connection.rows("SELECT * FROM tasks") } == .corrupt)
  }

  @Test func lockedByAnotherConnection() throws {
    let path = try folder.database()
    let writer = try Connection(.readWrite(path: path))
    try writer.execute("BEGIN EXCLUSIVE")
    let started = ContinuousClock.now
    let error = openingFails(.readOnly(path: path))
    #expect(error?.kind == .locked)
    #expect(error?.description.contains("time-out") == true)
    #expect(ContinuousClock.now - started >= .milliseconds(50))
    try writer.execute("ROLLBACK")
    #expect(openingFails(.readOnly(path: path)) == nil)
  }

  @Test func aShortLockIsWaitedFor() async throws {
    let path = try folder.database()
    let writer = try Connection(.readWrite(path: path))
    let reader = try Connection(.readOnly(path: path))
    try writer.execute("BEGIN EXCLUSIVE")
    let release = Thread { [core = writer.core] in
      Thread.sleep(forTimeInterval: 0.05)
      core.endTransaction()
    }
    release.start()
    #expect(try reader.rows("SELECT count(*) FROM tasks") == [[3]])
    while !release.isFinished { await Task.yield() }
  }

  @Test func utf16IsRefused() throws {
    let path = try folder.database("PRAGMA encoding = 'UTF-16le'; CREATE TABLE t(x)")
    let error = openingFails(.readOnly(path: path))
    #expect(error?.kind == .unsupportedEncoding)
    #expect(error?.description.contains("UTF-8") == true)
  }

  @Test func readersCannotWrite() throws {
    let connection = try Connection(.readOnly(path: try folder.database()))
    #expect(kind { try connection.execute("DELETE FROM tasks") } == .readOnly)
    #expect(kind { try connection.execute("ATTACH ':memory:' AS other") } == .limitExceeded)
  }

  @Test func diskFull() throws {
    let connection = try Connection(.create(path: folder.path("full.sqlite")))
    try connection.execute("PRAGMA max_page_count = 3; CREATE TABLE t(x)")
    #expect(kind { try connection.execute("INSERT INTO t VALUES (zeroblob(100000))") } == .diskFull)
  }

  @Test func doubleQuotedTextIsNotText() throws {
    let connection = try Connection(.readOnly(path: try folder.database()))
    #expect(kind { _ = try connection.rows(#"SELECT "nonsense" FROM tasks"#) } == .schemaMismatch)
  }

  @Test func imagesAreSharedAndReadOnly() throws {
    let image = try Connection(.create(path: try folder.database())).image()
    let first = try Connection(.image(image))
    let second = try Connection(.image(image))
    #expect(try first.rows("SELECT count(*) FROM tasks") == [[3]])
    #expect(try second.rows("SELECT max(title) FROM tasks") == [["c"]])
    #expect(kind { try first.execute("DELETE FROM tasks") } == .readOnly)
    #expect(openingFails(.image(DatabaseImage([])))?.kind == .notADatabase)
    #expect(openingFails(.image(DatabaseImage(Array("nonsense".utf8))))?.kind == .notADatabase)
  }

  @Test func imageOfADatabaseInWALMode() throws {
    let path = try folder.database("PRAGMA journal_mode = WAL; CREATE TABLE t(x)")
    let image = DatabaseImage(try Data(contentsOf: URL(filePath: path)))
    #expect(try Connection(.image(image)).rows("SELECT count(*) FROM t") == [[0]])
  }

  @Test func versions() throws {
    let path = try folder.database()
    let reader = try Connection(.readOnly(path: path))
    let writer = try Connection(.readWrite(path: path))
    let (data, schema) = (try reader.dataVersion(), try reader.schemaVersion())
    #expect(try reader.dataVersion() == data)
    try writer.execute("INSERT INTO tasks(title) VALUES ('d')")
    #expect(try reader.dataVersion() != data)
    #expect(try reader.schemaVersion() == schema)
    try writer.execute("CREATE TABLE more(x)")
    #expect(try reader.schemaVersion() == schema + 1)
  }

  #if canImport(Glibc)
    /// Runs `body` with the file permissions of an unprivileged user, on this thread only, so that
    /// the tests also mean something when root runs them.
    func unprivileged<Result>(_ body: () throws -> Result) rethrows -> Result {
      typealias SetUser = @convention(c) (UInt32) -> Int32
      let setUser = dlsym(nil, "setfsuid").map { unsafeBitCast($0, to: SetUser.self) }
      let isRoot = geteuid() == 0
      if isRoot { _ = setUser?(65534) }
      defer { if isRoot { _ = setUser?(0) } }
      return try body()
    }

    @Test func unreadableFile() throws {
      let path = try folder.database()
      chmod(path, 0)
      #expect(unprivileged { openingFails(.readOnly(path: path)) }?.kind == .cannotOpen)
    }

    @Test func unreadableFolder() throws {
      let path = try folder.database()
      chmod(folder.path, 0)
      #expect(unprivileged { openingFails(.readOnly(path: path)) }?.kind == .cannotOpen)
      chmod(folder.path, 0o755)
    }

    @Test func readOnlyFile() throws {
      let path = try folder.database()
      chmod(path, 0o444)
      #expect(unprivileged { openingFails(.readWrite(path: path)) }?.kind == .readOnly)
      #expect(unprivileged { openingFails(.readOnly(path: path)) } == nil)
    }

    @Test func readOnlyFolder() throws {
      let path = try folder.database()
      chmod(path, 0o666)
      chmod(folder.path, 0o555)
      defer { chmod(folder.path, 0o755) }
      #expect(unprivileged { openingFails(.readOnly(path: path)) } == nil)
      let failure = unprivileged {
        kind { try Connection(.readWrite(path: path)).execute("DELETE FROM tasks") }
      }
      #expect(failure == .cannotOpen || failure == .readOnly)
    }

    @Test func walWithoutItsFilesOnAReadOnlyMedium() throws {
      let path = try folder.database("PRAGMA journal_mode = WAL; CREATE TABLE t(x)")
      chmod(path, 0o444)
      chmod(folder.path, 0o555)
      defer { chmod(folder.path, 0o755) }
      let error = unprivileged { openingFails(.readOnly(path: path)) }
      #expect(error?.kind == .cannotOpen || error?.kind == .readOnly)
      #expect(error?.description.contains("WAL") == true, "\(String(describing: error))")
    }
  #endif
}
