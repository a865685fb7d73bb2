import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
package import RowscopeModel

extension ReadSession {
  /// Why the session's user sees, edits or deletes one record, or does not, condition by condition,
  /// and what would turn it. For administrators: it shows what the user cannot see.
  ///
  /// Complexity: a few look-ups by key for the record and those that its rules ask for, and up to
  /// ``TurningSearch/mostTried`` evaluations of the rules.
  /// - Parameter engine: which reads the records; nil for the one that the service would ask.
  /// - Throws: `unknown_table`, `unknown_field`; `unsupported` for a table without a primary key;
  ///   `invalid_value` for a key of another length; `not_unique` for one in several spellings;
  ///   `invalid_profile` if one of the profiles cannot be used.
  package func reasons(
    _ question: RecordQuestion, by engine: QueryEngine? = nil, lookingForChanges: Bool = true
  ) throws(ServiceError) -> RecordReasons {
    let decisions = try decisions()
    let schema = snapshot.schema
    let goal = try goal(of: question)
    let (id, table) = (goal.table, schema[goal.table])
    let line = AccessReport.TableLine(
      id, decisions, try writeObstacles()[table.name] ?? [])
    let found = try storedRecord(question.key, goal, decisions, by: engine)
    let known = KnownRecords()
    // Without the record, conditions of the user alone are decided all the same.
    let record =
      found?.record ?? HeldRecord(id, table.fields.map { _ in Optional.none })
    var reading = ReasonReading(
      record, members: found?.members ?? [:], in: schema, related: known.related(in: schema),
      for: context)
    var grants: [RecordReasons.GrantLine] = []
    var everywhere: [RecordReasons.ConditionLine] = []
    let scoped = decisions.access(to: id)
    var limit: (text: String, verdict: RecordReasons.Verdict)?
    if found != nil {
      try settled(known, by: engine) { () throws(ServiceError) in
        grants = decisions.grants(of: id).map { GrantReading.line($0, &reading) }
        everywhere = reading.lines(decisions.everywhere(of: id)) { _ in nil }
        limit = scoped.flatMap { scoped in
          scoped.limit == .always
            ? nil
            : (
              scoped.limit.description(in: schema, table: id), reading.verdict(scoped.limit)
            )
        }
      }
    }
    let isAllowed = found?.truths[goal] ?? false
    var changes: TurningChanges?
    if lookingForChanges, let found, let profiles = decisions.prepared {
      let search = TurningSearch(
        goal: goal, isAllowed: isAllowed, record: record, members: found.members,
        compared: reading.compared, profiles: profiles, context: context, known: known,
        engine: engine)
      changes = try self.changes(search)
    }
    return RecordReasons(
      user: context.user, table: table.name.string,
      key: zip(table.primaryKey, question.key).map { (table[$0].name.string, $1) },
      question: question, isThere: found != nil, isAllowed: isAllowed,
      acts: RecordAct.allCases.map { act in
        RecordReasons.ActLine(
          act: act, isAllowed: found?.acts[act] ?? false, reason: line.denial(of: act))
      },
      grants: grants, limit: limit, everywhere: everywhere,
      fields: table.fieldIndices.map { id in
        RecordReasons.FieldLine(id, of: table, line, found, scoped?.access, in: schema)
      }, changes: changes)
  }

  func goal(of question: RecordQuestion) throws(ServiceError) -> TurningGoal {
    let schema = snapshot.schema
    guard let id = schema.tableID(named: question.table) else {
      throw .unknownTable(question.table, among: schema.tables.map(\.name.string))
    }
    return TurningGoal(
      table: id, act: question.act, field: try field(question.field, in: schema[id]))
  }

  private func field(_ name: String?, in table: Table) throws(ServiceError) -> FieldID? {
    guard let name else { return nil }
    if let field = table.fieldID(named: name) { return field }
    throw ServiceError(
      .unknownField,
      "unknown field \(Printable.quoted(name)) in table \(Printable.quoted(table.name.string))",
      hint: Suggestion.hint(for: name, among: table.fields.map(\.name.string)))
  }

  /// The record of a key; nil if it is not there.
  func heldRecord(
    _ key: [Value], of id: TableID, by engine: QueryEngine?
  ) throws(ServiceError) -> HeldRecord? {
    let (schema, table) = (snapshot.schema, snapshot.schema[id])
    guard !table.primaryKey.isEmpty else {
      throw ServiceError(
        .unsupported,
        "table \(Printable.quoted(table.name.string)) has no primary key to name a record by")
    }
    guard key.count == table.primaryKey.count else {
      let names = table.primaryKey.map { Printable.quoted(table[$0].name.string) }
      throw ServiceError(
        .invalidValue,
        "the key of table \(Printable.quoted(table.name.string)) has \(names.count) values, "
          + "not \(key.count)", hint: "give \(names.joined(separator: ", "))")
    }
    // Of a table that the workspace denies nothing is read.
    if case .denied? = schema.everywhere(id) { return nil }
    let records = try heldRecords(
      of: id, where: table.keyFilter(key), upTo: 2, by: engine)
    if records.count > 1 {
      throw ServiceError(
        .notUnique,
        "several records of table \(Printable.quoted(table.name.string)) have this key, in "
          + "different spellings")
    }
    return records.first
  }

  /// The members of a record's fields that are rows of another table, as JSON arrays.
  func members(
    of record: HeldRecord, by engine: QueryEngine?
  ) throws(ServiceError) -> [FieldID: Value] {
    let (schema, id) = (snapshot.schema, record.table)
    let linked = schema[id].linkedFields(in: schema, id)
    guard !linked.isEmpty else { return [:] }
    let key = schema[id].primaryKey.map { record[$0] ?? .null }
    let row = try rows(
      of: id, linked, where: schema[id].keyFilter(key), upTo: 1, by: engine
    ).first
    return Dictionary(zip(linked, row ?? []), uniquingKeysWith: { first, _ in first })
  }

  /// The record of a key, and what the engine itself decides about it; nil if it is not there.
  private func storedRecord(
    _ key: [Value], _ goal: TurningGoal, _ decisions: AccessDecisions, by engine: QueryEngine?
  ) throws(ServiceError) -> StoredRecord? {
    let (schema, id) = (snapshot.schema, goal.table)
    let table = schema[id]
    guard let record = try heldRecord(key, of: id, by: engine) else { return nil }
    let access = decisions.access(to: id)?.access
    let write = decisions.writeAccess(to: id)
    let goals = RecordAct.allCases.map { TurningGoal(table: id, act: $0, field: nil) } + [goal]
    var fields: [(FieldID, RecordAct)] = []
    for field in table.fieldIndices {
      if access?.cells[field] != nil { fields.append((field, .see)) }
      if write?.differsByField == true { fields.append((field, .edit)) }
    }
    let linked = table.linkedFields(in: schema, id)
    let filters =
      goals.map { $0.filter(access, write, in: schema) }
      + fields.map { TurningGoal(table: id, act: $1, field: $0).filter(access, write, in: schema) }
    let tests = try rows(
      of: id, linked, where: table.keyFilter(key), testing: filters, upTo: 1, by: engine)
    let row = tests.first ?? []
    let truths = row.dropFirst(linked.count).map { $0 == .integer(1) }
    guard truths.count == filters.count else { return nil }
    return StoredRecord(
      record: record,
      members: Dictionary(zip(linked, row), uniquingKeysWith: { first, _ in first }),
      acts: Dictionary(
        zip(RecordAct.allCases, truths), uniquingKeysWith: { first, _ in first }),
      truths: [goal: truths[RecordAct.allCases.count]],
      fields: zip(fields, truths.dropFirst(goals.count)).map { ($0.0, $0.1, $1) })
  }
}

/// A record as it is stored, and what the engine decided about it.
struct StoredRecord {
  let record: HeldRecord
  /// Of fields whose members are rows of another table.
  let members: [FieldID: Value]
  let acts: [RecordAct: Bool]
  let truths: [TurningGoal: Bool]
  /// Of fields for which that differs by record.
  let fields: [(field: FieldID, act: RecordAct, isAllowed: Bool)]

  /// Nil where every record that allows the act itself allows it for the field.
  func allows(_ act: RecordAct, of field: FieldID) -> Bool? {
    fields.first { $0.field == field && $0.act == act }?.isAllowed
  }
}

/// One profile's conditions on the record.
private enum GrantReading {
  static func line(
    _ grant: GrantReason, _ reading: inout ReasonReading
  ) -> RecordReasons.GrantLine {
    let conditions = reading.lines(grant.conditions) { grant.line(of: $0) }
    let verdict: RecordReasons.Verdict =
      if grant.denial != nil || conditions.contains(where: { $0.verdict == .failed }) {
        .failed
      } else if conditions.contains(where: { $0.verdict == .unknown }) {
        .unknown
      } else { .met }
    return RecordReasons.GrantLine(
      profile: grant.profile, document: grant.document, line: grant.line,
      isNarrowing: grant.isNarrowing, verdict: verdict, denial: grant.denial,
      conditions: conditions,
      editConditions: reading.lines(grant.editConditions) { grant.line(of: $0) },
      deleteConditions: reading.lines(grant.deleteConditions) { grant.line(of: $0) })
  }
}

extension AccessReport.TableLine {
  /// What denies an act with every record of the table.
  fileprivate func denial(of act: RecordAct) -> AccessReason? {
    let right: Right
    switch act {
    case .see: return denial ?? emptiness
    case .edit: right = .edit
    case .delete: right = .delete
    }
    return denial ?? rights.first { $0.name == right.rawValue }?.denial ?? emptiness
  }
}

extension RecordReasons.FieldLine {
  fileprivate init(
    _ id: FieldID, of table: Table, _ line: AccessReport.TableLine, _ record: StoredRecord?,
    _ access: TableAccess?, in schema: Schema
  ) {
    let field = line.fields[id.index]
    let isReached = record?.acts[.see] ?? false
    let isShown = isReached && (record?.allows(.see, of: id) ?? true)
    var level = field.access
    if level == .editable {
      let isWritten = record?.allows(.edit, of: id) ?? record?.acts[.edit] ?? false
      if !isWritten { level = .readonly }
    }
    if !isShown { level = .hidden }
    self.init(
      name: field.name,
      value: record.map { record in
        table[id].presentation.shown(record.record[id] ?? record.members[id] ?? .null)
      },
      access: level, profiles: field.profiles,
      shownIn: isReached && !isShown ? field.records : nil,
      reason: field.access == .hidden || level == field.access ? field.reason : nil)
  }
}

extension Table {
  /// The fields whose members are rows of another table, and can be used.
  fileprivate func linkedFields(in schema: Schema, _ id: TableID) -> [FieldID] {
    fieldIndices.filter { self[$0].isLinked && !schema.isRestricted($0, in: id) }
  }
}
