import AccessProfiles
import Documents
import FilterSQL
package import RecordEngine
package import RecordFilter
package import RecordStore
public import RowscopeModel
package import Workspaces

/// Compiles requests into SQL that a driver of the service's own runs: for a database that this
/// process does not open itself, behind a pooler, a replica or an interface over the network.
///
/// ```swift
/// let planner = try QueryPlanner(workspace: .load(path: "helpdesk"))
/// var list = try planner.list(ListRequest(table: "tasks", size: 50), as: bia)
/// while let query = try list.next() {
///   try list.take(await database.rows(query.text, query.parameters))
/// }
/// let page = try list.page()
/// ```
///
/// The statements are SQLite's SQL and call no function of Rowscope's, so that whatever speaks it
/// runs them. A rule that no function of SQLite decides exactly, such as a comparison of dates in
/// several layouts, is refused (`unsupported`) and never weakened. It is a compiler and no wall: the
/// driver's connection can still read everything.
///
/// The tables are those of the workspace's database when the planner is made; nothing is read from
/// it later. Plans are kept, and any number of tasks may use a planner at once.
public final class QueryPlanner: Sendable {
  let snapshot: ServiceSnapshot
  private let hasStoredProfiles: Bool
  private let users: UserDirectory?
  private let limits: RecordService.Limits
  let clock: @Sendable () -> RequestClock

  /// Reads the workspace's profiles, and the tables of its database.
  ///
  /// Complexity: O(n) in the tables' columns and in the profiles.
  /// - Parameters:
  ///   - workspace: with its database, which may hold no records.
  ///   - limits: of requests. A time limit is for the driver to keep.
  ///   - clock: the time of each request; by default the system's, in the workspace's time zone.
  /// - Throws: problems of the workspace or its database.
  public convenience init(
    workspace: Workspace, limits: RecordService.Limits = .init(),
    clock: (@Sendable () -> RequestClock)? = nil
  ) throws(OpeningError) {
    try self.init(contents: workspace.contents, limits: limits, clock: clock)
  }

  /// - Parameter profiles: instead of the workspace's.
  package convenience init(
    contents: WorkspaceContents, profiles: ProfileCatalog? = nil,
    limits: RecordService.Limits = .init(), clock: (@Sendable () -> RequestClock)? = nil
  ) throws(OpeningError) {
    let pool: ConnectionPool
    var columns: PostgreSQLColumns?
    if contents.isCatalog {
      let catalog = try rethrowing(OpeningError.init(_:)) { () throws(WorkspaceError) in
        try contents.readCatalog()
      }
      columns = catalog.columns
      pool = try rethrowing(OpeningError.init(_:)) { () throws(StoreError) in
        try ConnectionPool(.image(catalog.image), capacity: 1)
      }
    } else {
      pool = try contents.open(connections: 1, configuration: Connection.Configuration()).pool
    }
    let zone = contents.zone
    try self.init(
      tablesOf: pool, profiles: profiles ?? ProfileCatalog(reading: contents),
      workspace: contents.document, users: contents.users, limits: limits,
      columns: columns,
      clock: clock ?? { RequestClock(now: SystemClock.now, zone: zone) })
  }

  /// - Parameters:
  ///   - pool: of a database with the tables, with or without their records.
  ///   - columns: the types of the tables' columns, if they are PostgreSQL's.
  package init(
    tablesOf pool: ConnectionPool, profiles: ProfileCatalog, workspace: WorkspaceDocument?,
    users: UserDirectory? = nil, limits: RecordService.Limits = .init(),
    columns: PostgreSQLColumns? = nil, clock: @escaping @Sendable () -> RequestClock
  ) throws(OpeningError) {
    let (version, database) = try rethrowing(OpeningError.init(_:)) { () throws(StoreError) in
      let connection = try pool.openSeparateConnection()
      return (try connection.schemaVersion(), try connection.readSchema())
    }
    let declared = try rethrowing(OpeningError.init(_:)) { () throws(Diagnostics) in
      try workspace.map { (document) throws(Diagnostics) in
        try database.schema.applying(document)
      } ?? database.schema.undeclared
    }
    snapshot = ServiceSnapshot(
      schemaVersion: version, schema: declared.schema, notes: database.notes,
      declarationProblems: declared.problems, profiles: profiles,
      dialect: columns.map { .postgreSQL($0) } ?? .portableSQLite)
    hasStoredProfiles = workspace?.profileTable != nil
    self.users = workspace?.userTables == nil ? users : nil
    self.limits = limits
    self.clock = clock
  }

  /// The statements of a page.
  ///
  /// Complexity: O(n) in the request; O(1) for one whose plan is kept.
  /// - Throws: any error of the request; `unsupported` for what the statements cannot decide
  ///   exactly, and for users and profiles in the database.
  public func list(
    _ request: ListRequest, as user: User
  ) throws(ServiceError) -> CompiledList {
    try CompiledList(try session(as: user).prepare(request), for: request)
  }

  /// The statements of the record with this primary key.
  ///
  /// Complexity: as ``list(_:as:)``.
  /// - Parameters:
  ///   - key: one value for each field of the key, in order.
  ///   - table: the name of the table.
  ///   - select: the fields of the answer; nil for all that the user sees.
  ///   - user: who asks, and whose rules hold.
  /// - Throws: as ``list(_:as:)``.
  public func get(
    _ key: [Value], from table: String, select: [FieldSelection]? = nil, as user: User
  ) throws(ServiceError) -> CompiledList {
    try CompiledList(
      try session(as: user).prepare(key, from: table, select: select),
      for: ListRequest(table: table, select: select))
  }

  /// The statement that counts the records of a request, whatever its page: one row with one
  /// integer. Nil if no record can match: the number is 0.
  ///
  /// Complexity: as ``list(_:as:)``.
  /// - Parameters:
  ///   - request: whose conditions the records meet.
  ///   - user: who asks, and whose rules hold.
  ///   - limit: up to which they are counted; nil for all.
  /// - Throws: as ``list(_:as:)``.
  public func count(
    _ request: ListRequest, as user: User, upTo limit: Int? = nil
  ) throws(ServiceError) -> SQLQuery? {
    let total = try session(as: user).prepareTotal(of: request).request
    guard !total.resolved.query.isNever else { return nil }
    return SQLQuery(try total.table.engine.sql(ofCounting: total.resolved.query, upTo: limit))
  }

  /// A page as it is without its cursor, for other programs: the names of the fields, in the order
  /// of the columns, and the statements one after another until the page is full.
  ///
  /// - Throws: as ``list(_:as:)``; `unsupported` for related records, and for fields that some
  ///   records hide: the rows alone do not say what they show.
  package func statements(
    _ request: ListRequest, as user: User
  ) throws(ServiceError) -> (fields: [String], statements: [SQLQuery]) {
    let list = try session(as: user).prepare(request)
    guard !list.mayHide else {
      throw ServiceError(
        .unsupported, "some records hide fields of this answer, which their rows alone do not say",
        hint: "select fields that every record shows, as `rowscope access` lists them, or use the "
          + "library's QueryPlanner")
    }
    guard list.layout == nil else {
      throw ServiceError(
        .unsupported, "this answer is put together from its rows and those of related records",
        hint: "select the table's own fields, or use the library's QueryPlanner")
    }
    let resolved = list.resolved
    let phases = resolved.query.isNever ? [] : resolved.query.phases(in: snapshot.schema)
    var statements: [SQLQuery] = []
    for var phase in phases where !phase.isNever {
      // What only cursors are made of is not shown, and may be hidden.
      phase.projection = Array(phase.projection.prefix(resolved.shownCount))
      phase.keyValues = []
      phase.limit = resolved.size
      statements.append(SQLQuery(try list.table.engine.sql(of: phase)))
    }
    return (list.shape.fields.map(\.name), statements)
  }

  /// The records of a table that the user may see, edit or delete, as the expression after WHERE:
  /// for a statement of the service's own, `UPDATE "tasks" SET … WHERE (…)`.
  ///
  /// A record that is changed may leave the user's scope, and fields may be readonly: what is
  /// written is for the service to check.
  ///
  /// Complexity: O(n) in the rules of the table.
  /// - Parameters:
  ///   - act: what is to be done with the records.
  ///   - table: the name of the table.
  ///   - user: who asks, and whose rules hold.
  ///   - number: of PostgreSQL, that of the first parameter: the statement's own may come first.
  /// - Returns: `0` or `FALSE` where there is no such record, `1` or `TRUE` where it is every one.
  /// - Throws: as ``list(_:as:)``.
  public func predicate(
    for act: RecordAct, in table: String, as user: User, numberedFrom number: Int = 1
  ) throws(ServiceError) -> SQLQuery {
    let session = try session(as: user)
    let found = try session.table(table)
    let rows =
      switch (act, found.writeAccess(for: session.context)) {
      case (.see, let write): found.access.rows(for: act, write, in: found.table)
      case (.edit, let write?), (.delete, let write?):
        found.access.rows(for: act, write, in: found.table)
      case (.edit, nil), (.delete, nil): RowAccess.none
      }
    return SQLQuery(
      try serviceErrors { () throws(SQLCompilationError) in
        try found.engine.compiler.predicate(
          rows.filter, on: found.access.table, numberedFrom: number)
      })
  }

  private func session(as user: User) throws(ServiceError) -> ReadSession {
    guard !hasStoredProfiles else {
      throw ServiceError(
        .unsupported, "the workspace's profiles are in its database, which a planner does not read",
        hint: "keep them in files")
    }
    var user = user
    if user.isToBeLookedUp {
      guard let users else {
        throw ServiceError(
          .unsupported, "the workspace's users are in its database, which a planner does not read",
          hint: "look the user up, and hand them in with their profile and attributes")
      }
      user = try users.user(asking: user.id).narrowed(as: user)
    }
    return ReadSession(
      connection: nil, memory: nil, deadline: .never, chosen: nil, snapshot: snapshot,
      context: ReferenceContext(user: user, clock: clock()), limits: limits)
  }
}
