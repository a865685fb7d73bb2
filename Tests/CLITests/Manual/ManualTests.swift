import Foundation
import TestSupport
import Testing

/// The commands in the README and the manual print what is shown below them, the links work, and
/// the Swift and Python examples are tested code.
///
/// `UPDATE_SNAPSHOTS=1 swift test --filter ManualTests` writes the present output into the pages,
/// and fails.
@Suite struct ManualTests {
  /// A part of a page: text, or the commands of a console block.
  private enum Part {
    case text([Substring])
    case console([(command: String, output: [Substring])])
  }

  private static func parts(of page: ManualPage) -> [Part] {
    var parts: [Part] = []
    var text: [Substring] = []
    var block: [(command: String, output: [Substring])]?
    for line in page.text.split(separator: "\n", omittingEmptySubsequences: false) {
      if var commands = block {
        if line == "```" {
          parts.append(.console(commands))
          text = [line]
          block = nil
        } else if line.hasPrefix("$ ") {
          commands.append((String(line.dropFirst(2)), []))
          block = commands
        } else if let last = commands.indices.last {
          commands[last].output.append(line)
          block = commands
        }
      } else {
        text.append(line)
        if line == "```console" {
          parts.append(.text(text))
          text = []
          block = []
        }
      }
    }
    parts.append(.text(text))
    return parts
  }

  @Test(arguments: ManualPage.all)
  func everyCommandPrintsWhatIsShown(page: ManualPage) throws {
    var process = RowscopeProcess()
    process.folder = ManualPage.root.path
    process.environment["NO_COLOR"] = "1"
    let rewritten = try Self.parts(of: page).map { part -> String in
      switch part {
      case .text(let lines): return lines.joined(separator: "\n")
      case .console(let commands):
        return try commands.map { command, shown in
          let outcome = try process.shell("{ \(command)\n} 2>&1")
          // CSV has the line ends of RFC 4180, but a page does not.
          var printed = outcome.text.replacing("\r\n", with: "\n")
          while printed.hasSuffix("\n") { printed.removeLast() }
          #expect(printed == shown.joined(separator: "\n"), "\(command)")
          return printed.isEmpty ? "$ \(command)" : "$ \(command)\n\(printed)"
        }.joined(separator: "\n")
      }
    }.joined(separator: "\n")
    if ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] == "1" {
      try rewritten.write(to: page.file, atomically: true, encoding: .utf8)
      Issue.record("\(page.path) was rewritten")
    }
  }

  @Test func theManualIsThere() throws {
    #expect(ManualPage.all.count > 15)
    let commands = ManualPage.all.flatMap(Self.parts).reduce(0) { count, part in
      if case .console(let commands) = part { count + commands.count } else { count }
    }
    #expect(commands > 50)
    let readme = try ManualPage.named("README")
    #expect(readme.text.split(separator: "\n", omittingEmptySubsequences: false).count <= 181)
  }

  // MARK: - Links

  /// The anchor that code hosts give a heading: lower case, spaces as dashes, no punctuation.
  private static func anchor(_ heading: some StringProtocol) -> String {
    String(
      heading.lowercased().compactMap { character in
        character == " "
          ? "-"
          : character.isLetter || character.isNumber || "-_".contains(character)
            ? character : nil
      })
  }

  @Test(arguments: ManualPage.all)
  func everyLinkWorks(page: ManualPage) throws {
    let folder = page.file.deletingLastPathComponent()
    for match in page.text.matches(of: /\]\(([^)\s]*)\)/) where !match.1.contains("://") {
      let parts = match.1.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      let file =
        parts[0].isEmpty
        ? page.file : folder.appendingPathComponent(String(parts[0])).standardizedFileURL
      guard FileManager.default.fileExists(atPath: file.path) else {
        Issue.record("\(page.path) links to \(match.1), which is not there")
        continue
      }
      guard parts.count == 2 else { continue }
      let target = try String(contentsOf: file, encoding: .utf8)
      let anchors = target.matches(of: /(?m)^#+ (.*)$/).map { Self.anchor($0.1) }
      #expect(anchors.contains(String(parts[1])), "\(page.path) links to \(match.1)")
    }
  }

  @Test(arguments: ManualPage.all)
  func everyArticleIsReachable(page: ManualPage) throws {
    guard page.path.hasPrefix(ManualPage.catalog) else { return }
    #expect(try ManualPage.named("README").text.contains("(\(page.path))"))
    guard page.name != "Rowscope" else { return }
    let landing = try #require(ManualPage.all.first { $0.path.hasSuffix("/Rowscope.md") })
    #expect(landing.text.contains("(\(page.name).md)\n"), "not among the landing page's topics")
  }

  // MARK: - Examples in Swift and Python

  /// All Swift in the manual comes from one file of tests.
  @Test func theSwiftIsTested() throws {
    let tested = try String(
      contentsOf: ManualPage.root.appendingPathComponent(
        "Tests/RowscopeTests/ManualExamples.swift"), encoding: .utf8)
    func unindented(_ code: some StringProtocol) -> String {
      code.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        .joined(separator: "\n")
    }
    var count = 0
    for page in ManualPage.all {
      for block in page.blocks where block.language == "swift" && block.example == nil {
        count += 1
        let code = block.code.replacing("import Rowscope\n", with: "")
          .replacing(#""SampleData""#, with: "Checkout.sampleData")
          .replacing(#""helpdesk""#, with: "helpdesk")
        #expect(unindented(tested).contains(unindented(code)), "\(page.name)")
      }
    }
    #expect(count > 8)
  }

  /// The server in the manual is the one that is measured.
  @Test func theServerIsMeasured() throws {
    let server = try String(
      contentsOf: ManualPage.root.appendingPathComponent(
        "Benchmarks/Server/Sources/HelpdeskServer.swift"),
      encoding: .utf8)
    let blocks = try ManualPage.named("Serving").blocks.filter { $0.example == "server" }
    #expect(blocks.count == 1)
    for block in blocks { #expect(block.code == server.trimmingCharacters(in: .newlines)) }
  }

  /// The package and product names for another package's manifest are those of this package.
  @Test func theManifestNamesExist() throws {
    let manifest = try String(
      contentsOf: ManualPage.root.appendingPathComponent("Package.swift"), encoding: .utf8)
    let blocks = try ManualPage.named("README").blocks.filter { $0.example == "package" }
    let example = try #require(blocks.first).code
    let product = try #require(example.firstMatch(of: /product\(name: "(\w+)"/)).1
    #expect(manifest.contains(#".library(name: "\#(product)""#))
    let readme = try ManualPage.named("README").text
    let platform = try #require(readme.firstMatch(of: /platforms: \[[^\]]*\]/)).0
    #expect(manifest.contains(platform))
  }

  /// The Python in the manual prints what follows it.
  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/env"), "no programs here"))
  func thePythonPrintsWhatItSays() throws {
    let rowscope = RowscopeProcess(
      environment: [
        "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": ManualPage.root.path + "/SampleData",
      ], folder: ManualPage.root.path)
    guard try rowscope.shell("command -v python3").exitCode == 0 else { return }
    var count = 0
    for page in ManualPage.all {
      for (block, next) in zip(page.blocks, page.blocks.dropFirst())
      where block.language == "python" {
        count += 1
        let file = try TemporaryFolder(["example.py": block.code])
        let outcome = try rowscope.shell("python3 '\(file.path("example.py"))'")
        #expect(outcome.messages == "", "\(page.name)")
        #expect(outcome.text == next.code + "\n", "\(page.name)")
      }
    }
    #expect(count == 1)
  }
}
