import AccessProfiles
import FilterMemory
import RecordEngine
import RecordStore
import RowscopeModel

/// Sessions: on the caller's thread, or on one of the service's.
extension ServiceCore {
  /// A session on the caller's thread, or what one of the service's threads makes a session of.
  enum Arrival: ~Copyable {
    case begun(ReadSession)
    /// Beginning it may block: the connection is to be opened, or the tables are to be read.
    case due(ConnectionPool.Turn)
  }

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
    let asking = Asking(user, at: clock ?? self.clock(), until: deadline)
    let arrival = try await arrive(asking)
    var known: Prepared?
    switch arrival {
    case .due: break
    case .begun(let session):
      let meter = session.meter
      known = try meter.briefly { () throws(ServiceError) in try prepare(session) }
      guard let known else { break }
      let result = try known.onCaller(meter) { () throws(ServiceError) in try body(session, known) }
      if let result {
        verifyChosen(of: session)
        return result
      }
    }
    return try await onServiceThread(arrival, asking) { session throws(ServiceError) in
      let meter = session.meter
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
    _ arrival: consuming Arrival, _ asking: Asking,
    _ body: (consuming ReadSession) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    var passed: Arrival? = arrival
    return try await threads.perform { () throws(ServiceError) in
      guard let arrival = passed.take() else { preconditionFailure("this runs once") }
      return try body(try session(of: arrival, asking))
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
    let asking = Asking(user, at: clock ?? self.clock(), until: deadline)
    let arrival = try await arrive(asking)
    switch arrival {
    case .due: break
    case .begun(let session):
      let known = try session.meter.briefly { () throws(ServiceError) in try body(session) }
      if let known { return known }
    }
    return try await onServiceThread(arrival, asking) { session throws(ServiceError) in
      try session.meter.atLength { () throws(ServiceError) in try body(session) }
    }
  }

  /// Passes a session to `body`, on one of the service's threads.
  func withOwnSession<Result>(
    as user: User, at clock: RequestClock? = nil,
    _ body: (consuming ReadSession) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    let asking = Asking(user, at: clock ?? self.clock(), until: deadline)
    return try await onServiceThread(try await arrive(asking, isToBegin: false), asking, body)
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
}

/// Who asks, when, and until when.
private struct Asking {
  let user: User
  let clock: RequestClock
  let deadline: Deadline

  init(_ user: User, at clock: RequestClock, until deadline: Deadline) {
    (self.user, self.clock, self.deadline) = (user, clock, deadline)
  }
}

// MARK: - Beginning

extension ServiceCore {
  /// Begins a session on the caller's thread if that does not block it.
  ///
  /// - Parameter isToBegin: false where one of the service's threads goes on in any case.
  private func arrive(
    _ asking: Asking, isToBegin: Bool = true
  ) async throws(ServiceError) -> Arrival {
    let pool: ConnectionPool
    switch source {
    case .database(let own, _): pool = own
    case .tables(let tables, let problems, _):
      return .begun(
        ReadSession(
          connection: nil, memory: ReaderMemory(tables), deadline: asking.deadline, chosen: nil,
          snapshot: snapshot(tables.schema, problems),
          context: ReferenceContext(user: try settled(asking.user), clock: asking.clock),
          limits: limits))
    }
    let turn: ConnectionPool.Turn
    do throws(StoreError) {
      turn = try await pool.turn(deadline: asking.deadline)
    } catch {
      throw ServiceError(error)
    }
    guard isToBegin else { return .due(turn) }
    switch consume turn {
    case .unopened(let slot): return .due(.unopened(slot))
    case .open(let connection):
      let memory = memory()
      let begun = try connection.meter.briefly { () throws(ServiceError) in
        try begin(asking, on: connection)
      }
      guard let begun else { return .due(.open(connection)) }
      return .begun(session(on: connection, memory, begun, asking))
    }
  }

  /// The session of an arrival, on one of the service's threads.
  private func session(
    of arrival: consuming Arrival, _ asking: Asking
  ) throws(ServiceError) -> ReadSession {
    switch consume arrival {
    case .begun(let session): return session
    case .due(let turn):
      let connection: Connection
      do throws(StoreError) {
        connection = try turn.connection()
      } catch {
        throw ServiceError(error)
      }
      connection.endReading()
      let memory = memory()
      let begun = try begin(asking, on: connection)
      return session(on: connection, memory, begun, asking)
    }
  }

  /// The memory's state, to be taken before a transaction begins: what is loaded then is not newer
  /// than its snapshot.
  private func memory() -> ReaderMemory? {
    guard case .database(_, let held?) = source else { return nil }
    return ReaderMemory(held, policy: held.policy)
  }

  /// Begins a read transaction, and looks the user up in it.
  private func begin(
    _ asking: Asking, on connection: borrowing Connection
  ) throws(ServiceError) -> (ServiceSnapshot, ReferenceContext) {
    try serviceErrors { () throws(StoreError) in try connection.beginReading() }
    return try identify(asking.user, at: asking.clock, on: connection)
  }

  /// A session with its own connection and read transaction, which end with it.
  private func session(
    on connection: consuming Connection, _ memory: ReaderMemory?,
    _ begun: (snapshot: ServiceSnapshot, context: ReferenceContext), _ asking: Asking
  ) -> ReadSession {
    guard case .database(let pool, _) = source else {
      preconditionFailure("a connection is that of a database")
    }
    return ReadSession(
      connection: connection, pool: pool, memory: memory, deadline: asking.deadline,
      chosen: verifier.map { ChosenQuestions($0) }, snapshot: begun.snapshot,
      context: begun.context, limits: limits)
  }
}
