extension Command {
  static let completions = Command(declaration: .completions) {
    arguments, context throws(CommandError) in
    guard let shell = arguments.positional(0).flatMap(Completions.Shell.init(rawValue:)) else {
      throw .usage("no such shell")
    }
    try context.print(Completions(Program.commands.map(\.declaration)).script(for: shell))
    return .done
  }
}
