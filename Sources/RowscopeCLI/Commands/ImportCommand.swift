import DataFiles
import Foundation
import RecordStore
import RowscopeModel
import Workspaces

extension Command {
  static let importing = Command(declaration: .importing) {
    arguments, context throws(CommandError) in
    let source = try ImportSource(arguments)
    let path = arguments.positional(1) ?? ""
    let isReplacing = arguments.isGiven(.replace)
    guard isReplacing || !PendingFile.exists(path) else {
      throw .failed("\(path): the file exists already", help: "--replace replaces it")
    }
    if let workspace = source.workspacePath {
      context.note("with the declarations of \(workspace)")
    }
    // An interruption cancels the task, which then deletes the unfinished file.
    let result = await TerminationSignals.cancelling {
      Result { () throws(FolderImportError) in
        try write(source, to: path, isReplacing: isReplacing, context)
      }
    }
    switch result {
    case .success(let outcome):
      report(outcome, of: source, path, context)
      return .done
    case .failure(let error) where error.isCancellation:
      throw CommandError(exitCode: .interrupted)
    case .failure(let error): throw .failed(error.description)
    }
  }

  private static func write(
    _ source: ImportSource, to path: String, isReplacing: Bool, _ context: CommandContext
  ) throws(FolderImportError) -> FolderImport.Outcome {
    var bar = ProgressBar(
      ProgressLine(label: "Importing \(source.folder)", unit: nil, total: 1000),
      on: context.messages, isQuiet: context.isQuiet)
    let file: PendingFile
    do throws(StoreError) {
      file = try PendingFile(path: path, isReplacing: isReplacing)
    } catch {
      throw .store(error)
    }
    return try source.files.write(
      to: file, declarations: source.declarations, others: source.others,
      relations: source.relations, progress: { bar.update(Int($0 * 1000)) })
  }

  private static func report(
    _ outcome: FolderImport.Outcome, of source: ImportSource, _ path: String,
    _ context: CommandContext
  ) {
    for note in outcome.notes { context.warn("\(note.description); \(note.hint)") }
    for relation in outcome.undeclared {
      context.note(
        "the relation of \(relation.table).\(relation.columns.joined(separator: ", ")) to "
          + "\(relation.parent) is no foreign key of the database, as it does not lead to a primary "
          + "key; keep it in the workspace")
    }
    for orphans in outcome.orphans {
      context.warn(
        "\(orphans.count) \(orphans.count == 1 ? "record" : "records") of \(orphans.table) "
          + "\(orphans.count == 1 ? "refers" : "refer") to no record of \(orphans.parent)")
    }
    let tables = source.files.tables.count
    context.note(
      "\(tables) \(tables == 1 ? "table" : "tables") and \(outcome.recordCount) "
        + "\(outcome.recordCount == 1 ? "record" : "records") in \(path)")
  }
}

/// A folder to import, with what a workspace declares of its tables.
private struct ImportSource: Sendable {
  let folder: String
  let files: FolderImport
  /// The workspace whose declarations hold; nil if there is none.
  private(set) var workspacePath: String?
  private(set) var declarations: [Name: CSVTableDeclaration] = [:]
  private(set) var others = CSVTableDeclaration()
  private(set) var relations: [FolderImport.Relation] = []

  init(_ arguments: Arguments) throws(CommandError) {
    let given = arguments.positional(0) ?? ""
    let workspace: WorkspaceContents?
    do throws(WorkspaceError) {
      workspace = try Self.workspace(of: given, named: arguments.value(.workspace))
    } catch {
      throw CommandError(error)
    }
    let isOwn =
      workspace.map { Self.isSame(DocumentPath.folder(of: $0.path ?? ""), given) } ?? false
    // The folder of a workspace stands for the files that it names.
    folder = isOwn ? workspace?.databasePath ?? given : given
    do throws(CSVError) {
      files = try FolderImport(path: folder)
    } catch {
      throw .failed(error.description)
    }
    guard let workspace else { return }
    workspacePath = workspace.path
    let names = Set(files.tables.map { Name($0.name) })
    for (name, declaration) in workspace.csvDeclarations {
      guard names.contains(name) else {
        throw .failed(
          "the workspace declares the table \(Printable.quoted(name.string)), and \(folder) has no "
            + "file of it")
      }
      declarations[name] = declaration
    }
    others = workspace.csvDeclarationOfOthers
    relations = workspace.document.tables.flatMap(\.importedRelations)
  }

  /// The workspace of the option, of the folder itself, or beside it if it names the folder.
  private static func workspace(
    of folder: String, named path: String?
  ) throws(WorkspaceError) -> WorkspaceContents? {
    if let path { return try .load(path: path) }
    let own = DocumentPath.join(folder, WorkspaceContents.fileName)
    if DocumentFile.entry(at: own) == .file { return try .load(path: own) }
    let trimmed = folder.hasByteSuffix("/") ? String(folder.dropLast()) : folder
    let beside = DocumentPath.join(
      DocumentPath.folder(of: trimmed), WorkspaceContents.fileName)
    guard DocumentFile.entry(at: beside) == .file else { return nil }
    let workspace = try WorkspaceContents.load(path: beside)
    return isSame(workspace.databasePath, folder) ? workspace : nil
  }

  private static func isSame(_ path: String, _ other: String) -> Bool {
    func resolved(_ path: String) -> String {
      URL(fileURLWithPath: path.isEmpty ? "." : path).resolvingSymlinksInPath().standardized.path
    }
    return resolved(path).hasSameBytes(as: resolved(other))
  }
}

extension TableDeclaration {
  /// The declared relations, and those of the tables of links.
  fileprivate var importedRelations: [FolderImport.Relation] {
    fields.flatMap { field -> [FolderImport.Relation] in
      // A key that refers to this record or that, by another field, is no foreign key.
      let relations = field.relations.filter { !$0.isConditional }
      guard relations.isEmpty else {
        return relations.map { relation in
          FolderImport.Relation(
            table: Name(name.value), columns: relation.pairs.map(\.near.value),
            parent: Name(relation.table.value), parents: relation.pairs.map(\.far.value))
        }
      }
      guard let link = field.link else { return [] }
      return [
        FolderImport.Relation(
          table: Name(link.table.value), columns: link.record.value.map(\.value),
          parent: Name(name.value), parents: nil)
      ]
    }
  }
}
