package import Documents
package import RowscopeModel

/// Everything that Rowscope is told of one database: where it is, who uses it, under which profiles, and what its
/// schema cannot say itself.
package struct WorkspaceContents: Sendable {
  package let document: WorkspaceDocument
  /// The `workspace.json`; nil for a workspace made of a database and a profile alone.
  package let path: String?
  /// A database file, or a folder of CSV files.
  package let databasePath: String
  /// Whether `databasePath` is a folder of CSV files, to be read into memory.
  package let isCSVFolder: Bool
  /// In the order of the document; no two have the same name.
  package let profiles: [ProfileFile]
  /// The file of the users, where they have one of their own.
  package let usersPath: String?
  package let users: UserDirectory

  /// A profile's name and where its document is.
  package struct ProfileFile: Sendable, Hashable {
    package let name: String
    package let path: String
  }

  /// Seconds east of UTC: where a day begins and ends.
  package var utcOffset: Int { document.utcOffset }
  package var pages: [Name] { document.pages }
  package var dashboards: [Name] { document.dashboards }

  /// A database and one profile without a workspace. The profile is called by its file's name without the extension.
  ///
  /// - Throws: ``WorkspaceError`` where there is nothing at one of the paths.
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
      document: WorkspaceDocument(database: database, profile: name, profilePath: profile),
      path: nil, databasePath: database, isCSVFolder: entry == .folder,
      profiles: [ProfileFile(name: name, path: profile)], usersPath: nil,
      users: UserDirectory(checked: []))
  }

  /// The document of a profile, read now. O(number of profiles + length of the document).
  ///
  /// - Throws: ``WorkspaceError`` where there is no profile of this name, or its file cannot be read.
  package func profileDocument(named name: String) throws(WorkspaceError) -> SourceDocument {
    guard let profile = profiles.first(where: { Text($0.name) == Text(name) }) else {
      throw WorkspaceError(.unknownProfile(name), path: path)
    }
    return try DocumentFile.read(profile.path)
  }

  /// The users, read now: the file may have changed since the workspace was loaded.
  ///
  /// - Throws: ``WorkspaceError`` where the file cannot be read, or something is wrong with it.
  package func currentUsers() throws(WorkspaceError) -> UserDirectory {
    guard let usersPath else { return users }
    let source = try DocumentFile.read(usersPath)
    do throws(Diagnostics) {
      return try UserDirectory(document: source, profiles: profiles.map(\.name))
    } catch {
      throw WorkspaceError(.invalid([error]))
    }
  }
}
