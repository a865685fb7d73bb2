import RowscopeModel

extension Filter {
  /// An equivalent but simpler filter. Comparisons of one field with constants are merged,
  /// contradictions become ``never`` and tautologies ``always``.
  ///
  /// - `status = 'a' AND status = 'b'` is never; `amount >= 3 AND amount > 5` is `amount > 5`;
  ///   `amount >= 3 AND amount <= 5` is a BETWEEN.
  /// - `owner = 1 OR owner = 2` is a list, which an index can serve.
  /// - Of a disjunction, a part that another part contains is dropped: `a OR (a AND b)` is `a`. So
  ///   is a part of a conjunction that another one implies.
  /// - A filter and its own complement are never under AND and always under OR, since complements
  ///   are exact.
  ///
  /// Values are merged only if it is certain how SQLite compares them in that column.
  ///
  /// Complexity: O(n log n) in the number of nodes and values.
  package func simplified(in schema: Schema, table: TableID) -> Filter {
    switch self {
    case .always, .never, .term, .comparison: return self
    case .related(let related):
      let inner = related.filter.simplified(in: schema, table: related.table)
      let positive = Filter.related(
        table: related.table, pairs: related.pairs, where: inner, memberType: related.memberType)
      return related.isComplement ? positive.complement : positive
    case .under(let tree):
      func simplified(_ filter: Filter) -> Filter {
        filter.simplified(in: schema, table: tree.table)
      }
      let positive = Filter.under(
        tree.table, place: tree.place, parent: tree.parent, start: simplified(tree.start),
        step: simplified(tree.step), child: simplified(tree.child),
        parentFilter: simplified(tree.parentFilter), placeFilter: simplified(tree.placeFilter))
      return tree.isComplement ? positive.complement : positive
    case .conjunction(let filters):
      let merged = Filter.all(filters.map { $0.simplified(in: schema, table: table) })
      guard case .conjunction(let parts) = merged else { return merged }
      if parts.containComplements { return .never }
      return .all(
        parts.merged { FieldConstraint.conjunction(of: $0, field: schema[table][$1]) }
          .withoutWider())
    case .disjunction(let filters):
      let merged = Filter.any(filters.map { $0.simplified(in: schema, table: table) })
      guard case .disjunction(let parts) = merged else { return merged }
      if parts.containComplements { return .always }
      return .any(
        parts.merged { FieldConstraint.disjunction(of: $0, field: schema[table][$1]) }
          .withoutNarrower())
    }
  }
}

extension [Filter] {
  /// The filters with each field's terms replaced by the result of `merge`, at the place of the
  /// first term. Terms for which it returns nil are kept.
  fileprivate func merged(_ merge: ([FieldTest], FieldID) -> [FieldTest]?) -> [Filter] {
    guard hasFieldTwice else { return self }
    var tests: [FieldID: [FieldTest]] = [:]
    for case .term(let term) in self where !term.isComplement {
      tests[term.field, default: []].append(term.test)
    }
    var replacements: [FieldID: [Filter]] = [:]
    for (field, tests) in tests where tests.count > 1 {
      guard let merged = merge(tests, field) else { continue }
      replacements[field] = merged.map { .test(field, $0) }
    }
    guard !replacements.isEmpty else { return self }
    var placed: Set<FieldID> = []
    return flatMap { filter -> [Filter] in
      guard case .term(let term) = filter, !term.isComplement,
        let replacement = replacements[term.field]
      else { return [filter] }
      // An empty list means a contradiction.
      return placed.insert(term.field).inserted
        ? replacement.map { $0.isContradiction ? .never : $0 } : []
    }
  }
}

extension [Filter] {
  /// Whether two plain terms test the same field, so that they may be mergeable.
  fileprivate var hasFieldTwice: Bool {
    var seen: Set<FieldID> = []
    return contains { filter in
      guard case .term(let term) = filter, !term.isComplement else { return false }
      return !seen.insert(term.field).inserted
    }
  }
}

extension Filter {
  fileprivate var isContradiction: Bool {
    if case .term(let term) = self, case .isOneOf(let values) = term.test {
      values.isEmpty && !term.isComplement
    } else {
      false
    }
  }
}

/// The intersection of several comparisons of one field.
private struct FieldConstraint {
  struct Bound {
    var value: Value
    var isIncluded: Bool
  }

  let collation: Collation
  var low: Bound?
  var high: Bound?
  /// The values that the field may equal, if limited.
  var allowed: [Value]?

  /// The tests that hold where all of these do. Nil if a test is not supported or its value cannot
  /// be compared here.
  static func conjunction(of tests: [FieldTest], field: Field) -> [FieldTest]? {
    var restriction = FieldConstraint(collation: field.collation)
    var others: [FieldTest] = []
    for test in merged(tests, of: field) {
      switch test {
      case .equals(let value):
        guard field.comparesAsIs(value) else { return nil }
        restriction.allow([value])
      case .isOneOf(let values):
        guard values.allSatisfy(field.comparesAsIs), restriction.canAllow(values) else {
          return nil
        }
        restriction.allow(values)
      case .compares(let ordering, let value):
        guard field.comparesAsIs(value) else { return nil }
        switch ordering {
        case .less: restriction.cap(Bound(value: value, isIncluded: false))
        case .lessOrEqual: restriction.cap(Bound(value: value, isIncluded: true))
        case .greater: restriction.raise(Bound(value: value, isIncluded: false))
        case .greaterOrEqual: restriction.raise(Bound(value: value, isIncluded: true))
        }
      case .isBetween(let low, let high):
        guard field.comparesAsIs(low), field.comparesAsIs(high) else { return nil }
        restriction.raise(Bound(value: low, isIncluded: true))
        restriction.cap(Bound(value: high, isIncluded: true))
      case .isNull, .isEmpty, .matches, .hasMember, .converted:
        others.append(test)
      }
    }
    guard let merged = restriction.tests else { return others.count < tests.count ? others : nil }
    return merged + others
  }

  /// The tests, with those of the same converted values merged, so that each value is converted
  /// once.
  private static func merged(_ tests: [FieldTest], of field: Field) -> [FieldTest] {
    var converted: [Conversion: [FieldTest]] = [:]
    for case .converted(let conversion, let test) in tests {
      converted[conversion, default: []].append(conversion.isOfIntegers ? test.inclusive : test)
    }
    var merged: [Conversion: [FieldTest]] = [:]
    for (conversion, tests) in converted where tests.count > 1 {
      merged[conversion] = conjunction(of: tests, field: conversion.field(of: field))?.map {
        $0 == .isOneOf([]) ? $0 : .converted(conversion, $0)
      }
    }
    guard !merged.isEmpty else { return tests }
    return tests.flatMap { test -> [FieldTest] in
      guard case .converted(let conversion, _) = test, merged.keys.contains(conversion) else {
        return [test]
      }
      defer { merged[conversion] = [] }
      return merged[conversion] ?? []
    }
  }

  /// The tests one of which holds where one of these does.
  static func disjunction(of tests: [FieldTest], field: Field) -> [FieldTest]? {
    var values: [Value] = []
    var others: [FieldTest] = []
    for test in tests {
      switch test {
      case .equals(let value): values.append(value)
      case .isOneOf(let list): values.append(contentsOf: list)
      case .isNull, .isEmpty, .compares, .isBetween, .matches, .hasMember, .converted:
        others.append(test)
      }
    }
    guard values.count > 1 else { return nil }
    return [.isOneOf(values.distinct)] + others
  }

  /// A limit, because lists are compared value by value: values equal under a collation have
  /// different hashes.
  private static var listLimit: Int { 10_000 }

  func canAllow(_ values: [Value]) -> Bool {
    values.count * (allowed?.count ?? 1) <= Self.listLimit * 10
  }

  mutating func allow(_ values: [Value]) {
    guard let known = allowed else {
      allowed = values
      return
    }
    allowed = known.filter { one in
      values.contains { Comparison.order(one, $0, collation: collation) == 0 }
    }
  }

  mutating func raise(_ bound: Bound) {
    guard let known = low else {
      low = bound
      return
    }
    let order = Comparison.order(bound.value, known.value, collation: collation)
    if order > 0 || order == 0 && !bound.isIncluded { low = bound }
  }

  mutating func cap(_ bound: Bound) {
    guard let known = high else {
      high = bound
      return
    }
    let order = Comparison.order(bound.value, known.value, collation: collation)
    if order < 0 || order == 0 && !bound.isIncluded { high = bound }
  }

  private func admits(_ value: Value) -> Bool {
    if let low {
      let order = Comparison.order(value, low.value, collation: collation)
      if order < 0 || order == 0 && !low.isIncluded { return false }
    }
    if let high {
      let order = Comparison.order(value, high.value, collation: collation)
      if order > 0 || order == 0 && !high.isIncluded { return false }
    }
    return true
  }

  /// The constraint as tests; nil if it has none. An empty list stands for a contradiction.
  var tests: [FieldTest]? {
    if let allowed {
      let rest = allowed.filter(admits)
      return rest.count == 1 ? [.equals(rest[0])] : [.isOneOf(rest)]
    }
    switch (low, high) {
    case (nil, nil): return nil
    case (let low?, nil): return [low.asLow]
    case (nil, let high?): return [high.asHigh]
    case (let low?, let high?):
      let order = Comparison.order(low.value, high.value, collation: collation)
      if order > 0 || order == 0 && !(low.isIncluded && high.isIncluded) { return [.isOneOf([])] }
      return low.isIncluded && high.isIncluded
        ? [.isBetween(low.value, high.value)] : [low.asLow, high.asHigh]
    }
  }
}

extension FieldConstraint.Bound {
  fileprivate var asLow: FieldTest { .compares(isIncluded ? .greaterOrEqual : .greater, value) }
  fileprivate var asHigh: FieldTest { .compares(isIncluded ? .lessOrEqual : .less, value) }
}

extension Conversion {
  /// Whether all values are whole numbers, or none.
  fileprivate var isOfIntegers: Bool {
    switch self {
    case .value(.date), .value(.datetime), .value(.time), .value(.checkbox), .instant, .day: true
    case .value, .order, .text, .respelled, .keyText, .members, .member: false
    }
  }
}

extension FieldTest {
  /// The same test of whole numbers with a bound that belongs to what passes, so that two bounds
  /// are a BETWEEN.
  fileprivate var inclusive: FieldTest {
    switch self {
    case .compares(.less, .integer(let bound)) where bound > .min:
      .compares(.lessOrEqual, .integer(bound - 1))
    case .compares(.greater, .integer(let bound)) where bound < .max:
      .compares(.greaterOrEqual, .integer(bound + 1))
    default: self
    }
  }
}

extension Field {
  /// Whether this column is compared with the value without a conversion.
  fileprivate func comparesAsIs(_ value: Value) -> Bool {
    switch (value, affinity) {
    case (.null, _): false
    case (.blob, _), (_, .blob): true
    case (.integer, .text), (.real, .text): false
    case (.integer, _), (.real, _): true
    case (.text, .text): true
    case (.text, _): false
    }
  }
}

extension [Value] {
  /// Without duplicates, in the order of first occurrence.
  fileprivate var distinct: [Value] {
    var seen: Set<Value> = []
    return filter { seen.insert($0).inserted }
  }
}
