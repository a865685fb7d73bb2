import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@testable import RecordStore

/// Two connections that read the same snapshot: what proves it, and what does not.
@Suite struct MomentTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func database(_ journal: String) throws -> String {
    try folder.database("PRAGMA journal_mode = \(journal); " + TemporaryFolder.sample)
  }

  /// A connection in a read transaction that has read something.
  private func reader(_ path: String) throws -> Connection {
    let reader = try Connection(.readOnly(path: path))
    try begin(reader)
    return reader
  }

  private func begin(_ reader: borrowing Connection) throws {
    reader.endReading()
    try reader.beginReading()
    _ = try reader.schemaVersion()
  }

  private func count(_ connection: borrowing Connection) throws -> Value {
    try connection.rows("SELECT count(*) FROM tasks")[0][0]
  }

  @Test(arguments: ["DELETE", "TRUNCATE", "PERSIST"])
  func aReaderKeepsOthersFromCommitting(journal: String) throws {
    let path = try database(journal)
    let reader = try reader(path)
    let other = try Connection(.readOnly(path: path))
    let moment = try #require(try reader.moment())
    #expect(try other.beginReading(at: moment))
    let writer = try Connection(
      .readWrite(path: path), configuration: .init(busyTimeout: .milliseconds(20)))
    #expect(kind { try writer.execute("DELETE FROM tasks") } == .locked)
    #expect(try count(other) == count(reader))
  }

  @Test func anImageNeverChanges() throws {
    let image = try Connection.memory(TemporaryFolder.sample).image()
    let reader = try Connection(.image(image))
    try begin(reader)
    let moment = try #require(try reader.moment())
    #expect(try Connection(.image(image)).beginReading(at: moment))
  }

  @Test func withAWriteAheadLogAnEarlierReadProvesIt() throws {
    let path = try database("WAL")
    let writer = try Connection(.readWrite(path: path))
    let reader = try reader(path)
    let other = try Connection(.readOnly(path: path))
    func isSeen() throws -> Bool {
      let moment = try #require(try reader.moment())
      let isSeen = try other.beginReading(at: moment)
      if isSeen { #expect(try count(other) == count(reader)) }
      other.endReading()
      return isSeen
    }
    // The other connection may now see something newer than the reader.
    #expect(try !isSeen())
    // The other connection looked after the reader's transaction began.
    #expect(try !isSeen())
    try begin(reader)
    #expect(try isSeen())
    #expect(try isSeen())

    // Between the beginnings of the two transactions.
    try begin(reader)
    try writer.execute("DELETE FROM tasks WHERE id = 1")
    #expect(try !isSeen())
    #expect(try count(reader) == 3)
    // The reader still has the older snapshot.
    #expect(try !isSeen())
    try begin(reader)
    #expect(try count(reader) == 2)
    #expect(try isSeen())

    // Before both began, and after the other looked: nothing proves the order.
    try writer.execute("DELETE FROM tasks WHERE id = 2")
    try begin(reader)
    #expect(try !isSeen())
    try begin(reader)
    #expect(try isSeen())
  }

  @Test func theRolesCanBeSwapped() throws {
    let path = try database("WAL")
    let one = try reader(path)
    let two = try Connection(.readOnly(path: path))
    #expect(try !two.beginReading(at: #require(try one.moment())))
    one.endReading()
    try begin(two)
    #expect(try one.beginReading(at: #require(try two.moment())))
  }

  @Test func thereIsNoMomentWithoutAReadTransaction() throws {
    let path = try database("DELETE")
    let connection = try Connection(.readWrite(path: path))
    #expect(try connection.moment() == nil)
    try connection.beginReading()
    // Nothing has been read yet.
    #expect(try connection.moment() == nil)
    _ = try connection.schemaVersion()
    #expect(try connection.moment() != nil)
    try connection.execute("DELETE FROM tasks")
    #expect(try connection.moment() == nil)
    connection.endReading()
    try connection.beginWriting()
    #expect(try connection.moment() == nil)
  }

  @Test func withoutProofNoTransactionIsLeftOpen() throws {
    let path = try database("WAL")
    let reader = try reader(path)
    let other = try Connection(.readOnly(path: path))
    #expect(try !other.beginReading(at: #require(try reader.moment())))
    let isInTransaction = other.isInTransaction
    #expect(!isInTransaction)
  }

  @Test func aSignalInterruptsWhatRuns() throws {
    let connection = try Connection.memory(TemporaryFolder.sample)
    let signal = StopSignal()
    let endless =
      "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
    signal.set()
    connection.withStopSignal(signal) {
      #expect(kind { _ = try connection.rows(endless) } == .cancelled)
    }
    #expect(try count(connection) == 3)
  }
}
