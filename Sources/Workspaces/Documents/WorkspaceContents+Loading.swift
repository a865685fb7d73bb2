import Documents
import RowscopeModel

extension WorkspaceContents {
  /// The default name of a workspace's file in its folder.
  package static let fileName = "workspace.json"

  /// Reads a workspace and its users. Profiles are checked to exist, but not read.
  ///
  /// - Parameter path: a workspace's file, or the folder of a `workspace.json`. Paths in it are
  ///   relative to its folder.
  /// - Throws: ``WorkspaceError``, with all problems of either document.
  package static func load(path: String) throws(WorkspaceError) -> WorkspaceContents {
    let isFolder = DocumentFile.entry(at: path) == .folder
    let file = isFolder ? DocumentPath.join(path, fileName) : path
    var loading = WorkspaceLoading(source: try DocumentFile.read(file))
    return try loading.load(file)
  }
}

/// Loads one workspace: its document first, then the files that it names.
private struct WorkspaceLoading {
  let source: SourceDocument
  private var problems = DiagnosticCollector()
  private var others: [Diagnostics] = []

  init(source: SourceDocument) { self.source = source }

  mutating func load(_ file: String) throws(WorkspaceError) -> WorkspaceContents {
    guard !source.bytes.starts(with: "SQLite format 3\0".utf8) else {
      let problem = Diagnostic(
        .unexpectedText, "this is a SQLite database, and no workspace",
        hint: "`--db FILE --profile FILE` asks it, and `rowscope init FILE` writes a workspace",
        at: 0..<0)
      throw WorkspaceError(
        .invalid([Diagnostics([problem], in: SourceDocument(name: source.name, text: ""))]))
    }
    guard let document = WorkspaceDocument(reading: source, reporting: &problems) else {
      throw WorkspaceError(.invalid([Diagnostics(problems.list, in: source)]))
    }
    let folder = DocumentPath.folder(of: file)
    let databasePath = DocumentPath.join(folder, document.database.value)
    let database = entry(
      document.database, at: databasePath, as: document.isCatalog ? "file" : "file or folder")

    if document.isCatalog, database == .folder {
      problems.error(
        .badPath, "this is a folder, not a catalog", hint: "name the file",
        at: document.database.range)
    }

    let profiles = document.profiles.map { profile in
      let path = DocumentPath.join(folder, profile.path.value)
      if entry(profile.path, at: path, as: "file") == .folder {
        problems.error(
          .badPath, "this is a folder, not a profile", hint: "name the file", at: profile.path.range
        )
      }
      return WorkspaceContents.ProfileFile(name: profile.name.value, path: path)
    }
    let users = users(document, in: folder)
    try finish()
    return WorkspaceContents(
      document: document, path: file, databasePath: databasePath,
      isCSVFolder: database == .folder, profiles: profiles, usersPath: users.path,
      users: users.directory)
  }

  private func finish() throws(WorkspaceError) {
    var faulty = others
    if problems.hasErrors {
      faulty.insert(Diagnostics(problems.list, omitted: problems.omitted, in: source), at: 0)
    }
    if !faulty.isEmpty { throw WorkspaceError(.invalid(faulty)) }
  }

  /// What is at a path that the workspace names. Reports nothing if the path itself was faulty.
  private mutating func entry(
    _ declared: Located<String>, at path: String, as expected: String
  ) -> DocumentFile.Entry {
    guard !declared.value.isEmpty else { return .missing }
    let entry = DocumentFile.entry(at: path)
    if entry == .missing { missing(declared, at: path, as: expected) }
    return entry
  }

  private mutating func missing(_ declared: Located<String>, at path: String, as expected: String) {
    problems.error(
      .noSuchFile, "there is no such \(expected)",
      hint: "looked for \(path): paths are relative to the workspace's folder",
      at: declared.range)
  }

  private mutating func users(
    _ document: WorkspaceDocument, in folder: String
  ) -> (path: String?, directory: UserDirectory) {
    switch document.users {
    case .none: return (nil, UserDirectory(checked: []))
    case .list(let directory): return (nil, directory)
    case .table: return (nil, UserDirectory(checked: []))
    case .file(let declared):
      let path = DocumentPath.join(folder, declared.value)
      return (path, users(declared, at: path, profiles: document.profileNames))
    }
  }

  private mutating func users(
    _ declared: Located<String>, at path: String, profiles: [String]?
  ) -> UserDirectory {
    do throws(WorkspaceError) {
      let source = try DocumentFile.read(path)
      var problems = DiagnosticCollector()
      let directory = UserDirectory(reading: source, profiles: profiles, reporting: &problems)
      if problems.hasErrors {
        others.append(Diagnostics(problems.list, omitted: problems.omitted, in: source))
      }
      return directory
    } catch {
      if case .noSuchFile = error.kind {
        missing(declared, at: path, as: "file")
      } else {
        problems.error(.badPath, error.description, at: declared.range)
      }
      return UserDirectory(checked: [])
    }
  }
}
