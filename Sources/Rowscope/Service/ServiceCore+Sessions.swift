import AccessProfiles
import FilterMemory
import RecordEngine
import RecordStore
import RowscopeModel

/// Sessions: on the caller's thread, or on one of the service's.
extension ServiceCore {
  /// Answers a question on the caller's thread if it is known to be short, and otherwise on one of
  /// the service's.
  ///
  /// - Parameters:
  ///   - prepare: resolves the question.
  ///   - body: answers it. Both may be run twice, so they only read.
  func answer<Prepared: RepeatableWork, Result>(
    as user: User, at clock: RequestClock? = nil,
    preparing prepare: (borrowing ReadSession) throws(ServiceError) -> Prepared,
    _ body: (borrowing ReadSession, Prepared) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    let session = try await reader(as: user, at: clock)
    let meter = session.meter
    let known = try meter.briefly { () throws(ServiceError) in try prepare(session) }
    if let known {
      let result = try known.onCaller(meter) { () throws(ServiceError) in try body(session, known) }
      if let result {
        verifyChosen(of: session)
        return result
      }
    }
    return try await onServiceThread(session) { session throws(ServiceError) in
      let prepared =
        if let known { known } else {
          try meter.atLength { () throws(ServiceError) in try prepare(session) }
        }
      let result = try prepared.onServiceThread(meter) { () throws(ServiceError) in
        try body(session, prepared)
      }
      verifyChosen(of: session)
      return result
    }
  }

  /// Passes a session to one of the service's threads, where it ends, too: a busy caller keeps
  /// neither its connection nor its transaction.
  private func onServiceThread<Result>(
    _ session: consuming ReadSession,
    _ body: (consuming ReadSession) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    var passed: ReadSession? = session
    return try await threads.perform { () throws(ServiceError) in
      guard let session = passed.take() else { preconditionFailure("this runs once") }
      return try body(session)
    }
  }

  /// Answers what is mostly known without reading records: on the caller's thread, or on one of the
  /// service's if it takes longer after all.
  ///
  /// - Parameter body: may be run twice, so it only reads.
  func resolve<Result>(
    as user: User, at clock: RequestClock? = nil,
    _ body: (borrowing ReadSession) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    let session = try await reader(as: user, at: clock)
    let known = try session.meter.briefly { () throws(ServiceError) in try body(session) }
    if let known { return known }
    return try await onServiceThread(session) { session throws(ServiceError) in
      try session.meter.atLength { () throws(ServiceError) in try body(session) }
    }
  }

  /// Passes a session to `body`, on one of the service's threads.
  func withOwnSession<Result>(
    as user: User, at clock: RequestClock? = nil,
    _ body: (consuming ReadSession) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    try await onServiceThread(try await reader(as: user, at: clock), body)
  }

  /// Like ``read(as:at:_:)``, for the package's own code, with the full session.
  func withSession<Result>(
    as user: User, at clock: RequestClock? = nil,
    _ body: (borrowing ReadSession) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    try await withOwnSession(as: user, at: clock) { session throws(ServiceError) in
      let result = try session.meter.atLength { () throws(ServiceError) in try body(session) }
      verifyChosen(of: session)
      return result
    }
  }

  func verifyChosen(of session: borrowing ReadSession) {
    guard let chosen = session.chosen?.questions, !chosen.isEmpty else { return }
    verify(chosen, in: session.context)
  }

  /// A session with its own connection and read transaction, which end with it. It is begun on the
  /// caller's thread if the tables are known and not locked.
  func reader(
    as user: User, at clock: RequestClock? = nil
  ) async throws(ServiceError) -> ReadSession {
    let clock = clock ?? self.clock()
    let deadline = deadline
    switch source {
    case .database(let pool, let held):
      let connection = try await connection(of: pool, deadline)
      // Take the memory's state before the transaction begins: what is loaded then is not newer
      // than its snapshot.
      let memory = held.map { ReaderMemory($0, policy: $0.policy) }
      let (snapshot, context) = try await begin(as: user, at: clock, on: connection, of: pool)
      return ReadSession(
        connection: connection, pool: pool, memory: memory, deadline: deadline,
        chosen: verifier.map { ChosenQuestions($0) }, snapshot: snapshot, context: context,
        limits: limits)
    case .tables(let tables, let problems, _):
      return ReadSession(
        connection: nil, memory: ReaderMemory(tables), deadline: deadline, chosen: nil,
        snapshot: snapshot(tables.schema, problems),
        context: ReferenceContext(user: try settled(user), clock: clock), limits: limits)
    }
  }

  private func connection(
    of pool: ConnectionPool, _ deadline: Deadline
  ) async throws(ServiceError) -> sending Connection {
    do throws(StoreError) {
      return try await pool.connection(deadline: deadline)
    } catch {
      throw ServiceError(error)
    }
  }

  /// Begins a read transaction, and looks the user up in it.
  private func begin(
    as user: User, at clock: RequestClock, on connection: borrowing Connection,
    of pool: ConnectionPool
  ) async throws(ServiceError) -> (ServiceSnapshot, ReferenceContext) {
    let begun = try connection.meter.briefly { () throws(ServiceError) in
      try begin(as: user, at: clock, on: connection)
    }
    if let begun { return begun }
    return try await pool.threads.perform { () throws(ServiceError) in
      connection.endReading()
      return try begin(as: user, at: clock, on: connection)
    }
  }

  private func begin(
    as user: User, at clock: RequestClock, on connection: borrowing Connection
  ) throws(ServiceError) -> (ServiceSnapshot, ReferenceContext) {
    try serviceErrors { () throws(StoreError) in try connection.beginReading() }
    return try identify(user, at: clock, on: connection)
  }
}
