package import RowscopeModel

/// What a profile gives of one table, with every key resolved to what it means where it is absent.
package struct Grant: Sendable {
  /// Whether the grant has `"*": "*"`: it started from everything.
  package let startsFromEverything: Bool
  /// All of them must hold for a record to be reached; none reaches every record.
  package let conditions: [Condition]
  /// Fields that do not exist for the user.
  package let fieldsExcluded: [Located<String>]
  /// Fields that are visible and never written.
  package let fieldsReadonly: [Located<String>]
  package let canCreate: Bool
  package let canEdit: Bool
  package let canDelete: Bool
  package let createComment: Bool
  package let manageStructure: Bool
  /// Whether an update must leave the record within reach.
  package let keepInScope: Bool
  /// The grant's value in the document.
  package let range: Range<Int>
  /// Where the flags stand that the document has.
  private let flags: [Flag: Range<Int>]

  /// The flags of a grant, as a document calls them.
  package enum Flag: String, Sendable, Hashable, CaseIterable {
    case canCreate = "can_create"
    case canEdit = "can_edit"
    case canDelete = "can_delete"
    case createComment = "create_comment"
    case manageStructure = "manage_structure"
    case keepInScope = "keep_in_scope"
  }

  /// Where a flag stands in the document; nil where it is absent.
  package func range(of flag: Flag) -> Range<Int>? { flags[flag] }

  /// A grant with what absent keys mean: every row and field, to be edited and commented.
  package init(
    conditions: [Condition] = [], fieldsExcluded: [Located<String>] = [],
    fieldsReadonly: [Located<String>] = [], canCreate: Bool = false, canEdit: Bool = true,
    canDelete: Bool = false, createComment: Bool = true, manageStructure: Bool = false,
    keepInScope: Bool = false, startsFromEverything: Bool = false, flags: [Flag: Range<Int>] = [:],
    at range: Range<Int>
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
