package import Documents
package import RecordFilter
import RowscopeModel

/// A profile checked against a schema: its names are resolved, its types are checked, and fields
/// derived from an excluded field are excluded too.
///
/// Prepare a profile once per schema, for all users; ``access(to:for:)`` then adds one user in
/// microseconds. Mistakes are in ``problems``, and each denies what it concerns: a grant that names
/// a field its table lacks denies the whole table, so a misspelt exclusion reveals nothing.
package struct PreparedProfile: Sendable {
  /// What a profile grants of one table.
  package enum TableGrant: Sendable {
    /// The table is not enabled, or it is disabled; or it is a view without a visible field, since
    /// even its number of records may reveal hidden data.
    case denied
    /// The grant has mistakes, or a misspelt name in `tables_disabled` may mean this table.
    case invalid
    case granted(PreparedGrant)
  }

  package let profile: Profile
  package let schema: Schema
  /// Errors and warnings from checking the profile against this schema. The document's own warnings
  /// are in ``Profile/warnings``.
  package let problems: [Diagnostic]
  private let grants: [TableGrant]
  /// The workspace's conditions of every table, each apart.
  private let everywhere: [TableID: [PreparedCondition]]
  private let disablesUnknown: Bool

  /// - Parameter others: the user's other profiles: what they disable is gone here too.
  /// - Complexity: linear in the size of the schema and of the profiles.
  package init(_ profile: Profile, schema: Schema, besides others: [Profile] = []) {
    var preparation = ProfilePreparation(profile: profile, schema: schema, others: others)
    self.profile = profile
    self.schema = schema
    grants = preparation.grants()
    disablesUnknown = preparation.disablesUnknown
    problems = preparation.problems.list
    everywhere = schema.preparedEverywhere()
  }

  /// What both profiles give: the intersection. A table about which one has mistakes is denied, and
  /// a view of which both show no field.
  private init(_ profile: PreparedProfile, narrowedBy other: PreparedProfile) {
    self.profile = profile.profile
    schema = profile.schema
    problems = profile.problems
    grants = profile.schema.tables.enumerated().map { index, table in
      switch (profile.grants[index], other.grants[index]) {
      case (.denied, _), (_, .denied): .denied
      case (.invalid, _), (_, .invalid): .invalid
      case (.granted(let one), .granted(let other)):
        table.kind == .view && !one.showsField(with: other)
          ? .denied : .granted(one.narrowed(by: other, of: table))
      }
    }
    everywhere = profile.everywhere
    disablesUnknown = profile.disablesUnknown
  }

  func narrowed(by other: PreparedProfile) -> PreparedProfile {
    PreparedProfile(self, narrowedBy: other)
  }

  /// What the workspace says of every record of a table.
  func everywhere(_ table: TableID) -> [PreparedCondition] { everywhere[table] ?? [] }

  /// Whether it depends on the time.
  package var everywhereDependsOnClock: Bool {
    everywhere.values.contains { $0.contains(where: \.dependsOnClock) }
  }

  /// The tables of which the workspace says something.
  var restrictedTables: [TableID] { everywhere.keys.sorted() }

  /// The tables that the profile's users can access.
  package var reachedTables: [TableID] {
    schema.tables.indices.map(TableID.init).filter { validGrant($0) != nil }
  }

  /// Whether the profile disables a table that does not exist, which may be a misspelling of any
  /// table that only `"*"` enables. All such names are then denied alike, whether a table has the
  /// name or not.
  package func deniesUnnamed(_ table: String) -> Bool {
    disablesUnknown && profile.tablesEnabled.others != nil
      && profile.tablesEnabled.entry(named: table) == nil
  }

  package var hasErrors: Bool { problems.contains { $0.severity == .error } }

  package func grant(_ table: TableID) -> TableGrant { grants[table.index] }

  /// The table's grant; nil if the table is denied or its grant is invalid.
  package func validGrant(_ table: TableID) -> PreparedGrant? {
    if case .granted(let grant) = grants[table.index] { grant } else { nil }
  }
}

/// Checks the grants of one profile against a schema.
private struct ProfilePreparation {
  let profile: Profile
  let schema: Schema
  private let others: [Profile]
  var problems = DiagnosticCollector()
  /// Whether `tables_disabled` has a name that no table has.
  private(set) var disablesUnknown = false

  init(profile: Profile, schema: Schema, others: [Profile]) {
    self.profile = profile
    self.schema = schema
    self.others = others
  }

  /// Whether one of the user's profiles disables a table.
  private func isDisabled(_ table: Table) -> Bool {
    ([profile] + others).contains { $0.tablesDisabled.contains(table.name.string) }
  }

  /// Whether another profile of the user may disable a table: a name that no table has may mean any
  /// that its own document does not name.
  private func isDisabledByMistake(_ table: Table) -> Bool {
    others.contains { other in
      other.tablesEnabled.entry(named: table.name.string) == nil
        && other.tablesDisabled.names.contains { schema.tableID(named: $0.value) == nil }
    }
  }

  mutating func grants() -> [PreparedProfile.TableGrant] {
    checkTableNames(profile.tablesEnabled.entries.map(\.name), verb: "enabled")
    disablesUnknown = !checkTableNames(profile.tablesDisabled.names, verb: "disabled")

    var prepared: [PreparedProfile.TableGrant] = []
    // Hidden fields; no view and no generated column may show them either.
    var hidden: Set<FieldReference> = []
    for (index, table) in schema.tables.enumerated() {
      let id = TableID(index)
      let grant = grant(for: table, id)
      prepared.append(grant)
      switch grant {
      case .granted(let grant):
        for field in table.fieldIndices where grant.fields[field.index] == .hidden {
          hidden.insert(FieldReference(id, field))
        }
      case .invalid:
        hidden.formUnion(table.fieldIndices.map { FieldReference(id, $0) })
      case .denied:
        // A table that is only not enabled does not hide views of it. A disabled one does.
        if isDisabled(table) {
          hidden.formUnion(table.fieldIndices.map { FieldReference(id, $0) })
        }
      }
    }
    return close(prepared, over: hidden)
  }

  /// Reports names that no table has. Returns true if all are known.
  @discardableResult
  private mutating func checkTableNames(_ names: [Located<String>], verb: String) -> Bool {
    var areKnown = true
    for name in names where schema.tableID(named: name.value) == nil {
      areKnown = false
      problems.error(
        .unknownTable,
        "unknown table \(Printable.quoted(name.value)) is \(verb)",
        hint: schema.omitted[Name(name.value)]
          ?? Suggestion.hint(for: name.value, among: schema.tables.map(\.name.string))
          ?? "the database has no table of that name", at: name.range)
    }
    return areKnown
  }

  private mutating func grant(for table: Table, _ id: TableID) -> PreparedProfile.TableGrant {
    guard let grant = profile.grant(forTable: table.name.string), !isDisabled(table) else {
      return .denied
    }
    // An unknown name in tables_disabled may mean any table that only "*" enables.
    if disablesUnknown, profile.tablesEnabled.entry(named: table.name.string) == nil {
      return .invalid
    }
    if isDisabledByMistake(table) || schema.everywhere(id) == .denied { return .invalid }
    var preparation = ConditionPreparation(scope: FieldScope(everythingIn: schema), table: id)
    let conditions = preparation.prepareAll(grant.conditions)
    let edited = preparation.prepareAll(grant.editConditions)
    let deleted = preparation.prepareAll(grant.deleteConditions)
    let presets = preparation.prepare(grant.presets)
    var access = table.fields.map {
      $0.isWritten && table.kind == .table ? FieldAccess.editable : .readonly
    }
    func restrict(_ names: [Located<String>], to restricted: FieldAccess) {
      for name in names {
        guard let field = table.fieldID(named: name.value) else {
          preparation.problems.append(
            .unknownField(name, in: id, scope: preparation.scope))
          continue
        }
        access[field.index] = restricted
      }
    }
    // Exclusion wins over readonly, so it is applied last.
    restrict(grant.fieldsReadonly, to: .readonly)
    restrict(grant.fieldsExcluded, to: .hidden)
    for field in table.fieldIndices where schema.isRestricted(field, in: id) {
      access[field.index] = .hidden
    }

    for problem in preparation.problems.list { problems.append(problem) }
    guard let conditions, let edited, let deleted, !preparation.problems.hasErrors else {
      return .invalid
    }
    return .granted(
      PreparedGrant(
        grant, conditions: conditions, editConditions: edited, deleteConditions: deleted,
        presets: presets, fields: access, of: table))
  }

  /// Whether every record and every field of these tables is visible.
  private func seesEverything(
    of tables: Set<TableID>, _ grants: [PreparedProfile.TableGrant],
    but hidden: Set<FieldReference>
  ) -> Bool {
    tables.allSatisfy { id in
      guard case .granted(let grant) = grants[id.index] else { return false }
      return grant.conditions.isEmpty
        && schema[id].fieldIndices.allSatisfy { !hidden.contains(FieldReference(id, $0)) }
    }
  }

  /// Hides all fields derived from hidden ones, and the fields of views that may select rows by
  /// hidden data.
  private mutating func close(
    _ grants: [PreparedProfile.TableGrant], over hidden: Set<FieldReference>
  ) -> [PreparedProfile.TableGrant] {
    var hidden = hidden
    var isStable = false
    while !isStable {
      isStable = true
      for (index, table) in schema.tables.enumerated() {
        for field in table.fieldIndices {
          let reference = FieldReference(TableID(index), field)
          guard !hidden.contains(reference),
            !schema.sources(of: reference).isDisjoint(with: hidden)
              || !seesEverything(of: table.nondeterministicSources, grants, but: hidden)
          else { continue }
          hidden.insert(reference)
          isStable = false
        }
      }
    }
    return grants.enumerated().map { index, grant in
      guard case .granted(let granted) = grant else { return grant }
      let table = schema.tables[index]
      func isHidden(_ field: FieldID) -> Bool {
        hidden.contains(FieldReference(TableID(index), field))
      }
      let fields = table.fieldIndices.map { field -> FieldAccess in
        if isHidden(field) { return .hidden }
        let access = granted.fields[field.index]
        return access == .editable && table.tellsOfNull(field, where: isHidden)
          ? .readonly : access
      }
      if table.kind == .view, fields.allSatisfy({ $0 == .hidden }) {
        // An error elsewhere may be the cause, so this is reported only without errors.
        if !problems.hasErrors {
          problems.warning(
            .nothingVisible,
            "every field of the view \(Printable.quoted(table.name.string)) is hidden, "
              + "so it is denied",
            hint: seesEverything(of: table.nondeterministicSources, grants, but: hidden)
              ? "its fields show, or its records depend on, what is excluded or disabled elsewhere"
              : schema.undeterminedReason(table), at: granted.range)
        }
        return .denied
      }
      return .granted(granted.with(fields, of: table))
    }
  }
}

extension PreparedProfile {
  /// The field that hides another, which derives from it: one that the profile excludes, or of a
  /// table that it denies. Nil if the field is hidden for another reason.
  func hiddenSource(of field: FieldReference) -> FieldReference? {
    // The origins of a generated column or a view's are complete; those of a link's members are
    // not.
    let sources = schema.sources(of: field)
    let all = sources.reduce(into: sources) { $0.formUnion(schema[$1.table][$1.field].origins) }
    return all.sorted { ($0.table, $0.field) < ($1.table, $1.field) }.first { source in
      let name = schema[source.table][source.field].name
      switch grant(source.table) {
      case .granted:
        return profile.grant(forTable: schema[source.table].name.string)?.fieldsExcluded
          .contains { Name($0.value) == name } ?? false
      case .invalid: return true
      case .denied: return profile.tablesDisabled.contains(schema[source.table].name.string)
      }
    }
  }
}

extension Diagnostic.Code {
  /// A view without a visible field.
  package static let nothingVisible = Self("nothing_visible")
}

extension Schema {
  /// Why only some users see a nondeterministic view, and what would determine it.
  func undeterminedReason(_ view: Table) -> String {
    let tables = view.nondeterministicSources.sorted().map {
      Printable.quoted(self[$0].name.string)
    }
    let choice = view.choice ?? .several
    return "\(choice.description), so only users who see all of "
      + "\(tables.joined(separator: " and ")) see it"
      + (choice.remedy.map { ": \($0)" } ?? "")
  }

  /// The fields that a field takes its values from.
  fileprivate func sources(of reference: FieldReference) -> Set<FieldReference> {
    let field = self[reference.table][reference.field]
    guard case .link(let link) = field.storage else { return field.origins }
    return field.origins.union([FieldReference(link.table, link.member)])
  }
}

extension Table {
  /// Whether a field's members would tell, by not being stored, that a hidden part of the key is
  /// null: a record without a whole key has no rows in a link table.
  func tellsOfNull(_ field: FieldID, where isHidden: (FieldID) -> Bool) -> Bool {
    guard case .link(let link) = self[field].storage else { return false }
    return link.pairs.contains { self[$0.near].isNullable && isHidden($0.near) }
  }
}

extension Field {
  /// Whether the database allows writing it.
  var isWritten: Bool {
    switch storage {
    case .column, .jsonArray, .link: true
    case .generatedColumn: false
    }
  }
}
