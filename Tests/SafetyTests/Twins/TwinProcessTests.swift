import AccessProfiles
import Foundation
import RecordFilter
import Rowscope
import RowscopeModel
import TestSupport
import Testing

@testable import RecordStore

/// As ``TwinTests``, with the program: its output, messages and exit code.
///
/// `ROWSCOPE_TWIN_COMMANDS` is the number of commands for each twin (default 20), and
/// `ROWSCOPE_TWIN_LINES` the number of lines for `serve` (default 300).
@Suite struct TwinProcessTests {
  @Test(.watches(.existence, .count, .valueInError))
  func noCommandTellsTwinsApart() throws {
    let wanted = Extent.number("ROWSCOPE_TWIN_COMMANDS") ?? 20
    var seed = UInt64(Extent.number("ROWSCOPE_TWIN_SEED") ?? 1)
    var (run, done) = (0, 0)
    while run < wanted {
      let folders = try TwinFolders(seed: seed)
      var random = SeededGenerator(seed: seed)
      for _ in 0..<10 {
        let arguments =
          folders.denied(run).map { ["explain", "--as", "U", "--", $0] }
          ?? Self.command(folders.requests().request(&random), &random)
        let outcomes = try folders.paths.map { path in
          try RowscopeProgram.run(arguments, in: path)
        }
        run += 1
        if outcomes[0].exitCode == 0 { done += 1 }
        #expect([0, 2, 3].contains(outcomes[0].exitCode), "\(arguments): \(outcomes[0])")
        guard outcomes[0] == outcomes[1] else {
          Issue.record(
            "seed \(seed): \(arguments)\n\(outcomes[0])\n\(outcomes[1])\n\(folders.pair.report)")
          return
        }
      }
      seed += 1
    }
    print("twins by commands: \(run) commands, \(done) of which found something to do")
    #expect(done * 4 > run)
  }

  /// The command with the same request.
  private static func command(
    _ request: TwinRequest, _ random: inout SeededGenerator
  ) -> [String] {
    var arguments: [String]
    switch request {
    case .get(let table, let key, let select):
      arguments =
        ["get"] + (select.map { ["--select", $0.map(\.selectable).joined(separator: ",")] } ?? [])
      arguments += ["--as", "U", "--", table] + key.map(\.argument)
      return arguments
    case .count(let json), .list(let json):
      guard case .object(let members) = json else { return ["query"] }
      let isCount = if case .count = request { true } else { false }
      arguments = [isCount ? "count" : "query"]
      var table = "tasks"
      for (key, value) in members {
        let string = value.string
        switch key {
        case "object_type": table = string ?? ""
        case "filters":
          if case .list(let filters) = value {
            for filter in filters { arguments += ["--filter", filter.text] }
          }
        case "operator": arguments += ["--any"]
        case "search": arguments += ["--search", string ?? ""]
        case "sort" where !isCount: arguments += ["--sort", string ?? ""]
        case "size" where !isCount: arguments += ["--limit", value.text]
        case "page" where !isCount: arguments += ["--page", value.text]
        case "count" where !isCount: arguments += ["--count", string ?? ""]
        default: break
        }
      }
      if !isCount {
        arguments += [
          "--format",
          ["json", "jsonl", "csv", "markdown", "table"].randomElement(using: &random) ?? "json",
        ]
      }
      return arguments + ["--as", "U", "--", table]
    }
  }

  @Test(.watches(.existence, .cursor)) func noServedLineTellsTwinsApart() throws {
    let wanted = Extent.count("ROWSCOPE_TWIN_LINES", few: 300, all: 1_000)
    var seed = UInt64(Extent.number("ROWSCOPE_TWIN_SEED") ?? 1) + 1_000
    var (lines, items) = (0, 0)
    while lines < wanted {
      let folders = try TwinFolders(seed: seed)
      var random = SeededGenerator(seed: seed)
      let requests = folders.requests()
      var input = ""
      for _ in 0..<500 {
        guard case .list(.object(let members)) = requests.request(&random) else { continue }
        input += JSONText.object([("as", .atom("\"U\""))] + members).text + "\n"
      }
      let outcomes = try folders.paths.map { path in
        try RowscopeProgram.run(
          ["serve", "--quiet", "--secret", "secret"], in: path, input: Data(input.utf8))
      }
      let answers = outcomes.map {
        $0.text.split(separator: "\n", omittingEmptySubsequences: false)
      }
      #expect(outcomes[0].exitCode == 0)
      let count = input.split(separator: "\n").count
      #expect(answers[0].count == count + 1)
      lines += count
      items += answers[0].count { $0.contains(#""items":[{"#) }
      if outcomes[0] != outcomes[1] {
        let place =
          zip(answers[0], answers[1]).enumerated().first { $0.element.0 != $0.element.1 }?.offset
          ?? 0
        Issue.record(
          "seed \(seed): \(input.split(separator: "\n")[place])\n\(answers[0][place])\n\(answers[1][place])\n\(folders.pair.report)"
        )
        return
      }
      seed += 1
    }
    print("twins by serve: \(lines) lines, \(items) with records")
    #expect(items * 8 > lines)
  }
}

extension JSONText {
  /// The string value of this JSON text, or nil.
  var string: String? {
    (try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed))
      as? String
  }
}

extension Value {
  /// As a key on the command line. An argument cannot contain a NUL.
  var argument: String {
    guard case .text(let text) = self else { return json }
    return text.string.replacing("\0", with: "")
  }
}

extension String {
  /// As a name for `--select`.
  var selectable: String {
    "\"" + split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
