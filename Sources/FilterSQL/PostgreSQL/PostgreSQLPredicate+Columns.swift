import RecordFilter
import RowscopeModel

/// Columns as they are compared, ordered and shown.
extension PostgreSQLPredicate {
  func column(_ id: FieldID, _ writer: inout SQLWriter) {
    writer.identifier(scope.name)
    writer.write(".")
    writer.identifier(field(id).name.string)
  }

  /// A column's value by a collation.
  ///
  /// - Parameter states: whether the collation must be said.
  func value(
    _ id: FieldID, _ collation: Collation, states: Bool, _ writer: inout SQLWriter
  ) {
    let isLowered = collation == .nocase
    if isLowered { writer.write("lower(") }
    column(id, &writer)
    if isLowered || states { writer.write(" COLLATE \"C\"") }
    if isLowered { writer.write(")") }
  }

  /// A column as it is told equal. A collation is only said where the column's own would call
  /// different bytes equal: said, it keeps the column's index from being used.
  func equated(_ id: FieldID, _ writer: inout SQLWriter) {
    guard case .text(let text) = type(of: id) else { return column(id, &writer) }
    value(id, field(id).collation, states: !text.isDeterministic, &writer)
  }

  /// A column as it is ordered: text by its bytes.
  ///
  /// - Parameter isExact: whether text that the field's collation calls equal is told apart.
  func ordered(_ id: FieldID, isExact: Bool = false, _ writer: inout SQLWriter) {
    switch type(of: id) {
    case .text(let text):
      value(id, isExact ? .binary : field(id).collation, states: !text.isByBytes, &writer)
    case .enumeration:
      column(id, &writer)
      writer.write("::text COLLATE \"C\"")
    case .integer, .double, .boolean, .date, .timestamp, .uuid, .other: column(id, &writer)
    }
  }

  /// What a column's value is seen as: an integer, a real or a text.
  func shown(_ id: FieldID, _ writer: inout SQLWriter) {
    switch type(of: id) {
    case .integer, .double, .text: column(id, &writer)
    case .boolean:
      column(id, &writer)
      writer.write("::integer")
    case .uuid, .enumeration, .other:
      column(id, &writer)
      writer.write("::text")
    case .date:
      written(id, from: "DATE '0001-01-01'", to: "DATE '9999-12-31'", &writer) { writer in
        column(id, &writer)
        writer.write(", 'YYYY-MM-DD'")
      }
    case .timestamp:
      let (first, last): (StaticString, StaticString) = (
        "TIMESTAMPTZ '0001-01-01 00:00:00+00'", "TIMESTAMPTZ '9999-12-31 23:59:59.999999+00'"
      )
      written(id, from: first, to: last, &writer) { writer in
        column(id, &writer)
        writer.write(" AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'")
      }
    }
  }

  /// `to_char` writes neither infinity nor the years before Christ.
  private func written(
    _ id: FieldID, from low: StaticString, to high: StaticString, _ writer: inout SQLWriter,
    _ arguments: (inout SQLWriter) -> Void
  ) {
    writer.write("CASE WHEN ")
    column(id, &writer)
    writer.write(" BETWEEN ")
    writer.write(low)
    writer.write(" AND ")
    writer.write(high)
    writer.write(" THEN to_char(")
    arguments(&writer)
    writer.write(") ELSE ")
    column(id, &writer)
    writer.write("::text END")
  }

  // MARK: Clauses

  mutating func projection(
    of query: Query, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    var isFirst = true
    func next(_ writer: inout SQLWriter) {
      if !isFirst { writer.write(", ") }
      isFirst = false
    }
    if query.projection.isEmpty, query.tests.isEmpty {
      next(&writer)
      writer.write("NULL")
    }
    for id in query.projection {
      guard !field(id).isManyValued else { throw refusal("a field of many values", of: id) }
      next(&writer)
      shown(id, &writer)
    }
    for key in query.keyValues {
      next(&writer)
      try keyed(key, &writer) { $0.shown(key.field, &$1) }
    }
    for test in query.tests {
      next(&writer)
      writer.write("CASE WHEN ")
      try filter(test, &writer)
      writer.write(" THEN 1 ELSE 0 END")
    }
  }

  /// A key of ORDER BY. PostgreSQL has NULL last in ascending order, unless it is told otherwise.
  mutating func order(
    _ key: OrderKey, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    let isTruth = key.path?.isTruth ?? false
    if !isTruth { try checkOrder(key) }
    try keyed(key, &writer) { this, writer in
      if isTruth {
        writer.write("1")
      } else {
        this.ordered(key.field, isExact: key.isExact, &writer)
      }
    }
    if key.direction == .descending { writer.write(" DESC") }
    if key.path != nil || field(key.field).isNullable {
      writer.write(key.direction == .ascending ? " NULLS FIRST" : " NULLS LAST")
    }
  }

  /// Throws where the column's own order is not that of the key.
  private func checkOrder(_ key: OrderKey) throws(SQLCompilationError) {
    let (field, type) = (field(key.field), type(of: key.field))
    let isOrdered =
      switch (type, key.type) {
      case (.other, _): false
      case (_, nil): true
      case (.boolean, .checkbox?): true
      case (_, let declared?): type.reading(after: .order(declared)) != nil
      }
    guard isOrdered, !field.isManyValued, field.collation != .rtrim else {
      throw refusal("an order by values of this type", of: key.field)
    }
  }

  /// What `value` writes of a key's field in records that show it; else NULL.
  private mutating func keyed(
    _ key: OrderKey, _ writer: inout SQLWriter,
    _ value: (inout PostgreSQLPredicate, inout SQLWriter) -> Void
  ) throws(SQLCompilationError) {
    guard let path = key.path else { return value(&self, &writer) }
    guard path.steps.isEmpty else { throw refusal("an order by a field of a related record") }
    writer.write("CASE WHEN ")
    try filter(path.condition, &writer)
    writer.write(" THEN ")
    value(&self, &writer)
    writer.write(" END")
  }

  /// ` WHERE (scope) AND (request) AND (after the cursor)`, or nothing if all records match.
  mutating func whereClause(
    _ query: Query, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    var parts = [query.scope, query.request].filter { $0 != .always }
    switch query.start {
    case .first, .offset: break
    case .after(let values): parts.append(try after(values, order: query.order))
    case .within: preconditionFailure("a start within ties takes the phases of its query")
    }
    guard !parts.isEmpty else { return }
    writer.write(" WHERE ")
    try writer.list(parts, separator: " AND ") { writer, part throws(SQLCompilationError) in
      if parts.count > 1 { writer.write("(") }
      try filter(part, &writer)
      if parts.count > 1 { writer.write(")") }
    }
  }

  /// The records after these values of an order's first keys: `k > $1 OR (k = $1 AND id > $2)`.
  private func after(
    _ values: [Value], order: [OrderKey]
  ) throws(SQLCompilationError) -> Filter {
    guard let key = order.first, let value = values.first else {
      return order.isEmpty ? .always : .never
    }
    guard !key.isExact || field(key.field).collation == .binary else {
      throw refusal("a cursor within texts that differ only in case", of: key.field)
    }
    let isAfter: Filter =
      switch (key.direction, value.isNull) {
      case (.ascending, true): key.isNull.complement
      case (.descending, true): .never
      case (.ascending, false): key.filter(.compares(.greater, value))
      case (.descending, false): .any(key.filter(.compares(.less, value)), key.isNull)
      }
    let rest = (values: Array(values.dropFirst()), order: Array(order.dropFirst()))
    guard !rest.values.isEmpty else { return isAfter }
    let isEqual = value.isNull ? key.isNull : key.filter(.equals(value))
    let bound: Filter =
      value.isNull || key.direction == .descending
      ? .always : key.filter(.compares(.greaterOrEqual, value))
    // The first test is redundant, but an index can start from it.
    return .all(bound, .any(isAfter, .all(isEqual, try after(rest.values, order: rest.order))))
  }
}
