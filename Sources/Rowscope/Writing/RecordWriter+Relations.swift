import AccessProfiles
import FilterSQL
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

/// What a record may refer to: only records that the user sees. One that the user does not see and one that there is not
/// give the same answer, so that no parent can be found by guessing its key.
extension RecordWriter {
  /// Checks the relations of one column, before anything is written: a foreign key would tell the two cases apart.
  ///
  /// - Parameter target: the records that are updated; nil for one that is created.
  func checkRelations(
    of change: RecordChange, updating target: MutationTarget?
  ) throws(ServiceError) {
    for (field, value) in change.columns where !value.isNull && !change.isOwn(field) {
      for relation in change.relations(of: field) where relation.pairs.count == 1 {
        guard try !leadsToVisible(relation, value, for: change) else { continue }
        // What a record refers to already, it may go on referring to: forms send back what they showed.
        if var unlike = target {
          unlike.request = .all(unlike.request, Filter.test(field, .equals(value)).complement)
          if try !change.engine.hasRecord(unlike, on: connection) { continue }
        }
        throw change.unrelated(field)
      }
    }
  }

  /// Whether a relation leads from this value to a record that the user sees, by a field that they see.
  func leadsToVisible(
    _ relation: Relation, _ value: Value, for change: RecordChange
  ) throws(ServiceError) -> Bool {
    guard let pair = relation.pairs.first,
      let rows = change.visibleRows(of: relation)
    else { return false }
    return try change.engine.hasRecord(
      MutationTarget(
        table: relation.table, scope: rows, request: .test(pair.far, .equals(value))),
      on: connection)
  }

  // MARK: Composite keys

  /// Those records, by their places, of which a relation of several columns will lead elsewhere.
  func recordsWithOtherRelations(
    _ target: MutationTarget, of change: RecordChange, _ affected: AffectedRecords
  ) throws(ServiceError) -> [Int] {
    let fields = Set(change.compositeRelations.flatMap { $0.pairs.map(\.near) })
    guard !fields.isEmpty else { return [] }
    let differs = change.columns.filter { fields.contains($0.field) }.map { field, value in
      Filter.test(field, value.isNull ? .isNull : .equals(value)).complement
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

  /// Checks the relations of several columns, of which a change may give only some, on the records as they are written.
  func checkComposites(
    of change: RecordChange, _ records: [[Value]], _ identity: RecordIdentity
  ) throws(ServiceError) {
    guard !records.isEmpty else { return }
    for relation in change.compositeRelations {
      let present = relation.pairs.map { Filter.test($0.near, .isNull).complement }
      let leads = Filter.related(
        table: relation.table, pairs: relation.pairs,
        where: change.visibleRows(of: relation) ?? .never)
      let astray = MutationTarget(
        table: change.table.access.table, scope: .all(present), request: leads.complement)
      let found = try rows([], of: astray, among: records, by: identity, for: change)
      if !found.isEmpty { throw change.unrelatedComposite }
    }
  }
}

extension RecordChange {
  /// The ways from a field to the records that it names.
  func relations(of field: FieldID) -> [Relation] {
    table.table.relations.filter { relation in
      relation.direction == .toParent && relation.pairs.contains { $0.near == field }
    }
  }

  /// The relations of several columns that the change gives a column of.
  var compositeRelations: [Relation] {
    // A path may call one of them by each of its columns.
    var seen: Set<[ColumnPair]> = []
    return table.table.relations.filter { relation in
      relation.direction == .toParent && relation.pairs.count > 1
        && relation.pairs.contains { pair in columns.contains { $0.field == pair.near } }
        && seen.insert(relation.pairs).inserted
    }
  }

  /// The records that a relation may lead to; nil where the user sees none of the table, or not the fields by which it is
  /// joined: which keys there are would be told.
  func visibleRows(of relation: Relation) -> Filter? {
    guard
      let access = try? table.entry.profile.access(to: relation.table, for: context),
      relation.pairs.allSatisfy({ access.isVisible($0.far) })
    else { return nil }
    return access.rows.filter
  }

  func unrelated(_ field: FieldID) -> ServiceError {
    ServiceError(
      .relatedNotFound,
      "the field \(Printable.quoted(table.table[field].name.string)) names a record that does not exist"
    )
  }

  var unrelatedComposite: ServiceError {
    let relations = compositeRelations
    guard relations.count == 1 else {
      return ServiceError(.relatedNotFound, "a relation leads to a record that does not exist")
    }
    // Only those that the user gave: the others may be hidden.
    let fields = relations[0].pairs.map(\.near).filter { near in
      columns.contains { $0.field == near }
    }
    return ServiceError(
      .relatedNotFound,
      "\(fields.map { Printable.quoted(table.table[$0].name.string) }.joined(separator: " and ")) "
        + "lead to a record that does not exist")
  }
}
