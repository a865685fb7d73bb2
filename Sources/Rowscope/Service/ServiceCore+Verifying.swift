import AccessProfiles
import RecordEngine
import RecordStore
import RowscopeModel

extension ServiceCore {
  /// Compares both engines, if this question is selected for verification.
  func verify(_ question: Question, in context: ReferenceContext) {
    if let verifier, verifier.isChosen() { verify([question], in: context) }
  }

  /// Compares both engines in the background.
  func verify(_ questions: [Question], in context: ReferenceContext) {
    guard case .database(let pool, let held) = source, let verifier, verifier.begin() else {
      return
    }
    ServiceThreads.beginApart { [self] in
      defer { verifier.end() }
      for question in questions {
        let finding: Verification.Finding
        do throws(ServiceError) {
          let difference = try compare(question, in: context, pool, held)
          finding = difference.map { .difference($0) } ?? .same
        } catch {
          finding = .notCompared(error)
        }
        verifier.verification.report(finding)
      }
    }
  }

  private static func connectionApart(
    from pool: ConnectionPool
  ) throws(ServiceError) -> Connection {
    try serviceErrors { () throws(StoreError) in
      let connection = try pool.openSeparateConnection()
      try connection.beginReading()
      return connection
    }
  }

  /// Uses a connection of its own, so that no request waits for it.
  private func compare(
    _ question: Question, in context: ReferenceContext, _ pool: ConnectionPool, _ held: ColumnCache?
  ) throws(ServiceError) -> EngineDifference? {
    let connection = try Self.connectionApart(from: pool)
    let limit = held?.policy.byteLimit ?? MemoryPolicy.none.byteLimit
    let memory = ReaderMemory(
      held, policy: MemoryPolicy(tables: .all, use: .always, byteLimit: limit))
    // As the user was when they asked; the documents of their profiles are those of now.
    let (snapshot, context) = try identify(context.user, at: context.clock, on: connection)
    return try ReadSession(
      connection: connection, memory: memory, deadline: .never, chosen: nil, snapshot: snapshot,
      context: context, limits: limits
    ).compareEngines(question)
  }
}
