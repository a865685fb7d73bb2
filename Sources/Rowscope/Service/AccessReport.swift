public import AccessProfiles
import RecordFilter

/// What a user may see and do, for whoever gives access: it names hidden fields too.
public struct AccessReport: Sendable {
  public struct TableLine: Sendable {
    public let name: String
    public let label: String
    /// Nil where the table is reached; else why not.
    public let denial: String?
    /// The records reached, in words: `every record`, `no record` or a filter.
    public let rows: String
    public let fields: [FieldLine]
    public let rights: Rights
  }

  public struct FieldLine: Sendable {
    public let name: String
    public let access: FieldAccess
  }

  /// A page or a dashboard.
  public struct PlaceLine: Sendable {
    public let name: String
    public let isOpen: Bool
  }

  /// Nil for a user without one.
  public let profile: String?
  public let managesUsers: Bool
  public let createsTables: Bool
  public let createsDashboards: Bool
  public let tables: [TableLine]
  public let pages: [PlaceLine]
  public let dashboards: [PlaceLine]
}

extension RecordService {
  /// What a user may see and do.
  ///
  /// - Parameter table: one table; nil for all.
  /// - Throws: `unknown_table` where the database has no such table.
  public func access(
    of user: User, to table: String? = nil
  ) async throws(ServiceError) -> AccessReport {
    let pages = workspace?.pages ?? []
    let dashboards = workspace?.dashboards ?? []
    return try await read(as: user) { reader throws(ServiceError) in
      try reader.accessReport(table, pages: pages, dashboards: dashboards)
    }
  }
}

extension RecordReader {
  fileprivate func accessReport(
    _ name: String?, pages: [Name], dashboards: [Name]
  ) throws(ServiceError) -> AccessReport {
    let schema = snapshot.schema
    var ids = schema.tables.indices.map(TableID.init)
    if let name {
      guard let id = schema.tableID(named: name) else {
        throw ServiceError(
          .unknownTable, "unknown table \(Diagnostic.quoted(name))",
          hint: Suggestion.hint(for: name, among: schema.tables.map(\.name.string)))
      }
      ids = [id]
    }
    let entry = try profile()
    let profile = entry?.profile.profile
    return AccessReport(
      profile: context.user.profile, managesUsers: profile?.manageUsers ?? false,
      createsTables: profile?.createTable ?? false,
      createsDashboards: profile?.createDashboard ?? false,
      tables: ids.map { line($0, entry?.profile) },
      pages: pages.map {
        AccessReport.PlaceLine(
          name: $0.string, isOpen: profile?.pages.allows($0.string) ?? false)
      },
      dashboards: dashboards.map {
        AccessReport.PlaceLine(
          name: $0.string, isOpen: profile?.dashboards.allows($0.string) ?? false)
      })
  }

  private func line(_ id: TableID, _ profile: PreparedProfile?) -> AccessReport.TableLine {
    let table = snapshot.schema[id]
    func denied(_ reason: String) -> AccessReport.TableLine {
      AccessReport.TableLine(
        name: table.name.string, label: table.label, denial: reason, rows: "no record",
        fields: table.fields.map { .init(name: $0.name.string, access: .hidden) }, rights: [])
    }
    guard let profile else { return denied("the user has no profile") }
    do throws(AccessError) {
      guard let access = try profile.access(to: id, for: context) else {
        return denied(
          profile.profile.tablesDisabled.contains(table.name.string) ? "disabled" : "not enabled")
      }
      return AccessReport.TableLine(
        name: table.name.string, label: table.label, denial: nil,
        rows: access.rows.filter.description(in: snapshot.schema, table: id),
        fields: table.fieldIndices.map {
          .init(name: table[$0].name.string, access: access.fields[$0.index])
        }, rights: access.rights)
    } catch {
      return denied(ServiceError(error, table: table.name.string).description)
    }
  }
}
