import Foundation
import TestSupport
import Testing

@testable import RowscopeCLI

@Suite("Completions")
struct CompletionsTests {
  private static let declarations = [Declaration.sample, .check, .completions, .help]
  private let rowscope = RowscopeProcess()

  private static func isInstalled(_ shell: String) -> Bool {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(shell)")
    }
  }

  private func complete(
    _ words: [String], _ shell: Completions.Shell, in folder: String
  ) throws -> [String] {
    let script = folder + "/completions"
    try Completions(Self.declarations).script(for: shell)
      .write(toFile: script, atomically: false, encoding: .utf8)
    let quoted = words.map { "'\($0)'" }.joined(separator: " ")
    let process = RowscopeProcess(environment: ["HOME": folder], folder: folder)
    let outcome =
      switch shell {
      case .bash:
        try process.shell(
          """
          source \(script); COMP_WORDS=(rowscope \(quoted)); COMP_CWORD=\(words.count)
          _rowscope; printf '%s\\n' "${COMPREPLY[@]}"
          """)
      case .fish:
        try process.shell(
          "source \(script); complete -C \"rowscope \(words.joined(separator: " "))\" | cut -f1",
          shell: "fish")
      case .zsh:
        // Functions of zsh's completion system, replaced by ones that print their arguments.
        try process.shell(
          """
          compdef() { : }
          _describe() { print -l ${(P)2%%:*} }
          _arguments() { print -rl -- "$@" }
          source \(script); words=(rowscope \(quoted)); CURRENT=\(words.count + 1); _rowscope
          """, shell: "zsh")
      }
    #expect(outcome.messages == "")
    return outcome.text.split(separator: "\n").map(String.init)
  }

  @Test(
    .enabled(if: isInstalled("bash")),
    arguments: [
      (["fi"], ["find"]), (["h"], ["help"]), (["--v"], ["--version"]),
      (["find", "t", "--so"], ["--sort"]), (["find", "t", "--format", ""], ["table", "jsonl"]),
      (["find", "t", "--format", "=", "j"], ["jsonl"]),
      (["find", "t", "--format", "="], ["table", "jsonl"]),
      (["find", "t", "--sort", ""], []), (["find", ""], ["big", "small"]),
      (["completions", ""], ["bash", "zsh", "fish"]), (["help", "co"], ["completions"]),
      (["help", "op"], ["operators"]), (["check", "a"], ["a file"]),
      (["check", "--db", "a"], ["a file"]), (["nonsense", ""], []),
    ])
  func `bash`(words: [String], offered: [String]) throws {
    try withTemporaryFolder { folder in
      try "".write(toFile: folder + "/a file", atomically: false, encoding: .utf8)
      #expect(try complete(words, .bash, in: folder) == offered)
    }
  }

  @Test(
    .enabled(if: isInstalled("fish")),
    arguments: [
      (["fi"], ["find"]), (["find", "t", "--so"], ["--sort"]),
      (["find", "t", "--format", "j"], ["jsonl"]),
      (["find", "t", "--format=j"], ["--format=jsonl"]),
      (["completions", ""], ["bash", "fish", "zsh"]), (["help", "co"], ["completions"]),
      (["help", "op"], ["operators"]), (["check", "a"], ["afile"]),
      (["check", "--db", "a"], ["afile"]), (["find", "z"], []),
      (["help", "find", "--so"], []),
    ])
  func `fish`(words: [String], offered: [String]) throws {
    try withTemporaryFolder { folder in
      try "".write(toFile: folder + "/afile", atomically: false, encoding: .utf8)
      #expect(try complete(words, .fish, in: folder) == offered)
    }
  }

  @Test(.enabled(if: isInstalled("zsh")))
  func `zsh`() throws {
    try withTemporaryFolder { folder in
      #expect(
        try complete(["fi"], .zsh, in: folder).prefix(4) == [
          "find", "check", "completions", "help",
        ])
      let arguments = try complete(["find", ""], .zsh, in: folder)
      #expect(arguments.contains("--sort=[the order]:KEYS: "))
      #expect(arguments.contains("(-n --limit)-n+[how many]:N: "))
      #expect(arguments.contains("(-n --limit)--limit=[how many]:N: "))
      #expect(arguments.contains("*--where=[a condition]:CONDITION: "))
      #expect(
        arguments.contains("--format=[how it's \\[written\\]\\: say]:FORMAT:(table jsonl)"))
      #expect(arguments.contains("1:TABLE: "))
      #expect(arguments.contains("2::KIND:(big small)"))
      #expect(try complete(["check", ""], .zsh, in: folder).contains("*:PROFILE:_files"))
    }
  }

  @Test(arguments: Completions.Shell.allCases)
  func `the command writes the script for its own commands`(shell: Completions.Shell) throws {
    let outcome = try rowscope.run("completions", shell.rawValue)
    #expect(outcome.exitCode == 0)
    #expect(outcome.text == Completions(Program.commands.map(\.declaration)).script(for: shell))
  }
}
