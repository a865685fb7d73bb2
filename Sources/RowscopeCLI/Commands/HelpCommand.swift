extension Command {
  static let help = Command(declaration: .help) { arguments, context throws(CommandError) in
    let help = Program.help(context)
    if let name = arguments.positional(0) {
      try context.print(help.command(Program.command(named: name).declaration))
    } else {
      try context.print(help.program)
    }
    return .done
  }
}
