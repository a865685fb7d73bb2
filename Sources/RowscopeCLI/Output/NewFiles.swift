import Foundation
import RowscopeModel
import Workspaces

/// Documents to write in a folder. Each appears whole, in their order; none replaces a file unless
/// that is allowed.
struct NewFiles {
  /// Empty for the current folder.
  let folder: String
  let files: [(path: String, text: String)]

  /// The file's path, as for messages.
  func path(_ file: String) -> String { DocumentPath.join(folder, file) }

  /// - Throws: the names of all files that exist already.
  func checkAbsent() throws(CommandError) {
    let present = files.map { path($0.path) }.filter { DocumentFile.entry(at: $0) != .missing }
    guard !present.isEmpty else { return }
    let names = present.joined(separator: ", ")
    throw .failed(
      present.count == 1
        ? "\(names): the file exists already" : "these files exist already: \(names)",
      help: "--replace replaces them")
  }

  func write() throws(CommandError) {
    for file in files {
      let path = path(file.path)
      try Self.make(DocumentPath.folder(of: path))
      do throws(OutputError) {
        var stream = OutputStream(try .file(path))
        try stream.write(file.text)
        try stream.finish()
      } catch {
        throw error.commandError
      }
    }
  }

  func makeFolder() throws(CommandError) { try Self.make(folder) }

  private static func make(_ folder: String) throws(CommandError) {
    guard !folder.isEmpty else { return }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .failed("the folder \(folder) cannot be made: \(error.localizedDescription)")
    }
  }
}
