internal import CSQLite
import RowscopeModel

/// A connection to one SQLite database, hardened when it is opened and closed when it goes out of use.
///
/// One task uses it at a time; ``ConnectionPool`` shares several among many. Nothing public turns a
/// `String` into SQL.
package struct Connection: ~Copyable {
  /// What to open, and what for.
  package enum Source: Sendable {
    /// An existing file, for reading alone.
    case readOnly(path: String)
    /// An existing file.
    case readWrite(path: String)
    /// A file, made where there is none.
    case create(path: String)
    /// A database of the connection's own, empty and gone with it.
    case inMemory
    /// A database in memory that many connections read.
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
    /// How long to wait for a lock that another connection holds.
    package var busyTimeout: Duration
    /// How many prepared statements are kept for use again.
    package var statementCapacity: Int
    /// The most memory for pages read from the file, in KiB.
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
  /// Set while the connection is a pool's.
  private let loan: Lease?

  /// Opens the database and reads its header and tables, so that what is wrong with the file is said here
  /// and not at the first query.
  ///
  /// An empty file (0 bytes) is a database only to `create`.
  /// - Throws: `noSuchFile`, `cannotOpen`, `notADatabase`, `corrupt`, `locked`, `readOnly`, `ioError`,
  ///   `outOfMemory` or `unsupportedEncoding`.
  package init(_ source: Source, configuration: Configuration = Configuration()) throws(StoreError)
  {
    core = try Opening(source: source, configuration: configuration).open()
    loan = nil
  }

  init(core: DatabaseCore, loan: Lease? = nil) {
    self.core = core
    self.loan = loan
  }
}

/// Two tasks must not use one connection: it can be sent from one to the other, and not shared.
@available(*, unavailable)
extension Connection: Sendable {}

// MARK: - Statements

extension Connection {
  /// The statement for this text, from the cache where it was prepared before under the same authority.
  ///
  /// - Throws: `schemaMismatch` where it names what is not there, `denied` where it reads what the
  ///   authority does not cover, `limitExceeded`, `locked`, `deadlineExceeded`, `cancelled`, …
  package func statement(_ sql: String, as authority: Authority) throws(StoreError) -> Statement {
    try statement(StatementKey(sql, as: authority))
  }

  /// The same, for a key that was made before.
  package func statement(_ key: StatementKey) throws(StoreError) -> Statement {
    let prepared =
      if let kept = core.statements.take(key) { kept } else {
        try core.prepare(key.sql.string, as: key.authority, isKept: true)
      }
    return Statement(prepared, core: core, key: key, loan: loan)
  }

  /// The statement for this key, if it was last run on tables of this version; nil where it was not, and so might be refused.
  package func statement(_ key: StatementKey, lastRunOn schemaVersion: Int64) -> Statement? {
    guard let prepared = core.statements.take(key) else { return nil }
    let statement = Statement(prepared, core: core, key: key, loan: loan)
    guard statement.hasRead(tablesOf: schemaVersion) else { return nil }
    return statement
  }

  /// A statement that is used once.
  package func temporaryStatement(
    _ sql: String, as authority: Authority
  ) throws(StoreError) -> Statement {
    Statement(
      try core.prepare(sql, as: authority, isKept: false), core: core, key: nil, loan: loan)
  }

  /// Runs statements that give no rows, one after the other, with no limits but SQLite's.
  package func execute(_ sql: String) throws(StoreError) {
    try core.begin()
    core.arm(.unrestricted)
    defer { core.arm(nil) }
    let code = sqlite3_exec(core.handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw core.error(code, .stepping) }
  }

  /// Everything that `body` does on this connection must be done by `deadline`.
  package func withDeadline<Result, Failure: Error>(
    _ deadline: Deadline, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let previous = core.deadline
    core.deadline = deadline
    defer { core.deadline = previous }
    return try body()
  }

  /// All statements in `body` see the database as it is at the first of them, and each costs less, since
  /// the lock is taken once.
  package func withReadTransaction<Result>(
    _ body: () throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    // Within a transaction all see one database already.
    guard sqlite3_get_autocommit(core.handle) != 0 else { return try body() }
    try core.run(.begin)
    let result: Result
    do throws(StoreError) {
      result = try body()
    } catch {
      core.endTransaction()
      throw error
    }
    // Nothing was written, so that there is nothing that could fail to be committed.
    core.endTransaction()
    return result
  }
}

// MARK: - Versions and limits

extension Connection {
  /// A number that changes when another connection has changed the database. It only compares with what
  /// this same connection gave before.
  package func dataVersion() throws(StoreError) -> Int64 { try core.run(.dataVersion) }

  /// A number that grows with every change of the tables.
  package func schemaVersion() throws(StoreError) -> Int64 {
    try core.run(.schemaVersion)
  }

  /// What is known of the database as this connection sees it: two equal states of one connection are of the same content.
  ///
  /// `PRAGMA data_version` tells of the changes of others, and `sqlite3_total_changes64` of the connection's own. Within a
  /// transaction both are of the view that it has.
  /// Source: <https://www.sqlite.org/pragma.html#pragma_data_version>.
  package struct DataState: Sendable, Hashable {
    let version: Int64
    let ownChanges: Int64
  }

  package func dataState() throws(StoreError) -> DataState { try core.dataState() }

  /// The number of the copy of the database's content that was proven to be the same as what this connection saw in a
  /// state; kept with the connection, whoever it is lent to.
  package var provenCopy: (number: UInt64, state: DataState)? {
    get { core.provenCopy }
    nonmutating set { core.provenCopy = newValue }
  }

  /// Throws where the connection's deadline has passed or its task was cancelled: for work of which SQLite knows nothing.
  package func checkInterruption() throws(StoreError) { try core.begin() }

  /// The most values that one statement can be given.
  package var parameterLimit: Int {
    Int(sqlite3_limit(core.handle, SQLITE_LIMIT_VARIABLE_NUMBER, -1))
  }

  /// The most bytes that a pattern of LIKE or GLOB can have.
  package var patternLimit: Int {
    Int(sqlite3_limit(core.handle, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, -1))
  }

  /// The most bytes that one value can have.
  package var valueLimit: Int { Int(sqlite3_limit(core.handle, SQLITE_LIMIT_LENGTH, -1)) }
}
