import Documents
package import RowscopeModel
package import TimeZones

/// The configuration for one database: where it is, its users and profiles, and what its schema
/// cannot express.
package struct WorkspaceContents: Sendable {
  package let document: WorkspaceDocument
  /// The `workspace.json`; nil for a workspace made of only a database and a profile.
  package let path: String?
  /// A database file, a folder of CSV files, or a catalog.
  package let databasePath: String
  /// Whether `databasePath` is a folder of CSV files to read into memory.
  package let isCSVFolder: Bool
  /// Whether `databasePath` is a ``Catalog``: the tables of a database that is elsewhere.
  package var isCatalog: Bool { document.isCatalog }
  /// In document order; names are unique.
  package let profiles: [ProfileFile]
  /// The users' file, if they have their own.
  package let usersPath: String?
  package let users: UserDirectory
  /// The path of a `users.json` beside a workspace that names no users, probably by mistake.
  package var unnamedUsersPath: String? {
    guard let path, case .none = document.users else { return nil }
    let candidate = DocumentPath.join(DocumentPath.folder(of: path), "users.json")
    return DocumentFile.entry(at: candidate) == .file ? candidate : nil
  }

  /// A profile's name and the path of its document.
  package struct ProfileFile: Sendable, Hashable {
    package let name: String
    package let path: String
  }

  /// Seconds east of UTC; it determines where a day begins and ends.
  package var zone: ZoneRule { document.zone }
  package var pages: [Name] { document.pages }
  package var dashboards: [Name] { document.dashboards }

  /// A workspace of a database alone, in which nobody has access.
  ///
  /// - Throws: ``WorkspaceError`` if the path does not exist.
  package static func plain(database: String) throws(WorkspaceError) -> WorkspaceContents {
    let entry = DocumentFile.entry(at: database)
    if entry == .missing { throw WorkspaceError(.noSuchFile, path: database) }
    return WorkspaceContents(
      document: WorkspaceDocument(
        database: database, isCatalog: isCatalog(database), profiles: []), path: nil,
      databasePath: database, isCSVFolder: entry == .folder, profiles: [], usersPath: nil,
      users: UserDirectory(checked: []))
  }

  /// A workspace of one database and one profile, without a `workspace.json`. The profile is named
  /// after its file, without the extension.
  ///
  /// - Throws: ``WorkspaceError`` if one of the paths does not exist.
  package static func plain(
    database: String, profile: String
  ) throws(WorkspaceError) -> WorkspaceContents {
    let entry = DocumentFile.entry(at: database)
    if entry == .missing { throw WorkspaceError(.noSuchFile, path: database) }
    switch DocumentFile.entry(at: profile) {
    case .missing: throw WorkspaceError(.noSuchFile, path: profile)
    case .folder: throw WorkspaceError(.isAFolder, path: profile)
    case .file: break
    }
    let name = DocumentPath.stem(of: profile)
    return WorkspaceContents(
      document: WorkspaceDocument(
        database: database, isCatalog: isCatalog(database),
        profiles: [.init(name: Located(name, at: 0..<0), path: Located(profile, at: 0..<0))]),
      path: nil, databasePath: database, isCSVFolder: entry == .folder,
      profiles: [ProfileFile(name: name, path: profile)], usersPath: nil,
      users: UserDirectory(checked: []))
  }

  /// Whether a path without a workspace is that of a catalog: it ends in `.catalog.json`.
  private static func isCatalog(_ path: String) -> Bool { path.hasByteSuffix(".catalog.json") }

  /// The tables of a workspace with a catalog.
  ///
  /// Complexity: O(n) in the catalog.
  /// - Precondition: ``isCatalog``.
  /// - Throws: ``WorkspaceError`` if the file cannot be read or has errors.
  package func readCatalog() throws(WorkspaceError) -> Catalog {
    precondition(isCatalog, "the database is no catalog")
    let source = try DocumentFile.read(databasePath)
    return try rethrowing({ WorkspaceError(.invalid([$0])) }) { () throws(Diagnostics) in
      try Catalog(document: source)
    }
  }

  /// Reads the current users: the file may have changed since the workspace was loaded.
  ///
  /// - Throws: ``WorkspaceError`` if the file cannot be read or has errors.
  package func currentUsers() throws(WorkspaceError) -> UserDirectory {
    guard let usersPath else { return users }
    let source = try DocumentFile.read(usersPath)
    return try rethrowing({ WorkspaceError(.invalid([$0])) }) { () throws(Diagnostics) in
      try UserDirectory(document: source, profiles: document.profileNames)
    }
  }
}
