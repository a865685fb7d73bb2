package import RecordFilter
package import RowscopeModel

/// What one user may see and do in one table.
package struct TableAccess: Sendable, Hashable {
  package let table: TableID
  /// The records that the user can access.
  package let rows: RowAccess
  /// One for each field of the table. ``FieldAccess/editable`` fields can be written by users with
  /// the right to create or edit records.
  package let fields: [FieldAccess]
  /// The profile's rights, as limited by the seat, the user type and invitations.
  package let rights: Rights
  /// The visible fields that some of the records hide, as several profiles may have it, each with the
  /// records that show it, among those that the user can access.
  package let cells: [FieldID: Filter]

  package init(
    table: TableID, rows: RowAccess, fields: [FieldAccess], rights: Rights,
    cells: [FieldID: Filter] = [:]
  ) {
    self.table = table
    self.rows = rows
    self.fields = fields
    self.rights = rights
    self.cells = cells
  }

  /// Whether each record that the user can access shows the field.
  package func isAlwaysVisible(_ field: FieldID) -> Bool {
    isVisible(field) && cells[field] == nil
  }

  /// Whether one of the records shows the field.
  package func isVisible(_ field: FieldID) -> Bool { fields[field.index] != .hidden }

  /// The visible fields, in table order.
  package var visibleFields: [FieldID] { fields.indices.map(FieldID.init).filter(isVisible) }
}

/// The records of a table that a user can access.
package enum RowAccess: Sendable, Hashable {
  /// No record; no query is run.
  case none
  /// Every record.
  case all
  /// The records that match a filter.
  case some(Filter)

  package init(_ filter: Filter) {
    self =
      switch filter {
      case .never: .none
      case .always: .all
      case .term, .related, .under, .comparison, .conjunction, .disjunction: .some(filter)
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
