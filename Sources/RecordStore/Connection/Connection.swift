internal import CSQLite
import RowscopeModel

/// A connection to one SQLite database, hardened when it is opened and closed when it goes out of
/// scope.
///
/// Only one task uses it at a time; ``ConnectionPool`` shares several connections among many tasks.
/// No public API turns a `String` into SQL.
package struct Connection: ~Copyable {
  /// What to open, and whether to write.
  package enum Source: Sendable {
    /// An existing file, read only.
    case readOnly(path: String)
    /// An existing file, for reading and writing.
    case readWrite(path: String)
    /// A file for reading and writing, created if it does not exist.
    case create(path: String)
    /// An empty database in memory, private to the connection and gone with it.
    case inMemory
    /// A read-only database in memory, shared by any number of connections.
    case image(DatabaseImage)

    /// Nil for a database in memory.
    package var path: String? {
      switch self {
      case .readOnly(let path), .readWrite(let path), .create(let path): path
      case .inMemory, .image: nil
      }
    }

    package var isReadOnly: Bool {
      switch self {
      case .readOnly, .image: true
      case .readWrite, .create, .inMemory: false
      }
    }
  }

  package struct Configuration: Sendable, Hashable {
    /// How long to wait for a lock held by another connection.
    package var busyTimeout: Duration
    /// The number of prepared statements kept for reuse.
    package var statementCapacity: Int
    /// The page cache's limit, in KiB.
    package var cacheKibibytes: Int

    package init(
      busyTimeout: Duration = .seconds(5), statementCapacity: Int = 128, cacheKibibytes: Int = 8192
    ) {
      self.busyTimeout = busyTimeout
      self.statementCapacity = statementCapacity
      self.cacheKibibytes = cacheKibibytes
    }
  }

  let core: DatabaseCore
  /// Set while the connection is leased from a pool.
  private let lease: Lease?

  /// Opens the database and reads its header and tables, so that a bad file is reported here and
  /// not at the first query.
  ///
  /// An empty file (0 bytes) is a database only for `create`.
  /// - Throws: `noSuchFile`, `cannotOpen`, `notADatabase`, `corrupt`, `locked`, `readOnly`,
  ///   `ioError`, `outOfMemory` or `unsupportedEncoding`.
  package init(_ source: Source, configuration: Configuration = Configuration()) throws(StoreError)
  {
    core = try Opening(source: source, configuration: configuration).open()
    lease = nil
  }

  init(core: DatabaseCore, lease: Lease? = nil) {
    self.core = core
    self.lease = lease
  }
}

/// A connection can be sent from one task to another, but not shared by two.
@available(*, unavailable)
extension Connection: Sendable {}

// MARK: - Statements

extension Connection {
  /// The prepared statement for this text, from the cache if it was prepared before under the same
  /// authority.
  ///
  /// - Throws: `schemaMismatch` if it names a table or column that does not exist, `denied` if it
  ///   reads what the authority does not permit, `limitExceeded`, `locked`, `deadlineExceeded`,
  ///   `cancelled`, …
  package func statement(_ sql: String, as authority: Authority) throws(StoreError) -> Statement {
    try statement(StatementKey(sql, as: authority))
  }

  /// The prepared statement for an existing key.
  package func statement(_ key: StatementKey) throws(StoreError) -> Statement {
    let prepared =
      if let kept = core.statements.take(key) { kept } else {
        try core.prepare(key.sql.string, as: key.authority, isKept: true)
      }
    return Statement(prepared, core: core, key: key, lease: lease)
  }

  /// The prepared statement for this key if its last run was on this version of the schema. Nil
  /// otherwise, as the statement might then be refused.
  package func statement(_ key: StatementKey, lastRunOn schemaVersion: Int64) -> Statement? {
    guard let prepared = core.statements.take(key) else { return nil }
    let statement = Statement(prepared, core: core, key: key, lease: lease)
    guard statement.hasRead(schemaVersion: schemaVersion) else { return nil }
    return statement
  }

  /// Whether there is a prepared statement for this key, whose last run was on this version of the
  /// schema.
  package func hasRun(_ key: StatementKey, on schemaVersion: Int64) -> Bool {
    switch statement(key, lastRunOn: schemaVersion) {
    case .some: true
    case .none: false
    }
  }

  /// A statement for one use, which is not cached.
  package func temporaryStatement(
    _ sql: String, as authority: Authority
  ) throws(StoreError) -> Statement {
    Statement(
      try core.prepare(sql, as: authority, isKept: false), core: core, key: nil, lease: lease)
  }

  /// Runs statements that return no rows, one after another, with no limits but SQLite's.
  package func execute(_ sql: String) throws(StoreError) {
    try core.begin()
    core.arm(.unrestricted)
    defer { core.arm(nil) }
    let code = sqlite3_exec(core.handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw core.error(code, .stepping) }
  }

  /// Runs `body` with a deadline for everything that it does on this connection.
  package func withDeadline<Result, Failure: Error>(
    _ deadline: Deadline, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let previous = core.deadline
    core.deadline = deadline
    defer { core.deadline = previous }
    return try body()
  }

  /// Runs `body` in a read transaction: all of its statements see one snapshot. Each costs less
  /// too, since the lock is taken only once.
  package func withReadTransaction<Result>(
    _ body: () throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    // A transaction that is already open gives one snapshot as it is.
    guard sqlite3_get_autocommit(core.handle) != 0 else { return try body() }
    try core.run(.begin)
    let result: Result
    do throws(StoreError) {
      result = try body()
    } catch {
      core.endTransaction()
      throw error
    }
    // Nothing was written, so a rollback is as good as a commit and cannot fail.
    core.endTransaction()
    return result
  }
}

// MARK: - Versions and limits

extension Connection {
  /// A number that changes when another connection changes the database. Only numbers from the same
  /// connection are comparable.
  package func dataVersion() throws(StoreError) -> Int64 { try core.run(.dataVersion) }

  /// A number that grows with every schema change.
  package func schemaVersion() throws(StoreError) -> Int64 {
    try core.run(.schemaVersion)
  }

  /// The state of the database as this connection sees it. Equal states of one connection mean
  /// equal content.
  ///
  /// `PRAGMA data_version` covers the changes of other connections, `sqlite3_total_changes64` the
  /// connection's own. Within a transaction both refer to its snapshot.
  /// Source: <https://www.sqlite.org/pragma.html#pragma_data_version>.
  package struct DataState: Sendable, Hashable {
    let version: Int64
    let ownChanges: Int64
  }

  package func dataState() throws(StoreError) -> DataState { try core.dataState() }

  /// The number of the column cache's copy that was proven equal to this connection's content in
  /// the given state. It stays with the connection from lease to lease.
  package var provenCopy: (number: UInt64, state: DataState)? {
    get { core.provenCopy }
    nonmutating set { core.provenCopy = newValue }
  }

  /// Whether to wait for the locks of other connections, or to fail at once (`locked`).
  package var waitsForLocks: Bool {
    get { core.waitsForLocks }
    nonmutating set { core.waitsForLocks = newValue }
  }

  /// What the layer above keeps with the connection from lease to lease.
  package var companion: AnyObject? {
    get { core.companion }
    nonmutating set { core.companion = newValue }
  }

  /// Counts the work on this connection.
  package var meter: WorkMeter { core.meter }

  /// Whether the database is an image in memory.
  package var isImage: Bool { core.image != nil }

  /// Throws if the deadline has passed or the task was cancelled. For long work that does not go
  /// through SQLite.
  package func checkInterruption() throws(StoreError) { try core.begin() }

  /// The version of the SQLite that the process has, such as `3.40.1`.
  package static var sqliteVersion: String { String(cString: sqlite3_libversion()) }

  /// The limit on the number of parameters of a statement.
  package var parameterLimit: Int {
    Int(sqlite3_limit(core.handle, SQLITE_LIMIT_VARIABLE_NUMBER, -1))
  }

  /// The limit on the length of a LIKE or GLOB pattern, in bytes.
  package var patternLimit: Int {
    Int(sqlite3_limit(core.handle, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, -1))
  }

  /// The limit on the size of a value, in bytes.
  package var valueLimit: Int { Int(sqlite3_limit(core.handle, SQLITE_LIMIT_LENGTH, -1)) }
}
