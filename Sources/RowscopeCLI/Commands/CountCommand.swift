import RecordEngine
import RowscopeModel

extension Command {
  static let count = Command(declaration: .count) { arguments, context throws(CommandError) in
    let request = try ListRequest(arguments)
    let session = try Session(arguments, context)
    let user = try await session.user(arguments)
    let engine = EngineChoice(arguments)
    let count: Result<Int, CommandError> = try await session.read(as: user) {
      reader throws(ServiceError) in
      if engine == .both, let difference = try reader.compareEnginesCounting(request) {
        return .failure(CommandError(difference))
      }
      return .success(try reader.count(request))
    }
    try context.print("\(try count.get())\n")
    context.noteAgreement(engine)
    return .done
  }
}
