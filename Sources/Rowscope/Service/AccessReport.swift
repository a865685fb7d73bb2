import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import RowscopeModel
import Workspaces

/// What a user may see and do, and for each denial the rule that decided it: for whoever gives access, since it names hidden
/// fields too.
package struct AccessReport: Sendable {
  package struct TableLine: Sendable {
    package let name: String
    package let label: String
    /// Why the table is not reached; nil where it is.
    package let denial: AccessReason?
    /// The records reached, in words: `every record`, `no record` or a filter.
    package let rows: String
    /// The records that the user type and the invitations allow, in the same words; nil for all.
    package let limit: String?
    /// The records that may be edited, where these are not all that are reached.
    package let editableRows: String?
    /// Why no record is reached; nil where one may be.
    package let emptiness: AccessReason?
    package let fields: [FieldLine]
    package let rights: [RightLine]
  }

  package struct FieldLine: Sendable {
    package let name: String
    package let access: FieldAccess
    /// Why it is hidden or readonly; nil where it is neither.
    package let reason: AccessReason?
  }

  package struct RightLine: Sendable {
    package let right: Right
    /// Nil where the user has it.
    package let denial: AccessReason?
  }

  /// A page or a dashboard.
  package struct PlaceLine: Sendable {
    package let name: String
    /// Nil where the user can open it.
    package let denial: AccessReason?
  }

  package struct PowerLine: Sendable {
    package let power: Power
    /// Nil where the user has it.
    package let denial: AccessReason?
  }

  package let user: User
  package let tables: [TableLine]
  package let pages: [PlaceLine]
  package let dashboards: [PlaceLine]
  package let powers: [PowerLine]
}

extension RecordService {
  /// What a user may see and do.
  ///
  /// - Parameter table: one table; nil for all.
  /// - Throws: `unknown_table` where the database has no such table; `invalid_profile` where the profile has mistakes.
  package func access(
    of user: User, to table: String? = nil
  ) async throws(ServiceError) -> AccessReport {
    let pages = workspace?.pages ?? []
    let dashboards = workspace?.dashboards ?? []
    return try await withSession(as: user) { reader throws(ServiceError) in
      AccessReport(
        try reader.decisions(), tables: try reader.tables(named: table), pages: pages,
        dashboards: dashboards)
    }
  }

  /// What each of these users may do with one table, as of one moment. A profile with mistakes denies it to its users.
  ///
  /// - Throws: `unknown_table` where the database has no such table.
  package func access(
    ofEach users: [User], to table: String
  ) async throws(ServiceError) -> [AccessReport] {
    try await withSession(as: User(id: .null)) { reader throws(ServiceError) in
      let tables = try reader.tables(named: table)
      return users.map { user in
        AccessReport(reader.decisions(for: user), tables: tables, pages: [], dashboards: [])
      }
    }
  }
}

extension ReadSession {
  /// One table, or all.
  fileprivate func tables(named name: String?) throws(ServiceError) -> [TableID] {
    let schema = snapshot.schema
    guard let name else { return schema.tables.indices.map(TableID.init) }
    if let id = schema.tableID(named: name) { return [id] }
    throw ServiceError(
      .unknownTable, "unknown table \(Printable.quoted(name))",
      hint: Suggestion.hint(for: name, among: schema.tables.map(\.name.string)))
  }
}

extension AccessReport {
  fileprivate init(
    _ decisions: AccessDecisions, tables: [TableID], pages: [Name], dashboards: [Name]
  ) {
    self.init(
      user: decisions.context.user, tables: tables.map { TableLine($0, decisions) },
      pages: pages.map {
        PlaceLine(name: $0.string, denial: decisions.denial(ofPage: $0.string))
      },
      dashboards: dashboards.map {
        PlaceLine(name: $0.string, denial: decisions.denial(ofDashboard: $0.string))
      },
      powers: Power.allCases.map { PowerLine(power: $0, denial: decisions.denial(of: $0)) })
  }
}

extension AccessReport.TableLine {
  fileprivate init(_ id: TableID, _ decisions: AccessDecisions) {
    let table = decisions.schema[id]
    let scoped = decisions.access(to: id)
    func words(_ filter: Filter?) -> String {
      (filter ?? .never).description(in: decisions.schema, table: id)
    }
    let access = scoped?.access
    self.init(
      name: table.name.string, label: table.label, denial: decisions.denial(of: id),
      rows: words(access?.rows.filter),
      limit: scoped.flatMap { $0.limit == .always ? nil : words($0.limit) },
      editableRows: access.flatMap {
        $0.editableRows == $0.rows ? nil : words($0.editableRows.filter)
      },
      emptiness: decisions.emptiness(of: id),
      fields: table.fieldIndices.map { field in
        AccessReport.FieldLine(
          name: table[field].name.string, access: access?.fields[field.index] ?? .hidden,
          reason: decisions.limit(of: field, in: id))
      },
      rights: Right.allCases.map {
        AccessReport.RightLine(right: $0, denial: decisions.denial(of: $0, in: id))
      })
  }
}
