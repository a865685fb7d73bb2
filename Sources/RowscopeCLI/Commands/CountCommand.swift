import Rowscope

extension Command {
  static let count = Command(declaration: .count) { arguments, context throws(CommandError) in
    let request = try ListRequest(arguments)
    let session = try Session(arguments, context)
    let user = try session.user(arguments)
    let count = try await session.read(as: user) { reader throws(ServiceError) in
      try reader.count(request)
    }
    try context.print("\(count)\n")
    return .done
  }
}
