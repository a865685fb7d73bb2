import RowscopeModel

extension Query {
  /// Queries that together return this one's records, in order. An index on the first key of the
  /// order can start each at the right place.
  ///
  /// A page after a cursor starts in the middle of an order. It contains records with the cursor's
  /// first key, records beyond that key, and maybe the NULLs at one end. As a single query that is
  /// an OR, from which an index cannot start. So there is one phase for each of the three. Run them
  /// in this order until the limit is reached, in one snapshot. A query that does not need this is
  /// its own only phase. Without an index on the first key, records with a key are not split up,
  /// since each phase would scan all of them.
  package func phases(in schema: Schema) -> [Query] {
    guard case .after(let values) = start, let key = order.first, let value = values.first,
      order.count > 1
    else { return [self] }
    let isNullable = schema[table][key.field].isNullable
    let isNull = Filter.test(key.field, .isNull)
    if value.isNull {
      guard isNullable else { return [self] }
      let withNull = phase(isNull, startingAfter: values)
      switch key.direction {
      case .ascending: return [withNull, phase(isNull.complement)]
      case .descending: return [withNull]
      }
    }
    let nullsFollow = isNullable && key.direction == .descending
    guard schema[table].indexedFields.contains(key.field), !key.isExact else {
      guard nullsFollow else { return [self] }
      var withValue = self
      withValue.request = .all(request, isNull.complement)
      return [withValue, phase(isNull)]
    }
    let beyond: FieldTest = .compares(key.direction == .ascending ? .greater : .less, value)
    return [
      phase(.test(key.field, .equals(value)), startingAfter: values),
      phase(.test(key.field, beyond)),
    ] + (nullsFollow ? [phase(isNull)] : [])
  }

  /// The records that also match a filter, from the first one on.
  private func phase(_ filter: Filter) -> Query {
    var phase = self
    phase.request = .all(request, filter)
    phase.start = .first
    return phase
  }

  /// The records that also match a filter under which all of them have the cursor's first key.
  private func phase(_ filter: Filter, startingAfter values: [Value]) -> Query {
    var phase = phase(filter)
    phase.order = Array(order.dropFirst())
    phase.start = .after(Array(values.dropFirst()))
    return phase
  }
}
