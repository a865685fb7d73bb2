package import Documents
package import RecordEngine
import RowscopeModel
package import Workspaces

extension RecordService {
  /// A service for records that are in no database: the same requests get the same answers as over a database that stores
  /// the same records.
  ///
  /// ```swift
  /// let service = try RecordService(tables: tables, profiles: ProfileCatalog(["support": support]))
  /// let page = try await service.list(ListRequest(table: "tasks"), as: ana)
  /// ```
  ///
  /// The tables are those of this moment; records that come later want a service of their own, which costs what its tables
  /// cost and nothing more.
  ///
  /// - Parameters:
  ///   - profiles: the profiles that users may have.
  ///   - workspace: what is declared beyond the tables themselves: owners, kinds of fields, relations.
  ///   - clock: the time of each request; the system's, in UTC, unless something else is given.
  /// - Throws: every declaration of the workspace that does not fit the tables.
  package convenience init(
    tables: MemoryTables, profiles: ProfileCatalog, workspace: WorkspaceDocument? = nil,
    limits: Limits = Limits(), clock: (@Sendable () -> RequestClock)? = nil
  ) throws(Diagnostics) {
    self.init(
      source: .tables(try tables.database(applying: workspace)), profiles: profiles,
      workspace: workspace, limits: limits, clock: clock)
  }
}
