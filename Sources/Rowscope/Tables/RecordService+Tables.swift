package import Documents
package import RecordEngine
import RecordStore
import RowscopeModel
package import Workspaces

extension RecordService {
  /// A service for records without a database: it answers requests as over a database that stores
  /// the same records.
  ///
  /// ```swift
  /// var profiles = Profiles()
  /// try profiles.add("support", json: document)
  /// let service = try RecordService(tables: tables, profiles: profiles)
  /// let page = try await service.list(ListRequest(table: "tasks"), as: ana)
  /// ```
  ///
  /// The tables are fixed; records that come later need a new service, which costs no more than its
  /// tables.
  ///
  /// Complexity: O(n) in the tables and their fields; records are not copied.
  /// - Parameters:
  ///   - tables: the tables, as they are now.
  ///   - profiles: the profiles that users may have.
  ///   - workspace: the text of a `workspace.json` of which `"tables"` is read: owners, types of
  ///     fields, relations. Nil for nothing.
  ///   - limits: what one request may take.
  ///   - clock: the time of each request; by default the system's, in UTC.
  /// - Throws: all declarations of the workspace that do not fit the tables.
  public convenience init(
    tables: MemoryTables, profiles: Profiles, workspace: [UInt8]? = nil,
    limits: Limits = Limits(), clock: (@Sendable () -> RequestClock)? = nil
  ) throws(OpeningError) {
    do throws(Diagnostics) {
      let document = try workspace.map { bytes throws(Diagnostics) in
        try WorkspaceDocument(document: SourceDocument(name: "workspace", bytes: bytes))
      }
      try self.init(
        tables: tables, profiles: profiles.catalog, workspace: document, limits: limits,
        clock: clock)
    } catch {
      throw OpeningError(error)
    }
  }

  package convenience init(
    tables: MemoryTables, profiles: ProfileCatalog, workspace: WorkspaceDocument? = nil,
    limits: Limits = Limits(), clock: (@Sendable () -> RequestClock)? = nil
  ) throws(Diagnostics) {
    let declared = try tables.declared(by: workspace)
    let tables = tables.database(of: declared.schema)
    self.init(
      ServiceCore(
        source: .tables(tables, declared.problems, ServiceThreads(limit: 4)), profiles: profiles,
        workspace: workspace, limits: limits, clock: clock))
  }
}
