package import AccessProfiles
package import Documents
import FilterSQL
package import RecordFilter
package import RecordStore
package import RowscopeModel
import Synchronization

/// The schema at one version of the database's tables, and the profiles checked against it.
///
/// A snapshot is immutable: when the tables or the profiles change, a new one replaces it, and each
/// request keeps the one that it began with.
package final class ServiceSnapshot: Sendable {
  /// SQLite's `schema_version` when the schema was read.
  package let schemaVersion: Int64
  package let schema: Schema
  package let profiles: ProfileCatalog
  /// Tables and fields that cannot be used, and why.
  package let notes: [SchemaNote]
  /// The workspace's declarations that cannot be used; each denies only what it concerns.
  package let declarationProblems: [Diagnostic]
  package let plans = QueryPlanCache()
  package let planCache = PlanCache()
  package let looks = DataLooks()
  private let rowIDNames = Mutex<[TableID: String?]>([:])
  private let prepared = Mutex<[Text: PreparedEntry]>([:])

  /// A profile checked against the schema, with the engine for its statements.
  package final class PreparedEntry: Sendable {
    package let profile: PreparedProfile
    let engine: SQLiteEngine
    /// The fingerprint of the profile's document, byte for byte.
    package let identity: Fingerprint
    /// Whether a rule depends on now, today or days, or a field on the request's time zone: what is
    /// accessible then changes with the clock.
    let dependsOnClock: Bool

    init(_ profile: PreparedProfile) {
      self.profile = profile
      engine = SQLiteEngine(profile)
      identity = Fingerprint(profile.profile.source.bytes)
      dependsOnClock =
        profile.everywhereDependsOnClock
        || profile.schema.hasRelationsOfTime
        || profile.reachedTables.contains { table in
          profile.validGrant(table)?.dependsOnClock ?? false
            || profile.schema[table].fields.contains { $0.type?.isLocal ?? false }
        }
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

  package init(
    schemaVersion: Int64, schema: Schema, notes: [SchemaNote], declarationProblems: [Diagnostic],
    profiles: ProfileCatalog
  ) {
    self.schemaVersion = schemaVersion
    self.schema = schema
    self.profiles = profiles
    self.notes = notes
    self.declarationProblems = declarationProblems
  }

  /// The profile of this name, checked on first use; nil if there is none.
  package func profile(named name: String) -> PreparedEntry? {
    prepared.withLock { prepared in
      if let entry = prepared[Text(name)] { return entry }
      guard let profile = profiles[name] else { return nil }
      let entry = PreparedEntry(PreparedProfile(profile, schema: schema))
      prepared[Text(name)] = entry
      return entry
    }
  }

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
