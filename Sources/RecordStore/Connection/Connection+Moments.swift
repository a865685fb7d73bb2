internal import CSQLite
internal import Synchronization

/// Two connections that read the same moment of one database, so that they can share the work of one answer.
///
/// SQLite has no call for that which every build of it offers (`sqlite3_snapshot_open` is left out of most), so it is proven:
///
/// - A database in memory that many read never changes.
/// - With a rollback journal nobody can commit anything while a reader's transaction is open, since it holds a lock that the
///   commit has to wait for. A second transaction that begins meanwhile sees what the first one sees.
///   Source: <https://www.sqlite.org/lockingv3.html>, section 3.
/// - With a write-ahead log others commit at any time. `PRAGMA data_version` tells each connection for itself whether
///   anybody has committed since it last asked. If the second connection asked before the first one's transaction began, and hears the
///   same again now, there was no commit between, and so none between the beginnings of the two.
///   Source: <https://www.sqlite.org/pragma.html#pragma_data_version>.
///
/// Where none of these holds, nothing is proven and the work is not shared.
extension Connection {
  /// What is known of the moment that a connection's read transaction sees.
  package struct Moment: Sendable {
    /// On the clock of ``Observations``, before the transaction began.
    fileprivate let beginning: UInt64
    fileprivate let journal: Journal
  }

  /// Of the read transaction that is open, in which something was read; nil where there is none, or it has written something.
  package func moment() throws(StoreError) -> Moment? { try core.moment() }

  /// Begins a read transaction that sees the same moment as another connection's to the same database, which stays open
  /// meanwhile.
  ///
  /// - Returns: whether it does; where that is not proven no transaction is open.
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
    // What it sees now may be what it is asked to see again, as the second of two.
    if journal == .writeAheadLog { try observe() }
    return Connection.Moment(beginning: beginning, journal: journal)
  }

  fileprivate func sees(_ moment: Connection.Moment) throws(StoreError) -> Bool {
    // The first thing that a transaction reads is what it sees until its end.
    _ = try run(.schemaVersion)
    let journal = try journal()
    guard journal == moment.journal else { return false }
    guard journal == .writeAheadLog else { return true }
    return try observe() <= moment.beginning
  }

  /// Notes what the transaction that is open sees.
  ///
  /// - Returns: the time by which it was already so; there was no commit since.
  @discardableResult
  private func observe() throws(StoreError) -> UInt64 {
    let state = try dataState()
    // Of two observations of the same content the older one tells more.
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
    // The proof for a write-ahead log holds whatever the journal.
    return isRollback ? .rollback : .writeAheadLog
  }
}

/// What a connection saw of its database's content, at some time before `end`.
struct Observation {
  let state: Connection.DataState
  /// On the clock of ``Observations``.
  let end: UInt64

  init(of state: Connection.DataState) {
    self.state = state
    end = Observations.end()
  }
}

/// A clock that only tells before from after: it goes on by one whenever an observation has been made.
enum Observations {
  private static let clock = Atomic<UInt64>(0)

  /// For what begins now: every observation that ended at this time or earlier was made before.
  static var now: UInt64 { clock.load(ordering: .acquiring) }

  fileprivate static func end() -> UInt64 {
    clock.add(1, ordering: .acquiringAndReleasing).newValue
  }
}
