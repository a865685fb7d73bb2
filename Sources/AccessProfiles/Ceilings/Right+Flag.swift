import RowscopeModel

extension Right {
  /// The flag of a grant that gives it.
  package var flag: Grant.Flag {
    switch self {
    case .create: .canCreate
    case .edit: .canEdit
    case .delete: .canDelete
    case .comment: .createComment
    case .manageStructure, .manageDeveloperFields: .manageStructure
    }
  }
}
