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
      do throws(StoreError) {
        return try prepare(sql, armed: try armed(for: permissions), isKept: isKept)
      } catch {
        guard error.kind == .denied else { throw error }
        // A trigger or view may have been replaced since its body was read.
        forgetBodies()
        return try prepare(sql, armed: try armed(for: permissions), isKept: isKept)
      }
    case .reading(let permissions):
      let armed = try armed(for: permissions)
      let prepared: PreparedStatement
      do throws(StoreError) {
        prepared = try prepare(sql, armed: armed, isKept: isKept)
      } catch {
        // A view may have been replaced since its body was read, or may have replaced a table.
        guard error.kind == .denied, !viewBodies.isEmpty else { throw error }
        forgetBodies()
        return try prepare(sql, armed: try self.armed(for: permissions), isKept: isKept)
      }
      guard sqlite3_stmt_readonly(prepared.handle) != 0 else {
        throw StoreError(
          .denied, at: .database(path: path), code: .denied,
          "the statement would change the database, but is only permitted to read")
      }
      return prepared
    }
  }

  func prepare(
    _ sql: String, armed: Armed, isKept: Bool
  ) throws(StoreError) -> PreparedStatement {
    try begin()
    arm(armed)
    defer { arm(nil) }
    return try compile(sql, armed: armed, isKept: isKept)
  }

  /// Compiles with the authorizer as it is armed now.
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

  /// The permissions, extended by what the bodies of their views read.
  private func armed(for permissions: ReadPermissions) throws(StoreError) -> Armed {
    .permitting(try permitted(by: permissions))
  }

  /// The permissions, extended by what the change does implicitly.
  private func armed(for permissions: WritePermissions) throws(StoreError) -> Armed {
    .permitting(try [changeBody(permissions.change)] + permitted(by: permissions.reads))
  }

  private func permitted(
    by permissions: ReadPermissions
  ) throws(StoreError) -> [AuthorizedEvents] {
    var permitted = [permissions.events]
    for table in permissions.tables {
      let body = try viewBody(table)
      if body.fingerprint != 0 { permitted.append(body) }
    }
    return permitted
  }

  /// Called when the authorizer refused something or the schema changed under a statement.
  func forgetBodies() {
    viewBodies.removeAll()
    changeBodies.removeAll()
  }

  /// All events of an unconditional change to a table: the change itself, and what the database's
  /// triggers and foreign keys do as a result. These run with the database's own rights, as their
  /// author intended.
  private func changeBody(_ change: WritePermissions.Change) throws(StoreError) -> AuthorizedEvents
  {
    if let known = changeBodies[change] { return known }
    var body = AuthorizedEvents()
    try begin()
    let events: [AuthorizerEvent]
    do throws(StoreError) {
      events = try recording { () throws(StoreError) in
        _ = try compile(change.bareStatement, armed: .unrestricted, isKept: false)
      }
    } catch {
      // The table and its columns were found in this same transaction, so something else is
      // missing.
      guard error.kind == .schemaMismatch else { throw error }
      throw StoreError(
        .expressionFailed, at: error.location, code: error.code,
        "the table cannot be written: one of its triggers or foreign keys refers to something that "
          + "does not exist, or a trigger calls a function that SQLite does not consider safe in a "
          + "database from an untrusted source")
    }
    for event in events { body.insert(event) }
    changeBodies[change] = body
    return body
  }

  /// What the body of a view reads and calls, including the bodies of nested views. Empty for a
  /// table.
  ///
  /// SQLite reports such a read along with the name of the view or of a common table expression in
  /// it. Only the exact event is permitted, so no statement can use a view's name for another read.
  private func viewBody(_ name: Name) throws(StoreError) -> AuthorizedEvents {
    if let known = viewBodies[name] { return known }
    var body = AuthorizedEvents()
    let isView = try number(
      "SELECT count(*) FROM sqlite_schema WHERE type = 'view' AND name = ? COLLATE NOCASE",
      [.text(name.string)])
    if isView > 0 {
      // SQLite reports different columns for a full read and for a mere count.
      let events =
        try viewEvents(name.string, selecting: "*") + viewEvents(name.string, selecting: "1")
      for event in events {
        switch event {
        case .read(let table, "", _):
          // Depending on the outer query, SQLite reports a count of rows with or without the view's
          // name.
          body.insert(event)
          body.insert(.read(table: table, column: "", within: name.string))
        case .read(_, _, within: .some), .call(_, within: .some):
          body.insert(event)
        case .read, .call, .insert, .update, .delete, .other: break
        }
      }
    }
    viewBodies[name] = body
    return body
  }

  /// All events of reading this view.
  ///
  /// - Parameter inspect: called with the prepared statement.
  func viewEvents(
    _ name: String, selecting list: String, _ inspect: (OpaquePointer) -> Void = { _ in }
  ) throws(StoreError) -> [AuthorizerEvent] {
    let view = "\"" + name.replacing("\"", with: "\"\"") + "\""
    try begin()
    return try recording { () throws(StoreError) in
      let prepared = try compile("SELECT \(list) FROM \(view)", armed: .unrestricted, isKept: false)
      inspect(prepared.handle)
    }
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
}
