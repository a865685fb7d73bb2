internal import Synchronization

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#endif

/// Connections to one database, shared by many tasks. Each is leased to one task at a time.
///
/// Connections are opened on demand. When all are in use, tasks wait in first-come, first-served
/// order without blocking a thread. For work that takes long there are as many threads as
/// connections.
package final class ConnectionPool: Sendable {
  private let source: Connection.Source
  private let configuration: Connection.Configuration
  /// The limit on open connections.
  package let capacity: Int
  /// Where the work on connections runs that takes long or waits.
  package let threads: ServiceThreads
  private let state: Mutex<State>

  private struct State {
    var idle: [DatabaseCore] = []
    /// The number of connections that are open or being opened.
    var opened = 0
    var waiters = WaitQueue<Permit>()
    var isRecorded = false
  }

  /// What a waiting task receives.
  private enum Permit: Sendable {
    case connection(DatabaseCore)
    /// The right to open a connection.
    case slot
  }

  /// A connection, or the right to open one.
  package enum Turn: ~Copyable {
    case open(Connection)
    case unopened(Slot)

    /// Opens the connection if it is not, which may block the thread.
    package consuming func connection() throws(StoreError) -> Connection {
      switch consume self {
      case .open(let connection): connection
      case .unopened(let slot): try slot.open()
      }
    }
  }

  /// The right to open a connection, which goes to the next who waits if it is not used.
  package struct Slot: ~Copyable {
    private let pool: ConnectionPool
    private let deadline: Deadline
    private var isUsed = false

    fileprivate init(_ pool: ConnectionPool, deadline: Deadline) {
      self.pool = pool
      self.deadline = deadline
    }

    deinit { if !isUsed { pool.releaseSlot() } }

    fileprivate consuming func open() throws(StoreError) -> Connection {
      let core = try pool.open(waitsForLocks: true)
      isUsed = true
      return pool.lend(core, deadline: deadline)
    }
  }

  /// Opens the first connection at once, so that a database that cannot be opened is reported here.
  ///
  /// - Parameters:
  ///   - source: what to open. Use a capacity of 1 for a source that writes, as SQLite allows one
  ///     writer.
  ///   - capacity: at least 1.
  /// - Throws: what ``Connection/init(_:configuration:)`` throws; `internalError` for `inMemory`,
  ///   since each connection would have a database of its own.
  package init(
    _ source: Connection.Source, capacity: Int,
    configuration: Connection.Configuration = Connection.Configuration()
  ) throws(StoreError) {
    if case .inMemory = source, capacity > 1 {
      throw StoreError(
        .internalError, at: .database(path: nil),
        "each in-memory connection has a database of its own; share an image, or one connection")
    }
    self.source = source
    self.configuration = configuration
    self.capacity = max(capacity, 1)
    threads = ServiceThreads(limit: self.capacity)
    let first = try Opening(source: source, configuration: configuration).open()
    state = Mutex(State(idle: [first], opened: 1))
  }

  /// Whether the database has records: false for one made of a catalog.
  package var holdsRecords: Bool {
    if case .image(let image) = source { image.holdsRecords } else { true }
  }

  /// Leases a connection, which returns to the pool when it goes out of scope, or the right to open
  /// one. Does not suspend if one is free, and never blocks the thread.
  ///
  /// - Parameter deadline: for the wait and for all work on the connection during the lease.
  /// - Throws: `deadlineExceeded` or `cancelled` while waiting.
  package func turn(deadline: Deadline = .never) async throws(StoreError) -> sending Turn {
    guard !Task.isCancelled else { throw stopped(.cancelled) }
    let permit: Permit
    if let available = self.permit() {
      permit = available
    } else {
      permit = try await wait(until: deadline).get()
    }
    switch permit {
    case .connection(let core): return .open(lend(core, deadline: deadline))
    case .slot: return .unopened(Slot(self, deadline: deadline))
    }
  }

  /// Leases a connection if one is free or may be opened. Nil if all are in use or other tasks are
  /// waiting.
  package func connectionIfAvailable(
    deadline: Deadline = .never
  ) throws(StoreError) -> sending Connection? {
    try connectionIfAvailable(deadline: deadline, waitsForLocks: true)
  }

  /// - Parameter waitsForLocks: false if the caller has a transaction open on another connection. A
  ///   writer about to commit waits for that transaction to end and blocks new readers meanwhile,
  ///   so waiting for the writer would be a deadlock. During such a lease, a lock is an error
  ///   (`locked`) at once.
  package func connectionIfAvailable(
    deadline: Deadline, waitsForLocks: Bool
  ) throws(StoreError) -> sending Connection? {
    switch permit() {
    case nil: return nil
    case .connection(let core):
      core.waitsForLocks = waitsForLocks
      return lend(core, deadline: deadline)
    case .slot:
      do throws(StoreError) {
        return lend(try open(waitsForLocks: waitsForLocks), deadline: deadline)
      } catch {
        releaseSlot()
        throw error
      }
    }
  }

  /// Leases a connection as soon as one is free, for which it blocks the thread up to a fifth of a
  /// second. For work beside the requests.
  package func connectionSoon() throws(StoreError) -> sending Connection? {
    for _ in 0..<100 {
      if let connection = try connectionIfAvailable() { return connection }
      var pause = timespec(tv_sec: 0, tv_nsec: 2_000_000)
      nanosleep(&pause, nil)
    }
    return nil
  }

  /// What can be had without waiting.
  private func permit() -> Permit? {
    state.withLock { state -> Permit? in
      guard state.waiters.isEmpty else { return nil }
      if let core = state.idle.popLast() { return .connection(core) }
      guard state.opened < capacity else { return nil }
      state.opened += 1
      return .slot
    }
  }

  /// Opens a separate connection to the same database, outside the pool and its capacity. For work
  /// that runs in parallel with requests.
  ///
  /// - Throws: what ``Connection/init(_:configuration:)`` throws; `internalError` for `inMemory`,
  ///   since each connection has a database of its own.
  package func openSeparateConnection() throws(StoreError) -> Connection {
    if case .inMemory = source {
      throw StoreError(
        .internalError, at: .database(path: nil),
        "a database in memory has one connection; share an image of it")
    }
    return try Connection(source, configuration: configuration)
  }

  /// Records from now on the rows that the pool's only connection changes.
  ///
  /// - Returns: nil if that is impossible: there are several connections or other recipients, the
  ///   connection is in use, or SQLite's build does not report rows.
  package func recordChanges() -> ChangeLog? {
    state.withLock { state in
      guard capacity == 1, !state.isRecorded, let core = state.idle.first else { return nil }
      let log = ChangeLog()
      guard core.recordChanges(in: log) else { return nil }
      state.isRecorded = true
      return log
    }
  }

  fileprivate func lend(_ core: DatabaseCore, deadline: Deadline) -> sending Connection {
    Connection(core: core, lease: Lease(core, of: self, deadline: deadline))
  }

  fileprivate func open(waitsForLocks: Bool) throws(StoreError) -> DatabaseCore {
    try Opening(
      source: source, configuration: configuration, waitsForLocks: waitsForLocks
    ).open()
  }

  private func stopped(_ kind: StoreError.Kind) -> StoreError {
    StoreError(
      kind, at: .database(path: source.path),
      kind == .cancelled
        ? "the request was cancelled"
        : "no connection became free before the request's deadline; all \(capacity) were in use")
  }
}

// MARK: - Waiting

extension ConnectionPool {
  /// The number of tasks waiting for a connection.
  package var waitingCount: Int { state.withLock { $0.waiters.count } }

  private func wait(until deadline: Deadline) async -> Result<Permit, StoreError> {
    let ticket = state.withLock { $0.waiters.nextTicket() }
    // Not a child task: nothing awaits it once there is a connection.
    let alarm = deadline.instant.map { instant in
      Task { [weak self] in
        try? await Task.sleep(until: instant, clock: .continuous)
        if !Task.isCancelled { self?.stopWaiting(ticket, .deadlineExceeded) }
      }
    }
    defer { alarm?.cancel() }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer: Result<Permit, StoreError>? = state.withLock { state in
          if Task.isCancelled { return .failure(stopped(.cancelled)) }
          if deadline.hasPassed { return .failure(stopped(.deadlineExceeded)) }
          // A connection may have been returned since the first check.
          if state.waiters.isEmpty, let core = state.idle.popLast() {
            return .success(.connection(core))
          }
          if state.waiters.isEmpty, state.opened < capacity {
            state.opened += 1
            return .success(.slot)
          }
          state.waiters.append(continuation, ticket: ticket)
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      stopWaiting(ticket, .cancelled)
    }
  }

  private func stopWaiting(_ ticket: UInt64, _ kind: StoreError.Kind) {
    let continuation = state.withLock { $0.waiters.remove(ticket) }
    continuation?.resume(returning: .failure(stopped(kind)))
  }

  /// Passes the connection to the task that has waited longest, or keeps it as idle.
  fileprivate func reclaim(_ core: DatabaseCore) {
    core.deadline = .never
    core.waitsForLocks = true
    core.endTransaction()
    if let log = core.changeLog {
      // Of a statement outside a transaction.
      log.hasCommitted()
      core.changedRows = ChangedRows()
    }
    let isIdle = state.withLock { state in
      guard state.waiters.isEmpty else { return false }
      state.idle.append(core)
      return true
    }
    // The fast path is one lock: usually no task is waiting.
    if !isIdle { pass(core) }
  }

  private func pass(_ core: DatabaseCore) {
    let waiter = state.withLock { state -> WaitQueue<Permit>.Continuation? in
      if let waiter = state.waiters.popFirst() { return waiter }
      state.idle.append(core)
      return nil
    }
    UsualThread.begin { waiter?.resume(returning: .success(.connection(core))) }
  }

  /// Called where a connection was not opened: lets the next waiting task try.
  fileprivate func releaseSlot() {
    let waiter = state.withLock { state -> WaitQueue<Permit>.Continuation? in
      if let waiter = state.waiters.popFirst() { return waiter }
      state.opened -= 1
      return nil
    }
    UsualThread.begin { waiter?.resume(returning: .success(.slot)) }
  }
}

/// The lease of a connection. The connection and each of its statements retain it, so the database
/// returns to the pool when the last of them is gone, in whatever order that happens.
final class Lease {
  private let core: DatabaseCore
  private let pool: ConnectionPool

  fileprivate init(_ core: DatabaseCore, of pool: ConnectionPool, deadline: Deadline) {
    core.deadline = deadline
    self.core = core
    self.pool = pool
  }

  deinit { pool.reclaim(core) }
}
