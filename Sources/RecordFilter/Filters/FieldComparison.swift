package import RowscopeModel

/// A comparison of two fields, each of the record itself or of one related record.
///
/// The values compare as a column of the left field compares with a bound value: by the left
/// field's affinity and collation; after a conversion, as converted values do. A null on either
/// side, or no related record, satisfies no comparison.
///
/// SQL: `left = +right` and so on → `(left = +right) IS NOT 1`. The plus takes the right column's
/// affinity away. A field of a related record is a subquery.
package struct FieldComparison: Sendable, Hashable {
  package enum Relation: Sendable, Hashable {
    case equal
    case ordered(FieldTest.Ordering)

    /// As in SQL.
    package var symbol: String {
      switch self {
      case .equal: "="
      case .ordered(let ordering): ordering.rawValue
      }
    }

    /// - Parameter order: negative where the left value comes before the right one.
    func admits(_ order: Int) -> Bool {
      switch self {
      case .equal: order == 0
      case .ordered(let ordering): ordering.admits(order)
      }
    }
  }

  package let left: FieldOperand
  package let relation: Relation
  package let right: FieldOperand
  package var isComplement: Bool

  package init(
    _ left: FieldOperand, _ relation: Relation, _ right: FieldOperand, isComplement: Bool = false
  ) {
    self.left = left
    self.relation = relation
    self.right = right
    self.isComplement = isComplement
  }

  /// Whether two values pass, exactly as SQLite decides it.
  ///
  /// - Parameter leftField: ``FieldOperand/comparedField(in:of:)`` of the left side.
  package func holds(_ left: Value, _ right: Value, _ leftField: Field) -> Bool {
    let isTrue =
      !left.isNull && !right.isNull
      && relation.admits(
        Comparison.order(
          left, right, affinity: leftField.affinity.whenComparedWithValue,
          collation: leftField.collation))
    return isTrue != isComplement
  }
}

/// One side of a ``FieldComparison``.
package struct FieldOperand: Sendable, Hashable {
  /// A relation to one record at most.
  package struct Step: Sendable, Hashable {
    package let table: TableID
    package let pairs: [ColumnPair]
    /// What the record must match that it leads from.
    package let condition: Filter
    /// What the related record must match to be there at all.
    package let filter: Filter
    /// How members compare with the key, where the relation is by a field of many values.
    package let memberType: MemberType?

    package init(
      table: TableID, pairs: [ColumnPair], condition: Filter = .always, filter: Filter,
      memberType: MemberType? = nil
    ) {
      self.table = table
      self.pairs = pairs
      self.condition = condition
      self.filter = filter
      self.memberType = memberType
    }
  }

  package let steps: [Step]
  /// A field of the last step's table; without steps, of the record's own. Not of many values.
  package let field: FieldID
  /// What is compared in place of the stored value.
  package let conversion: Conversion?

  package init(steps: [Step] = [], field: FieldID, conversion: Conversion? = nil) {
    self.steps = steps
    self.field = field
    self.conversion = conversion
  }

  /// The table that has the field, for records of `table`.
  package func table(from table: TableID) -> TableID { steps.last?.table ?? table }

  /// The field as the comparison sees it.
  package func comparedField(in schema: Schema, of table: TableID) -> Field {
    let field = schema[self.table(from: table)][field]
    return conversion?.field(of: field) ?? field
  }
}
