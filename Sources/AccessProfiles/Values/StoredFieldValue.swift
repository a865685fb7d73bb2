package import RecordFilter
package import RowscopeModel

/// What a field is to hold, in the form in which it is stored.
package enum StoredFieldValue: Sendable, Hashable {
  /// The value of the table's own column.
  case column(Value)
  /// The members that a link table holds.
  case members([Value])

  /// The value, with members as a JSON array.
  package var shown: Value {
    switch self {
    case .column(let value): value
    case .members(let members): ValueCheck.array(members)
    }
  }
}

extension ValueCheck {
  /// The stored form of what a field of a table is to hold.
  package static func stored(
    _ given: FieldValue, in id: FieldID, of table: Table, _ schema: Schema, clock: RequestClock
  ) throws(ValueFault) -> StoredFieldValue {
    let check = ValueCheck(field: table[id], clock: clock)
    switch table[id].storage {
    case .column, .generatedColumn: return .column(try check.stored(given))
    case .jsonArray:
      guard let members = try check.members(given) else { return .column(.null) }
      return .column(try check.stored(members))
    case .link(let link):
      return .members(try check.members(given, in: schema[link.table][link.member]) ?? [])
    }
  }
}
