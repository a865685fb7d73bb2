import AccessProfiles
import Documents
import Rowscope
import RowscopeModel

/// What an agent may do for its user: read.
struct AgentTools: Sendable {
  let service: RecordService
  let user: User

  /// The records of a page where none is named, and the most.
  static let defaultSize = 20
  static let mostRecords = 100
  /// In bytes: a model reads all of a result, and pays for it.
  static let longestResult = 50_000
  /// The most tables to name in the description of each tool.
  static let mostTables = 100

  enum Tool: String, CaseIterable {
    case schema, list, get, count, summarize
  }

  // MARK: Descriptions

  /// The tools, with the tables that the user sees now.
  func list() async -> [JSONTree] {
    // Where the tables cannot be told, a call says why.
    let tables = (try? await service.outline(as: user))?.map(\.name) ?? []
    return Tool.allCases.map { tool in
      .object([
        ("name", .string(tool.rawValue)), ("title", .string(tool.title)),
        ("description", .string(tool.explanation)), ("inputSchema", tool.schema(of: tables)),
        (
          "annotations",
          .object([
            ("readOnlyHint", .flag(true)), ("destructiveHint", .flag(false)),
            ("idempotentHint", .flag(true)), ("openWorldHint", .flag(false)),
          ])
        ),
      ])
    }
  }

  /// The keys of a tool's arguments.
  enum Argument: String {
    case table, select, filters, sort, size, after, key, search, aggregates
    case joining = "operator"
    case groupBy = "group_by"

    /// As requests call it.
    var key: String { self == .table ? "object_type" : rawValue }
  }

  // MARK: Calls

  /// What a tool answers, as JSON, or a sentence that says what would be right.
  func call(_ tool: Tool, _ arguments: JSONNode?) async -> (text: String, isError: Bool) {
    let names = tool.arguments.map(\.rawValue)
    if let arguments, arguments.members == nil {
      return ("the arguments of a tool are an object: \(names.joined(separator: ", "))", true)
    }
    let members = arguments?.members ?? []
    for member in members where !names.contains(where: member.key.value.hasSameBytes) {
      let hint =
        Suggestion.hint(for: member.key.value, among: names)
        ?? "the arguments are \(names.joined(separator: ", "))"
      return ("unknown argument \(Printable.quoted(member.key.value)); \(hint)", true)
    }
    guard arguments?["table"]?.string != nil || tool == .schema else {
      return ("\"table\" must be the name of a table; call \"schema\" to see them", true)
    }
    if tool == .schema, arguments?["table"] == nil { return await overview() }
    var request = JSONWriter()
    request.beginObject()
    request.key("do")
    request.string(tool.act.rawValue)
    for member in members {
      request.key(Argument(rawValue: member.key.value)?.key ?? member.key.value)
      request.node(member.value)
    }
    request.endObject()
    let answer = await service.answer(json: request.bytes, as: user)
    if let error = answer.error { return (Self.text(of: error), true) }
    // Without `{"data":` and its `}`, which a model has no use for.
    let data = answer.json.dropFirst(#"{"data":"#.utf8.count).dropLast()
    return limited(String(decoding: data, as: UTF8.self), tool)
  }

  /// All tables with the names of their fields.
  private func overview() async -> (text: String, isError: Bool) {
    do throws(ServiceError) {
      let tables = try await service.outline(as: user)
      let text = JSONTree.object([
        (
          "tables",
          .array(
            tables.map { table in
              .object([
                ("name", .string(table.name)), ("label", .string(table.label)),
                ("primary_key", .strings(table.key)),
                ("fields", .strings(table.fields.map(\.name))),
              ])
            })
        )
      ]).line
      guard text.utf8.count > Self.longestResult else { return (text, false) }
      return (JSONTree.object([("tables", .strings(tables.map(\.name)))]).line, false)
    } catch {
      return (Self.text(of: error), true)
    }
  }

  private func limited(_ text: String, _ tool: Tool) -> (text: String, isError: Bool) {
    guard text.utf8.count > Self.longestResult else { return (text, false) }
    let advice =
      switch tool {
      case .list: "select fewer fields, or ask for fewer records with a smaller \"size\""
      case .summarize: "ask for fewer groups with a smaller \"size\""
      case .get: "select fewer fields"
      case .count, .schema: "ask for less"
      }
    return (
      "the result has \(text.utf8.count) bytes, more than \(Self.longestResult): \(advice)", true
    )
  }

  /// Without the place in a document that the model has not written.
  private static func text(of error: ServiceError) -> String {
    let text = error.wireDescription
    guard text.hasPrefix("request, line 1, column "), let colon = text.firstRange(of: ": ") else {
      return text
    }
    return String(text[colon.upperBound...])
  }
}
