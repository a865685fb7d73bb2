import RecordFilter
import RowscopeModel

extension PredicateCompiler {
  /// The records after these values of an order's first keys (keyset pagination).
  ///
  /// `k >= ? AND (k > ? OR (k = ? AND id > ?))`: the first comparison is redundant, but an index
  /// can start from it. As in SQLite, NULL comes first in ascending order and last in descending
  /// order.
  ///
  /// - Parameter present: fields that the rest of the predicate keeps from being null.
  mutating func after(
    _ values: [Value], order: [OrderKey], present: Set<FieldID>, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    precondition(values.count <= order.count, "a cursor has values for the first keys of its order")
    guard let key = order.first, let value = values.first else {
      writer.write(order.isEmpty ? "1" : "0")
      return
    }
    let keys = zip(order, values).map {
      KeysetKey(key: $0, value: $1, nullsFollow: nullsFollow($0, present))
    }
    if keys.count > 1, !value.isNull, !keys[0].nullsFollow {
      try orderOperand(key, &writer)
      writer.write(key.direction == .ascending ? " >= " : " <= ")
      writer.bind(value)
      writer.write(" AND ")
    }
    try after(keys[...], innermostFirst: keys.count > Self.longOrder, &writer)
  }

  private struct KeysetKey {
    let key: OrderKey
    let value: Value
    /// Whether records without a value come after this one.
    let nullsFollow: Bool
  }

  private func nullsFollow(_ key: OrderKey, _ present: Set<FieldID>) -> Bool {
    guard key.direction == .descending else { return false }
    return key.path != nil
      || schema[scope.table][key.field].isNullable && !present.contains(key.field)
  }

  /// From this many keys on, the nested part is written first: SQLite's parser can hold more open
  /// parentheses if nothing precedes them.
  private static var longOrder: Int { 6 }

  private mutating func after(
    _ keys: ArraySlice<KeysetKey>, innermostFirst: Bool, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    guard let key = keys.first else { return }
    let rest = keys.dropFirst()
    if rest.isEmpty {
      try isAfter(key, &writer)
    } else if innermostFirst {
      writer.write("((")
      try after(rest, innermostFirst: true, &writer)
      writer.write(" AND ")
      try isEqual(key.key, key.value, &writer)
      writer.write(") OR ")
      try isAfter(key, &writer)
      writer.write(")")
    } else {
      writer.write("(")
      try isAfter(key, &writer)
      writer.write(" OR (")
      try isEqual(key.key, key.value, &writer)
      writer.write(" AND ")
      try after(rest, innermostFirst: false, &writer)
      writer.write("))")
    }
  }

  private mutating func isEqual(
    _ key: OrderKey, _ value: Value, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    try orderOperand(key, &writer)
    if value.isNull {
      writer.write(" IS NULL")
    } else {
      writer.write(" = ")
      writer.bind(value)
    }
  }

  private mutating func isAfter(
    _ keyset: KeysetKey, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    let (key, value) = (keyset.key, keyset.value)
    switch (key.direction, value.isNull) {
    case (.ascending, true):
      try stored(key, &writer)
      writer.write(" IS NOT NULL")
    case (.descending, true):
      writer.write("0")
    case (.ascending, false):
      try orderOperand(key, &writer)
      writer.write(" > ")
      writer.bind(value)
    case (.descending, false):
      if keyset.nullsFollow { writer.write("(") }
      try orderOperand(key, &writer)
      writer.write(" < ")
      writer.bind(value)
      if keyset.nullsFollow {
        writer.write(" OR ")
        try stored(key, &writer)
        writer.write(" IS NULL)")
      }
    }
  }

  /// The stored value of a key.
  mutating func stored(_ key: OrderKey, _ writer: inout SQLWriter) throws(SQLCompilationError) {
    guard let path = key.path else {
      column(key.field, &writer)
      return
    }
    try shown(by: path, { $0.projected(key.field, &$1) }, &writer)
  }

  /// What `value` writes of a key's field, where the path leads to one in sight; else NULL.
  mutating func shown(
    by path: OrderPath, _ value: (inout PredicateCompiler, inout SQLWriter) -> Void,
    _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    guard path.steps.isEmpty else { return try related(path.steps, value, &writer) }
    writer.write("CASE WHEN ")
    try filter(path.condition, &writer)
    writer.write(" THEN ")
    value(&self, &writer)
    writer.write(" END")
  }
}
