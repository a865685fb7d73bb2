package import RecordStore

/// A database of any size with the tables of the sample workspace: the same bytes for the same size and
/// seed (and version of SQLite, which writes its own into the file).
///
/// Its main table is
///
///     tasks(id INTEGER PRIMARY KEY, title TEXT, owner INTEGER, team INTEGER, status TEXT, priority INTEGER,
///           client TEXT, amount REAL, request_date TEXT, due_date TEXT, note TEXT)
///
/// with titles of some 20 characters, owners 1 to 1000, teams 1 to 50, five statuses of which `Done` has 40%,
/// priorities 1 to 5, 5,000 clients by names of some 12 characters, and notes of some 60. A larger database begins
/// with the tasks of a smaller one. There is no index but the primary keys.
package struct SampleDatabase: Sendable, Hashable {
  /// How many tasks.
  package let rowCount: Int
  package let seed: UInt64

  package static let largestRowCount = 1_000_000_000

  /// - Throws: `rowCount` for less than 0 or more than ``largestRowCount``.
  package init(rowCount: Int, seed: UInt64 = 1) throws(SampleError) {
    guard (0...Self.largestRowCount).contains(rowCount) else {
      throw SampleError(
        .rowCount, "a sample has from 0 to \(Self.largestRowCount) tasks; \(rowCount) is outside")
    }
    self.rowCount = rowCount
    self.seed = seed
  }

  /// How far the work has come.
  package struct Progress: Sendable, Hashable {
    /// Records written, of all tables.
    package let records: Int
    /// Records in all.
    package let total: Int

    package var fraction: Double { total == 0 ? 1 : Double(records) / Double(total) }
  }

  /// Makes a database file. It is written beside `path` and moved there when it is whole; an error, and the
  /// cancellation of the task, leave nothing.
  ///
  /// - Parameters:
  ///   - isReplacing: whether a file that is there already may be replaced.
  ///   - progress: called every few milliseconds.
  /// - Throws: `fileExists`, `cancelled`, and what SQLite or the disk refuse. O(`rowCount`).
  package func write(
    to path: String, isReplacing: Bool = false, progress: (Progress) -> Void = { _ in }
  ) throws(SampleError) {
    guard isReplacing || !PendingFile.exists(path) else {
      throw SampleError(
        .fileExists,
        "\(path): there is such a file already; give another name, or allow it to be replaced")
    }
    let builder: DatabaseBuilder
    do throws(StoreError) {
      builder = try DatabaseBuilder(file: PendingFile(path: path, isReplacing: isReplacing))
    } catch {
      throw SampleError(error)
    }
    try SampleTables(rowCount: rowCount, seed: seed).write(to: builder, progress: progress)
    do throws(StoreError) { try builder.finish() } catch { throw SampleError(error) }
  }

  /// Makes a database in memory, which any number of connections can share.
  ///
  /// - Throws: `cancelled`; `store` where there is not enough memory. O(`rowCount`).
  package func image(
    progress: (Progress) -> Void = { _ in }
  ) throws(SampleError) -> DatabaseImage {
    let builder: DatabaseBuilder
    do throws(StoreError) { builder = try DatabaseBuilder(file: nil) } catch {
      throw SampleError(error)
    }
    try SampleTables(rowCount: rowCount, seed: seed).write(to: builder, progress: progress)
    do throws(StoreError) { return try builder.image() } catch { throw SampleError(error) }
  }
}
