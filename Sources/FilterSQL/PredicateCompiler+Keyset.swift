import RecordFilter

extension PredicateCompiler {
  /// The records that stand after these values in an order (keyset pagination).
  ///
  /// `k >= ? AND (k > ? OR (k = ? AND id > ?))`: the first comparison says nothing new, but an index can start from it. NULL
  /// stands before everything in ascending order and after everything in descending order, as SQLite has it.
  mutating func after(_ values: [Value], order: [OrderKey], _ writer: inout SQLWriter) {
    precondition(values.count == order.count, "a cursor has one value for each key of its order")
    guard let key = order.first, let value = values.first else {
      writer.write("1")
      return
    }
    if order.count > 1, !value.isNull, key.direction == .ascending || !mayBeNull(key) {
      comparand(key.field, &writer)
      writer.write(key.direction == .ascending ? " >= " : " <= ")
      writer.bind(value)
      writer.write(" AND ")
    }
    let pairs = zip(order, values).map { (key: $0, value: $1) }
    after(pairs[...], innermostFirst: pairs.count > Self.longOrder, &writer)
  }

  /// From this many keys on, the nested part is written first: SQLite's parser holds more open parentheses where nothing
  /// stands before them.
  private static var longOrder: Int { 6 }

  private func after(
    _ pairs: ArraySlice<(key: OrderKey, value: Value)>, innermostFirst: Bool,
    _ writer: inout SQLWriter
  ) {
    guard let (key, value) = pairs.first else { return }
    let rest = pairs.dropFirst()
    if rest.isEmpty {
      isAfter(key, value, &writer)
    } else if innermostFirst {
      writer.write("((")
      after(rest, innermostFirst: true, &writer)
      writer.write(" AND ")
      isEqual(key, value, &writer)
      writer.write(") OR ")
      isAfter(key, value, &writer)
      writer.write(")")
    } else {
      writer.write("(")
      isAfter(key, value, &writer)
      writer.write(" OR (")
      isEqual(key, value, &writer)
      writer.write(" AND ")
      after(rest, innermostFirst: false, &writer)
      writer.write("))")
    }
  }

  private func isEqual(_ key: OrderKey, _ value: Value, _ writer: inout SQLWriter) {
    comparand(key.field, &writer)
    if value.isNull {
      writer.write(" IS NULL")
    } else {
      writer.write(" = ")
      writer.bind(value)
    }
  }

  private func isAfter(_ key: OrderKey, _ value: Value, _ writer: inout SQLWriter) {
    switch (key.direction, value.isNull) {
    case (.ascending, true):
      column(key.field, &writer)
      writer.write(" IS NOT NULL")
    case (.descending, true):
      writer.write("0")
    case (.ascending, false):
      comparand(key.field, &writer)
      writer.write(" > ")
      writer.bind(value)
    case (.descending, false):
      let nullsFollow = mayBeNull(key)
      if nullsFollow { writer.write("(") }
      comparand(key.field, &writer)
      writer.write(" < ")
      writer.bind(value)
      if nullsFollow {
        writer.write(" OR ")
        column(key.field, &writer)
        writer.write(" IS NULL)")
      }
    }
  }

  private func mayBeNull(_ key: OrderKey) -> Bool { schema[scope.table][key.field].isNullable }
}
