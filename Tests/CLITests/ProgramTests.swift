import Documents
import Foundation
import RecordStore
import Rowscope
import TestSupport
import Testing

@testable import RowscopeCLI

@Suite("The rowscope command")
struct ProgramTests {
  private let rowscope = RowscopeProcess()

  @Test(arguments: ["--help", "-h", "help"])
  func `help lists every command`(word: String) throws {
    let outcome = try rowscope.run(word)
    #expect(outcome.exitCode == 0)
    #expect(outcome.messages == "")
    for command in Program.commands {
      #expect(outcome.text.contains("\n  \(command.declaration.name) "))
    }
  }

  @Test(arguments: Program.commands.map(\.declaration.name))
  func `every command has a help text with an example`(name: String) throws {
    let asked = try rowscope.run(name, "--help")
    let told = try rowscope.run("help", name)
    #expect(asked.exitCode == 0)
    #expect(asked.text == told.text)
    #expect(asked.text.contains("\nExamples\n"))
    #expect(asked.text.contains("--help"))
    for line in asked.text.split(separator: "\n") where !line.hasPrefix("  rowscope") {
      #expect(DisplayWidth.columns(of: line) <= 100)
    }
  }

  @Test
  func `the version, and SQLite's`() throws {
    let outcome = try rowscope.run("--version")
    #expect(outcome.text == "rowscope \(Program.version), SQLite \(Connection.sqliteVersion)\n")
  }

  @Test
  func `wrong usage exits with 2 and says what would be right`() throws {
    for (words, message) in [
      (["hlep"], "error: unknown command `hlep`, did you mean `help`?\n"),
      (["help", "hlep"], "error: unknown command `hlep`, did you mean `help`?\n"),
      (["list"], "error: unknown command `list`, did you mean `query`?\n"),
      (["version"], "error: unknown command `version`, did you mean `--version`?\n"),
      (
        ["query", "--order-by", "x"], "error: unknown option `--order-by`, did you mean `--sort`?\n"
      ),
      (["query", "--json"], "error: unknown option `--json`, did you mean `--format json`?\n"),
      (["help", "--json"], "error: unknown option `--json`\n"),
      (
        ["init", "--db", "x"],
        "error: unknown option `--db`, did you mean DB|FOLDER, which stands without one?\n"
      ),
      (
        ["query", "--table", "x"],
        "error: unknown option `--table`, did you mean TABLE, which stands without one?\n"
      ),
      (
        ["summarize", "x", "--by", "d:decade"],
        "error: unknown period \"decade\" in `--by`\nhelp: the periods are day, week,"
      ),
      (["--quiet"], "error: the command comes before its options, such as `--quiet`\n"),
      (["help", "--qiet"], "error: unknown option `--qiet`, did you mean `--quiet`?\n"),
      (["completions"], "error: missing SHELL: the shell\n"),
      (["completions", "tcsh"], "error: `tcsh` is not a value of SHELL"),
      (["help", "\u{1b}[31m"], "error: unknown command `\\u001b[31m`\n"),
    ] {
      let command = words.map { "'\($0)'" }.joined(separator: " ")
      let outcome = try rowscope.shell("rowscope \(command)")
      #expect(outcome.exitCode == 2)
      #expect(outcome.text == "")
      #expect(outcome.messages.hasPrefix(message))
      #expect(outcome.messages.contains("\nhelp: "))
    }
  }

  @Test
  func `without a command the help goes to standard error`() throws {
    let outcome = try rowscope.run()
    #expect(outcome.exitCode == 2)
    #expect(outcome.text == "")
    #expect(outcome.messages.contains("\nCommands\n"))
  }

  @Test
  func `a reader that leaves early is not an error`() throws {
    let outcome = try rowscope.shell(
      "set -o pipefail; for i in 1 2 3; do rowscope completions bash | head -c 1 || exit; done")
    #expect(outcome.exitCode == 0)
    #expect(outcome.messages == "")
    // Without a reader from the start, the first write fails.
    let closed = try rowscope.shell(
      "rowscope completions bash | (exec <&-; sleep 0.2); echo ${PIPESTATUS[0]}")
    #expect(closed.text == "0\n")
    #expect(closed.messages == "")
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func `a full disk is an error`() throws {
    let outcome = try rowscope.shell("rowscope --help > /dev/full")
    #expect(outcome.exitCode == 4)
    #expect(outcome.messages == "error: cannot write standard output: No space left on device\n")
  }

  @Test
  func `a terminal gets colours and its width, unless told otherwise`() throws {
    let terminal = try PseudoTerminal(columns: 60)
    let coloured = try terminal.run(["help", "help"])
    #expect(coloured.contains("\u{1b}[1mUsage\u{1b}[0m\n"))
    let plain = try terminal.run(["help", "help"], environment: ["NO_COLOR": "1"])
    #expect(!plain.contains("\u{1b}"))
    #expect(plain.split(separator: "\n").allSatisfy { DisplayWidth.columns(of: $0) <= 60 })
    #expect(plain.split(separator: "\n").contains { DisplayWidth.columns(of: $0) > 40 })
    #expect(try !terminal.run(["help", "--no-color"]).contains("\u{1b}"))
    #expect(try !terminal.run(["help"], environment: ["TERM": "dumb"]).contains("\u{1b}"))
    #expect(try terminal.run(["help"], environment: ["NO_COLOR": ""]).contains("\u{1b}"))
    let narrow = try terminal.run(["help", "help", "--no-color"], environment: ["COLUMNS": "40"])
    #expect(narrow.split(separator: "\n").count > plain.split(separator: "\n").count)
    #expect(try terminal.run(["hlep"]).hasPrefix("\u{1b}[1;31merror:\u{1b}[0m unknown command"))
  }
}
