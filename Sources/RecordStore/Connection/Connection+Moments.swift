internal import CSQLite
internal import Synchronization

/// Lets two connections read the same snapshot of a database, so that they can share the work of
/// one answer.
///
/// SQLite's own call for this, `sqlite3_snapshot_open`, is missing from most builds. So equality is
/// proven instead:
///
/// - A database image in memory never changes.
/// - With a rollback journal, no connection can commit while a read transaction is open: the
///   reader's lock blocks the commit. A second transaction that begins meanwhile sees the same
///   content.
///   Source: <https://www.sqlite.org/lockingv3.html>, section 3.
/// - With a write-ahead log, other connections can commit at any time. `PRAGMA data_version` tells
///   each connection whether another one has committed since it last asked. If the second
///   connection asked before the first one's transaction began, and gets the same answer now, there
///   was no commit in between. So both transactions see the same content.
///   Source: <https://www.sqlite.org/pragma.html#pragma_data_version>.
///
/// If none of these applies, nothing is proven and the work is not shared.
extension Connection {
  /// What is known about the snapshot that a connection's read transaction sees.
  package struct Moment: Sendable {
    /// A time before the transaction began, on the clock of ``Observations``.
    fileprivate let beginning: UInt64
    fileprivate let journal: Journal
  }

  /// The snapshot of the open read transaction, which must have read something already. Nil if no
  /// transaction is open or if it has written something.
  package func moment() throws(StoreError) -> Moment? { try core.moment() }

  /// Begins a read transaction that sees the same snapshot as a transaction of another connection
  /// to the same database. That one must stay open meanwhile.
  ///
  /// - Returns: whether the snapshots are proven to be the same. If not, no transaction is open.
  package func beginReading(at moment: Moment) throws(StoreError) -> Bool {
    try beginReading()
    let isProven = try core.sees(moment)
    if !isProven { endReading() }
    return isProven
  }
}

private enum Journal: Sendable {
  case none, rollback, writeAheadLog
}

extension DatabaseCore {
  fileprivate func moment() throws(StoreError) -> Connection.Moment? {
    guard let beginning, sqlite3_txn_state(handle, "main") == SQLITE_TXN_READ else { return nil }
    let journal = try journal()
    // This connection may later be the second of two and have to prove that it sees the same
    // content.
    if journal == .writeAheadLog { try observe() }
    return Connection.Moment(beginning: beginning, journal: journal)
  }

  fileprivate func sees(_ moment: Connection.Moment) throws(StoreError) -> Bool {
    // A transaction's snapshot is fixed by its first read.
    _ = try run(.schemaVersion)
    let journal = try journal()
    guard journal == moment.journal else { return false }
    guard journal == .writeAheadLog else { return true }
    return try observe() <= moment.beginning
  }

  /// Records what the open transaction sees.
  ///
  /// - Returns: a time since which the content has not changed.
  @discardableResult
  private func observe() throws(StoreError) -> UInt64 {
    let state = try dataState()
    // If the content is the same, the older observation proves more.
    if let observation, observation.state == state { return observation.end }
    let new = Observation(of: state)
    observation = new
    return new.end
  }

  private func journal() throws(StoreError) -> Journal {
    if image != nil { return .none }
    var isRollback = false
    try run(.journalMode) { statement in
      guard let mode = sqlite3_column_text(statement, 0) else { return }
      isRollback = ["delete", "truncate", "persist"].contains(String(cString: mode))
    }
    // The proof for a write-ahead log holds for any other journal mode too.
    return isRollback ? .rollback : .writeAheadLog
  }
}

/// The state of a database's content that a connection saw at some time before `end`.
struct Observation {
  let state: Connection.DataState
  /// A time on the clock of ``Observations``.
  let end: UInt64

  init(of state: Connection.DataState) {
    self.state = state
    end = Observations.end()
  }
}

/// A logical clock that orders observations: each observation advances it by one.
enum Observations {
  private static let clock = Atomic<UInt64>(0)

  /// The current time. Every observation with an `end` at or before it was made earlier.
  static var now: UInt64 { clock.load(ordering: .acquiring) }

  fileprivate static func end() -> UInt64 {
    clock.add(1, ordering: .acquiringAndReleasing).newValue
  }
}
