package import RecordStore
package import RowscopeModel

extension TemporaryFolder {
  /// A database made by these statements, closed again.
  package func database(_ sql: String = TemporaryFolder.sample, name: String = "test.sqlite") throws
    -> String
  {
    let path = path(name)
    try Connection(.create(path: path)).execute(sql)
    return path
  }

  package static let sample = """
    CREATE TABLE tasks(id INTEGER PRIMARY KEY, title TEXT, owner INTEGER, secret TEXT);
    INSERT INTO tasks(title, owner, secret) VALUES ('a', 1, 'x'), ('b', 2, 'y'), ('c', 1, NULL);
    """
}

extension Connection {
  /// Every row of a statement, without restrictions.
  package func rows(_ sql: String, _ bindings: [Value] = []) throws(StoreError) -> [[Value]] {
    try rows(sql, bindings, as: .unrestricted)
  }

  package func rows(
    _ sql: String, _ bindings: [Value] = [], as authority: Authority
  ) throws(StoreError) -> [[Value]] {
    let statement = try statement(sql, as: authority)
    try statement.bind(bindings)
    return try statement.rows()
  }

  package static func memory(_ sql: String) throws(StoreError) -> Connection {
    let connection = try Connection(.inMemory)
    try connection.execute(sql)
    return connection
  }
}

/// The kind of the store's error that `body` throws, or nil.
package func kind(_ body: () throws -> Void) -> StoreError.Kind? {
  do {
    try body()
    return nil
  } catch {
    return (error as? StoreError)?.kind
  }
}

extension ConnectionPool {
  /// Leases a connection, which is opened on the calling thread.
  package func connection(
    deadline: Deadline = .never
  ) async throws(StoreError) -> sending Connection {
    try await turn(deadline: deadline).connection()
  }
}
