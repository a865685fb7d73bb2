import AccessProfiles
import Documents
import Foundation
import Synchronization
import TestSupport

/// One file of the corpus.
struct CorpusFile: Sendable {
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
    if let file = read.withLock({ $0[name] }) { return file }
    let file = try CorpusFile(folder.appending(path: name))
    read.withLock { $0[name] = file }
    return file
  }

  /// The files that were read: several tests ask for each.
  private static let read = Mutex<[String: CorpusFile]>([:])

  /// This package's corpus, or the folder of such files that `ROWSCOPE_CORPUS` names.
  private static let folder =
    ProcessInfo.processInfo.environment["ROWSCOPE_CORPUS"].map { URL(filePath: $0) }
    ?? Checkout.root.appending(path: "Tests/Corpus")

}

/// A case that is not written as the README says.
struct CorpusError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
