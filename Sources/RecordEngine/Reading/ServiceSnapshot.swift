package import AccessProfiles
import Documents
import FilterSQL
package import RecordFilter
package import RecordStore
package import RowscopeModel
import Synchronization

/// What a service knows of the database at one version of its tables: the schema, and the profiles checked against it.
///
/// It never changes: when the tables or the profiles do, another takes its place, and a request keeps the one that it began
/// with.
package final class ServiceSnapshot: Sendable {
  /// SQLite's `schema_version` when the schema was read.
  package let schemaVersion: Int64
  package let schema: Schema
  package let profiles: ProfileCatalog
  /// What of the database is left out of the schema, and why.
  package let notes: [SchemaNote]
  package let plans = QueryPlanCache()
  package let planCache = PlanCache()
  private let rowIDNames = Mutex<[TableID: String?]>([:])
  private let prepared = Mutex<[Text: PreparedEntry]>([:])

  /// A profile checked against the schema, with the engine that its statements go to.
  package final class PreparedEntry: Sendable {
    package let profile: PreparedProfile
    let engine: SQLiteEngine
    /// Of the profile's document, byte for byte.
    package let identity: Fingerprint
    /// Whether a rule speaks of now, today or days: then a user reaches other records as time passes.
    let dependsOnClock: Bool

    init(_ profile: PreparedProfile) {
      self.profile = profile
      engine = SQLiteEngine(profile)
      identity = Fingerprint(profile.profile.source.bytes)
      dependsOnClock = profile.reachedTables.contains {
        profile.validGrant($0)?.dependsOnClock ?? false
      }
    }
  }

  package init(schemaVersion: Int64, schema: Schema, notes: [SchemaNote], profiles: ProfileCatalog)
  {
    self.schemaVersion = schemaVersion
    self.schema = schema
    self.profiles = profiles
    self.notes = notes
  }

  /// The profile of this name, checked the first time that it is asked for; nil where there is none.
  package func profile(named name: String) -> PreparedEntry? {
    prepared.withLock { prepared in
      if let entry = prepared[Text(name)] { return entry }
      guard let profile = profiles[name] else { return nil }
      let entry = PreparedEntry(PreparedProfile(profile, schema: schema))
      prepared[Text(name)] = entry
      return entry
    }
  }

  /// By what name the numbers of a table's rows can be spoken of; nil where they have none.
  package func rowIDName(
    of table: TableID, on connection: borrowing Connection
  ) throws(ServiceError) -> String? {
    if let known = rowIDNames.withLock({ $0[table] }) { return known }
    do throws(StoreError) {
      let name = try connection.rowIDName(of: schema[table].name)
      rowIDNames.withLock { $0[table] = .some(name) }
      return name
    } catch {
      throw ServiceError(error)
    }
  }
}
