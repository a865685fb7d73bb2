import Documents
package import RecordFilter
package import RowscopeModel

/// A change of what one profile says of one table.
package struct RuleEdit: Sendable {
  /// Where in the profile's document; nil for what it has no place for yet.
  package let range: Range<Int>?
  /// For people: `without {"field": "owner", …}`.
  package let words: String
  fileprivate let change: @Sendable (inout Grant?, inout Bool) -> Void
}

extension Profile {
  /// The same profile with what the edits make of its rules for a table.
  package func applying(_ edits: [RuleEdit], to table: String) -> Profile {
    var grant = tablesEnabled.grant(for: table)
    var isDisabled = tablesDisabled.contains(table)
    let was = isDisabled
    for edit in edits { edit.change(&grant, &isDisabled) }
    var entries = tablesEnabled.entries.filter { Name($0.name.value) != Name(table) }
    if let grant {
      entries.append(
        EnabledTables.Entry(name: Located(table, at: grant.range), grant: grant))
    }
    let disabled =
      was == isDisabled
      ? tablesDisabled
      : NameSet(tablesDisabled.names.filter { Name($0.value) != Name(table) })
    return with(EnabledTables(entries, others: tablesEnabled.others), disabling: disabled)
  }

  private func with(_ tables: EnabledTables, disabling disabled: NameSet) -> Profile {
    var parts = Parts()
    (parts.manageUsers, parts.createTable) = (manageUsers, createTable)
    parts.createDashboard = createDashboard
    for flag in Flag.allCases { parts.flags[flag] = range(of: flag) }
    (parts.tablesEnabled, parts.tablesDisabled) = (tables, disabled)
    (parts.pagesEnabled, parts.pagesDisabled) = (pages.enabled, pages.disabled)
    (parts.dashboardsEnabled, parts.dashboardsDisabled) =
      (dashboards.enabled, dashboards.disabled)
    (parts.defaultTabs, parts.channelReadOnly) = (defaultTabs, channelReadOnly)
    (parts.directMessageUsers, parts.directMessageProfiles) =
      (directMessageUsers, directMessageProfiles)
    return Profile(parts, warnings: warnings, in: source)
  }
}

extension Grant {
  fileprivate func with(
    data: [Condition]? = nil, editing: [Condition]? = nil, deleting: [Condition]? = nil,
    excluding excluded: [Located<String>]? = nil, readonly: [Located<String>]? = nil,
    canEdit edits: Bool? = nil, canDelete deletes: Bool? = nil
  ) -> Grant {
    var flags: [Flag: Range<Int>] = [:]
    for flag in Flag.allCases { flags[flag] = self.range(of: flag) }
    return Grant(
      conditions: data ?? conditions, fieldsExcluded: excluded ?? fieldsExcluded,
      fieldsReadonly: readonly ?? fieldsReadonly, canCreate: canCreate, canEdit: edits ?? canEdit,
      canDelete: deletes ?? canDelete, createComment: createComment,
      manageStructure: manageStructure, keepInScope: keepInScope,
      editConditions: editing ?? editConditions, deleteConditions: deleting ?? deleteConditions,
      presets: presets, startsFromEverything: startsFromEverything, flags: flags, at: range)
  }

  /// The grant with another condition, or none, in the place of one.
  fileprivate func replacing(_ range: Range<Int>, by condition: Condition?) -> Grant {
    with(
      data: conditions.replacing(range, by: condition),
      editing: editConditions.replacing(range, by: condition),
      deleting: deleteConditions.replacing(range, by: condition))
  }
}

extension [Condition] {
  fileprivate func replacing(_ range: Range<Int>, by condition: Condition?) -> [Condition] {
    compactMap { $0.range == range ? condition : $0.replacing(range, by: condition) }
  }
}

extension Condition {
  fileprivate func replacing(_ range: Range<Int>, by condition: Condition?) -> Condition? {
    /// Nil for what nothing is left of.
    func parts(_ parts: [Condition]) -> [Condition]? {
      let left = parts.replacing(range, by: condition)
      return left.isEmpty && !parts.isEmpty ? nil : left
    }
    let content: Content
    switch self.content {
    case .test, .named: return self
    case .and(let list):
      guard let left = parts(list) else { return nil }
      content = .and(left)
    case .or(let list):
      guard let left = parts(list) else { return nil }
      content = .or(left)
    case .not(let inner):
      guard let left = parts([inner])?.first else { return nil }
      content = .not(left)
    case .related(let related):
      content = .related(
        RelatedCondition(
          path: related.path, quantifier: related.quantifier,
          conditions: related.conditions.replacing(range, by: condition)))
    }
    return Condition(content, at: self.range)
  }

  /// The condition and all of its parts, and whether each could be left out of its list.
  fileprivate func all(isOnly: Bool = false) -> [(part: Condition, isOnly: Bool)] {
    let inner: [Condition] =
      switch content {
      case .test, .named: []
      case .and(let list), .or(let list): list
      case .not(let inner): [inner]
      case .related(let related): related.conditions
      }
    return [(self, isOnly)] + inner.flatMap { $0.all(isOnly: inner.count == 1) }
  }

  fileprivate var json: String {
    var writer = JSONWriter(isIndented: false)
    writer.write(self)
    return Printable.text(writer.text)
  }
}

extension Profile {
  /// The edits that may give, or take, an act on one record of a table.
  ///
  /// - Parameters:
  ///   - values: what the record has in each field, as a document would write it.
  package func edits(
    giving: Bool, _ act: RecordAct, field: FieldID?, in table: Table, values: [FieldID: Value]
  ) -> [RuleEdit] {
    let name = table.name.string
    guard let grant = tablesEnabled.grant(for: name) else {
      guard giving else { return [] }
      return [
        RuleEdit(
          range: nil, words: "tables_enabled with \(Printable.quoted(name)): {}",
          change: { grant, isDisabled in grant = grant ?? Grant(at: 0..<0) })
      ] + enabling(name)
    }
    var edits = giving ? enabling(name) : []
    let lists: [[Condition]] =
      switch act {
      case .see: [grant.conditions]
      case .edit: [grant.conditions, grant.editConditions]
      case .delete: [grant.conditions, grant.deleteConditions]
      }
    edits += grant.flags(giving: giving, act)
    for condition in lists.joined() {
      edits += condition.edits(giving: giving, table, values)
    }
    if let field { edits += grant.edits(giving: giving, act, of: field, in: table) }
    if !giving, table.primaryKey.count == 1, let key = values[table.primaryKey[0]], !key.isNull {
      let field = Located(table[table.primaryKey[0]].name.string, at: grant.range)
      let condition = Condition(
        .test(
          ConditionTest(
            field: field, operator: Located(.notEqual, at: grant.range),
            operand: Located(.value(key), at: grant.range))), at: grant.range)
      edits.append(
        RuleEdit(
          range: grant.range, words: "data with \(condition.json) as well",
          change: { grant, _ in grant = grant?.with(data: (grant?.conditions ?? []) + [condition]) }
        ))
    }
    return edits
  }

  private func enabling(_ table: String) -> [RuleEdit] {
    guard tablesDisabled.contains(table) else { return [] }
    let place = tablesDisabled.entry(named: table)
    return [
      RuleEdit(
        range: place?.range ?? tablesDisabled.wildcard,
        words: "tables_disabled without "
          + Printable.quoted(tablesDisabled.wildcard == nil ? table : "*"),
        change: { _, isDisabled in isDisabled = false })
    ]
  }
}

extension Grant {
  fileprivate func flags(giving: Bool, _ act: RecordAct) -> [RuleEdit] {
    func edit(_ flag: Flag, _ change: @escaping @Sendable (Grant) -> Grant) -> RuleEdit {
      RuleEdit(
        range: range(of: flag) ?? range, words: "\(flag.rawValue): \(giving ? 1 : 0)",
        change: { grant, _ in grant = grant.map(change) })
    }
    switch act {
    case .edit where canEdit != giving: return [edit(.canEdit) { $0.with(canEdit: giving) }]
    case .delete where canDelete != giving:
      return [edit(.canDelete) { $0.with(canDelete: giving) }]
    case .see, .edit, .delete: return []
    }
  }

  fileprivate func edits(
    giving: Bool, _ act: RecordAct, of field: FieldID, in table: Table
  ) -> [RuleEdit] {
    let name = table[field].name
    func isField(_ entry: Located<String>) -> Bool { Name(entry.value) == name }
    var edits: [RuleEdit] = []
    func edit(_ key: String, _ range: Range<Int>, _ change: @escaping @Sendable (Grant) -> Grant) {
      edits.append(
        RuleEdit(
          range: range,
          words: "\(key) \(giving ? "without" : "with") \(Printable.quoted(name.string))",
          change: { grant, _ in grant = grant.map(change) }))
    }
    guard giving else {
      let entry = Located(name.string, at: range)
      if act == .see {
        edit("fields_excluded", range) { $0.with(excluding: $0.fieldsExcluded + [entry]) }
      } else {
        edit("fields_readonly", range) { $0.with(readonly: $0.fieldsReadonly + [entry]) }
      }
      return edits
    }
    for entry in fieldsExcluded where isField(entry) {
      edit("fields_excluded", entry.range) {
        $0.with(excluding: $0.fieldsExcluded.filter { Name($0.value) != name })
      }
    }
    for entry in fieldsReadonly where isField(entry) && act == .edit {
      edit("fields_readonly", entry.range) {
        $0.with(readonly: $0.fieldsReadonly.filter { Name($0.value) != name })
      }
    }
    return edits
  }
}

extension Condition {
  /// The edits of the condition and its parts.
  fileprivate func edits(
    giving: Bool, _ table: Table, _ values: [FieldID: Value]
  ) -> [RuleEdit] {
    var edits: [RuleEdit] = []
    func replace(_ old: Condition, _ new: Condition?, _ words: String) {
      edits.append(
        RuleEdit(
          range: old.range, words: words,
          change: { grant, _ in grant = grant?.replacing(old.range, by: new) }))
    }
    for (part, isOnly) in all() {
      // An empty group would be an error.
      if giving, !isOnly { replace(part, nil, "without \(part.json)") }
      guard case .test(let test) = part.content else { continue }
      func changed(_ operator: Operator, _ operand: ConditionTest.Operand) {
        let new = Condition(
          .test(
            ConditionTest(
              field: test.field, operator: Located(`operator`, at: test.operator.range),
              operand: Located(operand, at: test.operand.range))), at: part.range)
        replace(part, new, "\(new.json) instead of \(part.json)")
      }
      let value = table.fieldID(named: test.field.value).flatMap { values[$0] }
      if giving, let value, !value.isNull {
        switch test.operand.value {
        case .value(let old) where old != value: changed(test.operator.value, .value(value))
        case .list(let list) where !list.contains(value):
          changed(test.operator.value, .list(list + [value]))
        case .none, .value, .list, .range, .days, .otherField, .reference: break
        }
      }
      if !giving, let opposite = test.operator.value.complement {
        changed(opposite, test.operand.value)
      }
    }
    return edits
  }
}
