import RecordEngine
import Rowscope
import RowscopeModel

extension Command {
  static let create = Command(declaration: .create) { arguments, context throws(CommandError) in
    let table = arguments.positional(0) ?? ""
    let words = arguments.positionals.dropFirst()
    let values = try arguments.values(from: words)
    context.noteNullTexts(words)
    let select = try arguments.fieldNames()
    let session = try Session(arguments, context, isWriting: true)
    let written = try await session.write(
      as: try await session.user(arguments)
    ) { writer throws(ServiceError) in
      try writer.create(values, in: table, select: select)
    }
    try context.show(written, done: "created", arguments)
    return .done
  }

  static let update = Command(declaration: .update) { arguments, context throws(CommandError) in
    let table = arguments.positional(0) ?? ""
    let words = arguments.positionals.dropFirst()
    let key = words.prefix { !FieldValues.isAssignment($0) }
    let values = try arguments.values(from: words.dropFirst(key.count))
    context.noteNullTexts(words.dropFirst(key.count))
    let unchanged = try arguments.expectations()
    let select = try arguments.fieldNames()
    let target = try arguments.target(key: key)
    let session = try Session(arguments, context, isWriting: true)
    let user = try await session.user(arguments)
    switch target {
    case .one(let key):
      let written = try await session.write(as: user) { writer throws(ServiceError) in
        try writer.update(key, in: table, set: values, ifUnchanged: unchanged, select: select)
      }
      try context.show(written, done: "changed", arguments)
    case .many(let selection):
      let written = try await session.write(as: user) { writer throws(ServiceError) in
        try writer.update(selection, set: values, ifUnchanged: unchanged, select: select)
      }
      try context.show(written, arguments)
    }
    return .done
  }

  static let delete = Command(declaration: .delete) { arguments, context throws(CommandError) in
    let table = arguments.positional(0) ?? ""
    let unchanged = try arguments.expectations()
    let target = try arguments.target(key: arguments.positionals.dropFirst())
    let session = try Session(arguments, context, isWriting: true)
    let user = try await session.user(arguments)
    let deleted = try await session.write(as: user) { writer throws(ServiceError) in
      switch target {
      case .one(let key): try writer.delete(key, from: table, ifUnchanged: unchanged)
      case .many(let selection): try writer.delete(selection, ifUnchanged: unchanged)
      }
    }
    let number = deleted.count == 0 ? "no records" : records(deleted.count)
    let kept = "a trigger of the database kept \(records(deleted.kept))"
    context.note(
      deleted.kept > 0
        ? "\(number) deleted; \(kept)" : number + (deleted.count == 0 ? "" : " deleted"))
    return .done
  }

  fileprivate static func records(_ count: Int) -> String {
    count == 1 ? "1 record" : "\(count) records"
  }
}

extension CommandContext {
  fileprivate func noteNullTexts(_ words: some Sequence<String>) {
    for field in FieldValues.fieldsOfNullText(in: words) {
      note(
        "`\(field)=null` is the text \"null\"; `\(field):=null` leaves the field without a value")
    }
  }

  /// Shows one record after a write, as `get` does.
  fileprivate func show(
    _ written: WrittenRecord, done: String, _ arguments: Arguments
  ) throws(CommandError) {
    guard let record = written.record else {
      note("\(done); the user cannot access the record, so it is not shown")
      return
    }
    let target = target(arguments)
    switch target.format {
    case .json, .jsonl: try target.write(String(decoding: record.json, as: UTF8.self) + "\n")
    case .table, .vertical:
      try target.write(Command.text(of: record, style: target.textStyle))
    case .csv, .tsv, .markdown, .html: try write([record], record.shape, to: target)
    }
  }

  /// Shows records after a write, as `query` does.
  fileprivate func show(_ written: WrittenRecords, _ arguments: Arguments) throws(CommandError) {
    let target = target(arguments)
    if target.format.isJSON {
      do throws(OutputError) {
        var output = try ObjectOutput(to: target)
        for record in written.records {
          let json = record.json
          let outcome = json.withUnsafeBufferPointer { bytes -> Result<Void, OutputError> in
            do throws(OutputError) { return .success(try output.write(bytes)) } catch {
              return .failure(error)
            }
          }
          try outcome.get()
        }
        try output.finish()
      } catch {
        throw error.commandError
      }
    } else {
      try write(written.records, written.shape, to: target)
    }
    let hidden = written.count - written.records.count
    note(
      written.count == 0
        ? "no records"
        : "\(Command.records(written.count)) changed"
          + (hidden == 0
            ? "" : "; the user cannot access \(hidden) of them any more"))
  }

  private func write(
    _ records: [Record], _ shape: RecordShape, to target: OutputTarget
  ) throws(CommandError) {
    do throws(OutputError) {
      var output = try RowOutput(columns: shape.fields.map(\.name), to: target)
      for record in records { try output.write(record.values.map { TextCell($0) }) }
      _ = try output.finish()
    } catch {
      throw error.commandError
    }
  }
}
