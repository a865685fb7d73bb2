public import AccessProfiles
public import RecordFilter

/// What a `workspace.json` says, checked by itself: neither the files that it names nor the database have been
/// looked at.
public struct WorkspaceDocument: Sendable {
  public let source: SourceDocument
  /// The path of a database, or of a folder of CSV files.
  public let database: Located<String>
  public let profiles: [ProfileDeclaration]
  public let users: UsersDeclaration
  public let tables: [TableDeclaration]
  public let pages: [Name]
  public let dashboards: [Name]
  /// The most seats that the plan has; nil for no limit.
  public let seatLimit: Located<Int>?
  /// Where a day begins and ends: seconds east of UTC.
  public let utcOffset: Int

  /// A profile's name and the path of its document.
  public struct ProfileDeclaration: Sendable, Hashable {
    public let name: Located<String>
    public let path: Located<String>
  }

  public enum UsersDeclaration: Sendable {
    case none
    case file(Located<String>)
    /// They stand in the workspace itself.
    case list(UserDirectory)
  }

  /// - Throws: everything that is wrong with the document.
  public init(document source: SourceDocument) throws(Diagnostics) {
    var problems = DiagnosticCollector()
    let document = WorkspaceDocument(reading: source, reporting: &problems)
    try problems.throwErrors(in: source)
    guard let document else { throw Diagnostics([], in: source) }
    self = document
  }

  /// The document, or nil where its faults leave nothing to go on with. One that comes with errors is only good for
  /// finding more of them: what was faulty is left out of it or, if it was a path, empty.
  init?(reading source: SourceDocument, reporting problems: inout DiagnosticCollector) {
    guard let root = JSONReader.read(source, as: .relaxed, reporting: &problems) else { return nil }
    var reader = WorkspaceReader(source: source, problems: problems)
    defer { problems = reader.problems }
    guard let draft = reader.read(root) else { return nil }
    self.source = source
    database = draft.database ?? Located("", at: root.range)
    profiles = draft.profiles
    users = draft.users
    tables = draft.tables
    pages = draft.pages
    dashboards = draft.dashboards
    seatLimit = draft.seatLimit
    utcOffset = draft.utcOffset
  }

  /// A workspace of nothing but a database and one profile.
  init(database: String, profile: String, profilePath: String) {
    source = SourceDocument(name: "<command line>", bytes: [])
    self.database = Located(database, at: 0..<0)
    profiles = [
      ProfileDeclaration(name: Located(profile, at: 0..<0), path: Located(profilePath, at: 0..<0))
    ]
    users = .none
    tables = []
    pages = []
    dashboards = []
    seatLimit = nil
    utcOffset = 0
  }
}
