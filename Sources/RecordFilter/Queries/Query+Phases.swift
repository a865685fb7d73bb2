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
  ///
  /// Where this query starts after a number of records, each of several phases starts after as
  /// many: see ``PhaseSequence``.
  package func phases(in schema: Schema) -> [Query] {
    if let (tied, rest) = splitWithin { return [tied] + rest.phases(in: schema) }
    // No index has the values of related records.
    if order.first?.path != nil { return [self] }
    if let key = order.first, let type = key.type {
      return typedPhases(by: key, type, schema[table][key.field], in: schema)
    }
    guard case .after(let values) = start, let key = order.first, let value = values.first,
      order.count > 1
    else { return [self] }
    let isNullable = schema[table][key.field].isNullable
    let isNull = Filter.test(key.field, .isNull)
    // With values for further keys, these tell the records with the first one apart.
    let hasTies = values.count > 1
    if value.isNull {
      guard isNullable else { return [self] }
      let withNull = hasTies ? [phase(isNull, startingAfter: values)] : []
      switch key.direction {
      case .ascending: return withNull + [phase(isNull.complement)]
      case .descending: return withNull
      }
    }
    let nullsFollow = isNullable && key.direction == .descending
    guard schema[table].indexedFields.contains(key.field), !key.isExact else {
      guard nullsFollow else { return [self] }
      var withValue = self
      withValue.request = .all(request, isNull.complement)
      return [withValue, phase(isNull)]
    }
    var beyond = phase(
      .test(key.field, .compares(key.direction == .ascending ? .greater : .less, value)))
    // A key that is not NULL identifies its record.
    if !hasTies, schema[table].primaryKey == [key.field] { beyond.order = [key] }
    return (hasTies ? [phase(.test(key.field, .equals(value)), startingAfter: values)] : [])
      + [beyond] + (nullsFollow ? [phase(isNull)] : [])
  }

  /// For a start among records with the same values of the order's first keys: the rest of these
  /// records, and the records after them.
  package var splitWithin: (tied: Query, rest: Query)? {
    guard case .within(let values, let skipped) = start else { return nil }
    var tied = self
    tied.request = .all(
      [request]
        + zip(order, values).map { key, value in
          value.isNull ? key.isNull : key.filter(.equals(value))
        })
    tied.order = Array(order.dropFirst(values.count))
    tied.start = .offset(skipped)
    var rest = self
    rest.start = .after(values)
    return (tied, rest)
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
    let isNull = Filter.test(key.field, .isNull)
    var (isValue, isOutside) = (range.filter(key.field), range.outside(key.field))
    let lowest = type.plainlyLowest
    if range.low == nil, lowest == .real(-.infinity) {
      // What is no number is ordered as minus infinity is, so these tie.
      isValue = .all(isValue, .test(key.field, .compares(.greater, lowest)))
      isOutside = .any(isOutside, .test(key.field, .equals(lowest)))
    }
    let isOther = Filter.all(isNull.complement, isOutside)
    var rest = self
    rest.order = Array(order.dropFirst())
    var values = self
    values.order = [stored] + rest.order
    // In ascending order. Records without a value of the type all tie.
    var phases = [rest.phase(isNull), rest.phase(isOther), values.phase(isValue)]
    // Few values are none of their type.
    phases[1].accessPath = .filter(nil)
    if !field.isNullable { phases.removeFirst() }
    if key.direction == .descending { phases.reverse() }
    switch start {
    case .first, .within: return phases
    case .offset:
      return phases.map { phase in
        var phase = phase
        phase.start = start
        return phase
      }
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
      // All records of the cursor's phase have its values.
      if place < 2, others.isEmpty, order.count > 1 { return Array(phases[(index + 1)...]) }
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
