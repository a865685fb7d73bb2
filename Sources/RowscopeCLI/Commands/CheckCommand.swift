import DataFiles
import Documents
import Foundation
import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel
import Workspaces

extension Command {
  static let check = Command(declaration: .check) { arguments, context throws(CommandError) in
    let report: CheckReport
    let refusals: [Diagnostics]
    do throws(CommandError) {
      (report, refusals) = try await checkReport(arguments, context)
    } catch {
      // Mistakes in the workspace are a negative answer too.
      if error.documents.isEmpty { throw error }
      var negative = error
      negative.exitCode = .negative
      throw negative
    }
    let style = context.outputStyle
    let renderer = DiagnosticRenderer(
      usesColour: style.isEnabled, lineWidth: max(40, context.textWidth - 4))
    var text = ""
    for profile in report.profiles {
      if let diagnostics = profile.diagnostics { text += renderer.render(diagnostics) }
      if let unreadable = profile.unreadable {
        text += style.error("error:") + " \(Printable.lines(unreadable.description))\n"
      }
    }
    for diagnostics in refusals { text += renderer.render(diagnostics) }
    for diagnostics in report.users { text += renderer.render(diagnostics) }
    if let declarations = report.declarations { text += renderer.render(declarations) }
    for note in report.csvNotes {
      text += style.warning("warning:") + " \(Printable.text(note.description))\n"
      text += "  " + style.help("help:") + " \(Printable.text(note.hint))\n"
    }
    let catalogNotes = try catalogNotes(arguments)
    for note in catalogNotes + report.notes.map(\.description) + report.dataNotes {
      text += style.help("note:") + " \(Printable.text(note))\n"
    }
    if !text.isEmpty { text += "\n" }
    text +=
      [
        (report.profiles.count, "profile"), (report.errorCount, "error"),
        (report.warningCount + refusals.reduce(0) { $0 + $1.list.count }, "warning"),
      ].map { "\($0) \($1)\($0 == 1 ? "" : "s")" }.joined(separator: ", ") + "\n"
    try context.print(text)
    return report.errorCount > 0 ? .negative : .done
  }

  /// What a catalog leaves out.
  private static func catalogNotes(_ arguments: Arguments) throws(CommandError) -> [String] {
    let workspace = try Session.workspace(arguments)
    guard workspace.isCatalog else { return [] }
    do throws(WorkspaceError) {
      return try workspace.readCatalog().notes
    } catch {
      throw CommandError(error)
    }
  }

  private static func checkReport(
    _ arguments: Arguments, _ context: CommandContext
  ) async throws(CommandError) -> (CheckReport, refusals: [Diagnostics]) {
    let session = try Session(arguments, context)
    let workspace = session.workspace
    var catalog = ProfileCatalog(reading: workspace)
    var names = arguments.positionals
    for name in names {
      let isNamed =
        workspace.path != nil && workspace.profiles.contains { Text($0.name) == Text(name) }
      if isNamed { continue }
      // A profile of a table is looked up.
      if workspace.document.profileTable != nil, !FileManager.default.fileExists(atPath: name) {
        continue
      }
      guard workspace.path == nil || FileManager.default.fileExists(atPath: name) else {
        let known = workspace.profiles.map(\.name)
        throw .denied(
          "there is no profile and no file \(Printable.quoted(name))",
          help: Suggestion.hint(for: name, among: known)
            ?? "the profiles are \(known.joined(separator: ", "))")
      }
      catalog.read(name, as: name)
    }
    // Without a workspace, check the profile of `--profile` and those named as arguments.
    if workspace.path == nil, arguments.isGiven(.profile) {
      names += workspace.profiles.map(\.name)
    }
    session.service.replaceProfiles(catalog)
    do throws(ServiceError) {
      // If profiles are named, check only those, not the users.
      let report = try await session.service.check(
        names.isEmpty ? nil : names, users: names.isEmpty ? workspace.users : nil,
        others: names.isEmpty ? [workspace.usersDiagnostics].compactMap(\.self) : [])
      let checked = report.profiles.filter { $0.errorCount == 0 }.map(\.name)
      return (report, try refusals(of: checked, in: catalog, workspace))
    } catch {
      throw CommandError(error)
    }
  }

  /// The rules of profiles that a planner for the workspace's catalog refuses.
  private static func refusals(
    of names: [String], in catalog: ProfileCatalog, _ workspace: WorkspaceContents
  ) throws(ServiceError) -> [Diagnostics] {
    guard workspace.isCatalog,
      let planner = try? QueryPlanner(contents: workspace, profiles: catalog)
    else { return [] }
    return names.flatMap { name in
      // A rule is refused for its fields and operators, and seldom for a user's values.
      let user = workspace.users.users.first { user in
        user.profiles.contains { Text($0) == Text(name) }
      }
      var alone = user ?? User(id: 1, name: "", email: "")
      alone.profiles = [name]
      return planner.refusals(for: alone)
    }
  }
}
