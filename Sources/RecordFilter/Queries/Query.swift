package import RowscopeModel

/// What a backend is given: which records of one table, which of their fields, in which order, and how many.
///
/// Everything in it has been decided: fields were looked up among the visible ones, the scope is that of one user. The same
/// query gives the same records in the same order on every backend.
package struct Query: Sendable, Hashable {
  package var table: TableID
  /// The records that the user reaches.
  package var scope: Filter
  /// Those of them that were asked for. Kept apart from the scope, so that a backend joins the two in one way only:
  /// `(scope) AND (request)`.
  package var request: Filter
  /// The fields of an answer, in order, each once.
  package var projection: [FieldID]
  /// A total order over visible fields.
  package var order: [OrderKey]
  package var start: Start
  /// The most records to return; nil for all.
  package var limit: Int?

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
    /// After so many records.
    case offset(Int)
    /// After the record whose values of the order's keys are these: one for each key, in order (keyset pagination). The
    /// record need not exist any more.
    case after([Value])
  }

  /// Whether no record can be asked for, so that no query need be run.
  package var isNever: Bool { scope == .never || request == .never }
}

/// One key of an order. Nulls stand where SQLite puts them: before everything in ascending order, after everything in
/// descending order.
package struct OrderKey: Sendable, Hashable {
  package enum Direction: String, Sendable, Hashable, CaseIterable { case ascending, descending }

  package var field: FieldID
  package var direction: Direction
  /// Whether values that compare as equal are told apart: texts by their bytes, whatever the column's collation, and an
  /// integer before the real that equals it. For a key that is there to tell records apart.
  package var isExact: Bool

  package init(
    _ field: FieldID, _ direction: Direction = .ascending, isExact: Bool = false
  ) {
    self.field = field
    self.direction = direction
    self.isExact = isExact
  }
}
