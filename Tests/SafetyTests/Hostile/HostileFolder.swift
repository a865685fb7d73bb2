import Foundation
import RecordStore
import TestSupport

/// A workspace on a database file.
final class HostileFolder {
  private let folder: TemporaryFolder
  var path: String { folder.path }

  init(profile: String = Helpdesk.profile) throws {
    folder = try TemporaryFolder([
      "workspace.json":
        #"{"database": "helpdesk.sqlite", "users": "users.json", "profiles": {"p": "p.json"}}"#,
      "users.json": #"[{"id_user": 7, "name": "Ana", "profile": "p", "seat": "developer"}]"#,
      "p.json": profile,
    ])
    try Connection(.create(path: folder.path("helpdesk.sqlite"))).execute(Helpdesk.tables)
  }

  /// Every file in the folder, with its bytes.
  func contents() throws -> [String: Data] {
    try folder.names.reduce(into: [:]) { files, name in files[name] = try folder.data(name) }
  }
}
