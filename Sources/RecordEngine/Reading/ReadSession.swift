package import AccessProfiles
import Documents
import FilterMemory
package import RecordFilter
package import RecordStore
package import RowscopeModel
import Synchronization

/// Reads records for one user in one snapshot of the database; ``RecordService/read(as:at:_:)``
/// provides it.
package struct ReadSession: ~Copyable {
  /// Nil if the records come from no database.
  package let connection: Connection?
  /// The pool of the connection, if other connections may help.
  package var pool: ConnectionPool?
  /// Nil if nothing is held in memory.
  package let memory: ReaderMemory?
  /// Counts what the session's work takes.
  package let meter: WorkMeter
  package let deadline: Deadline
  /// Nil if no answer is verified.
  package let chosen: ChosenQuestions?
  package private(set) var snapshot: ServiceSnapshot
  package let context: ReferenceContext
  package let limits: ServiceLimits

  package init(
    connection: consuming Connection?, pool: ConnectionPool? = nil, memory: ReaderMemory?,
    deadline: Deadline, chosen: ChosenQuestions?, snapshot: ServiceSnapshot,
    context: ReferenceContext, limits: ServiceLimits
  ) {
    switch connection {
    case .some(let connection): meter = connection.meter
    case .none: meter = WorkMeter()
    }
    self.connection = connection
    self.pool = pool
    self.memory = memory
    self.deadline = deadline
    self.chosen = chosen
    self.snapshot = snapshot
    self.context = context
    self.limits = limits
  }

  /// Makes the session know further profiles, where they are in the database.
  package mutating func know(profiles names: [String]) throws(ServiceError) {
    switch connection {
    case .none: break
    case .some(let connection):
      snapshot = try snapshot.knowing(profiles: names, for: context, on: connection)
    }
  }

  /// A page of the requested records.
  package func list(_ request: ListRequest) throws(ServiceError) -> Page<Record> {
    try records(of: try prepare(request), for: request)
  }

  /// The page that was prepared for a request.
  package func records(
    of list: PreparedPage, for request: ListRequest
  ) throws(ServiceError) -> Page<Record> {
    var records: [Record] = []
    records.reserveCapacity(min(list.size ?? 0, Self.mostRecordsForeseen))
    let end = try forEachRecord(of: list) { record in
      records.append(record)
      return true
    }
    return Page(
      items: records, hasMore: end?.hasMore ?? false, next: end?.next, count: try count(list),
      may: request.may ? records.map { $0.may ?? [] } : nil,
      readonly: list.acts == nil ? nil : records.map { $0.readonly ?? [] },
      hidden: list.mayHide ? records.map(\.hiddenFields) : nil, scope: list.request.scope)
  }

  /// The most records to reserve memory for in advance: a page may be larger than its list.
  package static let mostRecordsForeseen = 128

  /// The number of records of a request, ignoring its page.
  package func count(_ request: ListRequest) throws(ServiceError) -> Int {
    try count(try prepareTotal(of: request))
  }

  package func prepareTotal(of request: ListRequest) throws(ServiceError) -> PreparedTotal {
    let prepared = try preparedRequest(counting: request)
    chosen?.note(.count(request))
    return PreparedTotal(request: prepared)
  }

  package func count(_ total: PreparedTotal) throws(ServiceError) -> Int {
    try count(total.request)
  }

  /// The record with this primary key; `not_found` if the user cannot access one.
  package func get(
    _ key: [Value], from name: String, select: [FieldSelection]? = nil
  ) throws(ServiceError) -> Record {
    try record(of: try prepare(key, from: name, select: select))
  }

  /// The one record that was prepared.
  package func record(of list: PreparedPage) throws(ServiceError) -> Record {
    var record: Record?
    let end = try forEachRecord(of: list) {
      record = $0
      return true
    }
    if end?.hasMore == true { throw list.request.ambiguous }
    guard let record else { throw list.request.notFound }
    return record
  }

  /// The record with this primary key as a JSON object; `not_found` if the user cannot access one.
  package func getObject(
    _ key: [Value], from name: String, select: [FieldSelection]? = nil
  ) throws(ServiceError) -> [UInt8] {
    try object(of: try prepare(key, from: name, select: select))
  }

  /// The one record that was prepared, as a JSON object.
  package func object(of list: PreparedPage) throws(ServiceError) -> [UInt8] {
    var object: [UInt8]?
    let end = try forEachObject(of: list) { bytes, _ in
      object = Array(bytes)
      return true
    }
    if end?.hasMore == true { throw list.request.ambiguous }
    guard let object else { throw list.request.notFound }
    return object
  }

  // MARK: Steps

  /// Throws once the request's time is over, or the request was cancelled. SQLite and the tables in
  /// memory ask this by themselves while they search.
  func checkTime() throws(ServiceError) {
    if Task.isCancelled || deadline.hasPassed { throw MemoryError(.interrupted).serviceError }
  }

  /// Gives up on the caller's thread: what comes next takes long, or is not known to be short. See
  /// ``WorkMeter/giveUp()``.
  func leaveCaller() throws(ServiceError) {
    if meter.giveUp() { throw ServiceError(.cancelled, "the request takes long") }
  }

  /// A table that the user can access, from the plan cache if possible.
  package func table(_ name: String) throws(ServiceError) -> AccessibleTable {
    let key = PlanCache.Key(reachedTable: name, as: context.user)
    if let key, let known = snapshot.planCache.table(for: key) { return known }
    let table = try reachedTable(name)
    if let key, !table.entry.dependsOnClock { snapshot.planCache.remember(table, for: key) }
    return table
  }

  private func reachedTable(_ name: String) throws(ServiceError) -> AccessibleTable {
    guard let entry = try profiles() else { throw .unknownTable(name, among: []) }
    let access = try entry.profiles.access(toTableNamed: name, for: context)
    return AccessibleTable(
      access: access, table: snapshot.schema[access.table], entry: entry,
      scope: entry.profiles.requestScope(for: context))
  }

  /// The user's checked profiles; nil if the user has none, and so no access.
  ///
  /// - Throws: `invalid_profile` if one of them cannot be used: what it disables is not known.
  package func profiles() throws(ServiceError) -> ServiceSnapshot.PreparedEntry? {
    let (names, narrowing) = (context.user.profiles, context.user.narrowedBy)
    if let entry = snapshot.profiles(named: names, narrowedBy: narrowing) { return entry }
    guard let name = (names + narrowing).first(where: { snapshot.profiles[$0] == nil }) else {
      return nil
    }
    guard snapshot.profiles[fault: name] == nil else {
      throw ServiceError(
        .invalidProfile,
        "the profile \(Printable.quoted(name)) has mistakes, so everything is denied",
        hint: "run `rowscope check` to see them")
    }
    throw ServiceError(
      .invalidProfile,
      names.contains(name)
        ? "the user's profile \(Printable.quoted(name)) does not exist"
        : "the profile \(Printable.quoted(name)), to which the access is narrowed, does not exist")
  }

  package func resolve(
    _ request: ListRequest, anySize: Bool = false
  ) throws(ServiceError) -> (AccessibleTable, ResolvedRequest) {
    let table = try self.table(request.table)
    var resolved = try RequestResolution(table, reader: self).resolve(request, anySize: anySize)
    if request.may {
      let write = table.writeAccess(for: context)
      let written: ((FieldID) -> Filter)? = write.flatMap { write in
        write.differsByField ? { write.editableRows(writing: [$0]) } : nil
      }
      resolved.tellActs(writing: written) { act in
        // What a change is held to; where that cannot be determined, none is allowed.
        write.map { table.access.rows(for: act, $0, in: table.table) } ?? .none
      }
    }
    return (table, resolved)
  }
}

/// A table that a user can access, with everything needed to query it.
package final class AccessibleTable: Sendable {
  package let access: TableAccess
  package let table: Table
  package let entry: ServiceSnapshot.PreparedEntry
  package let scope: FieldScope
  /// See ``writeAccess(for:)``. Nil before it is needed.
  private let write = Mutex<WriteAccess??>(nil)
  /// See ``preparedUpdate(where:)``.
  let updates = Mutex<[PreparedUpdate]>([])

  package init(
    access: TableAccess, table: Table, entry: ServiceSnapshot.PreparedEntry, scope: FieldScope
  ) {
    self.access = access
    self.table = table
    self.entry = entry
    self.scope = scope
  }

  package var engine: SQLiteEngine { entry.engine }

  /// What the user's changes are limited to; nil where that cannot be determined, so that there can
  /// be none. Kept, unless it changes with the clock.
  ///
  /// - Parameter context: of the user whose access this is.
  package func writeAccess(for context: ReferenceContext) -> WriteAccess? {
    if let known = write.withLock({ $0 }) { return known }
    let found = try? entry.profiles.writeAccess(to: access.table, for: context)
    if !entry.dependsOnClock, !entry.profiles.actsDependOnClock(access.table) {
      write.withLock { $0 = .some(found) }
    }
    return found
  }

  package func shape(of resolved: ResolvedRequest) -> RecordShape {
    let shown = resolved.query.projection.prefix(resolved.shownCount)
    return RecordShape(
      shown.map { id in
        RecordField(
          name: table[id].name.string, isReadonly: access.fields[id.index] == .readonly,
          presentation: table[id].presentation)
      }, names: shown.map { table[$0].name })
  }

  /// Throws if the table has no such key.
  package func check(key: [Value]) throws(ServiceError) {
    let fields = table.primaryKey
    guard !fields.isEmpty, fields.allSatisfy(access.isVisible) else {
      throw ServiceError(
        .unsupported,
        "table \(Printable.quoted(table.name.string)) has no primary key to get a record by",
        hint: "list its records with a filter")
    }
    guard key.count == fields.count else {
      let names = fields.map { Printable.quoted(table[$0].name.string) }
      throw ServiceError(
        .invalidValue,
        "the key of table \(Printable.quoted(table.name.string)) has \(fields.count) values, "
          + "not \(key.count)", hint: "give \(names.joined(separator: ", "))")
    }
  }

  /// The filter for the record with this key, where the record shows it.
  package func filter(key: [Value]) throws(ServiceError) -> Filter {
    try check(key: key)
    return .all(showsKey, table.keyFilter(key))
  }

  /// The records that show their primary key.
  var showsKey: Filter { .all(table.primaryKey.compactMap { access.cells[$0] }) }
}

extension RequestResolution {
  package init(_ table: AccessibleTable, reader: borrowing ReadSession) {
    self.init(
      scope: table.scope, access: table.access, context: reader.context, limits: reader.limits,
      profileIdentity: table.entry.identity)
  }
}
