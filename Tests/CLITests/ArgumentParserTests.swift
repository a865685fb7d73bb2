import Documents
import Rowscope
import Testing

@testable import RowscopeCLI

@Suite("Arguments")
struct ArgumentParserTests {
  private func parse(_ words: String...) throws -> Arguments {
    guard case .run(let arguments) = try ArgumentParser(declaration: .sample).parse(words) else {
      throw CommandError.usage("help")
    }
    return arguments
  }

  private func problem(_ words: String...) -> CommandError? {
    commandError { _ = try ArgumentParser(declaration: .sample).parse(words) }
  }

  @Test(arguments: [
    ["t", "--limit", "5"], ["t", "--limit=5"], ["t", "-n", "5"], ["t", "-n5"], ["t", "-n=5"],
    ["--limit", "5", "t"], ["--limit=5", "--", "t"],
  ])
  func `an option may be written in several ways`(words: [String]) throws {
    let outcome = try ArgumentParser(declaration: .sample).parse(words)
    guard case .run(let arguments) = outcome else {
      Issue.record("help was not asked for")
      return
    }
    #expect(arguments.value(.sampleLimit) == "5")
    #expect(arguments.positionals == ["t"])
  }

  @Test
  func `values are kept unchanged`() throws {
    let arguments = try parse("t", "--sort=", "-w", "a = b=c", "--where=x", "--user", "-5", "--any")
    #expect(arguments.value(.sampleSort) == "")
    #expect(arguments.values(.sampleWhere) == ["a = b=c", "x"])
    #expect(arguments.value(.sampleUser) == "-5")
    #expect(arguments.isGiven(.sampleAny))
    #expect(arguments.value(.sampleLimit) == nil)
  }

  @Test
  func `two dashes end the options`() throws {
    let arguments = try parse("--limit", "1", "--", "--sort", "big")
    #expect(arguments.positionals == ["--sort", "big"])
    #expect(arguments.value(.sampleSort) == nil)
  }

  @Test(arguments: ["-1", "-1.5", "-.5", "-"])
  func `a negative number or a lone dash is an argument`(word: String) throws {
    #expect(try parse(word).positionals == [word])
  }

  @Test(arguments: [
    (["t", "--srot", "x"], "unknown option `--srot`, did you mean `--sort`?"),
    (["t", "--lim=3"], "unknown option `--lim`, did you mean `--limit`?"),
    (["t", "-where", "x"], "unknown option `-where`, did you mean `--where`?"),
    (["t", "--zzzzzz"], "unknown option `--zzzzzz`"),
    (["t", "-z"], "unknown option `-z`"),
    (["t", "--limit"], "`--limit` needs a value: --limit N"),
    (
      ["t", "--limit", "--any"],
      "`--limit` needs a value: --limit N, not `--any` (or write `--limit=--any`)"
    ),
    (["t", "--any=1"], "`--any` takes no value"),
    (["t", "--limit", "1", "-n", "2"], "`-n` is given more than once"),
    (["t", "--format", "tabel"], "`tabel` is not a value of `--format`, did you mean `table`?"),
    (["t", "huge"], "`huge` is not a value of KIND"),
    (["t", "big", "x"], "unexpected argument `x`"),
    ([], "missing TABLE: the table"),
    (["t", "--team", "1"], "`--team` needs `--user`"),
    (["t", "--as", "Ana", "--user", "7"], "`--as` and `--user` cannot be used together"),
  ])
  func `mistakes have messages`(words: [String], message: String) {
    let error = commandError { _ = try ArgumentParser(declaration: .sample).parse(words) }
    #expect(error?.message == message)
    #expect(error?.exitCode == .usage)
    #expect(error?.help != nil)
  }

  @Test
  func `choices are listed`() {
    #expect(problem("t", "--format", "xml")?.help == "one of: table, jsonl")
  }

  @Test
  func `a flag may be repeated`() throws {
    #expect(try parse("t", "--any", "--any").isGiven(.sampleAny))
  }

  @Test(arguments: [["--help"], ["-h"], ["t", "--nonsense", "--help"], ["--limit", "-h"]])
  func `help comes before any mistake`(words: [String]) throws {
    guard case .help = try ArgumentParser(declaration: .sample).parse(words) else {
      Issue.record("no help")
      return
    }
  }

  @Test
  func `help after two dashes is an argument`() throws {
    #expect(try parse("--", "--help").positionals == ["--help"])
  }

  @Test
  func `typed values`() throws {
    let arguments = try parse("t", "--limit", "12", "--format", "jsonl", "-w", "k=v=w", "-w", "=x")
    #expect(try arguments.integer(.sampleLimit, in: 1...20) == 12)
    #expect(try arguments.integer(.sampleUser, in: 1...20) == nil)
    #expect(arguments.choice(.sampleFormat, as: OutputFormat.self) == .jsonl)
    #expect(
      commandError { _ = try arguments.integer(.sampleLimit, in: 1...11) }?.message
        == "`--limit` takes a whole number from 1 to 11, not `12`")
    #expect(
      commandError { _ = try arguments.pairs(.sampleWhere) }?.message
        == "`--where` takes CONDITION, not `=x`")
    let pairs = try parse("t", "-w", "k=v=w").pairs(.sampleWhere)
    #expect(pairs.map(\.name) == ["k"])
    #expect(pairs.map(\.value) == ["v=w"])
  }

  @Test(arguments: ["0", "-1", "nan", "inf", "x", "1e9", ""])
  func `a duration is a number of seconds above zero`(text: String) throws {
    let arguments = try parse("t", "--limit=\(text)")
    #expect(commandError { _ = try arguments.seconds(.sampleLimit) } != nil)
    #expect(try parse("t", "--limit=0.5").seconds(.sampleLimit) == .milliseconds(500))
  }

  @Test(arguments: [
    ("srot", "sort"), ("LIMIT", "limit"), ("wher", "where"), ("li", "limit"), ("x", nil),
    ("", nil), ("nothing", nil), (String(repeating: "sort", count: 1000), nil),
  ])
  func `the closest name is suggested`(word: String, meant: String?) {
    #expect(Suggestion.nearest(to: word, among: ["where", "limit", "sort"]) == meant)
  }
}
