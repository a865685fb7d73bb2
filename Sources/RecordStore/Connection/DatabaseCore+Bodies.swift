internal import CSQLite
import RowscopeModel

/// What a change to a table does implicitly.
struct ChangeBody {
  var events = AuthorizedEvents()
  /// The virtual tables that it changes and the tables in which they keep their data; nil if it
  /// changes none.
  var ownTables: AuthorizedEvents?
}

/// What the database's own definitions do when a statement is prepared: the bodies of views and
/// triggers, foreign keys, defaults. They run with the database's rights, as their author intended,
/// so a statement is permitted what they do.
///
/// It is not derived from the schema but learnt from SQLite: a statement of this package's own is
/// prepared, and all events of its authorizer are recorded.
extension DatabaseCore {
  /// Called when the authorizer refused something or the schema changed under a statement.
  func forgetBodies() {
    viewBodies.removeAll()
    viewDefinitions = nil
    changeBodies.removeAll()
    columnFunctions.removeAll()
  }

  /// The permissions, extended by what the bodies of their views read.
  ///
  /// - Parameters:
  ///   - change: what the statement changes.
  ///   - mayBeView: whether to ask of every table what reading it does, and not of views alone.
  func permitted(
    by permissions: ReadPermissions, _ change: AuthorizedEvents? = nil, asking mayBeView: Bool
  ) throws(StoreError) -> Permitted {
    var bodies = change.map { [$0] } ?? []
    for table in mayBeView ? permissions.tables : permissions.views {
      let body = try viewBody(table)
      if body.fingerprint != 0 { bodies.append(body) }
    }
    return Permitted(reads: permissions, bodies: bodies)
  }

  // MARK: Changes

  /// All events of an unconditional change to a table: the change itself, and what the database's
  /// triggers and foreign keys do as a result.
  func changeBody(_ change: WritePermissions.Change) throws(StoreError) -> ChangeBody {
    if let known = changeBodies[change] { return known }
    var body = ChangeBody()
    let events: [AuthorizerEvent]
    do throws(StoreError) {
      events = try changeEvents(change)
    } catch {
      // The table and its columns were found in this same transaction, so something else is
      // missing.
      guard error.kind == .schemaMismatch else { throw error }
      throw error.unwritable
    }
    var changed: Set<Name> = []
    for event in events {
      switch event {
      case .insert(let table, _), .update(let table, _, _), .delete(let table, _):
        // A virtual table that is used for the first time declares its columns.
        if Name(table) == "sqlite_master" { continue }
        changed.insert(Name(table))
      case .read, .call, .recursion, .other: break
      }
      body.events.insert(event)
    }
    body.ownTables = try ownTables(ofVirtualTablesIn: changed)
    changeBodies[change] = body
    return body
  }

  /// - Throws: `schemaMismatch` if a trigger, a foreign key or the table's own definition needs
  ///   something that is missing.
  func changeEvents(_ change: WritePermissions.Change) throws(StoreError) -> [AuthorizerEvent] {
    try begin()
    return try recording { () throws(StoreError) in
      _ = try compile(change.bareStatement, armed: .unrestricted, isKept: false)
    }
  }

  /// Nil if there is no virtual table among them.
  private func ownTables(
    ofVirtualTablesIn tables: Set<Name>
  ) throws(StoreError) -> AuthorizedEvents? {
    let found = try Connection(core: self).statement(
      """
      SELECT name, type FROM pragma_table_list
      WHERE schema = 'main' AND type IN ('virtual', 'shadow')
      """, as: .unrestricted
    ).rows()
    let named = found.compactMap { row -> (name: String, isVirtual: Bool)? in
      if case .text(let name) = row[0] { (name.string, row[1] == "virtual") } else { nil }
    }
    let changed = named.filter { $0.isVirtual && tables.contains(Name($0.name)) }
    guard !changed.isEmpty else { return nil }
    var own = AuthorizedEvents()
    // SQLite itself protects this one. A module that is used for the first time asks for it.
    own.insert(changeOf: "sqlite_master")
    // FTS4 tells itself by an INSERT to flush.
    for table in changed { own.insert(changeOf: table.name) }
    for table in named where !table.isVirtual {
      // Source: `sqlite3IsShadowTableOf`.
      let isOwn = changed.contains { virtual in
        table.name.utf8.lazy.map(\.asciiLowercased).starts(
          with: "\(virtual.name)_".utf8.lazy.map(\.asciiLowercased))
      }
      if isOwn { own.insert(changeOf: table.name) }
    }
    return own
  }

  // MARK: Views and tables

  /// What the body of a view reads and calls, including the bodies of nested views; and the
  /// functions that are called for the columns of tables.
  ///
  /// SQLite reports such a read along with the name of the view or of a common table expression in
  /// it. Only the exact event is permitted, so no statement can use a view's name for another read.
  private func viewBody(_ name: Name) throws(StoreError) -> AuthorizedEvents {
    if let known = viewBodies[name] { return known }
    var body = AuthorizedEvents()
    var tables: Set<Name> = [name]
    if let definition = try viewDefinition(name) {
      // SQLite reports different columns for a full read and for a mere count.
      let events =
        try viewEvents(name.string, selecting: "*") + viewEvents(name.string, selecting: "1")
      for event in events {
        if case .read(let table, _, _) = event { tables.insert(Name(table)) }
        switch event {
        case .read(_, _, within: .some), .call(_, within: .some), .recursion:
          body.insert(event)
        case .read, .call, .insert, .update, .delete, .other: break
        }
      }
      // Where the outer query needs no column of a table, a common table expression or a subquery,
      // SQLite reports its use without one, along with any name or none.
      for used in try namesIn(definition) { body.insert(useAnywhere: used.string) }
    }
    for table in tables {
      for function in try columnFunctions(of: table) { body.insert(callAnywhere: function) }
    }
    viewBodies[name] = body
    return body
  }

  /// All names in the text of a view and of the views that it uses.
  private func namesIn(_ definition: String) throws(StoreError) -> Set<Name> {
    var names: Set<Name> = []
    var pending = [definition]
    while let text = pending.popLast() {
      for token in SQLTokenizer.tokens(of: text) where token.name != "" {
        guard names.insert(token.name).inserted else { continue }
        if let nested = try viewDefinition(token.name) { pending.append(nested) }
      }
    }
    return names
  }

  /// The text of a view; nil if there is no view of this name.
  private func viewDefinition(_ name: Name) throws(StoreError) -> String? {
    if let known = viewDefinitions { return known[name] }
    var definitions: [Name: String] = [:]
    for row in try Connection(core: self).statement(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'view'", as: .unrestricted
    ).rows() {
      guard case .text(let name) = row[0], case .text(let sql) = row[1] else { continue }
      definitions[Name(name.string)] = sql.string
    }
    viewDefinitions = definitions
    return definitions[name]
  }

  /// The functions that SQLite reports when a table's columns are merely read: from 3.54 on, those
  /// of its defaults. Which place it names for them depends on the query.
  private func columnFunctions(of table: Name) throws(StoreError) -> Set<String> {
    guard Self.reportsColumnFunctions else { return [] }
    if let known = columnFunctions[table] { return known }
    var functions: Set<String> = []
    let columns = try Connection(core: self).statement(
      "SELECT name FROM pragma_table_xinfo(?, 'main')", as: .unrestricted)
    try columns.bind([.text(Text(table.string))])
    // One by one, as a column with a missing function cannot be read.
    for row in try columns.rows() {
      guard case .text(let name) = row[0], let name = name.validString else { continue }
      do throws(StoreError) {
        let events = try viewEvents(table.string, selecting: Name(name).quoted)
        for case .call(let function, _) in events { functions.insert(function) }
      } catch {
        guard error.kind == .schemaMismatch else { throw error }
      }
    }
    columnFunctions[table] = functions
    return functions
  }

  static let reportsColumnFunctions = sqlite3_libversion_number() >= 3_054_000

  /// All events of reading this view.
  ///
  /// - Parameter inspect: called with the prepared statement.
  func viewEvents(
    _ name: String, selecting list: String, _ inspect: (OpaquePointer) -> Void = { _ in }
  ) throws(StoreError) -> [AuthorizerEvent] {
    try begin()
    return try recording { () throws(StoreError) in
      let prepared = try compile(
        "SELECT \(list) FROM \(Name(name).quoted)", armed: .unrestricted, isKept: false)
      inspect(prepared.handle)
    }
  }
}
