import RowscopeModel

extension Query {
  /// The same query from its first record on.
  package var beginning: Query {
    var query = self
    query.start = .first
    return query
  }

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
    if let key = order.first, let type = key.type {
      return typedPhases(by: key, type, schema[table][key.field], in: schema)
    }
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

  /// The phases of an order by a declared type: NULL, what stands for no value of the type, and the
  /// values, which an index on their stored form can bring in order. Where there is none, the query
  /// is its own only phase.
  private func typedPhases(
    by key: OrderKey, _ type: DeclaredType, _ field: Field, in schema: Schema
  ) -> [Query] {
    guard field.isPlainlyOrdered, let range = field.plainRange,
      schema[table].indexedFields.contains(key.field)
    else { return [self] }
    var stored = key
    stored.type = nil
    let (isNull, isValue) = (Filter.test(key.field, .isNull), range.filter(key.field))
    let isOther = Filter.all(isNull.complement, range.outside(key.field))
    var rest = self
    rest.order = Array(order.dropFirst())
    var values = self
    values.order = [stored] + rest.order
    // In ascending order. Records without a value of the type all tie.
    var phases = [rest.phase(isNull), rest.phase(isOther), values.phase(isValue)]
    if !field.isNullable { phases.removeFirst() }
    if key.direction == .descending { phases.reverse() }
    switch start {
    case .first: return phases
    case .offset: return [self]
    case .after(let cursor):
      guard let first = cursor.first else { return [self] }
      let others = Array(cursor.dropFirst())
      let place: Int
      if first.isNull {
        place = 0
      } else if first == type.plainlyLowest {
        place = 1
      } else {
        place = 2
      }
      // Where the column holds no NULL, there is no phase of it.
      let missing = field.isNullable ? 0 : 1
      let index = key.direction == .ascending ? place - missing : 2 - place
      guard phases.indices.contains(index) else { return [self] }
      var current = phases[index]
      current.start = .after(place == 2 ? cursor : others)
      guard place < 2 || others.isEmpty else {
        current.order[0].type = nil
        return current.phases(in: schema) + phases[(index + 1)...]
      }
      return [current] + phases[(index + 1)...]
    }
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
