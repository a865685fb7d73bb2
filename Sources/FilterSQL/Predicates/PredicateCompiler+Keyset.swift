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
  func after(
    _ values: [Value], order: [OrderKey], present: Set<FieldID>, _ writer: inout SQLWriter
  ) {
    precondition(values.count <= order.count, "a cursor has values for the first keys of its order")
    guard let key = order.first, let value = values.first else {
      writer.write(order.isEmpty ? "1" : "0")
      return
    }
    let keys = zip(order, values).map {
      KeysetKey(key: $0, value: $1, nullsFollow: nullsFollow($0, present))
    }
    if keys.count > 1, !value.isNull, !keys[0].nullsFollow {
      orderOperand(key, &writer)
      writer.write(key.direction == .ascending ? " >= " : " <= ")
      writer.bind(value)
      writer.write(" AND ")
    }
    after(keys[...], innermostFirst: keys.count > Self.longOrder, &writer)
  }

  private struct KeysetKey {
    let key: OrderKey
    let value: Value
    /// Whether records without a value come after this one.
    let nullsFollow: Bool
  }

  private func nullsFollow(_ key: OrderKey, _ present: Set<FieldID>) -> Bool {
    key.direction == .descending && schema[scope.table][key.field].isNullable
      && !present.contains(key.field)
  }

  /// From this many keys on, the nested part is written first: SQLite's parser can hold more open
  /// parentheses if nothing precedes them.
  private static var longOrder: Int { 6 }

  private func after(
    _ keys: ArraySlice<KeysetKey>, innermostFirst: Bool, _ writer: inout SQLWriter
  ) {
    guard let key = keys.first else { return }
    let rest = keys.dropFirst()
    if rest.isEmpty {
      isAfter(key, &writer)
    } else if innermostFirst {
      writer.write("((")
      after(rest, innermostFirst: true, &writer)
      writer.write(" AND ")
      isEqual(key.key, key.value, &writer)
      writer.write(") OR ")
      isAfter(key, &writer)
      writer.write(")")
    } else {
      writer.write("(")
      isAfter(key, &writer)
      writer.write(" OR (")
      isEqual(key.key, key.value, &writer)
      writer.write(" AND ")
      after(rest, innermostFirst: false, &writer)
      writer.write("))")
    }
  }

  private func isEqual(_ key: OrderKey, _ value: Value, _ writer: inout SQLWriter) {
    orderOperand(key, &writer)
    if value.isNull {
      writer.write(" IS NULL")
    } else {
      writer.write(" = ")
      writer.bind(value)
    }
  }

  private func isAfter(_ keyset: KeysetKey, _ writer: inout SQLWriter) {
    let (key, value) = (keyset.key, keyset.value)
    switch (key.direction, value.isNull) {
    case (.ascending, true):
      column(key.field, &writer)
      writer.write(" IS NOT NULL")
    case (.descending, true):
      writer.write("0")
    case (.ascending, false):
      orderOperand(key, &writer)
      writer.write(" > ")
      writer.bind(value)
    case (.descending, false):
      if keyset.nullsFollow { writer.write("(") }
      orderOperand(key, &writer)
      writer.write(" < ")
      writer.bind(value)
      if keyset.nullsFollow {
        writer.write(" OR ")
        column(key.field, &writer)
        writer.write(" IS NULL)")
      }
    }
  }
}
