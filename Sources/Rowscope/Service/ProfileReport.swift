import AccessProfiles
package import DataFiles
package import Documents
import RecordEngine
import RecordFilter
package import RecordStore
import RowscopeModel
package import Workspaces

/// The problems of one profile, in itself and against the database.
package struct ProfileReport: Sendable {
  package let name: String
  /// All problems, warnings included; nil if the file could not be read.
  package let diagnostics: Diagnostics?
  /// Why the file could not be read.
  package let unreadable: WorkspaceError?

  package var errorCount: Int {
    (unreadable == nil ? 0 : 1) + (diagnostics?.count(of: .error) ?? 0)
  }

  package var warningCount: Int { diagnostics?.count(of: .warning) ?? 0 }
}

extension Diagnostics {
  /// Omitted diagnostics may be errors, so count them as errors.
  fileprivate func count(of severity: Diagnostic.Severity) -> Int {
    list.count { $0.severity == severity } + (severity == .error ? omitted : 0)
  }
}

/// What ``RecordService/check(_:)`` finds.
public struct CheckReport: Sendable {
  /// The errors and warnings of all documents. Files that cannot be read are in
  /// ``unreadableProfiles`` instead.
  public var problems: [DocumentProblem] {
    profiles.flatMap { $0.diagnostics?.problems ?? [] } + users.flatMap(\.problems)
      + (declarations?.problems ?? [])
  }

  /// The profiles that could not be read, by name, and why.
  public var unreadableProfiles: [Value.Text: String] {
    Dictionary(
      profiles.compactMap { report in
        report.unreadable.map { (Value.Text(report.name), $0.description) }
      },
      uniquingKeysWith: { first, _ in first })
  }

  /// Tables and fields that cannot be used, and why: one line each, for people.
  public var unusable: [String] { notes.map(\.description) }

  /// What the data says against being read as it is, each with what to do: one line each, for
  /// people. They count as warnings.
  public var dataWarnings: [String] { csvNotes.map { "\($0.description); \($0.hint)" } }

  /// What else was noticed, and need be no mistake: tables that nobody reaches, users who lack what
  /// a rule needs, rules that show nothing or everything, columns better declared. One line each,
  /// for people.
  public var remarks: [String] { dataNotes }

  /// By name.
  package let profiles: [ProfileReport]
  /// The problems of the users' invitations and number of seats, and of the workspace beside them,
  /// one element for each document; empty if no users were given or there are none.
  package let users: [Diagnostics]
  /// Tables and fields that profiles cannot use, and why.
  package let notes: [SchemaNote]
  /// Columns of CSV files that hold numbers, but for some cells.
  package let csvNotes: [CSVNote]
  /// Declarations of the workspace that cannot be used, that the data contradicts, or that would
  /// pay; nil if there are none.
  package let declarations: Diagnostics?
  /// What else was noticed in the data and among users: one line each, for people.
  package let dataNotes: [String]

  /// The errors among the problems, and the profiles that could not be read.
  public var errorCount: Int {
    let others = declarations?.count(of: .error) ?? 0
    return profiles.reduce(users.reduce(others) { $0 + $1.count(of: .error) }) {
      $0 + $1.errorCount
    }
  }

  /// The warnings among the problems, and the ``dataWarnings``.
  public var warningCount: Int {
    let others = csvNotes.count + (declarations?.count(of: .warning) ?? 0)
    return profiles.reduce(users.reduce(others) { $0 + $1.count(of: .warning) }) {
      $0 + $1.warningCount
    }
  }
}

extension RecordService {
  /// All problems of the profiles, in themselves and against the current database.
  ///
  /// The data is looked at too: some thousand records of each table, for declarations that it
  /// contradicts.
  ///
  /// Complexity: O(n) in the bytes of the profiles, and in the tables.
  /// - Parameter names: the profiles to check; nil for all.
  /// - Throws: `deadline_exceeded`, `cancelled`, `database_error`, `invalid_workspace`.
  public func check(_ names: [String]? = nil) async throws(ServiceError) -> CheckReport {
    try await check(names, users: nil)
  }

  /// All problems of the profiles, in themselves and against the current database.
  ///
  /// - Parameters:
  ///   - names: the profiles to check; nil for all.
  ///   - users: the users whose invitations and seats to check; nil for none.
  ///   - others: problems that are already known.
  package func check(
    _ names: [String]? = nil, users: UserDirectory?, others: [Diagnostics] = []
  ) async throws(ServiceError) -> CheckReport {
    let core = try await core()
    return try await core.withOwnSession(as: User(id: .null)) { session throws(ServiceError) in
      var session = session
      let known = if let names { names } else { try session.profileNames() }
      try session.know(profiles: known)
      return try core.check(names, users: users, others: others, session)
    }
  }
}

extension ServiceCore {

  fileprivate func check(
    _ names: [String]?, users: UserDirectory?, others: [Diagnostics],
    _ reader: borrowing ReadSession
  ) throws(ServiceError) -> CheckReport {
    var declared = reader.snapshot.declarationProblems
    var users = users
    if names == nil, users != nil, let workspace, reader.snapshot.lookups != nil {
      var stored = StoredUserCheck(workspace)
      try stored.checkPlans(reader)
      if reader.holdsRecords, let everyone = try reader.everyone() {
        stored.check(everyone.users, everyone.faults, profiles: reader.snapshot.profiles.names)
        users = UserDirectory(checked: everyone.users)
      }
      declared += stored.problems.list
    }
    var data = DataCheck(reader.snapshot.schema, workspace)
    var reach = ReachCheck(users?.users ?? [])
    // If profiles are named, they alone are checked, and what concerns the tables that they give.
    if let names {
      let profiles = names.compactMap { reader.snapshot.profiles[$0] }
      data.checkEverywhere { table in profiles.contains { $0.grant(forTable: table) != nil } }
    } else {
      try data.run(reader)
      try reach.run(reader)
    }
    declared += data.problems.list
    let overLimit = users.flatMap { workspace?.seatDiagnostics(of: $0) }
    return try CheckReport(
      profiles: reader.check(names),
      users: others
        + [overLimit, users?.diagnostics(of: reader.snapshot.schema)].compactMap(\.self),
      notes: reader.snapshot.notes + reader.writeNotes(), csvNotes: csvNotes,
      declarations: declared.isEmpty
        ? nil : workspace.map { Diagnostics(declared, in: $0.source) },
      dataNotes: data.notes + reach.notes)
  }
}

extension ReadSession {
  /// The tables that the database itself does not let be written.
  fileprivate func writeNotes() throws(ServiceError) -> [SchemaNote] {
    let obstacles = try writeObstacles()
    return snapshot.schema.tables.flatMap { table in
      (obstacles[table.name] ?? []).map {
        SchemaNote(table: table.name, field: nil, reason: .unwritable($0))
      }
    }
  }

  /// See ``Connection/writeObstacles(of:)``. None for tables that are only in memory.
  func writeObstacles() throws(ServiceError) -> [Name: [WriteObstacle]] {
    switch connection {
    case .none: [:]
    case .some(let connection):
      try serviceErrors { () throws(StoreError) in
        try connection.writeObstacles(of: snapshot.schema)
      }
    }
  }

  fileprivate func check(_ names: [String]?) -> [ProfileReport] {
    let catalog = snapshot.profiles
    let rights = snapshot.lookups.map { RightsInTables($0, in: snapshot.schema) }
    return (names ?? catalog.names).map { name -> ProfileReport in
      let document: SourceDocument
      switch catalog[fault: name] {
      case .invalid(let diagnostics): document = diagnostics.source
      case .unreadable(let error):
        return ProfileReport(name: name, diagnostics: nil, unreadable: error)
      case nil:
        guard let profile = catalog[name] else {
          return ProfileReport(
            name: name, diagnostics: nil, unreadable: WorkspaceError(.unknownProfile(name)))
        }
        document = profile.source
      }
      let found = ProfileCheck.diagnostics(of: document, schema: snapshot.schema)
      let members = snapshot.profile(named: name)?.profiles.members ?? []
      let warnings = members.flatMap { rights?.warnings(of: $0) ?? [] }
      return ProfileReport(
        name: name,
        diagnostics: Diagnostics(
          found.list + warnings, omitted: found.omitted, in: found.source),
        unreadable: nil)
    }
  }
}
