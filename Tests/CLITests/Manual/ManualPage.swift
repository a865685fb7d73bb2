import Foundation
import Testing

/// A page of the manual: the README, or an article of the documentation catalog.
struct ManualPage: Sendable, CustomTestStringConvertible {
  /// The path from the root of the repository.
  let path: String
  let text: String

  var name: String { URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent }
  var file: URL { Self.root.appendingPathComponent(path) }
  var testDescription: String { name }

  static let root = URL(fileURLWithPath: Sample.root)
  static let catalog = "Sources/Rowscope/Rowscope.docc"

  /// The README first, then the articles by name.
  static let all: [ManualPage] = {
    let folder = root.appendingPathComponent(catalog).path
    let articles = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let paths = articles.filter { $0.hasSuffix(".md") }.sorted().map { "\(catalog)/\($0)" }
    return (["README.md"] + paths).compactMap { path in
      let file = root.appendingPathComponent(path)
      return (try? String(contentsOf: file, encoding: .utf8)).map { Self(path: path, text: $0) }
    }
  }()

  static func named(_ name: String) throws -> ManualPage {
    try #require(all.first { $0.name == name }, "there is no page \(name)")
  }

  /// A fenced block.
  struct Block: Sendable {
    let language: String
    /// The text of `<!-- example: … -->` on the line before.
    let example: String?
    let code: String
  }

  var blocks: [Block] {
    var blocks: [Block] = []
    var previous: Substring = ""
    var open: (language: String, example: String?, lines: [Substring])?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let block = open {
        if line == "```" {
          blocks.append(
            Block(
              language: block.language, example: block.example,
              code: block.lines.joined(separator: "\n")))
          open = nil
        } else {
          open?.lines.append(line)
        }
      } else if line.hasPrefix("```") {
        let example = previous.wholeMatch(of: /<!-- example: (.*) -->/).map { String($0.1) }
        open = (String(line.dropFirst(3)), example, [])
      }
      previous = line
    }
    return blocks
  }

  /// The rows of the tables, each as the texts of its cells.
  ///
  /// - Parameter mark: only tables after `<!-- codes: MARK -->`; nil for all.
  func rows(marked mark: String? = nil) -> [[String]] {
    var rows: [[String]] = []
    var isWanted = mark == nil
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let match = line.wholeMatch(of: /<!-- codes: (.*) -->/), let mark {
        isWanted = match.1 == mark
      } else if line.hasPrefix("#"), mark != nil {
        isWanted = false
      }
      guard isWanted, line.hasPrefix("|"), line.hasSuffix("|") else { continue }
      rows.append(
        line.dropFirst().dropLast().replacing(#"\|"#, with: "\u{1}").split(
          separator: "|", omittingEmptySubsequences: false
        ).map {
          $0.trimmingCharacters(in: .whitespaces).replacing("\u{1}", with: "|")
        })
    }
    return rows
  }

  /// The texts between backticks, outside of fenced blocks.
  var codeSpans: Set<String> {
    var spans: Set<String> = []
    var isFenced = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") { isFenced.toggle() }
      guard !isFenced, !line.hasPrefix("```") else { continue }
      for match in line.replacing(#"\|"#, with: "|").matches(of: /`([^`]+)`/) {
        spans.insert(String(match.1))
      }
    }
    return spans
  }
}

extension String {
  /// The text of a cell that is a single code span.
  var codeSpan: String? {
    wholeMatch(of: /`([^`]+)`/).map { String($0.1) }
  }
}
