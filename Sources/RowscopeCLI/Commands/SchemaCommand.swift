import Rowscope
import RowscopeModel
import Workspaces

extension Command {
  static let tables = Command(declaration: .tables) { arguments, context throws(CommandError) in
    let tables = try await outline(nil, arguments, context)
    let target = context.target(arguments)
    if tables.isEmpty { context.note("no tables") }
    try target.write(
      .array(tables.map(\.json)), of: tables.map(\.json),
      columns: ["table", "key", "fields", "relations", "label"],
      rows: tables.map { table in
        [
          .text(table.name + (table.isView ? " (view)" : "")),
          .text(table.key.joined(separator: ", ")), .text(String(table.fields.count)),
          .text(table.relations.filter { !$0.isToMany }.map(\.name).joined(separator: ", ")),
          .text(table.label == table.name ? "" : table.label),
        ]
      })
    return .done
  }

  static let schema = Command(declaration: .schema) { arguments, context throws(CommandError) in
    if let kind = arguments.choice(.jsonSchema, as: DocumentSchema.self) {
      guard arguments.positional(0) == nil else {
        throw .usage("`--json` shows the keys of documents, and a TABLE its fields: give one")
      }
      try context.target(arguments, format: .json).write(kind.text)
      return .done
    }
    guard let name = arguments.positional(0) else {
      throw .usage(
        "missing TABLE: the table, or view", help: "`rowscope tables` lists them")
    }
    let format = arguments.choice(.accessFormat, as: OutputFormat.self) ?? .table
    let target = context.target(arguments, format: format)
    for table in try await outline(name, arguments, context) {
      try target.write(format == .json ? table.json.text : table.text(for: target))
    }
    return .done
  }

  /// One table, or all, as an administrator or the chosen user sees them.
  private static func outline(
    _ name: String?, _ arguments: Arguments, _ context: CommandContext
  ) async throws(CommandError) -> [TableOutline] {
    let isOfUser = arguments.isGiven(.as) || arguments.isGiven(.user)
    let session = try Session(arguments, context, needsProfile: isOfUser)
    guard isOfUser else {
      do throws(ServiceError) {
        return try await session.service.outline(name)
      } catch {
        throw CommandError(error)
      }
    }
    let user = try await session.user(arguments)
    do throws(ServiceError) {
      return try await session.service.outline(name, as: user)
    } catch {
      throw await session.explained(error, user)
    }
  }
}

extension TableOutline {
  fileprivate func text(for target: OutputTarget) -> String {
    var facts = [
      ("Table", name + (label == name ? "" : " (\(label))") + (isView ? ", a view" : ""))
    ]
    facts.append(("Key", key.isEmpty ? "none" : key.joined(separator: ", ")))
    if let ownerField { facts.append(("Owner", ownerField)) }
    if let teamField { facts.append(("Team", teamField)) }
    let rows = fields.map { field -> [TextCell] in
      let targets = relations.filter { !$0.isToMany && $0.near == [field.name] }.map {
        "\($0.table).\($0.far[0])"
      }
      return [
        .text(field.name), .text(field.type ?? ""), .text(field.column ?? "a link"),
        .text(targets.joined(separator: " or ")), .text(field.remarks),
      ]
    }
    var text =
      target.text(facts) + "\n"
      + target.text(["field", "type", "column", "refers to", ""], rows)
    if !relations.isEmpty {
      text +=
        "\n"
        + target.text(
          ["path", "leads to", "by"],
          relations.map { relation in
            let pairs = zip(relation.near, relation.far).map { "\($0) = \(relation.table).\($1)" }
            return [
              .text(relation.name + ".…"),
              .text(
                relation.isToMany ? "records of \(relation.table)" : "one of \(relation.table)"),
              .text(pairs.joined(separator: ", ")),
            ]
          })
    }
    return text
  }

  fileprivate var json: JSONTree {
    .object([
      ("name", .string(name)), ("label", .string(label)),
      ("kind", .string(isView ? "view" : "table")), ("primary_key", .strings(key)),
      ("owner_field", .optional(ownerField)), ("team_field", .optional(teamField)),
      (
        "fields",
        .array(
          fields.map { field in
            .object([
              ("name", .string(field.name)), ("type", .optional(field.type)),
              ("column", .optional(field.column)), ("null", .flag(field.isNullable)),
              ("readonly", .flag(field.isReadonly)), ("developer", .flag(field.isDeveloper)),
            ])
          })
      ),
      (
        "relations",
        .array(
          relations.map { relation in
            .object([
              ("name", .string(relation.name)), ("table", .string(relation.table)),
              ("fields", .strings(relation.near)), ("equal", .strings(relation.far)),
              ("to_many", .flag(relation.isToMany)),
            ])
          })
      ),
    ])
  }
}

extension FieldOutline {
  fileprivate var remarks: String {
    var remarks: [String] = []
    if !isNullable { remarks.append("never null") }
    if isReadonly { remarks.append("readonly") }
    if isDeveloper { remarks.append("developers only") }
    return remarks.joined(separator: ", ")
  }
}
