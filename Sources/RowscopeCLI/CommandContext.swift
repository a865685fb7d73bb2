import RowscopeModel

/// What a command has around it.
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

  /// The columns for help and other running text.
  var textWidth: Int { min(output.width ?? 80, 100) }

  /// Says something that is not the answer, unless `--quiet` was given.
  func note(_ text: String) {
    if !isQuiet { say(Printable.lines(text)) }
  }

  func warn(_ text: String) {
    if !isQuiet { say(messageStyle.warning("warning:") + " " + Printable.lines(text)) }
  }

  /// Says why the command ends. Not silenced by `--quiet`.
  func report(_ error: CommandError) {
    let text = error.rendered(style: messageStyle)
    if !text.isEmpty { say(text) }
  }

  /// Writes text that is itself the answer, as it is.
  func print(_ text: String) throws(CommandError) {
    do throws(OutputError) {
      var stream = OutputStream(.standardOutput())
      try stream.write(text)
      try stream.finish()
    } catch {
      throw error.commandError
    }
  }

  /// Where records go by `--format` and `--output`: unless told otherwise a table on a terminal and
  /// JSON lines elsewhere.
  func target(_ arguments: Arguments) -> OutputTarget {
    let isSeen = Self.path(arguments) == nil && output.isTerminal
    return target(
      arguments,
      format: arguments.choice(.format, as: OutputFormat.self) ?? (isSeen ? .table : .jsonl))
  }

  /// Where an answer goes by `--output`.
  func target(_ arguments: Arguments, format: OutputFormat) -> OutputTarget {
    OutputTarget(
      format: format, path: Self.path(arguments), terminal: output, style: outputStyle)
  }

  private static func path(_ arguments: Arguments) -> String? {
    // `-` is standard output, as everywhere.
    arguments.value(.output).flatMap { $0 == "-" ? nil : $0 }
  }

  /// Writes a line to standard error, as it is.
  func say(_ text: String) {
    // Nobody is left to tell if standard error cannot be written.
    try? Array((text + "\n").utf8).withUnsafeBufferPointer {
      try Descriptor.write($0, to: messages.descriptor, named: "standard error")
    }
  }
}
