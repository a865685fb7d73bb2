import Documents
import RowscopeModel

extension ProfileReader {
  enum GrantKey: String, CaseIterable {
    case everything = "*"
    case data
    case editData = "edit_data"
    case deleteData = "delete_data"
    case fieldsExcluded = "fields_excluded"
    case fieldsReadonly = "fields_readonly"
    case presets

    /// The keys of a grant other than the flags.
    private static let others = allCases.filter { $0 != .everything }.map(\.rawValue)
    static let names = others + Grant.Flag.allCases.map(\.rawValue)
  }

  /// A table's value in `tables_enabled`: `"*"` or an object. Nil, after reporting it, if it is
  /// neither.
  mutating func grant(_ node: JSONNode) -> Grant? {
    if node.string == Self.wildcard { return .everything(at: node.range) }
    guard let members = node.members else {
      diagnostics.wrongType(
        node, expected: "a grant",
        hint: "a grant is \"*\" or {…}; a table is denied by leaving it out")
      return nil
    }
    var isEverything = false
    var conditions: [GrantKey: [Condition]] = [:]
    var presets: [Preset] = []
    var excluded: [Located<String>] = []
    var readonly: [Located<String>] = []
    var flags: [Grant.Flag: Bool] = [:]
    var places: [Grant.Flag: Range<Int>] = [:]
    for member in members {
      if let flag = Grant.Flag(rawValue: member.key.value) {
        flags[flag] = diagnostics.flag(member.value)
        places[flag] = member.key.range
        continue
      }
      guard let key = GrantKey(rawValue: member.key.value) else {
        diagnostics.unknownKey(
          member.key, among: GrantKey.names,
          hint: Key(rawValue: member.key.value).map { _ in
            "it is a key of the profile, beside \"tables_enabled\""
          })
        continue
      }
      switch key {
      case .everything:
        isEverything = member.value.string == Self.wildcard
        if !isEverything {
          diagnostics.wrongType(
            member.value, expected: "\"*\"", hint: "everything is granted by \"*\": \"*\"")
        }
      case .data, .editData, .deleteData:
        conditions[key] =
          ConditionParser(.profile).conditions(member.value, reporting: &diagnostics)
      case .fieldsExcluded:
        excluded = fields(member.value)
      case .fieldsReadonly:
        readonly = fields(member.value)
      case .presets:
        presets = self.presets(member.value)
      }
    }
    warnOfHiddenReadonly(excluded: excluded, readonly: readonly)
    let allows = [
      GrantKey.presets: (Grant.Flag.canCreate, flags[.canCreate] ?? isEverything),
      .editData: (.canEdit, flags[.canEdit] ?? true),
      .deleteData: (.canDelete, flags[.canDelete] ?? isEverything),
    ]
    for member in members {
      guard let key = GrantKey(rawValue: member.key.value), let (flag, isAllowed) = allows[key],
        !isAllowed
      else { continue }
      diagnostics.warning(
        .contradiction, "\(Printable.quoted(key.rawValue)) without \(flag.rawValue)",
        hint: "it narrows a right that the grant does not give", at: member.key.range)
    }
    return Grant(
      conditions: conditions[.data] ?? [], fieldsExcluded: excluded, fieldsReadonly: readonly,
      canCreate: flags[.canCreate] ?? isEverything, canEdit: flags[.canEdit] ?? true,
      canDelete: flags[.canDelete] ?? isEverything, createComment: flags[.createComment] ?? true,
      manageStructure: flags[.manageStructure] ?? isEverything,
      keepInScope: flags[.keepInScope], editConditions: conditions[.editData] ?? [],
      deleteConditions: conditions[.deleteData] ?? [], presets: presets,
      startsFromEverything: isEverything, flags: places, at: node.range)
  }

  private mutating func fields(_ node: JSONNode) -> [Located<String>] {
    guard let names = diagnostics.names(node, of: "field") else { return [] }
    warnOfRepetition(names)
    return names
  }

  private mutating func warnOfHiddenReadonly(
    excluded: [Located<String>], readonly: [Located<String>]
  ) {
    let excluded = Set(excluded.map { Name($0.value) })
    for name in readonly where excluded.contains(Name(name.value)) {
      diagnostics.warning(
        .contradiction,
        "the field \(Printable.quoted(name.value)) is excluded and readonly",
        hint: "an excluded field does not exist for the user", at: name.range)
    }
  }
}
