package import RecordFilter
package import RowscopeModel

extension FieldComparison {
  fileprivate var isOfRecord: Bool { left.steps.isEmpty && right.steps.isEmpty }
}

extension Filter {
  /// Whether a record matches the filter. `record` has the values of the table's fields in order;
  /// values of link fields are not used. Usually does not allocate, see ``Term/holds(for:in:)``.
  ///
  /// - Parameter outside: decides the parts that depend on other records: a ``Filter/related(_:)``, an
  ///   ``Filter/under(_:)``,
  ///   a ``Filter/comparison(_:)`` of related ones,
  ///   or a ``Filter/term(_:)`` on a link field. It receives and answers the whole part, including
  ///   its complement.
  package func holds<Failure: Error>(
    for record: [Value], in table: Table, outside: (Filter) throws(Failure) -> Bool
  ) throws(Failure) -> Bool {
    switch self {
    case .always: return true
    case .never: return false
    case .term(let term):
      let field = table[term.field]
      if case .link = field.storage { return try outside(self) }
      return term.holds(for: record[term.field.index], in: field)
    case .related, .under: return try outside(self)
    case .comparison(let comparison):
      guard comparison.isOfRecord else { return try outside(self) }
      func value(_ side: FieldOperand) -> Value {
        let stored = record[side.field.index]
        return side.conversion?.converted(stored) ?? stored
      }
      let field = table[comparison.left.field]
      return comparison.holds(
        value(comparison.left), value(comparison.right),
        comparison.left.conversion?.field(of: field) ?? field)
    case .conjunction(let filters):
      for filter in filters where try !filter.holds(for: record, in: table, outside: outside) {
        return false
      }
      return true
    case .disjunction(let filters):
      for filter in filters where try filter.holds(for: record, in: table, outside: outside) {
        return true
      }
      return false
    }
  }

  /// Whether the record alone decides the filter, without any other record.
  package func isDecidedByRecord(in table: Table) -> Bool {
    switch self {
    case .always, .never: true
    case .term(let term):
      if case .link = table[term.field].storage { false } else { true }
    case .related, .under: false
    case .comparison(let comparison): comparison.isOfRecord
    case .conjunction(let filters), .disjunction(let filters):
      filters.allSatisfy { $0.isDecidedByRecord(in: table) }
    }
  }
}
