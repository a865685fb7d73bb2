import RecordFilter
import RecordStore
import RowscopeModel

/// A condition on the columns of a row, for relations that hold of some records alone.
struct RowCondition: Sendable {
  private let predicate: RecordPredicate
  /// The columns that it reads, as positions in the row.
  private let columns: [Int]
  /// Where each field's value stands among these, by field index; negative for all others.
  private let positions: [Int]

  /// - Parameter columns: the fields that the filter reads, each with its position in the row.
  init(
    _ filter: Filter, columns: [(field: FieldID, position: Int)], of table: TableID,
    in schema: Schema
  ) {
    predicate = RecordPredicate(filter, schema: schema, table: table)
    self.columns = columns.map(\.position)
    var positions = schema[table].fields.map { _ in -1 }
    for (index, column) in columns.enumerated() { positions[column.field.index] = index }
    self.positions = positions
  }

  func holds(for row: borrowing Row) -> Bool {
    let values = columns.map { row.value($0) }
    var evaluation = RecordEvaluation(related: nil)
    return values.withUnsafeBufferPointer { values in
      positions.withUnsafeBufferPointer { positions in
        predicate.evaluate(BorrowedRecord(values: values, positions: positions), &evaluation)
          == .yes
      }
    }
  }
}

extension Filter {
  /// The fields that it reads, where these are columns of the record itself; nil where it asks other
  /// records too.
  func ownColumns(in table: Table) -> Set<FieldID>? {
    switch self {
    case .always, .never: return []
    case .term(let term):
      if case .link = table[term.field].storage { return nil }
      return [term.field]
    case .related, .under: return nil
    case .comparison(let comparison):
      guard comparison.left.steps.isEmpty, comparison.right.steps.isEmpty else { return nil }
      return [comparison.left.field, comparison.right.field]
    case .conjunction(let filters), .disjunction(let filters):
      var columns: Set<FieldID> = []
      for filter in filters {
        guard let own = filter.ownColumns(in: table) else { return nil }
        columns.formUnion(own)
      }
      return columns
    }
  }
}
