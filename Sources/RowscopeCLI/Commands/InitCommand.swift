import DataFiles
import Foundation
import RecordFilter
import RecordStore
import RowscopeModel
import Workspaces

extension Command {
  static let initialize = Command(declaration: .initialize) {
    arguments, context throws(CommandError) in
    let path: String
    if let given = arguments.positional(0) { path = given } else { path = try databaseHere() }
    let isFolder = DocumentFile.entry(at: path) == .folder
    // A database in the current folder, and a folder of CSV files, get the workspace beside them.
    let trimmed = isFolder && path.hasByteSuffix("/") ? String(path.dropLast()) : path
    let isCurrent = trimmed == "." || trimmed.isEmpty
    let folder = isCurrent ? "" : DocumentPath.folder(of: trimmed)
    let name = isCurrent ? "." : DocumentPath.name(of: trimmed)
    var nulls: [String] = []
    var draft = WorkspaceDraft(
      sampled: try sampled(path, isFolder: isFolder, context, nulls: &nulls), database: name)
    draft.nulls = nulls
    let files = NewFiles(folder: folder, files: draft.files)
    if !arguments.isGiven(.replace) { try files.checkAbsent() }
    try files.write()
    for file in files.files { context.note("wrote \(files.path(file.path))") }
    let place = folder.isEmpty ? "" : " --workspace \(quoted(folder))"
    let id = draft.sampled.person.map { "\($0.id.text ?? $0.id.literal)" } ?? "1"
    if let table = draft.sampled.schema.tables.first(where: { $0.kind == .table }) {
      context.note("try it: rowscope query \(quoted(table.name.string))\(place) --as \(quoted(id))")
    }
    return .done
  }

  private static func sampled(
    _ path: String, isFolder: Bool, _ context: CommandContext, nulls: inout [String]
  ) throws(CommandError) -> SampledDatabase {
    let workspace: WorkspaceContents
    do throws(WorkspaceError) {
      workspace = try .plain(database: path)
    } catch {
      throw CommandError(error)
    }
    let source: Connection.Source
    if isFolder {
      var bar = ProgressBar(
        ProgressLine(label: "Reading CSV files", unit: nil, total: 1000), on: context.messages,
        isQuiet: context.isQuiet)
      do throws(CSVError) {
        source = .image(
          try workspace.readCSVFolder(
            progress: { bar.update(Int($0 * 1000)) },
            note: { note in
              for word in note.words.map(\.text) where !nulls.contains(word) { nulls.append(word) }
            }))
      } catch {
        throw .failed(error.description)
      }
    } else {
      source = .readOnly(path: path)
    }
    do throws(StoreError) {
      return try SampledDatabase(Connection(source))
    } catch {
      throw .failed(error.description)
    }
  }

  /// The only database in the current folder, or the folder itself if it has CSV files.
  private static func databaseHere() throws(CommandError) -> String {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: ".")) ?? []).sorted()
    let endings = [".sqlite", ".sqlite3", ".db", ".db3"]
    let databases = names.filter { name in endings.contains { name.hasByteSuffix($0) } }
    if let only = databases.first, databases.count == 1 { return only }
    guard databases.isEmpty else {
      throw .usage(
        "there are several databases here: \(databases.joined(separator: ", "))",
        help: "name one: rowscope init \(quoted(databases[0]))")
    }
    if names.contains(where: { $0.hasByteSuffix(".csv") }) { return "." }
    throw .usage(
      "there is no database here", help: "name a SQLite database or a folder of CSV files")
  }

  /// A word as a shell takes it.
  private static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.utf8.allSatisfy { byte in
        byte.asciiLowercased &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
          || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/")
          || byte == UInt8(ascii: "-")
      }
    return isPlain ? word : "'" + word.replacing(byte: "'", with: "'\\''") + "'"
  }
}
