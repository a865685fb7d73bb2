import AccessProfiles
import FilterSQL
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

/// Checks that records refer only to records that the user sees. A hidden record and a missing one
/// give the same error, so that guessing keys reveals no parent.
extension RecordWriter {
  /// Checks the relations of one column before anything is written, since a foreign key would
  /// reveal the difference. Returns the change with each key as the record that it names stores it.
  ///
  /// - Parameter target: the records to update; nil for a new one.
  func checkRelations(
    of change: RecordChange, updating target: MutationTarget?
  ) throws(ServiceError) -> RecordChange {
    var checked = change
    try checkMembers(of: change, updating: target)
    for (field, value) in change.columns where !value.isNull {
      if change.leadsNowhere(from: field), !change.isOwn(field),
        !change.table.table[field].isManyValued, try !isKept(value, of: field, target, change)
      {
        throw change.unrelated(field)
      }
      for relation in change.relations(of: field) where !relation.isCheckedOnRecords {
        if change.isOwn(field) {
          if let key = try storedKey(relation, value, change.table.table[field], for: change) {
            checked.set(field, toStored: key)
          }
          continue
        }
        if let key = try visibleKey(
          relation, value, from: change.table.table[field], for: change)
        {
          checked.set(field, toStored: key)
          continue
        }
        guard try isKept(value, of: field, target, change) else { throw change.unrelated(field) }
        if change.table.table[field].hasUndeclaredForm, let target,
          let kept = try change.engine.firstValue(of: field, in: target, on: connection)
        {
          checked.set(field, toStored: kept)
        }
      }
    }
    return checked
  }

  /// Whether all records to update have this value already. A record may keep its existing
  /// reference, since forms send back what they showed.
  private func isKept(
    _ value: Value, of field: FieldID, _ target: MutationTarget?, _ change: RecordChange
  ) throws(ServiceError) -> Bool {
    guard var unlike = target else { return false }
    let isSame = change.table.table.equals(field, value)
    unlike.request = .all(unlike.request, isSame.complement)
    return try !change.engine.hasRecord(unlike, on: connection)
  }

  /// The key of the visible record that a relation leads to from this value, through a visible
  /// field; nil if there is none. A UUID of which the relation's field declares no form is returned
  /// as the record stores it, since a foreign key compares the stored values.
  func visibleKey(
    _ relation: Relation, _ value: Value, from near: Field, for change: RecordChange
  ) throws(ServiceError) -> Value? {
    guard let pair = relation.pairs.first,
      let rows = change.visibleRows(of: relation)
    else { return nil }
    let schema = change.engine.schema
    let target = MutationTarget(
      table: relation.table, scope: rows,
      request: schema[relation.table].equals(pair.far, value))
    if near.hasUndeclaredForm {
      return try change.engine.firstValue(of: pair.far, in: target, on: connection)
    }
    return try change.engine.hasRecord(target, on: connection) ? value : nil
  }

  /// Checks the records that members of a column name: a new member may name only a record that the
  /// user sees. Those that every record has already may stay.
  private func checkMembers(
    of change: RecordChange, updating target: MutationTarget?
  ) throws(ServiceError) {
    for (field, value) in change.columns where !value.isNull && !change.isOwn(field) {
      let relations = change.memberRelations(of: field)
      // One that leads nowhere leads no member to a record.
      let leadsNowhere =
        change.table.table[field].isManyValued && change.leadsNowhere(from: field)
      for relation in relations.map(Optional.some) + (leadsNowhere ? [nil] : []) {
        var members: [Value] = []
        let form = change.table.table[field].members
        let isList = value.borrowed { value in form.forEach(in: value) { members.append($0) } }
        guard isList else { throw change.unrelated(field) }
        for member in members where !member.isNull {
          if let relation, try namesVisible(member, by: relation, for: change) { continue }
          if var unlike = target {
            let has = change.table.table.holds(field, oneOf: [member])
            unlike.request = .all(unlike.request, has.complement)
            if try !change.engine.hasRecord(unlike, on: connection) { continue }
          }
          throw change.unrelated(field)
        }
      }
    }
  }

  /// Whether a member names a record that the user sees.
  func namesVisible(
    _ member: Value, by relation: Relation, for change: RecordChange
  ) throws(ServiceError) -> Bool {
    guard let type = relation.memberType, let rows = change.visibleRows(of: relation) else {
      return false
    }
    let key = type.key(of: member)
    guard !key.isNull else { return false }
    let far = relation.pairs[0].far
    let same = Filter.test(far, .converted(.member(type), .equals(key)))
    // An index finds what may be the key.
    let nearby = type == .any ? Filter.equals(far, oneOf: type.equals([member])) : .always
    let target = MutationTarget(
      table: relation.table, scope: rows, request: .all(nearby, same))
    return try change.engine.hasRecord(target, on: connection)
  }

  /// The key as the record that a relation leads to stores it, for a value that the profile sets:
  /// the user need not see the record. Nil if no record decides it.
  private func storedKey(
    _ relation: Relation, _ value: Value, _ near: Field, for change: RecordChange
  ) throws(ServiceError) -> Value? {
    guard near.hasUndeclaredForm, let pair = relation.pairs.first else { return nil }
    let target = MutationTarget(
      table: relation.table, scope: .always,
      request: change.engine.schema[relation.table].equals(pair.far, value))
    return try change.engine.firstValue(of: pair.far, in: target, on: connection)
  }

  // MARK: Composite keys

  /// The indices of records for which a composite relation will change.
  func recordsWithOtherRelations(
    _ target: MutationTarget, of change: RecordChange, _ affected: AffectedRecords
  ) throws(ServiceError) -> [Int] {
    let fields = Set(change.compositeRelations.flatMap { change.fields(of: $0) })
    guard !fields.isEmpty else { return [] }
    let differs = change.columns.filter { fields.contains($0.field) }.map { field, value in
      change.table.table.equals(field, value).complement
    }
    var moved = target
    moved.request = .all(target.request, .any(differs))
    guard !moved.isNever else { return [] }
    let engine = change.engine
    let statement = try compiled { () throws(SQLCompilationError) in
      try engine.compiler.identities(moved, affected.identity, with: [])
    }
    let identities = Set(try engine.rows(statement, on: connection))
    return affected.identities.indices.filter { identities.contains(affected.identities[$0]) }
  }

  /// Checks composite relations on the records as they are written, since a change may set only
  /// some of their columns.
  func checkComposites(
    of change: RecordChange, _ records: [[Value]], _ identity: RecordIdentity
  ) throws(ServiceError) {
    guard !records.isEmpty else { return }
    for relation in change.compositeRelations {
      let step = change.step(relation)
      let present =
        relation.pairs.map { Filter.test($0.near, .isNull).complement }
        // Where a column refers to one of several tables, one that the user does not reach keeps no
        // record of another from being written.
        + [change.table.entry.profiles.condition(of: relation, for: change.context) ?? .always]
      let leads = Filter.related(
        table: relation.table, pairs: relation.pairs, where: step?.filter ?? .never)
      let astray = MutationTarget(
        table: change.table.access.table, scope: .all(present), request: leads.complement)
      let found = try rows([], of: astray, among: records, by: identity, for: change)
      if !found.isEmpty { throw change.unrelatedComposite }
    }
  }
}

extension RecordChange {
  /// The relations from a field to the records that it refers to.
  func relations(of field: FieldID) -> [Relation] {
    references.filter { relation in relation.pairs.contains { $0.near == field } }
  }

  /// Whether a field has a relation that cannot be used, so that no key can be written to it.
  func leadsNowhere(from field: FieldID) -> Bool {
    table.table.unusable.references[field] != nil
  }

  /// The relations from the members of a field to the records that they name.
  func memberRelations(of field: FieldID) -> [Relation] {
    table.table.relations.filter { relation in
      relation.direction == .members && relation.pairs.contains { $0.near == field }
    }
  }

  /// The relations of several columns, or with a condition on the record itself, that depend on a
  /// column that the change sets.
  var compositeRelations: [Relation] {
    // Paths may name a composite relation by each of its columns, so skip repetitions.
    var seen: Set<Relation> = []
    return references.filter { relation in
      relation.isCheckedOnRecords
        && fields(of: relation).contains { field in
          columns.contains { $0.field == field } && !isOwn(field)
        } && seen.insert(relation.named("")).inserted
    }
  }

  /// The record's fields on which it depends whether a relation leads to a record.
  func fields(of relation: Relation) -> Set<FieldID> {
    relation.conditionFields(in: engine.schema).union(relation.pairs.map(\.near))
  }

  /// A relation as the user follows it; nil if the user cannot access the table, its key fields or
  /// what its own conditions read, since that would reveal which keys exist.
  func step(_ relation: Relation) -> FieldOperand.Step? {
    guard
      let access = try? table.entry.profiles.access(to: relation.table, for: context),
      relation.pairs.allSatisfy({ access.isVisible($0.far) })
    else { return nil }
    return table.entry.profiles.step(relation, from: table.access.table, for: context)
  }

  /// The records that a relation may refer to; nil where ``step(_:)`` is.
  func visibleRows(of relation: Relation) -> Filter? { step(relation)?.filter }

  func unrelated(_ field: FieldID) -> ServiceError {
    ServiceError(
      .relatedNotFound,
      "the field \(Printable.quoted(table.table[field].name.string)) refers to a record that does "
        + "not exist"
    )
  }

  var unrelatedComposite: ServiceError {
    let keys = Set(compositeRelations.map { $0.pairs.map(\.near) })
    guard keys.count == 1, let key = keys.first else {
      return ServiceError(.relatedNotFound, "a relation refers to a record that does not exist")
    }
    // Name only fields that the user gave: the others may be hidden.
    let fields = key.filter { near in
      columns.contains { $0.field == near } && !isOwn(near)
    }
    guard let first = fields.first else {
      return ServiceError(.relatedNotFound, "a relation refers to a record that does not exist")
    }
    guard fields.count > 1 else { return unrelated(first) }
    return ServiceError(
      .relatedNotFound,
      "\(fields.map { Printable.quoted(table.table[$0].name.string) }.joined(separator: " and ")) "
        + "refer to a record that does not exist")
  }
}

extension Relation {
  /// Whether it can be checked only on the records as they are written.
  fileprivate var isCheckedOnRecords: Bool {
    pairs.count > 1 || !conditions.near.isEmpty
  }
}
