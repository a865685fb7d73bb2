import Documents
import RecordStore
import Rowscope
import RowscopeModel
import Workspaces

extension Command {
  static let field = Command(declaration: .field) { arguments, context throws(CommandError) in
    let table = arguments.positional(1) ?? ""
    let change = try FieldChange(arguments)
    let session = try Session(arguments, context, isWriting: true)
    let user = try await session.user(arguments)
    let report: FieldChangeReport
    do throws(ServiceError) {
      report = try await session.service.change(change, in: table, as: user)
    } catch {
      throw await session.explained(error, user)
    }
    guard report.isMade else { throw CommandError(report) }
    context.note(done(change, in: table, report))
    return .done
  }

  private static func done(
    _ change: FieldChange, in table: String, _ report: FieldChangeReport
  ) -> String {
    switch change {
    case .add(let field, let type):
      let seen =
        report.visibleTo.isEmpty
        ? "no profile shows it"
        : "visible with the profiles \(report.visibleTo.joined(separator: ", "))"
      let declaration =
        "{\"tables\": {\(JSONWriter.string(table)): {\"fields\": "
        + "{\(JSONWriter.string(field)): {\"type\": \"\(type)\"}}}}}"
      return
        "added; \(seen)\ndeclare its type in the workspace: \(declaration)"
    case .rename(_, let to): return "renamed to \(Printable.quoted(to))"
    case .drop: return "dropped, with its values"
    }
  }
}

extension FieldChange {
  fileprivate init(_ arguments: Arguments) throws(CommandError) {
    let field = arguments.positional(2) ?? ""
    let last = arguments.positional(3)
    switch arguments.positional(0) {
    case "add":
      let types = FieldType.allCases.map(\.rawValue)
      guard let last else {
        throw .usage(
          "missing the field's type", help: "the types are \(types.joined(separator: ", "))")
      }
      guard let type = FieldType(rawValue: last) else {
        throw .usage(
          "there is no field type `\(last)`",
          help: Suggestion.hint(for: last, among: types)
            ?? "the types are \(types.joined(separator: ", "))")
      }
      self = .add(field, type)
    case "rename":
      guard let last else { throw .usage("missing the field's new name") }
      self = .rename(field, to: last)
    default:
      guard last == nil else { throw .usage("unexpected argument `\(last ?? "")`") }
      self = .drop(field)
    }
  }
}

extension CommandError {
  /// Why a field was not changed: each rule that names it, with its position.
  fileprivate init(_ report: FieldChangeReport) {
    let unreadable = report.profiles.compactMap { $0.unreadable?.description }
    let broken = report.broken.map(\.description)
    self.init(
      exitCode: .negative,
      documents: ([report.workspace] + report.profiles.map(\.diagnostics)).compactMap { $0 },
      message: (["nothing was changed: the rules above name the field"] + unreadable + broken)
        .joined(separator: "\n"),
      help: "change them first; a profile may exclude a new name before the field has it")
  }
}
