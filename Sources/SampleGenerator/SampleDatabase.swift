package import RecordStore
import RowscopeModel

/// A database of any size with the tables of the sample workspace. The same size and seed give the
/// same bytes (with the same version of SQLite, which writes its version into the file).
///
/// The main table is
///
///     tasks(id INTEGER PRIMARY KEY, title TEXT, owner INTEGER, team INTEGER, status TEXT,
///           priority INTEGER, client TEXT, amount REAL, request_date TEXT, due_date TEXT,
///           note TEXT)
///
/// with titles of about 20 characters, owners 1 to 1000, teams 1 to 50, five statuses of which
/// `Done` has 40%, priorities 1 to 5, 5,000 client names of about 12 characters, and notes of about
/// 60. A larger database begins with the tasks of a smaller one. The only indexes are the primary
/// keys, and those of the tasks that comments and reminders refer to.
package struct SampleDatabase: Sendable, Hashable {
  /// The number of tasks.
  package let rowCount: Int
  package let seed: UInt64

  package static let largestRowCount = 1_000_000_000

  /// - Throws: `rowCount` if it is negative or more than ``largestRowCount``.
  package init(rowCount: Int, seed: UInt64 = 1) throws(SampleError) {
    guard (0...Self.largestRowCount).contains(rowCount) else {
      throw SampleError(
        .rowCount, "a sample has from 0 to \(Self.largestRowCount) tasks, not \(rowCount)")
    }
    self.rowCount = rowCount
    self.seed = seed
  }

  /// The progress of the work.
  package struct Progress: Sendable, Hashable {
    /// The records written so far, in all tables.
    package let records: Int
    /// The records in all tables.
    package let total: Int

    package var fraction: Double { total == 0 ? 1 : Double(records) / Double(total) }
  }

  /// Creates a database file. It is written next to `path` and moved there when it is complete;
  /// after an error or a cancellation no file is left.
  ///
  /// - Parameters:
  ///   - isReplacing: whether an existing file may be replaced.
  ///   - progress: called every few milliseconds.
  /// - Throws: `fileExists`, `cancelled`, and errors of SQLite and the disk.
  /// - Complexity: O(`rowCount`).
  package func write(
    to path: String, isReplacing: Bool = false, progress: (Progress) -> Void = { _ in }
  ) throws(SampleError) {
    guard isReplacing || !PendingFile.exists(path) else {
      throw SampleError(
        .fileExists,
        "\(path): there is such a file already; give another name, or allow it to be replaced")
    }
    let builder = try rethrowing(SampleError.init(_:)) { () throws(StoreError) in
      try DatabaseBuilder(file: PendingFile(path: path, isReplacing: isReplacing))
    }
    try SampleTables(rowCount: rowCount, seed: seed).write(to: builder, progress: progress)
    do throws(StoreError) { try builder.finish() } catch { throw SampleError(error) }
  }

  /// Creates a database in memory that connections can share.
  ///
  /// - Throws: `cancelled`; `store` if memory runs out.
  /// - Complexity: O(`rowCount`).
  package func image(
    progress: (Progress) -> Void = { _ in }
  ) throws(SampleError) -> DatabaseImage {
    let builder = try rethrowing(SampleError.init(_:)) { () throws(StoreError) in
      try DatabaseBuilder(file: nil)
    }
    try SampleTables(rowCount: rowCount, seed: seed).write(to: builder, progress: progress)
    do throws(StoreError) { return try builder.image() } catch { throw SampleError(error) }
  }
}
