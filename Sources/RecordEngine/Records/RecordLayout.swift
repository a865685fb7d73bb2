package import AccessProfiles
package import RecordFilter
package import RowscopeModel

/// The positions of a table's fields in records of one shape, and which of them a user sees.
package struct RecordLayout: Sendable {
  /// One name for each value of a record.
  package let names: [String]
  /// The position of each field's value, by field index; negative if it is not given.
  package let positions: [Int]
  /// The values that the user sees.
  package let shown: [Shown]
  package let shape: RecordShape

  package struct Shown: Sendable {
    let field: FieldID
    let position: Int
    /// The affinity that is applied when the value is stored.
    let storing: Affinity?
  }

  /// - Parameter fields: one for each value; nil for a value that is not a field of the table. No
  ///   field twice.
  package init(names: [String], fields: [FieldID?], of table: Table, access: TableAccess) {
    self.names = names
    var positions = Array(repeating: -1, count: table.fields.count)
    var shown: [Shown] = []
    var visible: [RecordField] = []
    for (position, id) in fields.enumerated() {
      guard let id else { continue }
      positions[id.index] = position
      guard access.isVisible(id) else { continue }
      let field = table[id]
      shown.append(Shown(field: id, position: position, storing: table.storing(id)))
      visible.append(
        RecordField(
          name: field.name.string, isReadonly: access.fields[id.index] == .readonly,
          presentation: field.presentation))
    }
    self.positions = positions
    self.shown = shown
    shape = RecordShape(visible)
  }

  /// The fields with a column, in table order: those of `SELECT *`.
  package init(of table: Table, access: TableAccess) {
    let fields = table.fieldIndices.filter { field in
      if case .link = table[field].storage { false } else { true }
    }
    self.init(
      names: fields.map { table[$0].name.string }, fields: fields, of: table, access: access)
  }

  /// What an answer shows of a record of these values.
  ///
  /// - Parameter hidden: the fields that this record does not show.
  package func record(of values: [Value], hiding hidden: Set<FieldID>) -> Record {
    Record(
      presenting: shown.map { field in
        if hidden.contains(field.field) { return .null }
        let value = values[field.position]
        return field.storing?.stored(value) ?? value
      }, as: shape,
      hidden: hidden.isEmpty ? [] : shown.indices.filter { hidden.contains(shown[$0].field) })
  }
}

extension Table {
  /// The affinity that is applied when a value is stored in this field; nil if none is: a view
  /// stores nothing, and a link's members are in another table.
  package func storing(_ id: FieldID) -> Affinity? {
    guard kind == .table else { return nil }
    if case .link = self[id].storage { return nil }
    return self[id].affinity
  }
}
