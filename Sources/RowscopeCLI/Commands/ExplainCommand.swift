import Rowscope
import RowscopeModel

extension Command {
  static let explain = Command(declaration: .explain) { arguments, context throws(CommandError) in
    let request = try ListRequest(arguments)
    let session = try Session(arguments, context)
    let user = try await session.user(arguments)
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
    guard case .denied = explanation.decision else { return .done }
    // The explanation was printed; add the profile's mistakes if they are the reason.
    let documents = await session.mistakes(of: user)?.diagnostics.map { [$0.errors] }
    throw CommandError(exitCode: .denied, documents: documents ?? [])
  }
}
