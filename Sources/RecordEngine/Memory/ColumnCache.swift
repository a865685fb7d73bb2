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
///
/// After the service's own writes the copy is brought up to date, see ``OwnWrites``.
package final class ColumnCache: Sendable {
  package let policy: MemoryPolicy
  private let openLoader: @Sendable () throws(StoreError) -> sending Connection
  let own: OwnWrites?
  let state: Mutex<State>
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
    /// Whether the copy has been taken to be brought up to date.
    var isFollowing = false
    var failure: String?
    /// When the next load may begin. A pause in proportion to each load keeps repeated loading from
    /// taking more than a fraction of the machine.
    var nextLoad = ContinuousClock.now
    var lastLoad: (end: ContinuousClock.Instant, duration: Duration)?
    /// How often in a row a copy, or a part of it, was outdated before it was worth its load.
    var lossCount = 0
    /// When the copy may be brought up to date again.
    var nextStep = ContinuousClock.now - ColumnCache.stepReserve
  }

  /// Tables as of one snapshot.
  package struct Copy: Sendable {
    var number: UInt64
    let schemaVersion: Int64
    package internal(set) var tables: MemoryDatabase
    package internal(set) var held: Set<TableID>
    let tooLarge: Set<TableID>
    let byteLimit: Int
  }

  /// The pause after a load, as a multiple of its duration.
  fileprivate static let restFactor = 9
  /// How often the pause doubles at most.
  fileprivate static let mostLosses = 4

  /// - Parameter writing: the service's own connection for writing, if it writes.
  package init(
    _ policy: MemoryPolicy, writing: ConnectionPool? = nil,
    openLoader: @escaping @Sendable () throws(StoreError) -> sending Connection
  ) {
    self.policy = policy
    own = writing.flatMap { OwnWrites(of: $0) }
    self.openLoader = openLoader
    state = Mutex(State())
    keeper = Mutex(Keeper())
  }

  /// What a reader takes before its transaction begins: a copy made after that may be newer than
  /// its snapshot, and so may the service's own writes.
  package struct Beginning {
    /// The number of the current copy; 0 for none.
    fileprivate let number: UInt64
    fileprivate let commits: UInt64?
  }

  package var beginning: Beginning {
    Beginning(number: state.withLock { $0.copy?.number ?? 0 }, commits: own?.commits)
  }

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
  /// - Parameter beginning: taken before the transaction began.
  package func current(
    for connection: borrowing Connection, since beginning: Beginning, schemaVersion: Int64
  ) throws(StoreError) -> Finding {
    let known = state.withLock { state in
      (
        number: state.copy?.schemaVersion == schemaVersion ? state.copy?.number : nil,
        isLoading: state.isLoading, failure: state.failure
      )
    }
    guard let number = known.number else {
      if known.isLoading { return .not(.isBeingLoaded) }
      return .not(known.failure.map { .failed($0) } ?? .notYetLoaded)
    }
    let seen = try connection.dataState()
    if let proven = connection.provenCopy, proven.number == number, proven.state == seen {
      return finding(number)
    }
    // A transaction that began while the copy was being made may have an older snapshot.
    guard beginning.number == number else {
      return .not(known.isLoading ? .isBeingLoaded : .outOfDate)
    }
    let standing = keeper.withLockIfAvailable { keeper -> Standing in
      guard keeper.number == number else { return .behind }
      return keeper.isUnchanged ? .current(number) : follow(&keeper, since: beginning.commits)
    }
    switch standing {
    case nil: return .not(.isBeingLoaded)
    case .behind?: return .not(.outOfDate)
    case .outdated?:
      state.withLock { $0.drop(number) }
      return .not(.outOfDate)
    case .current(let number)?:
      connection.provenCopy = (number, seen)
      return finding(number)
    }
  }

  /// How the copy stands to a reader's snapshot.
  enum Standing {
    /// The same, with this number.
    case current(UInt64)
    /// Not the same, or not known to be, for this reader.
    case behind
    /// It can never be brought up to date.
    case outdated
  }

  private func finding(_ number: UInt64) -> Finding {
    guard let copy, copy.number == number else { return .not(.outOfDate) }
    return .current(copy)
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
      keeper.load(wanted, snapshot, number, policy.byteLimit, following: own, openLoader)
    }
    let end = ContinuousClock.now
    state.withLock { state in
      state.isLoading = false
      state.lastLoad = (end, end - start)
      state.nextLoad = end + (end - start) * Self.restFactor
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

  /// Drops an outdated copy: it can never answer again.
  mutating func drop(_ number: UInt64) {
    guard copy?.number == number else { return }
    copy = nil
    noteLoss()
  }

  /// What has not lived for the time that its load is to be paid back in makes the next load wait
  /// longer.
  mutating func noteLoss() {
    guard let (end, duration) = lastLoad else { return }
    let isInVain = ContinuousClock.now < end + duration * ColumnCache.restFactor
    lossCount = isInVain ? min(lossCount + 1, ColumnCache.mostLosses) : 0
    nextLoad = max(nextLoad, end + duration * (ColumnCache.restFactor << lossCount))
  }

  fileprivate var isLacking: Bool {
    !wanted.subtracting(refused).subtracting(copy?.held ?? []).isEmpty
  }
}
