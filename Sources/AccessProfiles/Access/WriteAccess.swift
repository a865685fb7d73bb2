package import RecordFilter
package import RowscopeModel

/// What a user's changes of the records of one table are limited to, beyond their rights.
package struct WriteAccess: Sendable {
  /// One way to change records.
  package struct Act: Sendable {
    /// The records that the user may change so, given the right to; all within those that they
    /// reach.
    package let rows: RowAccess
    /// References in the act's conditions that have no value for the user.
    package let unknowns: [UnknownReference]
    /// A reference whose value does not fit its operator: no record may be changed so.
    package let mismatch: ReferenceMismatch?
  }

  /// A way in which the user may create records: that of one profile.
  package struct Creator: Sendable {
    /// What is set on the records.
    package let presets: [BoundPreset]
    /// The access to each field, in table order.
    let fields: [FieldAccess]
    /// What a record must satisfy once it is created.
    let kept: Filter
  }

  package let edit: Act
  package let delete: Act
  /// For each field that can be written in some of the records that the user may edit, those
  /// records.
  private let fieldRows: [FieldID: Filter]
  /// In the order of the user's profiles.
  package let creators: [Creator]
  /// Presets without a value for the user, or without one that the field takes. By their profile
  /// the user creates no records.
  package let unknownPresets: [UnknownReference]
  /// What the workspace says of every record of the table.
  private let everywhere: Filter
  /// What every record must satisfy once it is edited.
  package let edited: Filter
  /// What a record must satisfy as well, where none lets it leave the reach of the profiles.
  package let stays: Filter
  /// For each field, the records that the profiles let leave their reach by writing it.
  private let leaving: [FieldID: Filter]

  /// Whether some fields can be written in some of the records alone that the user may edit.
  package var differsByField: Bool { fieldRows.values.contains { $0 != .never } }

  /// The records in which all of these fields can be written.
  package func editableRows(writing fields: some Sequence<FieldID>) -> Filter {
    .all([edit.rows.filter] + fields.compactMap { fieldRows[$0] })
  }

  /// The records that may leave the reach of the profiles by writing these fields.
  package func rowsLeaving(byWriting fields: some Sequence<FieldID>) -> Filter {
    stays == .always ? .always : .all(fields.map { leaving[$0] ?? .never })
  }

  /// What a record must satisfy once it is created with these values; ``Filter/never`` if no profile
  /// lets a field be written that they have. A profile lets only records be created that have its
  /// presets.
  ///
  /// - Parameters:
  ///   - creator: the way that set its presets. It lets the record be created, and each field is
  ///     written by any.
  ///   - claimed: fields that are set for the user, whatever their profiles say of them.
  package func created(
    with values: [(field: FieldID, value: StoredFieldValue)], by creator: Creator,
    besides claimed: Set<FieldID>
  ) -> Filter {
    func sets(_ creator: Creator, _ field: FieldID) -> StoredFieldValue? {
      creator.presets.first { $0.field == field }?.value
    }
    func given(_ field: FieldID) -> StoredFieldValue? {
      values.first { $0.field == field }?.value
    }
    let ways = creators.filter { creator in
      creator.presets.allSatisfy { given($0.field) == $0.value || claimed.contains($0.field) }
    }
    let written = values.filter { !claimed.contains($0.field) }.map { field, value in
      Filter.union(
        ways.filter { creator in
          sets(creator, field).map { $0 == value } ?? (creator.fields[field.index] == .editable)
        }.map(\.kept))
    }
    return .all([everywhere, creator.kept] + written)
  }
}

extension TableAccess {
  /// The records to which the user may do this, by their rights and by the profile's conditions.
  ///
  /// - Parameter write: nil if every record that the user reaches may be changed, given the right.
  package func rows(for act: RecordAct, _ write: WriteAccess?, in table: Table) -> RowAccess {
    switch act {
    case .see: rows
    case .edit:
      table.kind == .table && rights.contains(.edit) ? write?.edit.rows ?? rows : .none
    case .delete:
      table.kind == .table && rights.contains(.delete) ? write?.delete.rows ?? rows : .none
    }
  }
}

extension ProfileUnion {
  /// What a user's changes in a table are limited to; nil if no profile grants the table.
  ///
  /// - Throws: ``AccessError`` if access cannot be determined; the table is then denied.
  /// - Complexity: linear in the number of conditions and their values, and in the fields of the
  ///   table for each profile.
  package func writeAccess(
    to table: TableID, for context: ReferenceContext
  ) throws(AccessError) -> WriteAccess? {
    try branches(of: table, for: context).map { branches in
      WriteAccess(
        branches.map { WriteBranch($0.profile, $0.scoped, for: context) },
        of: branches[0].scoped, in: schema)
    }
  }
}

/// What one profile lets a user change in a table.
private struct WriteBranch {
  let scoped: ScopedAccess
  /// The records within the profile's own rules that the user may change so.
  let edit: WriteAccess.Act
  let delete: WriteAccess.Act
  /// Nil if the user creates no records by the profile.
  let creator: WriteAccess.Creator?
  let unknownPresets: [UnknownReference]
  /// Whether an edited record stays within the profile's own rules.
  let keepsEdited: Bool

  init(_ profile: PreparedProfile, _ scoped: ScopedAccess, for context: ReferenceContext) {
    let (table, schema) = (scoped.access.table, profile.schema)
    guard let grant = profile.validGrant(table) else {
      preconditionFailure("a profile gives access by its grant")
    }
    func act(_ limit: Filter, _ conditions: [PreparedCondition]) -> WriteAccess.Act {
      var binding = ConditionBinding(
        context: context, scope: profile.ruleScope(for: context), table: table)
      do throws(ReferenceMismatch) {
        let filter = Filter.all(
          [limit, scoped.everywhere, scoped.profileFilter]
            + (try binding.bind(conditions)))
        return WriteAccess.Act(
          rows: RowAccess(filter.simplified(in: schema, table: table)),
          unknowns: binding.unknowns, mismatch: nil)
      } catch {
        return WriteAccess.Act(rows: .none, unknowns: binding.unknowns, mismatch: error)
      }
    }
    self.scoped = scoped
    edit = act(scoped.editableLimit, grant.editConditions)
    delete = act(scoped.deletableLimit, grant.deleteConditions)
    var presets: [BoundPreset] = []
    var unknown: [UnknownReference] = []
    for preset in grant.presets {
      do throws(UnknownReference) {
        presets.append(try preset.bound(for: context, in: schema[table], schema))
      } catch {
        unknown.append(error)
      }
    }
    unknownPresets = unknown
    // Where the access is narrowed, two profiles may set a field to different values.
    let isContradictory = presets.contains { preset in
      presets.contains { $0.field == preset.field && $0.value != preset.value }
    }
    presets = presets.reduce(into: []) { distinct, preset in
      if !distinct.contains(where: { $0.field == preset.field }) { distinct.append(preset) }
    }
    creator =
      unknown.isEmpty && !isContradictory && scoped.access.rights.contains(.create)
      ? WriteAccess.Creator(
        presets: presets, fields: scoped.access.fields,
        kept: grant.keepsCreated ? scoped.profileFilter : .always) : nil
    keepsEdited = grant.keepsEdited
  }
}

extension WriteAccess {
  /// - Precondition: there is a branch, and all are of one user and table.
  fileprivate init(_ branches: [WriteBranch], of scoped: ScopedAccess, in schema: Schema) {
    let table = scoped.access.table
    let editing = branches.filter { $0.scoped.access.rights.contains(.edit) }
    let deleting = branches.filter { $0.scoped.access.rights.contains(.delete) }
    edit = Act(union: branches.map(\.edit), of: editing.map(\.edit))
    delete = Act(union: branches.map(\.delete), of: deleting.map(\.delete))
    var fieldRows: [FieldID: Filter] = [:]
    var leaving: [FieldID: Filter] = [:]
    for field in branches.count > 1 ? Array(schema[table].fieldIndices) : [] {
      let writing = editing.filter { $0.scoped.access.fields[field.index] == .editable }
      let rows = Filter.union(writing.map(\.edit.rows.filter))
      if rows != edit.rows.filter { fieldRows[field] = rows }
      leaving[field] = .union(writing.filter { !$0.keepsEdited }.map(\.edit.rows.filter))
    }
    self.fieldRows = fieldRows
    self.leaving = leaving
    creators = branches.compactMap(\.creator)
    unknownPresets = branches.flatMap(\.unknownPresets)
    everywhere = scoped.everywhere
    edited = scoped.everywhereOfUser
    stays =
      editing.contains(where: \.keepsEdited)
      ? .all(scoped.everywhere, .union(editing.map(\.scoped.profileFilter))) : .always
  }
}

extension WriteAccess.Act {
  /// - Parameters:
  ///   - all: of all profiles.
  ///   - given: those of profiles that give the right.
  fileprivate init(union all: [Self], of given: [Self]) {
    // Of a profile alone, the act is told whether its right is given or not.
    let given = all.count == 1 ? all : given
    self.init(
      rows: RowAccess(.union(given.map(\.rows.filter))), unknowns: all.flatMap(\.unknowns),
      mismatch: given.allSatisfy { $0.mismatch != nil } ? given.first?.mismatch : nil)
  }
}
