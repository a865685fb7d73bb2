import Foundation
import Rowscope
import RowscopeModel
import Workspaces

extension Command {
  static let mcp = Command(declaration: .mcp) { arguments, context throws(CommandError) in
    let workspace = try Session.workspace(arguments)
    let timeout = try arguments.seconds(.timeout)
    let service: RecordService
    do throws(OpeningError) {
      service = try RecordService(
        following: arguments.value(.workspace) ?? WorkspaceContents.fileName,
        limits: .init(
          defaultSize: AgentTools.defaultSize, maximumSize: AgentTools.mostRecords,
          timeout: timeout),
        connections: 2,
        report: { report in
          if report.isProblem { context.warn(report.message) } else { context.note(report.message) }
        })
    } catch {
      throw CommandError(error)
    }
    let known = try await Session(workspace, service).user(arguments)
    // Looked up again by each request: what is taken from them is taken from their agent.
    let user = known.narrowedBy.reduce(User.inWorkspace(known.id)) { $0.narrowed(by: $1) }
    let server = AgentServer(
      tools: AgentTools(service: service, user: user), userName: known.name ?? known.id.literal)
    try await StandardLines(
      stop: try StopRequest.expect(), escapingControls: context.output.isTerminal
    ).answer { await server.answer($0) }
    return StopRequest.signal == SIGINT ? .interrupted : .done
  }
}
