import Foundation
import Testing

/// The list of tests by channel, read from the tests' own source.
@Suite struct ChannelListTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let root = folder.deletingLastPathComponent().deletingLastPathComponent()

  /// The names of the tests of each channel.
  private static func tests() throws -> [Channel: [String]] {
    let files = try #require(
      FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    ).compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
    let attribute = /@Test\(\s*\.watches\(([^)]*)\)[\s\S]*?func\s+(\w+)/
    var tests: [Channel: [String]] = [:]
    for file in files.sorted(by: { $0.path < $1.path }) {
      for match in try String(contentsOf: file, encoding: .utf8).matches(of: attribute) {
        for name in match.1.split(separator: ",") {
          let name = name.trimmingCharacters(in: .whitespacesAndNewlines).dropFirst()
          // The trait's doc comment shows an example, without a body.
          guard let channel = Channel(rawValue: String(name)), match.2 != "…" else { continue }
          tests[channel, default: []].append(String(match.2))
        }
      }
    }
    return tests
  }

  @Test(arguments: Channel.allCases)
  func everyChannelHasATest(_ channel: Channel) throws {
    #expect(try !(Self.tests()[channel] ?? []).isEmpty, "no test watches \(channel)")
  }

  /// The list in the manual is this one. `UPDATE_SNAPSHOTS=1 swift test --filter ChannelListTests`
  /// writes it, and fails.
  @Test func theManualListsTheChannels() throws {
    let tests = try Self.tests()
    let lines = Channel.allCases.map { channel in
      let count = tests[channel]?.count ?? 0
      return "| \(channel.words.danger) | \(channel.words.guardedBy) | \(count) |"
    }
    let file = Self.root.appendingPathComponent("Sources/Rowscope/Rowscope.docc/Security.md")
    let page = try String(contentsOf: file, encoding: .utf8)
    let head = "| what could leak or break | what stops it | tests |\n|---|---|---|\n"
    let start = try #require(page.range(of: head)).upperBound
    let end = try #require(page.range(of: "\n\n", range: start..<page.endIndex)).lowerBound
    let list = lines.joined(separator: "\n")
    #expect(page[start..<end] == list)
    if ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] == "1" {
      try page.replacingCharacters(in: start..<end, with: list)
        .write(to: file, atomically: true, encoding: .utf8)
      Issue.record("the chapter on security was rewritten")
    }
  }
}
