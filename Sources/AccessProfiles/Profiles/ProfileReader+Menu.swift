import Documents
import RowscopeModel

extension ProfileReader {
  private enum SectionKey: String, CaseIterable { case id, label, items }
  private enum ItemKey: String, CaseIterable { case object, label, type }

  mutating func sections(_ node: JSONNode) -> [MenuSection] {
    (diagnostics.array(node, as: "a list of sections") ?? []).compactMap { section($0) }
  }

  private mutating func section(_ node: JSONNode) -> MenuSection? {
    guard let members = diagnostics.object(node, as: "a section") else { return nil }
    var id: Value?
    var label: String?
    var items: [MenuItem] = []
    for member in members {
      switch SectionKey(rawValue: member.key.value) {
      case .id: id = self.id("section", member.value)?.value
      case .label: label = diagnostics.string(member.value, as: "a label")?.value
      case .items:
        items = (diagnostics.array(member.value, as: "a list of items") ?? [])
          .compactMap { item($0) }
      case nil: diagnostics.unknownKey(member.key, among: SectionKey.allCases.map(\.rawValue))
      }
    }
    return MenuSection(id: id, label: label, items: items)
  }

  private mutating func item(_ node: JSONNode) -> MenuItem? {
    guard let members = diagnostics.object(node, as: "an item") else { return nil }
    var object: Located<String>?
    var label: String?
    var kind: MenuItem.Kind?
    var present: Set<ItemKey> = []
    var hasUnknownKey = false
    for member in members {
      let key = ItemKey(rawValue: member.key.value)
      if let key { present.insert(key) }
      switch key {
      case .object: object = diagnostics.string(member.value, as: "a name")
      case .label: label = diagnostics.string(member.value, as: "a label")?.value
      case .type: kind = self.kind(member.value)
      case nil:
        hasUnknownKey = true
        diagnostics.unknownKey(member.key, among: ItemKey.allCases.map(\.rawValue))
      }
    }
    // A misspelt key is one mistake: do not also report the missing key.
    if !hasUnknownKey {
      for key in [ItemKey.object, .type] where !present.contains(key) {
        diagnostics.error(
          .requiredKey, "an item without \"\(key.rawValue)\"",
          hint: #"an item is {"object": …, "label": …, "type": …}"#, at: node.range)
      }
    }
    guard let object, let kind else { return nil }
    return MenuItem(object: object, label: label, kind: kind)
  }

  private mutating func kind(_ node: JSONNode) -> MenuItem.Kind? {
    guard let name = diagnostics.string(node, as: "the type of an item") else { return nil }
    if let kind = MenuItem.Kind(rawValue: name.value) { return kind }
    let known = MenuItem.Kind.allCases.map(\.rawValue)
    diagnostics.error(
      .unknownItemType, "unknown type \(Printable.quoted(name.value))",
      hint: Suggestion.hint(for: name.value, among: known)
        ?? "the types are " + known.joined(separator: ", "), at: name.range)
    return nil
  }

  // MARK: - Ids

  /// A list of ids; nil, after reporting it, if it is not a list.
  mutating func ids(_ thing: String, _ node: JSONNode) -> [Located<Value>]? {
    diagnostics.array(node, as: "a list of \(thing) ids")?.compactMap { id(thing, $0) }
  }

  private mutating func id(_ thing: String, _ node: JSONNode) -> Located<Value>? {
    switch node.content {
    case .integer(let number): return Located(.integer(number), at: node.range)
    case .string(let text): return Located(.text(text), at: node.range)
    case .null, .bool, .real, .array, .object:
      diagnostics.wrongType(
        node, expected: "a \(thing) id", hint: "an id is a whole number or a text")
      return nil
    }
  }
}
