package import RowscopeModel

/// What a profile grants for one table, with defaults filled in for absent keys.
package struct Grant: Sendable {
  /// Whether the grant has `"*": "*"`, which grants everything to begin with.
  package let startsFromEverything: Bool
  /// All must hold for a record to be accessible; an empty list allows every record.
  package let conditions: [Condition]
  /// Fields that the user cannot see.
  package let fieldsExcluded: [Located<String>]
  /// Fields that the user can see but not write.
  package let fieldsReadonly: [Located<String>]
  package let canCreate: Bool
  package let canEdit: Bool
  package let canDelete: Bool
  package let createComment: Bool
  package let manageStructure: Bool
  /// Whether what the user writes must satisfy ``conditions``; nil where the document does not say.
  package let keepInScope: Bool?
  /// Which of the records that satisfy ``conditions`` may be edited; empty for all.
  package let editConditions: [Condition]
  /// Which of them may be deleted; empty for all.
  package let deleteConditions: [Condition]
  /// What is set on a record that the user creates.
  package let presets: [Preset]
  /// The grant's value in the document.
  package let range: Range<Int>
  /// The positions of the flags that the document has.
  private let flags: [Flag: Range<Int>]

  /// The flags of a grant, named as in the document.
  package enum Flag: String, Sendable, Hashable, CaseIterable {
    case canCreate = "can_create"
    case canEdit = "can_edit"
    case canDelete = "can_delete"
    case createComment = "create_comment"
    case manageStructure = "manage_structure"
    case keepInScope = "keep_in_scope"
  }

  /// The position of a flag in the document; nil if it is absent.
  package func range(of flag: Flag) -> Range<Int>? { flags[flag] }

  /// The defaults are those of absent keys: all rows, all fields, edit and comment.
  package init(
    conditions: [Condition] = [], fieldsExcluded: [Located<String>] = [],
    fieldsReadonly: [Located<String>] = [], canCreate: Bool = false, canEdit: Bool = true,
    canDelete: Bool = false, createComment: Bool = true, manageStructure: Bool = false,
    keepInScope: Bool? = nil, editConditions: [Condition] = [],
    deleteConditions: [Condition] = [], presets: [Preset] = [], startsFromEverything: Bool = false,
    flags: [Flag: Range<Int>] = [:], at range: Range<Int>
  ) {
    self.startsFromEverything = startsFromEverything
    self.conditions = conditions
    self.fieldsExcluded = fieldsExcluded
    self.fieldsReadonly = fieldsReadonly
    self.canCreate = canCreate
    self.canEdit = canEdit
    self.canDelete = canDelete
    self.createComment = createComment
    self.manageStructure = manageStructure
    self.keepInScope = keepInScope
    self.editConditions = editConditions
    self.deleteConditions = deleteConditions
    self.presets = presets
    self.flags = flags
    self.range = range
  }

  /// `"*"` or `{"*": "*"}`: all rows, all fields, every right.
  package static func everything(at range: Range<Int>) -> Grant {
    Grant(
      canCreate: true, canDelete: true, manageStructure: true, startsFromEverything: true,
      at: range)
  }
}

/// A field that a grant sets on the records that the user creates.
package struct Preset: Sendable {
  package enum Source: Sendable, Hashable {
    case value(FieldValue)
    case reference(Reference)
  }

  package let field: Located<String>
  package let source: Located<Source>
}
