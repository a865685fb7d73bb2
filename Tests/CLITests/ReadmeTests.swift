import Foundation
import Testing

/// The commands in the README, run as they are written, print what is written below them.
///
/// `UPDATE_SNAPSHOTS=1 swift test --filter ReadmeTests` writes what they print now into the README, and fails.
@Suite struct ReadmeTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// A part of the README: text, or the commands of a console block.
  private enum Part {
    case text([Substring])
    case console([(command: String, output: [Substring])])
  }

  private static func parts(of readme: String) -> [Part] {
    var parts: [Part] = []
    var text: [Substring] = []
    var block: [(command: String, output: [Substring])]?
    for line in readme.split(separator: "\n", omittingEmptySubsequences: false) {
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
          block = []
        }
      }
    }
    parts.append(.text(text))
    return parts
  }

  @Test func everyCommandPrintsWhatIsShown() throws {
    let file = Self.root.appendingPathComponent("README.md")
    let readme = try String(contentsOf: file, encoding: .utf8)
    var process = RowscopeProcess()
    process.folder = Self.root.path
    process.environment["NO_COLOR"] = "1"
    var count = 0
    let rewritten = try Self.parts(of: readme).map { part -> String in
      switch part {
      case .text(let lines): return lines.joined(separator: "\n")
      case .console(let commands):
        return try commands.map { command, shown in
          count += 1
          let outcome = try process.shell("{ \(command); } 2>&1")
          var printed = outcome.text
          while printed.hasSuffix("\n") { printed.removeLast() }
          #expect(printed == shown.joined(separator: "\n"), "\(command)")
          return printed.isEmpty ? "$ \(command)" : "$ \(command)\n\(printed)"
        }.joined(separator: "\n")
      }
    }.joined(separator: "\n")
    #expect(count > 8)
    if ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] == "1" {
      try rewritten.write(to: file, atomically: true, encoding: .utf8)
      Issue.record("the README was rewritten")
    }
  }

  /// All Swift in the README is that of tests which are compiled and run.
  @Test func theSwiftIsThatOfTests() throws {
    let readme = try String(
      contentsOf: Self.root.appendingPathComponent("README.md"), encoding: .utf8)
    let tested = try String(
      contentsOf: Self.root.appendingPathComponent("Tests/RowscopeTests/ReadmeExamples.swift"),
      encoding: .utf8)
    func unindented(_ code: some StringProtocol) -> String {
      code.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        .joined(separator: "\n")
    }
    let examples = readme.matches(of: /```swift\n([\s\S]*?)\n```/).map(\.1)
    #expect(examples.count == 3)
    for example in examples {
      let code = example.replacing("import Rowscope\n", with: "")
        .replacing(#""SampleData""#, with: "sampleData").replacing(#""helpdesk""#, with: "helpdesk")
      #expect(unindented(tested).contains(unindented(code)))
    }
  }

  /// The Python in the README is that of the client which is tested.
  @Test func thePythonExampleIsTheOneThatIsTested() throws {
    let readme = try String(
      contentsOf: Self.root.appendingPathComponent("README.md"), encoding: .utf8)
    let client = try String(
      contentsOf: Self.root.appendingPathComponent("SampleData/serve_client.py"), encoding: .utf8)
    let start = try #require(readme.range(of: "```python\n"))
    let end = try #require(readme[start.upperBound...].range(of: "\n```"))
    #expect(client.contains(readme[start.upperBound..<end.lowerBound]))
  }
}
