extension Query {
  /// The queries that give this one's records one after another, each of which an index on the first key of the order can
  /// start in the right place.
  ///
  /// A page after a cursor begins in the middle of an order in which NULL stands at one end. In SQL that is an OR, over which
  /// an index cannot start; so the records whose first key is NULL and the others are asked for apart. Run in this order, until
  /// the limit is reached, under one snapshot. A query that needs no such care is its own only phase.
  public func phases(in schema: Schema) -> [Query] {
    guard case .after(let values) = start, let key = order.first, let value = values.first,
      order.count > 1, schema[table][key.field].isNullable
    else { return [self] }
    let isNull = Filter.test(key.field, .isNull)
    var withNull = self
    withNull.request = .all(request, isNull)
    withNull.order = Array(order.dropFirst())
    var withValue = self
    withValue.request = .all(request, isNull.complement)
    switch (key.direction, value.isNull) {
    case (.ascending, true):
      withNull.start = .after(Array(values.dropFirst()))
      withValue.start = .first
      return [withNull, withValue]
    case (.ascending, false):
      return [self]
    case (.descending, true):
      withNull.start = .after(Array(values.dropFirst()))
      return [withNull]
    case (.descending, false):
      withNull.start = .first
      return [withValue, withNull]
    }
  }
}
