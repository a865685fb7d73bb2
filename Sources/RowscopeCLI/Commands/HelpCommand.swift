extension Command {
  static let help = Command(declaration: .help) { arguments, context throws(CommandError) in
    let help = Program.help(context)
    guard let name = arguments.positional(0) else {
      try context.print(help.program)
      return .done
    }
    if let topic = HelpTopic(rawValue: name) {
      try context.print(help.topic(topic))
    } else {
      let command = try Program.command(named: name, or: HelpTopic.names)
      try context.print(help.command(command.declaration))
    }
    return .done
  }
}
