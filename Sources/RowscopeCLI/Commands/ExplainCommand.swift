import Rowscope

extension Command {
  static let explain = Command(declaration: .explain) { arguments, context throws(CommandError) in
    let request = try ListRequest(arguments)
    let session = try Session(arguments, context)
    let user = try session.user(arguments)
    let explanation = try await session.read(as: user) { reader throws(ServiceError) in
      try reader.explain(request)
    }
    if arguments.value(.explanationFormat) == "json" {
      try context.target(arguments, format: .json).write(JSONTree(explanation).text)
    } else {
      let target = context.target(arguments, format: .table)
      try target.write(
        ExplanationText(explanation, width: context.textWidth, style: target.textStyle).text)
    }
    // The answer is there; the exit code is that of the list which was explained.
    if case .denied = explanation.decision { return .denied }
    return .done
  }
}
