public import AccessProfiles
import RecordFilter
public import RecordStore

/// What is wrong with one profile, in itself and against the database.
public struct ProfileReport: Sendable {
  public let name: String
  /// With everything that is wrong, warnings too; nil where the file could not be read.
  public let diagnostics: Diagnostics?
  /// Why the file could not be read.
  public let unreadable: WorkspaceError?

  public var errorCount: Int {
    (unreadable == nil ? 0 : 1) + (diagnostics?.list.count { $0.severity == .error } ?? 0)
      + (diagnostics?.omitted ?? 0)
  }

  public var warningCount: Int { diagnostics?.list.count { $0.severity == .warning } ?? 0 }
}

/// What `check` finds.
public struct CheckReport: Sendable {
  /// By name.
  public let profiles: [ProfileReport]
  /// What of the database no profile can speak of, and why.
  public let notes: [SchemaNote]

  public var errorCount: Int { profiles.reduce(0) { $0 + $1.errorCount } }
  public var warningCount: Int { profiles.reduce(0) { $0 + $1.warningCount } }
}

extension RecordService {
  /// Everything that is wrong with the profiles, in themselves and against the database as it is now.
  ///
  /// - Parameter names: the profiles to look at; nil for all.
  public func check(_ names: [String]? = nil) async throws(ServiceError) -> CheckReport {
    try await read(as: User(id: .null)) { reader throws(ServiceError) in
      reader.check(names)
    }
  }
}

extension RecordReader {
  fileprivate func check(_ names: [String]?) -> CheckReport {
    let catalog = snapshot.profiles
    let reports = (names ?? catalog.names).map { name -> ProfileReport in
      let document: SourceDocument
      switch catalog.faults[name] {
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
      return ProfileReport(
        name: name,
        diagnostics: ProfileCheck.diagnostics(of: document, schema: snapshot.schema),
        unreadable: nil)
    }
    return CheckReport(profiles: reports, notes: snapshot.notes)
  }
}
