import Documents
import Foundation
import RecordStore
import Rowscope

/// A command: its declaration and its implementation.
struct Command: Sendable {
  let declaration: Declaration
  let run:
    @Sendable (_ arguments: Arguments, _ context: CommandContext) async throws(CommandError) ->
      ExitCode
}

/// The `rowscope` command.
@main
struct Program {
  static let version = "0.1.0"

  /// In the order of the help.
  static let commands: [Command] = [
    .query, .count, .summarize, .get, .create, .update, .delete, .field, .explain, .compile, .check,
    .access, .why, .who, .test, .diff, .menu, .seats, .serve, .mcp, .tables, .schema, .catalog,
    .initialize, .importing, .generate, .completions, .help,
  ]

  static func main() async {
    TerminationSignals.install()
    RecordService.disableMemoryStatistics()
    let code = await run(
      Array(CommandLine.arguments.dropFirst()),
      environment: ProcessInfo.processInfo.environment)
    exit(code.rawValue)
  }

  /// Runs one command line and reports errors on standard error.
  static func run(_ words: [String], environment: [String: String]) async -> ExitCode {
    let options = words.prefix { $0 != "--" }
    let context = CommandContext(
      environment: environment,
      isQuiet: options.contains("--quiet") || options.contains("-q"),
      noColour: options.contains("--no-color"))
    do throws(CommandError) {
      return try await dispatch(words, context)
    } catch {
      context.report(error)
      return error.exitCode
    }
  }

  static func help(_ context: CommandContext) -> HelpText {
    HelpText(
      declarations: commands.map(\.declaration), width: context.textWidth,
      style: context.outputStyle)
  }

  /// The command of this name.
  ///
  /// - Parameter topics: other names to suggest.
  static func command(
    named name: String, or topics: [String] = []
  ) throws(CommandError) -> Command {
    if let command = commands.first(where: { $0.declaration.name == name }) { return command }
    let names = commands.map(\.declaration.name)
    let meant =
      OtherWords.command(meantBy: name) ?? Suggestion.nearest(to: name, among: names + topics)
    let others = topics.isEmpty ? "" : "; the topics are \(topics.joined(separator: ", "))"
    throw .usage(
      "unknown command `\(name)`" + (meant.map { ", did you mean `\($0)`?" } ?? ""),
      help: "the commands are \(names.joined(separator: ", "))\(others)")
  }

  private static func dispatch(_ words: [String], _ context: CommandContext)
    async throws(CommandError) -> ExitCode
  {
    guard let first = words.first else {
      context.say(help(context).program)
      return .usage
    }
    switch first {
    case "--help", "-h":
      try context.print(help(context).program)
      return .done
    case "--version":
      try context.print("rowscope \(version), SQLite \(Connection.sqliteVersion)\n")
      return .done
    case _ where ArgumentParser.looksLikeOption(first):
      throw .usage(
        "the command comes before its options, such as `\(first)`",
        help: "rowscope COMMAND [arguments] [options]; `rowscope --help` lists the commands")
    default: break
    }
    let command = try command(named: first)
    switch try ArgumentParser(declaration: command.declaration).parse(Array(words.dropFirst())) {
    case .help:
      try context.print(help(context).command(command.declaration))
      return .done
    case .run(let arguments):
      return try await command.run(arguments, context)
    }
  }
}
