import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel
import Workspaces

/// What a user may see and do, and for each denial the rule that decided it. For administrators: it
/// names hidden fields.
public struct AccessReport: Sendable {
  /// What the user may do with one table.
  public struct TableLine: Sendable {
    /// As the database spells it.
    public let name: String
    /// What people call the table; its name if the workspace gives no label.
    public let label: String
    /// Why the table is denied; nil if it is not.
    public let denial: AccessReason?
    /// The accessible records in words: `every record`, `no record` or a filter.
    public let rows: String
    /// The records that the user type and the invitations allow, in the same words; nil for all.
    public let limit: String?
    /// The editable records; nil if these are all accessible records, or the user may edit none.
    public let editableRows: String?
    /// The same for deleting.
    public let deletableRows: String?
    /// What is set on the records that the user creates.
    public let presets: [PresetLine]
    /// Why no record is accessible; nil if one may be.
    public let emptiness: AccessReason?
    /// Every field of the table in its order, hidden ones as well.
    public let fields: [FieldLine]
    /// Every right, those that are denied as well: `create`, `edit`, `delete`, `comment`,
    /// `manage_structure` and `manage_developer_fields`.
    public let rights: [Line]
  }

  /// What the user may do with one field.
  public struct FieldLine: Sendable {
    /// As the database spells it.
    public let name: String
    /// In the records that show it. Readonly, too, where the user may write no record of the table.
    public let access: FieldAccess
    /// The profiles that show it, where only some of several do; else empty.
    public let profiles: [String]
    /// The accessible records that show it, in the words of ``TableLine/rows``; nil for all.
    public let records: String?
    /// Why it is hidden or readonly; nil if it is neither.
    public let reason: AccessReason?
  }

  /// A field that the profile sets on the records that the user creates.
  public struct PresetLine: Sendable {
    /// The field's name, as the database spells it.
    public let field: String
    /// As it is stored. The members of a field with a table of its own are a JSON array.
    public let value: Value
  }

  /// Whether the user has a page or a dashboard, a right in a table, or a power.
  public struct Line: Sendable {
    /// A page or a dashboard as the workspace spells it, a right or a power by its name in JSON.
    public let name: String
    /// What people call it, in English.
    public let label: String
    /// Nil if the user has it.
    public let denial: AccessReason?
  }

  /// The user as they were looked up, with their profiles, seat, type and teams.
  public let user: User
  /// The tables asked for, in the database's order, those denied to the user as well.
  public let tables: [TableLine]
  /// The pages that the workspace lists, in its order; empty if it lists none, and for
  /// ``RecordService/access(ofEach:to:)``.
  public let pages: [Line]
  /// The dashboards, likewise.
  public let dashboards: [Line]
  /// Every power, what a user may do whatever the table, those that are denied as well.
  public let powers: [Line]
}

extension RecordService {
  /// What a user may see and do.
  ///
  /// Complexity: O(n) in the fields of the tables and in the profiles; no record is read.
  /// - Parameters:
  ///   - user: who asks, and whose rules hold.
  ///   - table: one table; nil for all.
  /// - Throws: `unknown_table` if the database has no such table; `invalid_profile` if the profile
  ///   has mistakes.
  public func access(
    of user: User, to table: String? = nil
  ) async throws(ServiceError) -> AccessReport {
    let core = try await core()
    let pages = core.workspace?.pages ?? []
    let dashboards = core.workspace?.dashboards ?? []
    return try await core.withSession(as: user) { reader throws(ServiceError) in
      AccessReport(
        try reader.decisions(), tables: try reader.tables(named: table), pages: pages,
        dashboards: dashboards, obstacles: try reader.writeObstacles())
    }
  }

  /// What each of these users may do with one table, all in one snapshot. A profile with mistakes
  /// denies the table to its users.
  ///
  /// Complexity: as ``access(of:to:)`` for each of the users.
  /// - Throws: `unknown_table` if the database has no such table.
  public func access(
    ofEach users: [User], to table: String
  ) async throws(ServiceError) -> [AccessReport] {
    try await core().withOwnSession(as: User(id: .null)) { session throws(ServiceError) in
      var reader = session
      try reader.know(profiles: Set(users.flatMap(\.profiles).map { Text($0) }).map(\.string))
      let tables = try reader.tables(named: table)
      let obstacles = try reader.writeObstacles()
      return users.map { user in
        AccessReport(
          reader.decisions(for: user), tables: tables, pages: [], dashboards: [],
          obstacles: obstacles)
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
    throw .unknownTable(name, among: schema.tables.map(\.name.string))
  }
}

extension AccessReport {
  fileprivate init(
    _ decisions: AccessDecisions, tables: [TableID], pages: [Name], dashboards: [Name],
    obstacles: [Name: [WriteObstacle]]
  ) {
    self.init(
      user: decisions.context.user,
      tables: tables.map { id in
        TableLine(id, decisions, obstacles[decisions.schema[id].name] ?? [])
      },
      pages: pages.map {
        Line(name: $0.string, label: $0.string, denial: decisions.denial(ofPage: $0.string))
      },
      dashboards: dashboards.map {
        Line(name: $0.string, label: $0.string, denial: decisions.denial(ofDashboard: $0.string))
      },
      powers: Power.allCases.map {
        Line(name: $0.rawValue, label: $0.englishLabel, denial: decisions.denial(of: $0))
      })
  }
}

extension AccessReport.TableLine {
  init(_ id: TableID, _ decisions: AccessDecisions, _ obstacles: [WriteObstacle]) {
    let table = decisions.schema[id]
    let scoped = decisions.access(to: id)
    func words(_ filter: Filter?) -> String {
      (filter ?? .never).description(in: decisions.schema, table: id)
    }
    let access = scoped?.access
    let write = decisions.writeAccess(to: id)
    func rows(of act: WriteAccess.Act?, by right: Right) -> String? {
      guard let act, let access, act.rows != access.rows, access.rights.contains(right)
      else { return nil }
      return words(act.rows.filter)
    }
    func denial(of right: Right) -> AccessReason? {
      let obstacle = obstacles.first { $0.prevents(right) }
      return decisions.denial(of: right, in: id)
        ?? obstacle.map { AccessReason(.database, $0.description) }
    }
    // A field that can be written with no record cannot be written.
    let writing = [Right.create, .edit].map(denial)
    let withoutWriting = writing.contains { $0 == nil } ? nil : writing.last ?? nil
    self.init(
      name: table.name.string, label: table.label, denial: decisions.denial(of: id),
      rows: words(access?.rows.filter),
      limit: scoped.flatMap { $0.limit == .always ? nil : words($0.limit) },
      editableRows: rows(of: write?.edit, by: .edit),
      deletableRows: rows(of: write?.delete, by: .delete),
      presets: (write?.creators.first?.presets ?? []).map {
        AccessReport.PresetLine(field: table[$0.field].name.string, value: $0.value.shown)
      },
      emptiness: decisions.emptiness(of: id).first,
      fields: table.fieldIndices.map { field in
        let level = access?.fields[field.index] ?? .hidden
        let reason = decisions.limit(of: field, in: id) ?? withoutWriting
        return AccessReport.FieldLine(
          name: table[field].name.string,
          access: level == .editable && reason != nil ? .readonly : level,
          profiles: level == .hidden ? [] : decisions.profiles(showing: field, in: id),
          records: access?.cells[field].map(words), reason: reason)
      },
      rights: Right.allCases.map {
        AccessReport.Line(name: $0.rawValue, label: $0.label, denial: denial(of: $0))
      })
  }
}

extension WriteObstacle {
  fileprivate func prevents(_ right: Right) -> Bool {
    switch right {
    case .create: changes.contains(.create)
    case .edit: changes.contains(.edit)
    case .delete: changes.contains(.delete)
    case .comment, .manageStructure, .manageDeveloperFields: false
    }
  }
}
