package import RowscopeModel

/// A backend's task: which records of one table, which of their fields, in which order, and how
/// many.
///
/// Everything is decided by now: fields are resolved among the visible ones, and the scope is that
/// of one user. Every backend returns the same records in the same order.
package struct Query: Sendable, Hashable {
  package var table: TableID
  /// The records that the user can reach.
  package var scope: Filter
  /// The requested subset. It is separate from the scope, so that backends can only combine the two
  /// as `(scope) AND (request)`.
  package var request: Filter
  /// The fields of an answer, in order and without duplicates.
  package var projection: [FieldID]
  /// A total order over visible fields.
  package var order: [OrderKey]
  package var start: Start
  /// Keys of the order whose stored values are returned behind the projection: those of related
  /// records.
  package var keyValues: [OrderKey] = []
  /// Filters whose truth is returned for each record, as 1 or 0, behind the ``keyValues``. They
  /// change neither which records there are nor their order.
  package var tests: [Filter] = []
  /// The limit on the records returned; nil for no limit.
  package var limit: Int?
  /// How a database finds the records. The answer does not depend on it.
  package var accessPath: AccessPath = .any

  package init(
    table: TableID, scope: Filter, request: Filter = .always, projection: [FieldID],
    order: [OrderKey], start: Start = .first, limit: Int? = nil
  ) {
    self.table = table
    self.scope = scope
    self.request = request
    self.projection = projection
    self.order = order
    self.start = start
    self.limit = limit
  }

  /// Where a page starts.
  package enum Start: Sendable, Hashable {
    case first
    /// After this many records.
    case offset(Int)
    /// After the records with these values of the order's first keys (keyset pagination). With one
    /// for each key of a total order that is one record, which need not exist any more.
    case after([Value])
    /// After this many of the records with these values of the order's first keys, which the
    /// further keys tell apart.
    case within([Value], Int)
  }

  /// How a database finds the records of a query.
  package enum AccessPath: Sendable, Hashable {
    /// As the database chooses.
    case any
    /// In their order, of which this field is the first key: each is tested until the page is full.
    case order(FieldID)
    /// Those that match are found, then sorted: few are expected. Where a filter is given, which is
    /// a conjunct of the scope or the request, by that filter's index and no other; `.always` is by
    /// no index, so that all records are read.
    case filter(Filter?)
    /// The records of each branch of a disjunction by themselves, each in their order, which are
    /// then merged until the page is full: see ``UnionPath``.
    case union(UnionPath)
  }

  /// Whether no record can match, so the query need not be run.
  package var isNever: Bool { scope == .never || request == .never }
}

/// One key of an order. Nulls sort as in SQLite: first in ascending order, last in descending
/// order.
package struct OrderKey: Sendable, Hashable {
  package enum Direction: String, Sendable, Hashable, CaseIterable { case ascending, descending }

  /// How the key reaches its field; nil for the record's own, which every record shows.
  package let path: OrderPath?
  package var field: FieldID
  package var direction: Direction
  /// Whether to order values that compare as equal: texts by their bytes, whatever the column's
  /// collation, and an integer before an equal real. For keys that make an order total.
  package var isExact: Bool
  /// The type whose values are ordered; nil for the order of the stored values.
  package var type: DeclaredType?

  package init(
    _ field: FieldID, _ direction: Direction = .ascending, isExact: Bool = false,
    type: DeclaredType? = nil, path: OrderPath? = nil
  ) {
    self.path = path
    self.field = field
    self.direction = direction
    self.isExact = isExact
    self.type = type
  }
}

/// How a key of an order reaches its field, where not every record has a value for it in sight: the
/// field of a related record, or the record's own field that some records do not show.
///
/// A class because orders are copied often, and few have one.
package final class OrderPath: Sendable, Hashable {
  /// Relations to one record each; none for the record's own field.
  package let steps: [FieldOperand.Step]
  /// What the record must match for its own field to be in sight: elsewhere it is ordered as NULL.
  package let condition: Filter
  /// The declaration of the key's field, in the last table.
  package let field: Field
  /// Whether the condition itself is ordered, and no field: NULL where it fails, 1 where it holds.
  package let isTruth: Bool

  package init(steps: [FieldOperand.Step], field: Field) {
    self.steps = steps
    condition = .always
    self.field = field
    isTruth = false
  }

  package init(ownField field: Field, shownWhere condition: Filter) {
    steps = []
    self.condition = condition
    self.field = field
    isTruth = false
  }

  fileprivate init(truthOf condition: Filter) {
    steps = []
    self.condition = condition
    field = Field(name: "", affinity: .integer)
    isTruth = true
  }

  package static func == (left: OrderPath, right: OrderPath) -> Bool {
    left === right
      || left.steps == right.steps && left.condition == right.condition
        && left.field == right.field && left.isTruth == right.isTruth
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(steps)
    hasher.combine(condition)
    hasher.combine(field)
  }

  /// The records that lead to one that matches a filter.
  fileprivate func leading(to filter: Filter) -> Filter {
    let led = steps.reversed().reduce(filter) { filter, step in
      .all(
        step.condition,
        .related(
          RelatedFilter(table: step.table, pairs: step.pairs, filter: .all(step.filter, filter))))
    }
    return .all(condition, led)
  }
}

extension OrderKey {
  /// A key that tells the records that match a filter from the others, which come first.
  package static func truth(of filter: Filter) -> OrderKey {
    OrderKey(FieldID(0), path: OrderPath(truthOf: filter))
  }

  /// The key's field.
  ///
  /// - Parameter table: of the records that are ordered.
  package func declaration(in table: Table) -> Field { path?.field ?? table[field] }

  /// The same key of the record's own field, as if every record showed it.
  package var ofEveryRecord: OrderKey {
    OrderKey(field, direction, isExact: isExact, type: type)
  }

  /// The value that is ordered, of a record or of a related one.
  package var operand: FieldOperand {
    FieldOperand(
      steps: path?.steps ?? [], field: field, conversion: type.map { .order($0) })
  }

  /// The records for which the key has a value that passes a test.
  package func filter(_ test: FieldTest) -> Filter {
    let filter = Filter.test(field, type.map { .converted(.order($0), test) } ?? test)
    return path?.leading(to: filter) ?? filter
  }

  /// The records for which the key has no value.
  package var isNull: Filter {
    guard let path else { return .test(field, .isNull) }
    return path.leading(to: Filter.test(field, .isNull).complement).complement
  }
}
