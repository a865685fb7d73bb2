package import FilterMemory
package import RecordFilter
package import RecordStore
package import RowscopeModel
import Synchronization

/// The tables that a service holds in memory, with a proof that they match the database.
///
/// The proof: a separate connection, the keeper, loads them in one read transaction. SQLite tells
/// each connection whether another one has changed the database since it last looked. A reader
/// whose transaction began after the load asks the keeper whether anything has changed since; if
/// not, the reader's snapshot is what was loaded. This is recorded with the data state of the
/// reader's own connection, so that the keeper need not be asked again while that state stays the
/// same.
package final class ColumnCache: Sendable {
  package let policy: MemoryPolicy
  private let openLoader: @Sendable () throws(StoreError) -> sending Connection
  private let state: Mutex<State>
  private let keeper: Mutex<Keeper>

  package struct State {
    var copy: Copy?
    var number: UInt64 = 0
    var wanted: Set<TableID> = []
    /// Wanted tables that did not fit. They are not tried again.
    var refused: Set<TableID> = []
    /// The schema version that `wanted` refers to.
    var schemaVersion: Int64?
    var isLoading = false
    var failure: String?
    /// When the next load may begin. A pause in proportion to each load keeps repeated loading from
    /// taking more than a fraction of the machine.
    var nextLoad = ContinuousClock.now
  }

  /// Tables as of one snapshot.
  package struct Copy: Sendable {
    let number: UInt64
    let schemaVersion: Int64
    package let tables: MemoryDatabase
    package let held: Set<TableID>
    let tooLarge: Set<TableID>
  }

  /// The pause after a load, as a multiple of its duration.
  private static let restFactor = 9

  package init(
    _ policy: MemoryPolicy,
    openLoader: @escaping @Sendable () throws(StoreError) -> sending Connection
  ) {
    self.policy = policy
    self.openLoader = openLoader
    state = Mutex(State())
    keeper = Mutex(Keeper())
  }

  /// The number of the current copy; 0 for none. A reader takes it before its transaction begins: a
  /// copy made after that may be newer than its snapshot.
  package var copyNumber: UInt64 { state.withLock { $0.copy?.number ?? 0 } }

  /// The current copy, for reports.
  package var copy: Copy? { state.withLock { $0.copy } }
  package var isLoading: Bool { state.withLock { $0.isLoading } }
  /// Whether a table did not fit.
  package func isRefused(_ table: TableID) -> Bool { state.withLock { $0.refused.contains(table) } }
  package var failure: String? { state.withLock { $0.failure } }

  // MARK: Asking

  package enum Finding {
    case current(Copy)
    case not(NotCachedReason)
  }

  /// The copy, if it provably matches what a connection's transaction sees.
  ///
  /// - Parameter number: the copy's number before the transaction began.
  package func current(
    for connection: borrowing Connection, since number: UInt64, schemaVersion: Int64
  ) throws(StoreError) -> Finding {
    let (copy, isLoading, failure) = state.withLock { ($0.copy, $0.isLoading, $0.failure) }
    guard let copy, copy.schemaVersion == schemaVersion else {
      if isLoading { return .not(.isBeingLoaded) }
      return .not(failure.map { .failed($0) } ?? .notYetLoaded)
    }
    let seen = try connection.dataState()
    if let proven = connection.provenCopy, proven.number == copy.number, proven.state == seen {
      return .current(copy)
    }
    // A transaction that began while the copy was being made may have an older snapshot.
    guard number == copy.number else { return .not(isLoading ? .isBeingLoaded : .outOfDate) }
    let isSame = keeper.withLockIfAvailable { keeper in
      keeper.number == copy.number && keeper.isUnchanged
    }
    switch isSame {
    case nil: return .not(.isBeingLoaded)
    case false?:
      drop(copy.number)
      return .not(.outOfDate)
    case true?:
      connection.provenCopy = (copy.number, seen)
      return .current(copy)
    }
  }

  /// Drops an outdated copy: it can never answer again.
  private func drop(_ number: UInt64) {
    state.withLock { state in
      if state.copy?.number == number { state.copy = nil }
    }
  }

  // MARK: Loading

  /// Starts loading tables that a request could have used, in the background; returns at once.
  package func want(_ tables: Set<TableID>, of snapshot: ServiceSnapshot) {
    let begins = state.withLock { state in
      state.note(tables, snapshot.schemaVersion)
      guard !state.isLoading, ContinuousClock.now >= state.nextLoad, state.isLacking else {
        return false
      }
      state.isLoading = true
      return true
    }
    guard begins else { return }
    ServiceThreads.beginApart { [weak self] in self?.load(snapshot) }
  }

  /// Loads the tables now, if they are missing.
  ///
  /// - Throws: database errors.
  package func loadNow(_ tables: Set<TableID>, of snapshot: ServiceSnapshot) throws(StoreError) {
    let begins = state.withLock { state in
      state.note(tables, snapshot.schemaVersion)
      guard !state.isLoading, state.isLacking else { return false }
      state.isLoading = true
      return true
    }
    if begins { try load(reporting: snapshot) }
  }

  private func load(_ snapshot: ServiceSnapshot) {
    do throws(StoreError) {
      try load(reporting: snapshot)
    } catch {
      // The state has the error, and `explain` shows it.
    }
  }

  private func load(reporting snapshot: ServiceSnapshot) throws(StoreError) {
    let (wanted, number) = state.withLock { state in
      state.number += 1
      // Drop the old copy first: both together would take twice the limit.
      state.copy = nil
      return (state.wanted.subtracting(state.refused), state.number)
    }
    let start = ContinuousClock.now
    let outcome = keeper.withLock { keeper in
      keeper.load(wanted, snapshot, number, policy.byteLimit, openLoader)
    }
    let duration = ContinuousClock.now - start
    state.withLock { state in
      state.isLoading = false
      state.nextLoad = ContinuousClock.now + duration * Self.restFactor
      switch outcome {
      case .success(let copy):
        state.copy = copy
        state.refused.formUnion(copy.tooLarge)
        state.failure = nil
      case .failure(let error): state.failure = error.description
      }
    }
    if case .failure(let error) = outcome { throw error }
  }
}

extension ColumnCache.State {
  /// Adds tables to the wanted ones; those of another schema version are forgotten.
  fileprivate mutating func note(_ tables: Set<TableID>, _ version: Int64) {
    if schemaVersion != version {
      schemaVersion = version
      wanted = []
      refused = []
      copy = nil
    }
    wanted.formUnion(tables)
  }

  fileprivate var isLacking: Bool {
    !wanted.subtracting(refused).subtracting(copy?.held ?? []).isEmpty
  }
}
