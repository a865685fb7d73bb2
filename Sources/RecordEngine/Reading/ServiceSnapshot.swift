package import AccessProfiles
package import Documents
package import FilterSQL
package import RecordFilter
package import RecordStore
package import RowscopeModel
import Synchronization
package import Workspaces

/// The schema at one version of the database's tables, and the profiles checked against it.
///
/// A snapshot is immutable: when the tables or the profiles change, a new one replaces it, and each
/// request keeps the one that it began with.
package final class ServiceSnapshot: Sendable {
  /// SQLite's `schema_version` when the schema was read.
  package let schemaVersion: Int64
  package let schema: Schema
  /// The profiles of files.
  private let files: ProfileCatalog
  private let stored: Mutex<StoredProfiles>
  /// The look-ups of users and of profiles; nil for those that are not in the database.
  package let lookups: UserLookups?
  package let users: UserLookup?
  package let documents: LookupStatement?
  /// Tables and fields that cannot be used, and why.
  package let notes: [SchemaNote]
  /// The workspace's declarations that cannot be used; each denies only what it concerns.
  package let declarationProblems: [Diagnostic]
  package let plans = QueryPlanCache()
  package let planCache = PlanCache()
  package let looks = DataLooks()
  private let rowIDNames = Mutex<[TableID: String?]>([:])
  private let compiler: QueryCompiler
  private let columnNumbers: ColumnNumbers
  private let prepared = Mutex<[Text: PreparedEntry]>([:])
  private let unions = Mutex<[UnionKey: PreparedEntry]>([:])
  private let whole = Mutex<PreparedEntry?>(nil)

  private struct UnionKey: Hashable {
    let names: [Text]
    let narrowing: [Text]
  }

  /// A user's profiles checked against the schema, with the engine for their statements.
  package final class PreparedEntry: Sendable {
    package let profiles: ProfileUnion
    let engine: SQLiteEngine
    /// The fingerprint of the profiles' documents, byte for byte, in their order.
    package let identity: Fingerprint
    /// Whether a rule depends on now, today or days, or a field on the request's time zone: what is
    /// accessible then changes with the clock.
    let dependsOnClock: Bool

    private let columnNumbers: ColumnNumbers
    private let mutationEngines = Mutex<[TableID: MutationEngine]>([:])

    /// - Parameters:
    ///   - compiler: for the profiles' schema.
    ///   - numbers: of the profiles' schema.
    init(_ profiles: ProfileUnion, _ compiler: QueryCompiler, _ numbers: ColumnNumbers) {
      self.profiles = profiles
      columnNumbers = numbers
      engine = SQLiteEngine(profiles, compiler, numbers)
      // An empty text is no document, and stands between those that give and those that narrow.
      let documents = profiles.profiles.map(\.profile.source.bytes)
      let narrowing = profiles.narrowing.map(\.profile.source.bytes)
      identity = Fingerprint(of: narrowing.isEmpty ? documents : documents + [[]] + narrowing)
      dependsOnClock =
        profiles.everywhereDependsOnClock
        || profiles.schema.hasRelationsOfTime
        || profiles.reachedTables.contains { table in
          profiles.dependsOnClock(table)
            || profiles.schema[table].fields.contains { $0.type?.isLocal ?? false }
        }
    }

    /// The engine for changes to a table's records, made at the first of them.
    package func mutationEngine(for table: TableID) -> MutationEngine {
      if let known = mutationEngines.withLock({ $0[table] }) { return known }
      let engine = MutationEngine(profiles, engine.compiler, columnNumbers, table: table)
      mutationEngines.withLock { $0[table] = engine }
      return engine
    }
  }

  /// How many records a query of a profile's own rules has, up to a limit; nil where the records
  /// come from no database.
  package func count(
    _ query: Query, upTo limit: Int, of entry: PreparedEntry, _ connection: borrowing Connection?
  ) throws(ServiceError) -> Int? {
    switch connection {
    case .none: nil
    case .some(let connection): try entry.engine.count(query, upTo: limit, on: connection)
    }
  }

  /// - Parameters:
  ///   - profiles: those of files.
  ///   - lookups: of users and profiles in the database, if they are there.
  ///   - dialect: of the statements for records.
  package init(
    schemaVersion: Int64, schema: Schema, notes: [SchemaNote], declarationProblems: [Diagnostic],
    profiles: ProfileCatalog, lookups: UserLookups? = nil, dialect: SQLDialect = .sqlite
  ) {
    self.schemaVersion = schemaVersion
    self.schema = schema
    self.notes = notes
    self.declarationProblems = declarationProblems
    stored = Mutex(StoredProfiles())
    let compiler = QueryCompiler(schema: schema, dialect: dialect)
    self.compiler = compiler
    columnNumbers = ColumnNumbers(of: schema)
    files = profiles
    self.lookups = lookups
    guard let lookups else {
      (users, documents) = (nil, nil)
      return
    }
    users = lookups.users.map { UserLookup($0, schema, compiler) }
    documents = lookups.profiles.map { LookupStatement($0, schema, compiler) }
  }

  /// The same schema with other documents of profiles in the database.
  private init(_ other: ServiceSnapshot, storing profiles: StoredProfiles) {
    schemaVersion = other.schemaVersion
    schema = other.schema
    notes = other.notes
    declarationProblems = other.declarationProblems
    (files, users, documents) = (other.files, other.users, other.documents)
    lookups = other.lookups
    (compiler, columnNumbers) = (other.compiler, other.columnNumbers)
    stored = Mutex(profiles)
  }

  /// The profiles that are known: all of files, and those of the database that were looked up.
  package var profiles: ProfileCatalog {
    documents == nil ? files : stored.withLock { $0.catalog.merging(files) }
  }

  /// Whether who a user is, or what their profiles say, depends on the time of the request.
  package var lookupsDependOnClock: Bool {
    users?.dependsOnClock ?? false || documents?.dependsOnClock ?? false
  }

  /// A statement for a look-up, for SQLite's plan of it.
  package func statement(of lookup: RecordLookup) -> LookupStatement {
    LookupStatement(lookup, schema, compiler)
  }

  /// The predicate of a filter alone.
  package func predicate(
    _ filter: Filter, on table: TableID
  ) throws(SQLCompilationError) -> SQLStatement {
    try compiler.predicate(filter, on: table)
  }

  // MARK: Profiles in the database

  /// This snapshot, or a new one if a profile in the database is not, or no longer, what this one
  /// knows.
  ///
  /// - Complexity: an indexed look-up for each name; a document is parsed once for its text.
  package func knowing(
    profiles names: [String], for context: ReferenceContext, on connection: borrowing Connection
  ) throws(ServiceError) -> ServiceSnapshot {
    guard let documents, !names.isEmpty else { return self }
    guard names.count <= StoredProfiles.limit else {
      throw ServiceError(
        .limitExceeded, "more than \(StoredProfiles.limit) profiles are needed at once")
    }
    var snapshot = self
    let table = schema[documents.lookup.table].name.string
    for name in names {
      if !snapshot.stored.withLock({ $0.knows(name) }), connection.meter.giveUp() {
        throw ServiceError(.cancelled, "a profile is to be read")
      }
      let found = try documents.document(named: name, for: context, on: connection) { found in
        snapshot.stored.withLock {
          $0.isFull(for: name) ? nil : $0.take(found, as: name, in: table)
        }
      }
      guard found != true else { continue }
      // Full, or the document has changed: requests that have begun keep the old one.
      let kept =
        found == nil ? StoredProfiles() : snapshot.stored.withLock { $0.without(name) }
      snapshot = ServiceSnapshot(self, storing: kept)
      return try snapshot.knowing(profiles: names, for: context, on: connection)
    }
    return snapshot
  }

  /// The profile of this name, checked on first use; nil if there is none.
  package func profile(named name: String) -> PreparedEntry? {
    prepared.withLock { prepared in
      if let entry = prepared[Text(name)] { return entry }
      guard let profile = profiles[name] else { return nil }
      let entry = PreparedEntry(
        ProfileUnion(PreparedProfile(profile, schema: schema)), compiler, columnNumbers)
      prepared[Text(name)] = entry
      return entry
    }
  }

  /// A profile that shows every field of every table, for reading what rules are about.
  package var everything: PreparedEntry {
    whole.withLock { known in
      if let known { return known }
      let entry = PreparedEntry(
        ProfileUnion(PreparedProfile(.newlyCreated, schema: schema)), compiler, columnNumbers)
      known = entry
      return entry
    }
  }

  /// The profiles of these names as one, checked on first use; nil if there is no name, or no such
  /// profile.
  ///
  /// - Parameter narrowing: the names of profiles of which the access is what each gives, too.
  package func profiles(
    named names: [String], narrowedBy narrowing: [String] = []
  ) -> PreparedEntry? {
    if names.count == 1, narrowing.isEmpty { return profile(named: names[0]) }
    let key = UnionKey(names: names.map { Text($0) }, narrowing: narrowing.map { Text($0) })
    return unions.withLock { unions in
      if let entry = unions[key] { return entry }
      let documents = names.compactMap { profiles[$0] }
      let limits = narrowing.compactMap { profiles[$0] }
      guard !documents.isEmpty, documents.count == names.count, limits.count == narrowing.count
      else { return nil }
      if unions.count >= Self.mostUnions { unions.removeAll() }
      let entry = PreparedEntry(
        ProfileUnion(documents, narrowedBy: limits, schema: schema), compiler,
        columnNumbers)
      unions[key] = entry
      return entry
    }
  }

  /// The most unions of profiles that are kept.
  private static let mostUnions = 1_024

  /// The name by which SQL can refer to a table's rowid; nil if it has none.
  package func rowIDName(
    of table: TableID, on connection: borrowing Connection
  ) throws(ServiceError) -> String? {
    if let known = rowIDNames.withLock({ $0[table] }) { return known }
    return try serviceErrors { () throws(StoreError) in
      let name = try connection.rowIDName(of: schema[table].name)
      rowIDNames.withLock { $0[table] = .some(name) }
      return name
    }
  }
}
