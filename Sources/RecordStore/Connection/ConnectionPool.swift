internal import Synchronization

/// Connections to one database, shared by many tasks: each is lent to one task at a time.
///
/// Connections are opened when they are first needed. Where all are out, tasks wait without holding a
/// thread, and are served in the order in which they asked.
package final class ConnectionPool: Sendable {
  private let source: Connection.Source
  private let configuration: Connection.Configuration
  /// The most connections that are open at once.
  package let capacity: Int
  private let state: Mutex<State>

  private struct State {
    var idle: [DatabaseCore] = []
    /// Connections that are open or being opened.
    var opened = 0
    var waiters = WaitQueue<Permit>()
  }

  /// What a task that waited is given.
  private enum Permit: Sendable {
    case connection(DatabaseCore)
    /// The right to open one.
    case place
  }

  /// Opens the first connection, so that a database that cannot be opened is said now.
  ///
  /// - Parameters:
  ///   - source: what to open. A source that writes should have a capacity of 1, as SQLite has one writer.
  ///   - capacity: at least 1.
  /// - Throws: what ``Connection/init(_:configuration:)`` throws; `internalError` for `inMemory`, of which
  ///   each connection would have its own.
  package init(
    _ source: Connection.Source, capacity: Int,
    configuration: Connection.Configuration = Connection.Configuration()
  ) throws(StoreError) {
    if case .inMemory = source, capacity > 1 {
      throw StoreError(
        .internalError, at: .database(path: nil),
        "every connection in memory has its own database: share an image of one, or one connection")
    }
    self.source = source
    self.configuration = configuration
    self.capacity = max(capacity, 1)
    let first = try Opening(source: source, configuration: configuration).open()
    state = Mutex(State(idle: [first], opened: 1))
  }

  /// Leases a connection, which comes back when it goes out of use. Does not suspend where one is free.
  ///
  /// - Parameter deadline: for the wait and for all that is done on the connection while it is lent.
  /// - Throws: `deadlineExceeded` or `cancelled` while waiting; what opening a connection throws.
  package func connection(
    deadline: Deadline = .never
  ) async throws(StoreError) -> sending Connection {
    guard !Task.isCancelled else { throw stopped(.cancelled) }
    if let connection = try connectionIfAvailable(deadline: deadline) { return connection }
    switch await wait(until: deadline) {
    case .success(.connection(let core)): return lend(core, deadline: deadline)
    case .success(.place): return try open(deadline: deadline)
    case .failure(let error): throw error
    }
  }

  /// Leases a connection where one is free or may be opened; nil where all are out or others are waiting.
  package func connectionIfAvailable(
    deadline: Deadline = .never
  ) throws(StoreError) -> sending Connection? {
    try connectionIfAvailable(deadline: deadline, waitsForLocks: true)
  }

  /// - Parameter waitsForLocks: false for whoever has a transaction open on another connection: somebody who is about to commit
  ///   waits for its end and lets nobody begin meanwhile, so to wait for them would be to wait for oneself. Such a lock is
  ///   an error (`locked`) at once then, for as long as the connection is lent.
  package func connectionIfAvailable(
    deadline: Deadline, waitsForLocks: Bool
  ) throws(StoreError) -> sending Connection? {
    let permit = state.withLock { state -> Permit? in
      guard state.waiters.isEmpty else { return nil }
      if let core = state.idle.popLast() { return .connection(core) }
      guard state.opened < capacity else { return nil }
      state.opened += 1
      return .place
    }
    switch permit {
    case nil: return nil
    case .connection(let core):
      core.waitsForLocks = waitsForLocks
      return lend(core, deadline: deadline)
    case .place: return try open(deadline: deadline, waitsForLocks: waitsForLocks)
    }
  }

  /// Leases a connection to `body`.
  ///
  /// `body` holds a thread of the concurrency runtime while SQLite works; a deadline bounds that.
  package func withConnection<Result>(
    deadline: Deadline = .never,
    _ body: (borrowing Connection) async throws(StoreError) -> sending Result
  ) async throws(StoreError) -> sending Result {
    let connection = try await connection(deadline: deadline)
    return try await body(connection)
  }

  /// A connection of its own to the same database, which is nobody else's and counts against no capacity: for work that
  /// goes on beside requests.
  ///
  /// - Throws: what ``Connection/init(_:configuration:)`` throws; `internalError` for `inMemory`, of which every
  ///   connection has its own.
  package func openApart() throws(StoreError) -> Connection {
    if case .inMemory = source {
      throw StoreError(
        .internalError, at: .database(path: nil),
        "a database in memory has one connection; share an image of it")
    }
    return try Connection(source, configuration: configuration)
  }

  private func lend(_ core: DatabaseCore, deadline: Deadline) -> sending Connection {
    Connection(core: core, loan: Lease(core, of: self, deadline: deadline))
  }

  private func open(
    deadline: Deadline, waitsForLocks: Bool = true
  ) throws(StoreError) -> sending Connection {
    do throws(StoreError) {
      let opening = Opening(
        source: source, configuration: configuration, waitsForLocks: waitsForLocks)
      return lend(try opening.open(), deadline: deadline)
    } catch {
      giveUpPlace()
      throw error
    }
  }

  private func stopped(_ kind: StoreError.Kind) -> StoreError {
    StoreError(
      kind, at: .database(path: source.path),
      kind == .cancelled
        ? "the request was cancelled"
        : "no connection became free before the request's deadline; all \(capacity) were at work")
  }
}

// MARK: - Waiting

extension ConnectionPool {
  /// How many tasks wait for a connection just now.
  package var waitingCount: Int { state.withLock { $0.waiters.count } }

  private func wait(until deadline: Deadline) async -> Result<Permit, StoreError> {
    let ticket = state.withLock { $0.waiters.nextTicket() }
    // Not a child task: nobody waits for it once the connection is there.
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
          // One may have come back since it was last looked for.
          if state.waiters.isEmpty, let core = state.idle.popLast() {
            return .success(.connection(core))
          }
          if state.waiters.isEmpty, state.opened < capacity {
            state.opened += 1
            return .success(.place)
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

  /// To the task that has waited longest, else to the idle ones.
  fileprivate func takeBack(_ core: DatabaseCore) {
    core.deadline = .never
    core.waitsForLocks = true
    core.endTransaction()
    let isIdle = state.withLock { state in
      guard state.waiters.isEmpty else { return false }
      state.idle.append(core)
      return true
    }
    // As a rule nobody waits, and then there is no more to it.
    if !isIdle { pass(core) }
  }

  private func pass(_ core: DatabaseCore) {
    let waiter = state.withLock { state -> WaitQueue<Permit>.Continuation? in
      if let waiter = state.waiters.popFirst() { return waiter }
      state.idle.append(core)
      return nil
    }
    waiter?.resume(returning: .success(.connection(core)))
  }

  /// A connection could not be opened: the next in line may try.
  private func giveUpPlace() {
    let waiter = state.withLock { state -> WaitQueue<Permit>.Continuation? in
      if let waiter = state.waiters.popFirst() { return waiter }
      state.opened -= 1
      return nil
    }
    waiter?.resume(returning: .success(.place))
  }
}

/// The time for which a connection is lent. The connection and each of its statements hold on to it, so that
/// the database goes back when the last of them is gone, in whatever order that happens.
final class Lease {
  private let core: DatabaseCore
  private let pool: ConnectionPool

  fileprivate init(_ core: DatabaseCore, of pool: ConnectionPool, deadline: Deadline) {
    core.deadline = deadline
    self.core = core
    self.pool = pool
  }

  deinit { pool.takeBack(core) }
}
