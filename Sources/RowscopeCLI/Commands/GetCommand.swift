import Documents
import RecordEngine
import RowscopeModel

extension Command {
  static let get = Command(declaration: .get) { arguments, context throws(CommandError) in
    let request = try ListRequest(arguments)
    let key = arguments.positionals.dropFirst().map { Value(key: $0) }
    let session = try Session(arguments, context)
    let user = try await session.user(arguments)
    let target = context.target(arguments)
    let engine = EngineChoice(arguments)
    if engine == .both {
      let difference = try await session.read(as: user) { reader throws(ServiceError) in
        try reader.compareEngines(key, from: request.table, select: request.select)
      }
      if let difference { throw CommandError(difference) }
      context.noteAgreement(engine)
    }
    if target.format.isJSON {
      let object = try await session.read(as: user) { reader throws(ServiceError) in
        try reader.getObject(key, from: request.table, select: request.select)
      }
      // One record is an object, not a list of one.
      try target.write(String(decoding: object, as: UTF8.self) + "\n")
      return .done
    }
    let record = try await session.read(as: user) { reader throws(ServiceError) in
      try reader.get(key, from: request.table, select: request.select)
    }
    if target.format == .table || target.format == .vertical {
      try target.write(text(of: record, style: target.textStyle))
      return .done
    }
    do throws(OutputError) {
      let columns = RecordColumns(record.shape)
      var output = try RowOutput(columns: columns.names, to: target)
      try output.write(columns.row(of: record).cells.map { TextCell($0) })
      _ = try output.finish()
    } catch {
      throw error.commandError
    }
    return .done
  }

  /// A line for each field, with texts in full.
  static func text(of record: Record, style: Style) -> String {
    let columns = RecordColumns(record.shape)
    let facts = zip(columns.columns, columns.row(of: record).cells).map { field, outcome in
      let cell = TableCell(TextCell(outcome), limit: nil)
      // A text of several lines stays on several lines.
      let shown =
        if case .value(.text(let text)) = outcome { Printable.lines(text.string) } else {
          cell.text
        }
      let text = cell.kind == .null ? style.dim(shown) : shown
      return (field.name, field.isReadonly ? text + style.dim("  (readonly)") : text)
    }
    return FactList(facts, style: style).text
  }
}

/// Names and their descriptions, in two aligned columns.
struct FactList {
  let facts: [(name: String, text: String)]
  let style: Style

  init(_ facts: [(name: String, text: String)], style: Style) {
    self.facts = facts.map { (Printable.text($0.name), $0.text) }
    self.style = style
  }

  /// The text, ending in a line feed.
  var text: String {
    let width = facts.map { DisplayWidth.columns(of: $0.name) }.max() ?? 0
    let margin = "\n" + String(repeating: " ", count: width + 2)
    return facts.map { name, text in
      let gap = String(repeating: " ", count: width + 2 - DisplayWidth.columns(of: name))
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      return style.bold(name) + gap + lines.joined(separator: margin) + "\n"
    }.joined()
  }
}
