import AccessProfiles
import Rowscope
import RowscopeModel

extension Command {
  static let menu = Command(declaration: .menu) { arguments, context throws(CommandError) in
    let session = try Session(arguments, context)
    let user = try await session.user(arguments)
    let menu: [Navigation.Section]
    do throws(ServiceError) {
      menu = try await session.service.navigation(of: user).menu
    } catch {
      throw await session.explained(error, user)
    }
    let target = context.target(arguments)
    if menu.isEmpty { context.note("the menu is empty") }
    // In the form of the profile's "default_tabs".
    let sections = menu.map(\.json)
    if menu.isEmpty, [.table, .vertical, .markdown, .html].contains(target.format) { return .done }
    try target.write(
      .array(sections), of: sections, columns: ["section", "label", "type", "object"],
      rows: menu.flatMap(\.rows))
    return .done
  }
}

extension Navigation.Section {
  fileprivate var json: JSONTree {
    .object([
      ("id", id.map(JSONTree.value) ?? .null), ("label", .optional(label)),
      ("items", .array(items.map(\.json))),
    ])
  }

  fileprivate var rows: [[TextCell]] {
    let name = TextCell(label) == .null ? id.map { TextCell($0) } ?? .null : TextCell(label)
    return items.map {
      [name, .text($0.label), .text($0.kind.rawValue), .text($0.object)]
    }
  }
}

extension Navigation.Item {
  fileprivate var json: JSONTree {
    .object([
      ("object", .string(object)), ("label", .string(label)), ("type", .string(kind.rawValue)),
    ])
  }
}
