import Foundation
import RecordStore
import TestSupport
import Testing

/// Hostile text on the command line and in the input of `serve`.
@Suite struct HostileProcessTests {
  /// Places on the command line for a text, marked TEXT.
  private static let places: [[String]] = [
    ["query", "--as", "Ana", "--where", "TEXT", "--", "tasks"],
    ["query", "--as", "Ana", "--where", "title like TEXT", "--", "tasks"],
    ["query", "--as", "Ana", "--filter", "TEXT", "--", "tasks"],
    ["count", "--as", "Ana", "--search", "TEXT", "--", "tasks"],
    ["query", "--as", "Ana", "--sort", "TEXT", "--", "tasks"],
    ["query", "--as", "Ana", "--select", "TEXT", "--", "tasks"],
    ["query", "--as", "Ana", "--after", "TEXT", "--", "tasks"],
    ["query", "--as", "TEXT", "--", "tasks"],
    ["query", "--as", "Ana", "--", "TEXT"], ["get", "--as", "Ana", "--", "tasks", "TEXT"],
    ["query", "--limit", "TEXT", "--as", "Ana", "tasks"],
    ["query", "--now", "TEXT", "--as", "Ana", "tasks"],
    ["query", "--format", "TEXT", "--as", "Ana", "tasks"], ["TEXT"], ["query", "TEXT"],
    ["query", "--workspace", "TEXT", "--as", "Ana", "tasks"], ["check", "--", "TEXT"],
  ]

  /// One text in each place, and every text in some place: each exit code is a documented one, and
  /// no file has changed.
  ///
  /// `ROWSCOPE_HOSTILE_COMMANDS` sets how many commands are run (default 34).
  @Test(.watches(.text, .size)) func onTheCommandLine() throws {
    let folder = try HostileFolder()
    let before = try folder.contents()
    // An argument cannot contain a NUL or exceed the system's limit.
    let texts = HostileTexts.strings.filter { !$0.utf8.contains(0) && $0.utf8.count < 100_000 }
    let wanted = Extent.number("ROWSCOPE_HOSTILE_COMMANDS") ?? 34
    var random = SeededGenerator(seed: UInt64(Extent.number("ROWSCOPE_TWIN_SEED") ?? 1))
    for index in 0..<wanted {
      let text =
        wanted >= texts.count
        ? texts[index % texts.count] : texts.randomElement(using: &random) ?? ""
      let place = Self.places[index % Self.places.count]
      let outcome = try RowscopeProgram.run(
        place.map { $0.replacing("TEXT", with: text) }, in: folder.path)
      let words =
        "\(place) \(text.prefix(100)): \(outcome.exitCode) \(outcome.messages.prefix(300))"
      #expect(!outcome.wasKilled && [0, 1, 2, 3, 4].contains(outcome.exitCode), "\(words)")
      #expect(outcome.exitCode == 0 || !(outcome.messages + outcome.text).isEmpty, "\(words)")
      #expect(outcome.exitCode != 4 || place.contains("--workspace"), "\(words)")
      #expect(
        !outcome.text.contains("\"secret\"") && !outcome.text.contains("payables"), "\(words)")
      // Messages go to a terminal, which obeys control characters.
      #expect(
        !outcome.messages.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" }, "\(words)")
    }
    #expect(try folder.contents() == before)
  }

  @Test(.watches(.text, .size, .existence)) func onTheLinesOfServe() throws {
    let folder = try HostileFolder()
    let before = try folder.contents()
    var lines: [Data] = []
    func add(_ text: String) { lines.append(Data(text.utf8)) }
    for text in HostileTexts.strings {
      let quoted = json(text)
      if !text.contains("\n") && !text.contains("\r\n") { add(text) }
      add(#"{"as": \#(quoted), "object_type": "tasks"}"#)
      add(#"{"as": 7, "object_type": \#(quoted)}"#)
      add(
        #"{"as": 7, "object_type": "tasks", "filters": [{"field": \#(quoted), "value": \#(quoted)}]}"#
      )
      add(
        #"{"as": 7, "object_type": "tasks", "filters": [{"field": "title", "operator": "like", "value": \#(quoted)}], "sort": \#(quoted)}"#
      )
      add(#"{"as": 7, "object_type": "tasks", \#(quoted): \#(quoted)}"#)
    }
    for bytes in HostileTexts.brokenBytes {
      lines.append(Data(bytes))
      lines.append(
        Data(#"{"as": 7, "object_type": "tasks", "search": ""#.utf8) + Data(bytes)
          + Data("\"}".utf8))
    }
    // Between any two of them, a request that must still be answered.
    let question = Data(#"{"as": 7, "object_type": "tasks", "select": ["id"]}"#.utf8)
    let answer = #"{"data":{"items":[{"id":2},{"id":3},{"id":5}],"has_more":false}}"#
    var input = Data()
    for line in lines { input += line + Data([0x0A]) + question + Data([0x0A]) }
    let outcome = try RowscopeProgram.run(["serve"], in: folder.path, input: input)
    #expect(outcome.exitCode == 0 && !outcome.wasKilled, "\(outcome.messages)")
    let answers = outcome.text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(answers.count == 2 * lines.count + 1)
    for (index, line) in answers.dropLast().enumerated() {
      if index % 2 == 1 {
        #expect(line == answer, "after line \(index)")
      } else {
        #expect(
          line.hasPrefix(#"{"data":{"#) && !line.contains(#""secret":"#), "\(line.prefix(300))")
      }
    }
    #expect(try folder.contents() == before)
  }
}
