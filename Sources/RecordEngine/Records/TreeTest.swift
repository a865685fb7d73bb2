import RecordFilter
import RowscopeModel

/// Whether a record stands in one part of a tree: looked up from where it stands to the top.
final class TreeTest: Sendable {
  /// To where the record stands, and from there to each parent, the steps that are there.
  private let place: RelatedTest
  private let parent: RelatedTest
  private let start: RecordPredicate
  /// Of records that have a parent.
  private let child: RecordPredicate
  /// The field with the parent's key.
  private let index: Int
  private let name: String
  /// The affinity applied when it is stored.
  private let storing: Affinity?
  private let isComplement: Bool

  init(_ tree: TreeFilter, _ schema: Schema, _ table: TableID) {
    let nodes = schema[tree.table]
    place = RelatedTest(
      RelatedFilter(
        table: tree.table, pairs: [tree.place], filter: .all(tree.step, tree.placeFilter)),
      schema, table)
    parent = RelatedTest(
      RelatedFilter(
        table: tree.table, pairs: [tree.parent], filter: .all(tree.step, tree.parentFilter)),
      schema, tree.table)
    child = RecordPredicate(tree.child, schema: schema, table: tree.table)
    start = RecordPredicate(tree.start, schema: schema, table: tree.table)
    index = tree.parent.near.index
    name = nodes[tree.parent.near].name.string
    storing = nodes.storing(tree.parent.near)
    isComplement = tree.isComplement
  }

  func evaluate(_ record: BorrowedRecord, _ evaluation: inout RecordEvaluation) -> Truth {
    let truth = isUnder(record, &evaluation)
    return isComplement ? truth.complement : truth
  }

  private func isUnder(_ record: BorrowedRecord, _ evaluation: inout RecordEvaluation) -> Truth {
    let isDoubtful = evaluation.doubt != nil
    // A loop, as a tree may be deeper than a thread's stack.
    var keys: [Value] = []
    var seen: Set<Value> = []
    func look(_ node: BorrowedRecord, _ evaluation: inout RecordEvaluation) -> Truth {
      let truth = start.evaluate(node, &evaluation)
      if truth == .yes { return .yes }
      switch child.evaluate(node, &evaluation) {
      case .no: return truth
      case .unknown: return .unknown
      case .yes: break
      }
      guard let given = node[index] else { return evaluation.unknown(.missingField(name)) }
      let key = storing?.stored(given) ?? given
      if !key.isNull, seen.insert(key).inserted { keys.append(key) }
      return truth
    }
    var result = place.relatedRecords(of: record, &evaluation, where: look)
    while result != .yes, let key = keys.popLast() {
      switch parent.records(with: [key], &evaluation, where: look) {
      case .no: break
      case .unknown: result = .unknown
      case .yes: result = .yes
      }
    }
    // What is certain makes missing information irrelevant.
    if result == .yes, !isDoubtful { evaluation.doubt = nil }
    return result
  }
}
