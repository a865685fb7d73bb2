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
  private let prepared = Mutex<[[Text]: PreparedEntry]>([:])

  /// A user's profiles checked against the schema, with the engine for their statements.
  package final class PreparedEntry: Sendable {
    package let profiles: ProfileUnion
    let engine: SQLiteEngine
    /// The fingerprint of the profiles' documents, byte for byte, in their order.
    package let identity: Fingerprint
    /// Whether a rule depends on now, today or days, or a field on the request's time zone: what is
    /// accessible then changes with the clock.
    let dependsOnClock: Bool

    init(_ profiles: ProfileUnion) {
      self.profiles = profiles
      engine = SQLiteEngine(profiles)
      identity = Fingerprint(of: profiles.members.map(\.profile.source.bytes))
      dependsOnClock =
        profiles.everywhereDependsOnClock
        || profiles.schema.hasRelationsOfTime
        || profiles.reachedTables.contains { table in
          profiles.dependsOnClock(table)
            || profiles.schema[table].fields.contains { $0.type?.isLocal ?? false }
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
  package func profile(named name: String) -> PreparedEntry? { profiles(named: [name]) }

  /// The profiles of these names as one, checked on first use; nil if there is no name, or no such
  /// profile.
  package func profiles(named names: [String]) -> PreparedEntry? {
    let key = names.map { Text($0) }
    return prepared.withLock { prepared in
      if let entry = prepared[key] { return entry }
      let documents = names.compactMap { profiles[$0] }
      guard !documents.isEmpty, documents.count == names.count else { return nil }
      if prepared.count >= Self.mostPrepared { prepared.removeAll() }
      let entry = PreparedEntry(ProfileUnion(documents, schema: schema))
      prepared[key] = entry
      return entry
    }
  }

  /// The most unions of profiles that are kept.
  private static let mostPrepared = 1_024

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
