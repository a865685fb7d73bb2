/// One of the ``Rights``, to go through them.
///
/// The raw value is stable: it is the name in JSON.
public enum Right: String, Sendable, Hashable, CaseIterable {
  case create, edit, delete, comment
  case manageStructure = "manage_structure"
  case manageDeveloperFields = "manage_developer_fields"

  /// The set of this right alone.
  public var rights: Rights {
    switch self {
    case .create: .create
    case .edit: .edit
    case .delete: .delete
    case .comment: .comment
    case .manageStructure: .manageStructure
    case .manageDeveloperFields: .manageDeveloperFields
    }
  }

  /// The power that the right is the use of, in one table.
  public var power: Power {
    switch self {
    case .create: .createRecords
    case .edit: .editRecords
    case .delete: .deleteRecords
    case .comment: .sendMessages
    case .manageStructure: .manageFields
    case .manageDeveloperFields: .manageDeveloperFields
    }
  }

  /// The flag of a grant that gives it.
  public var flag: Grant.Flag {
    switch self {
    case .create: .canCreate
    case .edit: .canEdit
    case .delete: .canDelete
    case .comment: .createComment
    case .manageStructure, .manageDeveloperFields: .manageStructure
    }
  }

  /// In a word or two, for a list of rights.
  public var label: String {
    switch self {
    case .create: "create"
    case .edit: "edit"
    case .delete: "delete"
    case .comment: "comment"
    case .manageStructure: "structure"
    case .manageDeveloperFields: "developer fields"
    }
  }
}

extension Rights {
  /// The rights that pass a test.
  public init(where passes: (Right) -> Bool) {
    self.init(Right.allCases.filter(passes).map(\.rights))
  }

  public func contains(_ right: Right) -> Bool { contains(right.rights) }
}
