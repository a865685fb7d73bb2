import RowscopeModel

extension Query {
  /// The queries that give this one's records one after another, each of which an index on the first key of the order can
  /// start in the right place.
  ///
  /// A page after a cursor begins in the middle of an order: after the records before it that have the same first key, and
  /// maybe beside the NULLs, which stand at one end. In SQL that is an OR, over which an index cannot start. So these are asked for
  /// apart: the records with the cursor's first key, those with a key beyond it, those whose key is NULL. Run in this order, until
  /// the limit is reached, under one snapshot. A query that needs no such care is its own only phase; where no index begins with the
  /// key, records that have one are not asked for twice, since each time would look at all of them.
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

  /// Those of the records for which a filter holds, from the first one on.
  private func phase(_ filter: Filter) -> Query {
    var phase = self
    phase.request = .all(request, filter)
    phase.start = .first
    return phase
  }

  /// Those of the records for which a filter holds that gives all of them the first key of the cursor.
  private func phase(_ filter: Filter, startingAfter values: [Value]) -> Query {
    var phase = phase(filter)
    phase.order = Array(order.dropFirst())
    phase.start = .after(Array(values.dropFirst()))
    return phase
  }
}
