/// A field of the table itself, or one reached over relations.
package struct FieldPath: Sendable, Hashable {
  /// The relations to follow, in order.
  package let steps: [Relation]
  /// The table that holds the field.
  package let table: TableID
  package let field: FieldID

  package init(steps: [Relation] = [], table: TableID, field: FieldID) {
    self.steps = steps
    self.table = table
    self.field = field
  }
}
