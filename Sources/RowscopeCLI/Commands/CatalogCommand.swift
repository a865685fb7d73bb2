import Workspaces

extension Command {
  static let catalog = Command(declaration: .catalog) { arguments, context throws(CommandError) in
    guard let kind = arguments.positional(0).flatMap(CatalogKind.init(rawValue:)) else {
      throw .usage("no such database")
    }
    try context.print(kind.statement)
    return .done
  }
}
