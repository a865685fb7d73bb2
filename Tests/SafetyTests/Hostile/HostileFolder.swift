import Foundation
import RecordStore

/// A workspace on a database file.
final class HostileFolder {
  let path = NSTemporaryDirectory() + "rowscope-hostile-\(UUID().uuidString)"

  init(profile: String = Helpdesk.profile) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Connection(.create(path: path + "/helpdesk.sqlite")).execute(Helpdesk.tables)
    for (name, text) in [
      "workspace.json":
        #"{"database": "helpdesk.sqlite", "users": "users.json", "profiles": {"p": "p.json"}}"#,
      "users.json": #"[{"id_user": 7, "name": "Ana", "profile": "p", "seat": "developer"}]"#,
      "p.json": profile,
    ] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Every file in the folder, with its bytes.
  func contents() throws -> [String: Data] {
    try FileManager.default.contentsOfDirectory(atPath: path).reduce(into: [:]) { files, name in
      files[name] = try Data(contentsOf: URL(fileURLWithPath: path + "/" + name))
    }
  }
}
