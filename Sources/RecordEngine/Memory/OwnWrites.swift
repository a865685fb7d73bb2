import FilterMemory
import RecordFilter
import RecordStore
import RowscopeModel
import Synchronization

/// What the service itself writes, which a copy of tables follows.
///
/// The proof that a copy of one snapshot can be made one of a later snapshot: all that was
/// committed between them, the service's only connection for writing has committed, and has
/// recorded each row. Before the copy is made, that connection is asked for its `data_version`, and
/// its log begins. Once a later snapshot is fixed, it is asked again: the same number means that no
/// other connection has committed until then. The records that the log names are then read in the
/// later snapshot, whatever has become of them, so that a log with too many of them does no harm.
///
/// A reader may use the result if its transaction began after the earlier snapshot and before the
/// later one, with as many own commits behind it.
package struct OwnWrites: Sendable {
  private let pool: ConnectionPool
  private let log: ChangeLog

  /// Nil if the pool's writes cannot be followed, see ``ConnectionPool/recordChanges()``.
  init?(of pool: ConnectionPool) {
    guard let log = pool.recordChanges() else { return nil }
    self.pool = pool
    self.log = log
  }

  /// See ``ChangeLog/commits``.
  var commits: UInt64? { log.commits }
  var hasChanges: Bool { log.hasChanges }

  /// Begins the log of a copy that is made after this.
  ///
  /// - Returns: what the connection for writing sees; nil if it is in use for long, or fails.
  func begin() -> Int64? {
    do throws(StoreError) {
      guard let writer = try pool.connectionSoon() else { return nil }
      let seen = try writer.dataVersion()
      _ = log.take()
      return seen
    } catch {
      return nil
    }
  }

  enum Taken {
    /// The service is writing.
    case busy
    /// Others have written.
    case foreign
    case rows(ChangedRows, commits: UInt64?)
  }

  /// The rows changed since the log began, if only they have changed until now.
  ///
  /// - Parameter seen: what the connection saw when the log began.
  func take(since seen: Int64) throws(StoreError) -> Taken {
    guard
      let writer = try pool.connectionIfAvailable(deadline: .never, waitsForLocks: false)
    else { return .busy }
    guard try writer.dataVersion() == seen else { return .foreign }
    // No commit is on its way as long as the connection is leased.
    return .rows(log.take(), commits: log.commits)
  }
}

extension ColumnCache {
  /// Bringing the copy up to date takes one part in so many of the time.
  private static let stepShare = 5
  /// The time without such work that may be made up for at once.
  static let stepReserve = Duration.milliseconds(250)

  /// Brings the copy up to date with the service's own writes.
  ///
  /// - Parameter commits: how many there were before the reader's transaction began.
  func follow(_ keeper: inout Keeper, since commits: UInt64?) -> Standing {
    guard let own else { return .outdated }
    let now = ContinuousClock.now
    guard state.withLock({ now >= $0.nextStep }) else { return .behind }
    let start = ThreadTime.now
    let outcome: Keeper.Step
    do throws(StoreError) {
      outcome = try keeper.follow(own) { take() }
    } catch {
      // Nothing has been taken before the copy.
      outcome = state.withLock { $0.isFollowing } ? .impossible : .busy
    }
    let duration = ThreadTime.now - start
    return state.withLock { state in
      switch outcome {
      case .busy: return .behind
      case .impossible:
        guard state.isFollowing else { return .outdated }
        (state.isFollowing, state.isLoading) = (false, false)
        state.noteLoss()
        return .outdated
      case .followed(let copy, let ownCommits):
        state.copy = copy
        if !state.wanted.isSubset(of: copy.held.union(state.refused)) { state.noteLoss() }
        (state.isFollowing, state.isLoading) = (false, false)
        let before = max(state.nextStep, now - Self.stepReserve)
        state.nextStep = before + duration * Self.stepShare
        return commits != nil && commits == ownCommits ? .current(copy.number) : .behind
      }
    }
  }

  /// Takes the copy out of the state, so that it is nowhere else and can be changed where it is.
  private func take() -> (Copy, number: UInt64)? {
    state.withLock { state in
      guard let copy = state.copy.take() else { return nil }
      (state.isFollowing, state.isLoading) = (true, true)
      state.number += 1
      return (copy, state.number)
    }
  }
}

extension ColumnCache.Keeper {
  enum Step {
    case followed(ColumnCache.Copy, commits: UInt64?)
    /// The service is writing.
    case busy
    case impossible
  }

  /// - Parameter take: takes the copy, and a number for the next one.
  mutating func follow(
    _ own: OwnWrites, taking take: () -> (ColumnCache.Copy, number: UInt64)?
  ) throws(StoreError) -> Step {
    guard let seenByWriter else { return .impossible }
    switch connection {
    case nil: return .impossible
    case .some(let connection):
      // The reader has a transaction open, for which a writer may be waiting.
      connection.waitsForLocks = false
      defer { connection.waitsForLocks = true }
      try connection.beginReading()
      defer { connection.endReading() }
      // This read fixes the snapshot.
      let schemaVersion = try connection.schemaVersion()
      let state = try connection.dataState()
      let changes: ChangedRows
      let commits: UInt64?
      switch try own.take(since: seenByWriter) {
      case .busy: return .busy
      case .foreign: return .impossible
      case .rows(let rows, let number): (changes, commits) = (rows, number)
      }
      guard changes.isComplete, let (taken, number) = take(),
        taken.schemaVersion == schemaVersion
      else { return .impossible }
      var copy = consume taken
      guard try copy.apply(changes, on: connection) else { return .impossible }
      copy.number = number
      (loaded, self.number) = (state, number)
      return .followed(copy, commits: commits)
    }
  }
}

extension ColumnCache.Copy {
  /// Brings the tables up to date with what a connection's transaction sees.
  ///
  /// - Returns: false if they do not fit any more.
  fileprivate mutating func apply(
    _ changes: ChangedRows, on connection: borrowing Connection
  ) throws(StoreError) -> Bool {
    let loader = TableLoader(schema: tables.schema, keepsRowIDs: true)
    var byteCount = 0
    for id in held.sorted() {
      let table = tables.schema[id]
      let rowIDs = changes.rows[table.name]
      guard let hasRowIDs = (try? tables.table(id))?.hasRowIDs else { return false }
      if !hasRowIDs {
        // What a view shows may have changed with any table.
        guard table.kind == .view || rowIDs != nil else { continue }
        tables.load(nil, as: id)
        held.remove(id)
        continue
      }
      if let rowIDs {
        let rows = try loader.changes(rowIDs, of: id, on: connection)
        do throws(MemoryError) {
          try tables.apply(rows, to: id)
        } catch {
          return false
        }
      }
      byteCount += (try? tables.table(id))?.columnByteCount ?? 0
    }
    return byteCount <= byteLimit
  }
}
