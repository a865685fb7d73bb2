internal import CSQLite
import RowscopeModel

extension DatabaseCore {
  /// Compiles one statement under an authority.
  func prepare(
    _ sql: String, as authority: Authority, isKept: Bool
  ) throws(StoreError) -> PreparedStatement {
    switch authority {
    case .unrestricted: return try prepare(sql, armed: .unrestricted, isKept: isKept)
    case .writing(let permissions):
      return try preparing { mayBeView throws(StoreError) in
        try prepare(sql, as: permissions, asking: mayBeView, isKept: isKept)
      }
    case .reading(let permissions):
      let prepared = try preparing { mayBeView throws(StoreError) in
        let armed = Armed.permitting(try permitted(by: permissions, asking: mayBeView))
        return try prepare(sql, armed: armed, isKept: isKept)
      }
      guard sqlite3_stmt_readonly(prepared.handle) != 0 else {
        throw StoreError(
          .denied, at: .database(path: path), code: .denied,
          "the statement would change the database, but is only permitted to read")
      }
      return prepared
    }
  }

  /// Prepares by what is known of the bodies of views; if that does not do, by asking every table;
  /// and if that does not do either, by asking anew.
  ///
  /// From 3.54 on, SQLite also reports the functions of the defaults where a table is read. A view
  /// may have replaced a table, and a trigger or view may have been replaced since its body was
  /// read.
  private func preparing(
    _ body: (_ mayBeView: Bool) throws(StoreError) -> PreparedStatement
  ) throws(StoreError) -> PreparedStatement {
    do throws(StoreError) {
      return try body(tablesHaveBodies)
    } catch {
      guard error.kind == .denied else { throw error }
    }
    if !tablesHaveBodies, Self.reportsColumnFunctions {
      tablesHaveBodies = true
      do throws(StoreError) {
        return try body(true)
      } catch {
        guard error.kind == .denied else { throw error }
      }
    }
    forgetBodies()
    return try body(true)
  }

  private func prepare(
    _ sql: String, as permissions: WritePermissions, asking mayBeView: Bool, isKept: Bool
  ) throws(StoreError) -> PreparedStatement {
    let change = try changeBody(permissions.change)
    let permitted = try permitted(by: permissions.reads, change.events, asking: mayBeView)
    return try prepare(
      sql, armed: .permitting(permitted),
      running: change.ownTables.map { .running(permitted, ownTables: $0) }, isKept: isKept)
  }

  /// - Parameter running: what the authorizer permits while the statement is stepped; nil for the
  ///   same as while it is prepared.
  func prepare(
    _ sql: String, armed: Armed, running: Armed? = nil, isKept: Bool
  ) throws(StoreError) -> PreparedStatement {
    try begin()
    arm(armed)
    defer { arm(nil) }
    return try compile(sql, armed: running ?? armed, isKept: isKept)
  }

  /// Compiles with the authorizer as it is armed now.
  ///
  /// - Parameter armed: what it permits while the statement is stepped.
  func compile(
    _ sql: String, armed: Armed, isKept: Bool
  ) throws(StoreError) -> PreparedStatement {
    var statement: OpaquePointer?
    var sql = sql
    let flags = isKept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
    let (code, isWhole) = sql.withUTF8 { text in
      // With a length, SQLite needs no terminator; a String has none, and an empty one may have no
      // address.
      guard let start = text.baseAddress else { return (SQLITE_OK, true) }
      return start.withMemoryRebound(to: CChar.self, capacity: text.count) { start in
        var tail: UnsafePointer<CChar>?
        let code = sqlite3_prepare_v3(
          handle, start, Int32(clamping: text.count), flags, &statement, &tail)
        let used = tail.map { $0 - start } ?? text.count
        let rest = text[min(used, text.count)...]
        return (code, rest.allSatisfy { " \t\n\r;".utf8.contains($0) })
      }
    }
    guard code == SQLITE_OK else {
      sqlite3_finalize(statement)
      throw error(code, .preparing)
    }
    guard let statement else { throw misuse("there is no statement in the text") }
    let prepared = PreparedStatement(owning: statement, armed: armed)
    guard isWhole else { throw misuse("there is more than one statement in the text") }
    return prepared
  }

  /// The single number returned by a statement of this package's own.
  func number(_ sql: String, _ bindings: [Value] = []) throws(StoreError) -> Int64 {
    let key = StatementKey(sql, as: .unrestricted)
    let prepared =
      if let kept = statements.take(key) { kept } else {
        try prepare(sql, as: .unrestricted, isKept: true)
      }
    let statement = Statement(prepared, core: self, key: key)
    try statement.bind(bindings)
    return try statement.next { (row: borrowing Row) throws(StoreError) in
      row.storageClass(0) == .integer ? row.integer(0) : 0
    } ?? 0
  }

  /// The rows returned by a statement of this package's own.
  func rows(_ sql: String, _ bindings: [Value] = []) throws(StoreError) -> [[Value]] {
    let statement = try Connection(core: self).statement(sql, as: .unrestricted)
    try statement.bind(bindings)
    return try statement.rows()
  }
}
