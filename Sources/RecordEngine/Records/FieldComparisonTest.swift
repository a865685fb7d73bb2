import RecordFilter
import RowscopeModel

/// A comparison of two fields of the record, or of single related ones.
final class FieldComparisonTest: Sendable {
  /// One side.
  private struct Side: Sendable {
    /// The relations to follow, each with the filter of its step.
    let steps: [(condition: RecordPredicate, related: RelatedTest)]
    let index: Int
    let name: String
    /// The affinity applied when the value is stored.
    let storing: Affinity?
    let conversion: Conversion?

    init(_ operand: FieldOperand, _ schema: Schema, _ table: TableID) {
      var near = table
      steps = operand.steps.map { step in
        defer { near = step.table }
        return (
          RecordPredicate(step.condition, schema: schema, table: near),
          RelatedTest(
            RelatedFilter(table: step.table, pairs: step.pairs, filter: step.filter), schema, near)
        )
      }
      let far = schema[near]
      index = operand.field.index
      name = far[operand.field].name.string
      storing = far.storing(operand.field)
      conversion = operand.conversion
    }

    /// The value to compare; nil if it is not known, for which the evaluation has the reason.
    func value(of record: BorrowedRecord, _ evaluation: inout RecordEvaluation) -> Value? {
      value(of: record, after: steps[...], &evaluation)
    }

    private func value(
      of record: BorrowedRecord,
      after steps: ArraySlice<(condition: RecordPredicate, related: RelatedTest)>,
      _ evaluation: inout RecordEvaluation
    ) -> Value? {
      if let step = steps.first {
        switch step.condition.evaluate(record, &evaluation) {
        case .no: return .some(.null)
        case .unknown: return Optional.none
        case .yes: break
        }
        return step.related.valueOfMatch(for: record, &evaluation) { related, evaluation in
          value(of: related, after: steps.dropFirst(), &evaluation)
        }
      }
      guard let given = record[index] else {
        _ = evaluation.unknown(.missingField(name))
        return Optional.none
      }
      let stored = storing?.stored(given) ?? given
      return conversion?.converted(stored) ?? stored
    }
  }

  private let comparison: FieldComparison
  private let field: Field
  private let left: Side
  private let right: Side

  init(_ comparison: FieldComparison, _ schema: Schema, _ table: TableID) {
    self.comparison = comparison
    field = comparison.left.comparedField(in: schema, of: table)
    left = Side(comparison.left, schema, table)
    right = Side(comparison.right, schema, table)
  }

  func evaluate(_ record: BorrowedRecord, _ evaluation: inout RecordEvaluation) -> Truth {
    guard let left = left.value(of: record, &evaluation),
      let right = right.value(of: record, &evaluation)
    else { return .unknown }
    return Truth(comparison.holds(left, right, field))
  }
}
