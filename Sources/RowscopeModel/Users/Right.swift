/// What a user may do with the records or the fields of a table.
///
/// The raw value is stable: it is the name in JSON.
package enum Right: String, Sendable, Hashable, CaseIterable {
  /// Create records.
  case create
  /// Edit the records that the user reaches, or those of them that the profile says.
  case edit
  /// Delete the records that the user reaches, or those of them that the profile says.
  case delete
  /// Write comments on records. The service's own comments: Rowscope keeps none.
  case comment
  /// Create, rename and drop fields, developer fields aside.
  case manageStructure = "manage_structure"
  /// The same of developer fields. No profile names it: it comes with ``manageStructure`` to
  /// developer seats.
  case manageDeveloperFields = "manage_developer_fields"

  /// The set of this right alone.
  package var rights: Rights {
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
  package var power: Power {
    switch self {
    case .create: .createRecords
    case .edit: .editRecords
    case .delete: .deleteRecords
    case .comment: .sendMessages
    case .manageStructure: .manageFields
    case .manageDeveloperFields: .manageDeveloperFields
    }
  }

  /// In a word or two, for a list of rights.
  package var label: String {
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

/// What a user may do with the records of a table beyond reading them.
package struct Rights: OptionSet, Sendable, Hashable {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  package static let create = Rights(rawValue: 1)
  package static let edit = Rights(rawValue: 2)
  package static let delete = Rights(rawValue: 4)
  package static let comment = Rights(rawValue: 8)
  /// Create, edit and delete fields, developer fields aside.
  package static let manageStructure = Rights(rawValue: 16)
  /// Create, edit and delete developer fields. No profile gives it by name: it comes with
  /// ``manageStructure`` to developer seats.
  package static let manageDeveloperFields = Rights(rawValue: 32)

  package static let all: Rights = [
    .create, .edit, .delete, .comment, .manageStructure, .manageDeveloperFields,
  ]
}

extension Rights {
  /// The rights that pass a test.
  package init(where passes: (Right) -> Bool) {
    self.init(Right.allCases.filter(passes).map(\.rights))
  }

  package func contains(_ right: Right) -> Bool { contains(right.rights) }
}
