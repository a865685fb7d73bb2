import RecordFilter
package import RowscopeModel

/// A grant for one table, complete but for the user.
package struct PreparedGrant: Sendable {
  /// All must hold; an empty list allows every record.
  package let conditions: [PreparedCondition]
  /// Which of these records may be edited: all must hold.
  package let editConditions: [PreparedCondition]
  /// Which of them may be deleted: all must hold.
  package let deleteConditions: [PreparedCondition]
  /// What is set on a new record.
  package let presets: [PreparedPreset]
  /// One for each field of the table, before seats limit them.
  package private(set) var fields: [FieldAccess]
  /// The same for users who may not write developer fields.
  private var fieldsWithoutDeveloper: [FieldAccess]
  /// The same for users who write no records.
  private var fieldsWithoutWriting: [FieldAccess]
  /// Before seats, user types and invitations limit them.
  package let rights: Rights
  /// Whether a created record must satisfy ``conditions``.
  package let keepsCreated: Bool
  /// Whether an edited record must go on satisfying them.
  package let keepsEdited: Bool
  /// The grant's value in the profile's document.
  package let range: Range<Int>

  init(
    _ grant: Grant, conditions: [PreparedCondition], editConditions: [PreparedCondition],
    deleteConditions: [PreparedCondition], presets: [PreparedPreset], fields: [FieldAccess],
    of table: Table
  ) {
    self.conditions = conditions
    self.editConditions = editConditions
    self.deleteConditions = deleteConditions
    self.presets = presets
    rights = grant.rights
    keepsCreated = grant.keepInScope ?? true
    keepsEdited = grant.keepInScope ?? false
    range = grant.range
    (self.fields, fieldsWithoutDeveloper, fieldsWithoutWriting) = (fields, [], [])
    set(fields, of: table)
  }

  /// What both grants give: the intersection.
  func narrowed(by other: PreparedGrant, of table: Table) -> PreparedGrant {
    PreparedGrant(self, narrowedBy: other, of: table)
  }

  /// Whether both show one and the same field.
  func showsField(with other: PreparedGrant) -> Bool {
    zip(fields, other.fields).contains { $0 != .hidden && $1 != .hidden }
  }

  private init(_ grant: PreparedGrant, narrowedBy other: PreparedGrant, of table: Table) {
    conditions = grant.conditions + other.conditions
    editConditions = grant.editConditions + other.editConditions
    deleteConditions = grant.deleteConditions + other.deleteConditions
    presets = grant.presets + other.presets
    rights = grant.rights.intersection(other.rights)
    keepsCreated = grant.keepsCreated || other.keepsCreated
    keepsEdited = grant.keepsEdited || other.keepsEdited
    range = grant.range
    (fields, fieldsWithoutDeveloper, fieldsWithoutWriting) = ([], [], [])
    set(
      zip(grant.fields, other.fields).map { one, other in
        one == .hidden || other == .hidden
          ? .hidden : one == .readonly || other == .readonly ? .readonly : .editable
      }, of: table)
  }

  private mutating func set(_ fields: [FieldAccess], of table: Table) {
    self.fields = fields
    fieldsWithoutDeveloper = table.fieldIndices.map { field in
      let access = fields[field.index]
      return table[field].isDeveloper && access == .editable ? .readonly : access
    }
    fieldsWithoutWriting = fields.map { $0 == .editable ? .readonly : $0 }
  }

  /// A copy of the grant with other field access.
  func with(_ fields: [FieldAccess], of table: Table) -> PreparedGrant {
    var copy = self
    copy.set(fields, of: table)
    return copy
  }

  /// The access to each field of a user with these rights. Without the right to create or to edit
  /// records, no field can be written.
  func fields(for rights: Rights, writingDeveloperFields: Bool) -> [FieldAccess] {
    if rights.isDisjoint(with: [.create, .edit]) { return fieldsWithoutWriting }
    return writingDeveloperFields ? fields : fieldsWithoutDeveloper
  }
}

extension Grant {
  fileprivate var rights: Rights {
    var rights: Rights = []
    if canCreate { rights.insert(.create) }
    if canEdit { rights.insert(.edit) }
    if canDelete { rights.insert(.delete) }
    if createComment { rights.insert(.comment) }
    if manageStructure { rights.formUnion([.manageStructure, .manageDeveloperFields]) }
    return rights
  }
}
