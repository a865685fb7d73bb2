import AccessProfiles
import Documents
internal import RecordFilter
import RowscopeModel
import TimeZones

/// A schema while a workspace's declarations are added to it, and the problems found.
struct SchemaOverlay {
  let base: Schema
  /// The workspace's conditions by name.
  let named: [Text: [Condition]]
  /// What denies everything.
  var problems = DiagnosticCollector()
  /// What denies only what it is about: relations, links, and what needs them.
  var setAsideProblems = DiagnosticCollector()
  /// One for each table of `base`, in the same order.
  var drafts: [TableDraft]
  var foreignKeys: [ForeignKey]
  /// Those that give a field the type of their key and lead nowhere: the columns of a relation that
  /// cannot be used, or the foreign key in the place of which it is declared.
  var typingKeys: [ForeignKey] = []
  var unusable: [UnusableRelation] = []
  /// The zone of texts without an offset, where a field declares none.
  var dateZone = DateForm.Zone.rule(.utc)

  /// A table under construction.
  struct TableDraft {
    let table: Table
    var label: String
    /// The table's own fields in their positions, then link fields.
    var fields: [Field]
    var fieldIDs: [Name: FieldID]
    /// Looked up when the relations are there, as they may be paths.
    var ownerName: Located<String>?
    var teamName: Located<String>?
    var unusable = UnusableDeclarations()

    init(_ table: Table) {
      self.table = table
      label = table.label
      fields = table.fields
      fieldIDs = Dictionary(
        table.fieldIndices.map { (table[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    }
  }

  init(_ schema: Schema, conditions: [WorkspaceDocument.ConditionDeclaration]) {
    base = schema
    named = Dictionary(
      conditions.map { (Text($0.name.value), $0.conditions) },
      uniquingKeysWith: { first, _ in first }
    )
    drafts = schema.tables.map { TableDraft($0) }
    foreignKeys = ForeignKey.all(in: schema)
  }

  /// The schema made of the drafts, with the owners and teams that they name.
  mutating func finished() -> Schema {
    let related = schema()
    var owners: [Owners] = []
    for (index, draft) in drafts.enumerated() {
      var found = Owners(owner: draft.table.ownerField, team: draft.table.teamField)
      if let name = draft.ownerName {
        (found.owner, found.ownerPath) = split(path(name, from: TableID(index), in: related))
      }
      if let name = draft.teamName {
        (found.team, found.teamPath) = split(path(name, from: TableID(index), in: related))
      }
      owners.append(found)
    }
    return schema { owners[$0] }
  }

  private struct Owners {
    var owner: FieldID?
    var team: FieldID?
    var ownerPath: FieldPath?
    var teamPath: FieldPath?
  }

  private func split(_ path: FieldPath?) -> (FieldID?, FieldPath?) {
    guard let path else { return (nil, nil) }
    return path.steps.isEmpty ? (path.field, nil) : (nil, path)
  }

  /// The field that a name or a path leads to. Reports it, and returns nil, if there is none: the
  /// records then have no owner, or no team.
  private mutating func path(
    _ name: Located<String>, from table: TableID, in schema: Schema
  ) -> FieldPath? {
    let scope = FieldScope(everythingIn: schema)
    if let path = scope.field(named: name.value, in: table) { return path }
    let problem = Diagnostic.unknownField(name, in: table, scope: scope)
    if problem.code == .unusableRelation {
      setAsideProblems.append(problem)
    } else {
      problems.append(problem)
    }
    return nil
  }

  /// The schema of the drafts so far, without owners and teams.
  func schema() -> Schema { schema { _ in Owners() } }

  private func schema(_ owners: (Int) -> Owners) -> Schema {
    let tables = drafts.map { Table(name: $0.table.name, fields: $0.fields) }
    let naming = RelationNaming(foreignKeys, unusable: unusable, in: tables)
    return Schema(
      tables: drafts.indices.map { index in
        let (draft, relations, owners) = (drafts[index], naming.relations[index], owners(index))
        var unusable = draft.unusable
        unusable.reasons.merge(naming.reasons[index]) { own, _ in own }
        unusable.ambiguous = naming.ambiguous[index]
        return Table(
          name: draft.table.name, kind: draft.table.kind, label: draft.label, fields: draft.fields,
          primaryKey: draft.table.primaryKey, primaryKeyIsTotal: draft.table.primaryKeyIsTotal,
          relations: relations, ownerField: owners.owner, teamField: owners.team,
          ownerPath: owners.ownerPath, teamPath: owners.teamPath,
          indexedFields: draft.table.indexedFields.filter {
            !draft.fields[$0.index].statesCollation
          },
          nondeterministicSources: draft.table.nondeterministicSources,
          choice: draft.table.choice, readsClock: draft.table.readsClock,
          convertedFields: draft.table.convertedFields,
          hasConflictClause: draft.table.hasConflictClause, unusable: unusable)
      }
    ).omitting(base.omitted)
  }

  mutating func apply(_ declarations: [TableDeclaration]) {
    // A link or a relation may refer to a table declared later, so the fields of all tables are
    // declared first.
    let known = declarations.compactMap { declaration in
      tableID(declaration.name).map { (table: $0, declaration: declaration) }
    }
    for (table, declaration) in known { declareColumns(declaration, of: table) }
    for (table, declaration) in known { addLinks(declaration, to: table) }
    for (table, declaration) in known { addRelations(declaration, to: table) }
    for (table, declaration) in known {
      if let label = declaration.label { drafts[table.index].label = label }
      drafts[table.index].ownerName = declaration.ownerField
      drafts[table.index].teamName = declaration.teamField
      if let key = declaration.primaryKey { check(key, of: table) }
      for declared in declaration.fields {
        if let type = declared.columnType { check(type, of: declared.name, in: table) }
      }
    }
    for (table, declaration) in known { checkRelationTypes(declaration, of: table) }
    for table in drafts.indices { inheritTypes(in: TableID(table)) }
    if !problems.hasErrors { checkConditions() }
  }

  /// Runs what may find a problem that concerns one relation or link alone. Returns the first of its
  /// problems as well, if there is one.
  mutating func setAside<Result>(
    _ body: (inout SchemaOverlay) -> Result
  ) -> (Result, problem: Diagnostic?) {
    let others = problems
    problems = DiagnosticCollector()
    let result = body(&self)
    let found = problems.list
    problems = others
    for problem in found { setAsideProblems.append(problem) }
    return (result, found.first { $0.severity == .error })
  }

  // MARK: Names

  /// The table of this name. Reports it, and returns nil, if there is none.
  mutating func tableID(_ name: Located<String>) -> TableID? {
    if let table = base.tableID(named: name.value) { return table }
    let (message, hint) = base.missing(table: name.value)
    problems.error(.unknownTable, message, hint: hint, at: name.range)
    return nil
  }

  /// The field of this name. Reports it, and returns nil, if there is none.
  mutating func field(_ name: Located<String>, of table: TableID) -> FieldID? {
    let draft = drafts[table.index]
    if let field = draft.fieldIDs[Name(name.value)] { return field }
    problems.error(
      .unknownField,
      "unknown field \(Printable.quoted(name.value)) in table "
        + Printable.quoted(draft.table.name.string),
      hint: Suggestion.hint(for: name.value, among: draft.fields.map(\.name.string)),
      at: name.range)
    return nil
  }

  /// The field of this name, for a join; a field of many values is reported, as records cannot be
  /// joined by it.
  mutating func joinableField(_ name: Located<String>, of table: TableID) -> FieldID? {
    guard let field = field(name, of: table) else { return nil }
    guard drafts[table.index].fields[field.index].isManyValued else { return field }
    problems.error(
      .mismatchedRelation,
      "the field \(Printable.quoted(name.value)) holds many values: records cannot be joined by it",
      hint: "a table with one row for each value can be a \"link\"", at: name.range)
    return nil
  }
}
