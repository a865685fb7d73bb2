import SampleGenerator
import Workspaces

// The sample generator is not part of the library, so that services importing Rowscope do not carry
// it.

extension Command {
  static let generate = Command(declaration: .generate) { arguments, context throws(CommandError) in
    let path = arguments.positional(0) ?? ""
    let rows = try arguments.integer(.rows, in: 0...SampleDatabase.largestRowCount) ?? 0
    let seed = try arguments.integer(.seed, in: 0...(.max)) ?? 1
    let isReplacing = arguments.isGiven(.replace)
    let workspace = arguments.isGiven(.withWorkspace) ? SampleWorkspace.files(beside: path) : nil
    if !isReplacing { try workspace?.checkAbsent() }
    try workspace?.makeFolder()
    // An interruption cancels the task, which then deletes the unfinished file.
    let outcome = await TerminationSignals.cancelling {
      write(rows, seed: UInt64(seed), to: path, isReplacing: isReplacing, context)
    }
    switch outcome {
    case .success:
      if let workspace {
        try workspace.write()
        let folder = workspace.folder.isEmpty ? "." : workspace.folder
        context.note("try it: rowscope query tasks --workspace \(folder) --as Bia")
      }
      return .done
    case .failure(let error):
      switch error.kind {
      case .cancelled: throw CommandError(exitCode: .interrupted)
      case .rowCount: throw .usage(error.description)
      case .fileExists:
        throw .failed("\(path): the file exists already", help: "--replace replaces it")
      case .store: throw .failed(error.description)
      }
    }
  }

  private static func write(
    _ rows: Int, seed: UInt64, to path: String, isReplacing: Bool, _ context: CommandContext
  ) -> Result<Void, SampleError> {
    do throws(SampleError) {
      let sample = try SampleDatabase(rowCount: rows, seed: seed)
      var bar: ProgressBar?
      try sample.write(to: path, isReplacing: isReplacing) { progress in
        // The number of records is known once the first are written.
        if bar == nil {
          bar = ProgressBar(
            ProgressLine(label: "Writing \(path)", unit: "records", total: progress.total),
            on: context.messages, isQuiet: context.isQuiet)
        }
        bar?.update(progress.records)
      }
      return .success(())
    } catch {
      return .failure(error)
    }
  }
}

extension SampleWorkspace {
  fileprivate static func files(beside database: String) -> NewFiles {
    let folder = DocumentPath.folder(of: database)
    return NewFiles(folder: folder, files: files(database: DocumentPath.name(of: database)))
  }
}
