public import RecordFilter

/// What one user may see and do in one table.
public struct TableAccess: Sendable, Hashable {
  public let table: TableID
  /// Which records exist for the user.
  public let rows: RowAccess
  /// Which of them the user may edit with the right to: all of them, unless an invitation is to see alone.
  public let editableRows: RowAccess
  /// One for each field of the table. ``FieldAccess/editable`` says what may be written by those who have the right to create
  /// or edit records.
  public let fields: [FieldAccess]
  /// What is left of the profile's rights under the ceilings of seat, user type and invitations.
  public let rights: Rights

  /// - Parameter editableRows: nil for ``rows``.
  public init(
    table: TableID, rows: RowAccess, editableRows: RowAccess? = nil, fields: [FieldAccess],
    rights: Rights
  ) {
    self.table = table
    self.rows = rows
    self.editableRows = editableRows ?? rows
    self.fields = fields
    self.rights = rights
  }

  public func isVisible(_ field: FieldID) -> Bool { fields[field.index] != .hidden }

  /// In the order of the table.
  public var visibleFields: [FieldID] { fields.indices.map(FieldID.init).filter(isVisible) }
}

/// Which records of a table exist for a user.
public enum RowAccess: Sendable, Hashable {
  /// No record can be reached: no query is run.
  case none
  /// Every record.
  case all
  /// Those for which a filter holds.
  case some(Filter)

  public init(_ filter: Filter) {
    self =
      switch filter {
      case .never: .none
      case .always: .all
      case .term, .related, .conjunction, .disjunction: .some(filter)
      }
  }

  public var filter: Filter {
    switch self {
    case .none: .never
    case .all: .always
    case .some(let filter): filter
    }
  }
}

/// What a user may do with a field.
public enum FieldAccess: String, Sendable, Hashable, CaseIterable {
  /// It does not exist for the user.
  case hidden
  case readonly
  case editable
}

/// What a user may do with the records of a table beyond reading them.
public struct Rights: OptionSet, Sendable, Hashable {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  public static let create = Rights(rawValue: 1)
  public static let edit = Rights(rawValue: 2)
  public static let delete = Rights(rawValue: 4)
  public static let comment = Rights(rawValue: 8)
  /// Create, edit and delete fields, developer fields aside.
  public static let manageStructure = Rights(rawValue: 16)
  /// Create, edit and delete developer fields. No profile gives it by name: it comes with ``manageStructure`` to developer
  /// seats.
  public static let manageDeveloperFields = Rights(rawValue: 32)

  public static let all: Rights = [
    .create, .edit, .delete, .comment, .manageStructure, .manageDeveloperFields,
  ]
}
