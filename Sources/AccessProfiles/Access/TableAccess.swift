package import RecordFilter
package import RowscopeModel

/// What one user may see and do in one table.
package struct TableAccess: Sendable, Hashable {
  package let table: TableID
  /// Which records exist for the user.
  package let rows: RowAccess
  /// Which of them the user may edit with the right to: all of them, unless an invitation is to see alone.
  package let editableRows: RowAccess
  /// One for each field of the table. ``FieldAccess/editable`` says what may be written by those who have the right to create
  /// or edit records.
  package let fields: [FieldAccess]
  /// What is left of the profile's rights under the ceilings of seat, user type and invitations.
  package let rights: Rights

  /// - Parameter editableRows: nil for ``rows``.
  package init(
    table: TableID, rows: RowAccess, editableRows: RowAccess? = nil, fields: [FieldAccess],
    rights: Rights
  ) {
    self.table = table
    self.rows = rows
    self.editableRows = editableRows ?? rows
    self.fields = fields
    self.rights = rights
  }

  package func isVisible(_ field: FieldID) -> Bool { fields[field.index] != .hidden }

  /// In the order of the table.
  package var visibleFields: [FieldID] { fields.indices.map(FieldID.init).filter(isVisible) }
}

/// Which records of a table exist for a user.
package enum RowAccess: Sendable, Hashable {
  /// No record can be reached: no query is run.
  case none
  /// Every record.
  case all
  /// Those for which a filter holds.
  case some(Filter)

  package init(_ filter: Filter) {
    self =
      switch filter {
      case .never: .none
      case .always: .all
      case .term, .related, .conjunction, .disjunction: .some(filter)
      }
  }

  package var filter: Filter {
    switch self {
    case .none: .never
    case .all: .always
    case .some(let filter): filter
    }
  }
}
