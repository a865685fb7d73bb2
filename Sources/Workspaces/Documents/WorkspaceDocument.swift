package import Documents
package import RowscopeModel

/// What a `workspace.json` says, checked by itself: neither the files that it names nor the database have been
/// looked at.
package struct WorkspaceDocument: Sendable {
  package let source: SourceDocument
  /// The path of a database, or of a folder of CSV files.
  package let database: Located<String>
  package let profiles: [ProfileDeclaration]
  package let users: UsersDeclaration
  package let tables: [TableDeclaration]
  package let pages: [Name]
  package let dashboards: [Name]
  /// The most seats that the plan has; nil for no limit.
  package let seatLimit: Located<Int>?
  /// Where a day begins and ends: seconds east of UTC.
  package let utcOffset: Int

  /// A profile's name and the path of its document.
  package struct ProfileDeclaration: Sendable, Hashable {
    package let name: Located<String>
    package let path: Located<String>
  }

  package enum UsersDeclaration: Sendable {
    case none
    case file(Located<String>)
    /// They stand in the workspace itself.
    case list(UserDirectory)
  }

  /// - Throws: everything that is wrong with the document.
  package init(document source: SourceDocument) throws(Diagnostics) {
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
