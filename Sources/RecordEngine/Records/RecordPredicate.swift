import RecordFilter
import RowscopeModel

/// Whether a filter holds for a record that may be incomplete (Kleene logic).
enum Truth: Sendable {
  case no, unknown, yes

  init(_ holds: Bool) { self = holds ? .yes : .no }

  var complement: Truth {
    switch self {
    case .no: .yes
    case .unknown: .unknown
    case .yes: .no
    }
  }
}

/// A record under evaluation, borrowed from the caller.
struct BorrowedRecord {
  let values: UnsafeBufferPointer<Value>
  /// The position of each field's value, by field index; negative if it is not given.
  let positions: UnsafeBufferPointer<Int>

  @inline(__always)
  subscript(field: Int) -> Value? {
    let position = positions[field]
    // In a ternary, `nil` would become the value NULL, since Value is expressible by a nil literal.
    guard position >= 0 else { return Optional.none }
    return values[position]
  }
}

/// The input of an evaluation beyond the record, and the information found missing.
struct RecordEvaluation {
  let related: RelatedRecords?
  var doubt: RecordDecision.MissingInformation?

  mutating func unknown(_ doubt: RecordDecision.MissingInformation) -> Truth {
    if self.doubt == nil { self.doubt = doubt }
    return .unknown
  }
}

/// A filter prepared for evaluation on single records, of which fields may be missing.
///
/// For a complete record the result is the same as in SQLite. A missing field makes everything that
/// depends on it unknown, negated or not.
struct RecordPredicate: Sendable {
  private enum Node: Sendable {
    case constant(Bool)
    case test(RecordTest)
    case related(RelatedTest)
    case named(MemberRelatedTest)
    case under(TreeTest)
    case comparison(FieldComparisonTest)
    case all([Node])
    case any([Node])
  }

  private let root: Node

  init(_ filter: Filter, schema: Schema, table: TableID) {
    root = Self.node(filter, schema, table)
  }

  /// The result, if it does not depend on the record.
  var constant: Bool? {
    if case .constant(let holds) = root { holds } else { nil }
  }

  func evaluate(_ record: BorrowedRecord, _ evaluation: inout RecordEvaluation) -> Truth {
    Self.evaluate(root, record, &evaluation)
  }

  private static func node(_ filter: Filter, _ schema: Schema, _ table: TableID) -> Node {
    switch filter {
    case .always: .constant(true)
    case .never: .constant(false)
    case .term(let term):
      if case .link(let link) = schema[table][term.field].storage {
        .related(RelatedTest(term, link, schema, table))
      } else {
        .test(RecordTest(term, of: schema[table]))
      }
    case .related(let related):
      if let type = related.memberType {
        .named(MemberRelatedTest(related, type, schema, table))
      } else {
        .related(RelatedTest(related, schema, table))
      }
    case .under(let tree): .under(TreeTest(tree, schema, table))
    case .comparison(let comparison): .comparison(FieldComparisonTest(comparison, schema, table))
    case .conjunction(let filters): .all(filters.map { node($0, schema, table) })
    case .disjunction(let filters): .any(filters.map { node($0, schema, table) })
    }
  }

  private static func evaluate(
    _ node: Node, _ record: BorrowedRecord, _ evaluation: inout RecordEvaluation
  ) -> Truth {
    switch node {
    case .constant(let holds): return Truth(holds)
    case .test(let test): return test.evaluate(record, &evaluation)
    case .related(let test): return test.evaluate(record, &evaluation)
    case .named(let test): return test.evaluate(record, &evaluation)
    case .under(let test): return test.evaluate(record, &evaluation)
    case .comparison(let test): return test.evaluate(record, &evaluation)
    case .all(let nodes): return evaluate(nodes, until: .no, record, &evaluation)
    case .any(let nodes): return evaluate(nodes, until: .yes, record, &evaluation)
    }
  }

  /// `decisive` if one of the nodes is, otherwise unknown if one is.
  private static func evaluate(
    _ nodes: [Node], until decisive: Truth, _ record: BorrowedRecord,
    _ evaluation: inout RecordEvaluation
  ) -> Truth {
    let isDoubtful = evaluation.doubt != nil
    var result = decisive.complement
    for index in nodes.indices {
      let truth = evaluate(nodes[index], record, &evaluation)
      if truth == decisive {
        // A decisive result makes missing information irrelevant.
        if !isDoubtful, result == .unknown { evaluation.doubt = nil }
        return decisive
      }
      if truth == .unknown { result = .unknown }
    }
    return result
  }
}

/// A test of one field in the record.
final class RecordTest: Sendable {
  private let term: Term
  private let field: Field
  private let index: Int
  /// The affinity applied when a value is stored.
  private let storing: Affinity?
  private let shortcut: Shortcut

  /// Shortcuts for the most common tests, on values that need no conversion.
  private enum Shortcut: Sendable {
    case none
    case integer(Int64)
    case text(Text)
  }

  init(_ term: Term, of table: Table) {
    self.term = term
    field = table[term.field]
    index = term.field.index
    storing = table.storing(term.field)
    switch (term.test, field.affinity) {
    case (.equals(.integer(let integer)), .integer), (.equals(.integer(let integer)), .numeric):
      shortcut = .integer(integer)
    case (.equals(.text(let text)), .text) where field.collation == .binary:
      shortcut = .text(text)
    default: shortcut = .none
    }
  }

  func evaluate(_ record: BorrowedRecord, _ evaluation: inout RecordEvaluation) -> Truth {
    guard let given = record[index] else {
      return evaluation.unknown(.missingField(field.name.string))
    }
    switch (shortcut, given) {
    case (.integer(let wanted), .integer(let integer)):
      return Truth((integer == wanted) != term.isComplement)
    case (.text(let wanted), .text(let text)):
      return Truth((text == wanted) != term.isComplement)
    case (.none, _), (.integer, _), (.text, _):
      return Truth(term.holds(for: storing?.stored(given) ?? given, in: field))
    }
  }
}
