import Documents
import RowscopeModel

/// Reads a profile's JSON tree and collects its problems.
struct ProfileReader {
  var diagnostics = DiagnosticCollector()
  var parts = Profile.Parts()

  static let wildcard = "*"

  enum Key: String, CaseIterable {
    case schema = "$schema"
    case manageUsers = "manage_users"
    case createTable = "create_table"
    case createDashboard = "create_dashboard"
    case tablesEnabled = "tables_enabled"
    case tablesDisabled = "tables_disabled"
    case pagesEnabled = "pages_enabled"
    case pagesDisabled = "pages_disabled"
    case dashboardsEnabled = "dashboards_enabled"
    case dashboardsDisabled = "dashboards_disabled"
    case defaultTabs = "default_tabs"
    case channelReadOnly = "channel_read_only"
    case directMessageUsers = "direct_message_users"
    case directMessageProfiles = "direct_message_profiles"
  }

  mutating func read(_ tree: JSONNode) {
    guard let members = diagnostics.object(tree, as: "a profile, which is an object") else {
      return
    }
    for member in members {
      guard let key = Key(rawValue: member.key.value) else {
        let name = member.key.value
        diagnostics.unknownKey(
          member.key, among: Key.allCases.map(\.rawValue),
          hint: GrantKey.names.contains { $0.hasSameBytes(as: name) }
            ? "it is a key of a table's grant: {\"tables_enabled\": {\"TABLE\": {\"\(name)\": …}}}"
            : nil)
        continue
      }
      if let flag = Profile.Flag(rawValue: key.rawValue) { parts.flags[flag] = member.key.range }
      read(member.value, of: key)
    }
    warnOfContradictions(
      "table", enabled: parts.tablesEnabled.entries.map(\.name), parts.tablesDisabled)
    warnOfContradictions("page", enabled: parts.pagesEnabled.names, parts.pagesDisabled)
    warnOfContradictions(
      "dashboard", enabled: parts.dashboardsEnabled.names, parts.dashboardsDisabled)
  }

  private mutating func read(_ node: JSONNode, of key: Key) {
    switch key {
    // For editors.
    case .schema: _ = diagnostics.string(node, as: "the path of a JSON Schema")
    case .manageUsers: parts.manageUsers = diagnostics.flag(node) ?? false
    case .createTable: parts.createTable = diagnostics.flag(node) ?? false
    case .createDashboard: parts.createDashboard = diagnostics.flag(node) ?? false
    case .tablesEnabled: parts.tablesEnabled = enabledTables(node)
    case .tablesDisabled: parts.tablesDisabled = disabled("table", node)
    case .pagesEnabled: parts.pagesEnabled = enabled("page", node)
    case .pagesDisabled: parts.pagesDisabled = disabled("page", node)
    case .dashboardsEnabled: parts.dashboardsEnabled = enabled("dashboard", node)
    case .dashboardsDisabled: parts.dashboardsDisabled = disabled("dashboard", node)
    case .defaultTabs: parts.defaultTabs = sections(node)
    case .channelReadOnly: parts.channelReadOnly = ids("channel", node) ?? []
    case .directMessageUsers: parts.directMessageUsers = ids("user", node)
    case .directMessageProfiles: parts.directMessageProfiles = ids("profile", node)
    }
  }

  // MARK: - What is enabled

  private mutating func enabledTables(_ node: JSONNode) -> EnabledTables {
    guard let members = enabledMap("table", node) else { return EnabledTables() }
    var others: Grant?
    var entries: [EnabledTables.Entry] = []
    for member in members {
      let grant = grant(member.value)
      if member.key.value == Self.wildcard {
        others = grant
      } else if let grant {
        entries.append(EnabledTables.Entry(name: member.key, grant: grant))
      }
    }
    return EnabledTables(entries, others: others)
  }

  private mutating func enabled(_ thing: String, _ node: JSONNode) -> NameSet {
    guard let members = enabledMap(thing, node) else { return NameSet() }
    for member in members where member.value.string != Self.wildcard {
      diagnostics.wrongType(
        member.value, expected: "\"*\"", hint: "write \"*\"; a \(thing) has no finer grant")
    }
    return NameSet(
      members.map(\.key).filter { $0.value != Self.wildcard },
      wildcard: members.first { $0.key.value == Self.wildcard }?.key.range)
  }

  /// The members of a map of names; reports names that differ only in case.
  private mutating func enabledMap(_ thing: String, _ node: JSONNode) -> [JSONNode.Member]? {
    guard let members = node.members else {
      // Of a list the first name shows how it is meant.
      let name = node.string ?? node.elements?.first?.string
      diagnostics.wrongType(
        node, expected: "a map of \(thing) names",
        hint: name.map { "write {\(JSONWriter.string($0)): \"*\"}" })
      return nil
    }
    if members.isEmpty {
      diagnostics.warning(
        .emptyMap, "an empty map enables no \(thing)",
        hint: "write {\"*\": \"*\"} to enable every \(thing)", at: node.range)
    }
    var seen: [Name: Located<String>] = [:]
    for member in members {
      if let first = seen.updateValue(member.key, forKey: Name(member.key.value)),
        // Identical names were already reported as a duplicate key.
        !first.value.hasSameBytes(as: member.key.value)
      {
        diagnostics.error(
          .duplicateName,
          "\(Printable.quoted(member.key.value)) is the same \(thing) as "
            + Printable.quoted(first.value),
          hint: "names match without regard to ASCII case", at: member.key.range)
      }
    }
    return members
  }

  // MARK: - What is disabled

  private mutating func disabled(_ thing: String, _ node: JSONNode) -> NameSet {
    if node.string == Self.wildcard {
      diagnostics.wrongType(
        node, expected: "a list of \(thing) names", hint: "write [\"*\"] to disable every \(thing)")
      return NameSet()
    }
    guard let names = diagnostics.names(node, of: thing) else { return NameSet() }
    warnOfRepetition(names)
    return NameSet(
      names.filter { $0.value != Self.wildcard },
      wildcard: names.first { $0.value == Self.wildcard }?.range)
  }

  private mutating func warnOfContradictions(
    _ thing: String, enabled: [Located<String>], _ disabled: NameSet
  ) {
    if let wildcard = disabled.wildcard, !enabled.isEmpty {
      diagnostics.warning(
        .contradiction, "\"*\" disables every \(thing), including the enabled ones",
        hint: "disabling takes precedence over enabling", at: wildcard)
    }
    let enabled = NameSet(enabled)
    for name in disabled.names where enabled.entry(named: name.value) != nil {
      diagnostics.warning(
        .contradiction, "the \(thing) \(Printable.quoted(name.value)) is enabled and disabled",
        hint: "disabling takes precedence over enabling", at: name.range)
    }
  }

  mutating func warnOfRepetition(_ names: [Located<String>]) {
    var seen: Set<Name> = []
    for name in names where !seen.insert(Name(name.value)).inserted {
      diagnostics.warning(
        .repeatedName, "\(Printable.quoted(name.value)) is in this list twice", at: name.range)
    }
  }
}
