import RowscopeModel

extension Right {
  /// The grant's flag for this right.
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
