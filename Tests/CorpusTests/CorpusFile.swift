import AccessProfiles
import Documents
import Foundation

/// One file of the corpus.
struct CorpusFile {
  let name: String
  let cases: [CorpusCase]

  init(_ url: URL) throws {
    name = url.lastPathComponent
    let source = SourceDocument(name: name, bytes: Array(try Data(contentsOf: url)))
    let root = try JSONReader.read(source, as: .strict)
    guard let cases = root["cases"]?.elements else { throw CorpusError("\(name) has no cases") }
    self.cases = try cases.map { try CorpusCase($0, defaults: root, in: source) }
  }

  /// Every file, by name.
  static let names: [String] = {
    let files = try? FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    return (files ?? []).filter { $0.pathExtension == "json" }.map(\.lastPathComponent).sorted()
  }()

  static func named(_ name: String) throws -> CorpusFile {
    try CorpusFile(folder.appending(path: name))
  }

  /// This package's corpus, or the folder of such files that `ROWSCOPE_CORPUS` names.
  private static let folder =
    ProcessInfo.processInfo.environment["ROWSCOPE_CORPUS"].map { URL(filePath: $0) }
    ?? URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Corpus")

}

/// A case that is not written as the README says.
struct CorpusError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
