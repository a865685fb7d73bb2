import RowscopeModel

/// The environment, streams and styles of a command.
struct CommandContext: Sendable {
  let environment: [String: String]
  let output: Terminal
  let messages: Terminal
  let outputStyle: Style
  let messageStyle: Style
  let isQuiet: Bool

  init(environment: [String: String], isQuiet: Bool, noColour: Bool) {
    self.environment = environment
    self.isQuiet = isQuiet
    output = Terminal(descriptor: 1, environment: environment)
    messages = Terminal(descriptor: 2, environment: environment)
    outputStyle = output.style(noColour: noColour)
    messageStyle = messages.style(noColour: noColour)
  }

  /// The width for help and other running text.
  var textWidth: Int { min(output.width ?? 80, 100) }

  /// Prints a note to standard error, unless `--quiet` was given.
  func note(_ text: String) {
    if !isQuiet { say(Printable.lines(text)) }
  }

  func warn(_ text: String) {
    if !isQuiet { say(messageStyle.warning("warning:") + " " + Printable.lines(text)) }
  }

  /// Prints why the command failed, even with `--quiet`.
  func report(_ error: CommandError) {
    let text = error.rendered(style: messageStyle)
    if !text.isEmpty { say(text) }
  }

  /// Prints an answer unchanged.
  func print(_ text: String) throws(CommandError) {
    do throws(OutputError) {
      var stream = OutputStream(.standardOutput())
      try stream.write(text)
      try stream.finish()
    } catch {
      throw error.commandError
    }
  }

  /// The target for records by `--format` and `--output`. The default is the format that the file's
  /// name says; otherwise a table on a terminal, and JSON lines elsewhere.
  func target(_ arguments: Arguments) -> OutputTarget {
    let path = Self.path(arguments)
    let format =
      arguments.choice(.format, as: OutputFormat.self)
      ?? path.flatMap { OutputFormat(ofFile: $0) }
      ?? (path == nil && output.isTerminal ? .table : .jsonl)
    return target(arguments, format: format)
  }

  /// The target for an answer by `--output`.
  func target(_ arguments: Arguments, format: OutputFormat) -> OutputTarget {
    OutputTarget(
      format: format, path: Self.path(arguments), terminal: output, style: outputStyle)
  }

  private static func path(_ arguments: Arguments) -> String? {
    // `-` is standard output, as usual.
    arguments.value(.output).flatMap { $0 == "-" ? nil : $0 }
  }

  /// Writes a line to standard error unchanged.
  func say(_ text: String) {
    // If standard error cannot be written, there is nowhere to report it.
    try? Array((text + "\n").utf8).withUnsafeBufferPointer {
      try Descriptor.write($0, to: messages.descriptor, named: "standard error")
    }
  }
}
