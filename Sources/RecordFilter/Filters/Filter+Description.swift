import RowscopeModel

extension Filter {
  /// The filter for people, in a syntax close to that of a condition:
  /// `owner == 7 and status != "Done"`.
  ///
  /// It contains values, so show it only to people who may see them.
  package func description(in schema: Schema, table: TableID) -> String {
    FilterText(schema: schema).text(self, of: table, within: nil)
  }
}

private struct FilterText {
  enum Group { case and, or }

  let schema: Schema
  /// The number of values shown of a long list.
  private static let shownValues = 8

  init(schema: Schema) { self.schema = schema }

  func text(_ filter: Filter, of table: TableID, within group: Group?) -> String {
    switch filter {
    case .always: return "every record"
    case .never: return "no record"
    case .term(let term): return text(term, of: table)
    case .related(let related): return text(related, of: table)
    case .under(let tree): return text(tree, of: table)
    case .comparison(let comparison): return text(comparison, of: table)
    case .conjunction(let filters):
      let text = filters.map { self.text($0, of: table, within: .and) }.joined(separator: " and ")
      return group == .or ? "(\(text))" : text
    case .disjunction(let filters):
      let text = filters.map { self.text($0, of: table, within: .or) }.joined(separator: " or ")
      return group == .and ? "(\(text))" : text
    }
  }

  private func text(_ related: RelatedFilter, of table: TableID) -> String {
    let far = schema[related.table]
    let keys = related.pairs.map {
      "\(far[$0.far].name) \(related.memberType == nil ? "=" : "in") "
        + "\(schema[table].name).\(schema[table][$0.near].name)"
    }.joined(separator: " and ")
    let exists = related.isComplement ? "no record" : "a record"
    let filter =
      related.filter == .always ? "" : ", \(text(related.filter, of: related.table, within: nil))"
    return "[\(exists) of \(far.name) with \(keys)\(filter)]"
  }

  private func text(_ tree: TreeFilter, of table: TableID) -> String {
    let nodes = schema[tree.table]
    let verb = tree.isComplement ? "is not under" : "is under"
    // The start implies the step, which is said once.
    let known = tree.step.conjuncts
    let start = Filter.all(tree.start.conjuncts.filter { !known.contains($0) })
    let step =
      tree.step == .always
      ? "" : ", each with \(text(tree.step, of: tree.table, within: nil))"
    let link = [
      ("children", tree.child), ("parents", tree.parentFilter), ("ends", tree.placeFilter),
    ].filter { $0.1 != .always }.map {
      ", \($0.0) with \(text($0.1, of: tree.table, within: nil))"
    }.joined()
    return "\(schema[table][tree.place.near].name) \(verb) [\(nodes.name) with "
      + "\(text(start, of: tree.table, within: nil)), by \(nodes[tree.parent.near].name)\(step)\(link)]"
  }

  private func text(_ comparison: FieldComparison, of table: TableID) -> String {
    let (left, right) = (text(comparison.left, of: table), text(comparison.right, of: table))
    switch (comparison.relation, comparison.isComplement) {
    case (.equal, let not): return "\(left) \(not ? "!=" : "==") \(right)"
    case (.ordered(let ordering), let not):
      return (not ? "not " : "") + "\(left) \(ordering.rawValue) \(right)"
    }
  }

  private func text(_ operand: FieldOperand, of table: TableID) -> String {
    let name = schema[operand.table(from: table)][operand.field].name.string
    guard !operand.steps.isEmpty else { return name }
    var near = table
    let path = operand.steps.map { step in
      let keys = step.pairs.map {
        "\(schema[step.table][$0.far].name) = \(schema[near].name).\(schema[near][$0.near].name)"
      }.joined(separator: " and ")
      near = step.table
      let filter = step.filter == .always ? "" : ", \(text(step.filter, of: near, within: nil))"
      return "\(schema[near].name) with \(keys)\(filter)"
    }
    return "[\(name) of \(path.joined(separator: ", of "))]"
  }

  private func text(_ term: Term, of table: TableID) -> String {
    let name = schema[table][term.field].name.string
    let not = term.isComplement
    func symbol(_ plain: String, _ complement: String) -> String { not ? complement : plain }
    switch term.test {
    case .isNull: return "\(name) \(symbol("is null", "is not null"))"
    case .isEmpty: return "\(name) \(symbol("is empty", "is not empty"))"
    case .equals(let value): return "\(name) \(symbol("==", "!=")) \(value.literal)"
    case .compares(.less, .text(let end)) where end.isEmpty && schema[table][term.field].isNumber:
      // No text is before the empty one.
      return "\(name) \(symbol("is a number", "is no number"))"
    case .compares(let ordering, let value):
      let text = "\(name) \(ordering.rawValue) \(value.literal)"
      return not ? "not \(text)" : text
    case .isOneOf(let values), .hasMember(let values):
      return "\(name) \(symbol("in", "not in")) \(list(values))"
    case .isBetween(let low, let high):
      return "\(name) \(symbol("between", "not between")) [\(low.literal), \(high.literal)]"
    case .matches(let pattern):
      let verb =
        switch pattern.anchor {
        case .anywhere: symbol("contains", "not contains")
        case .start: symbol("starts with", "not starts with")
        case .end: symbol("ends with", "not ends with")
        }
      return "\(name) \(verb) \(Value.text(pattern.text).literal)"
        + (pattern.ignoresCase ? " (without case)" : "")
    case .converted(let conversion, let test):
      return text(Term(term.field, conversion.shown(test), isComplement: not), of: table)
    }
  }

  private func list(_ values: [Value]) -> String {
    let shown = values.prefix(Self.shownValues).map(\.literal).joined(separator: ", ")
    let rest = values.count - Self.shownValues
    return rest > 0 ? "[\(shown), … \(rest) more]" : "[\(shown)]"
  }
}

extension Conversion {
  /// A test of converted values as people write it.
  fileprivate func shown(_ test: FieldTest) -> FieldTest {
    guard case .value(let type) = self else { return test }
    func shown(_ value: Value) -> Value { type.shown(value) }
    switch test {
    case .equals(let value): return .equals(shown(value))
    case .compares(let ordering, let value): return .compares(ordering, shown(value))
    case .isOneOf(let values): return .isOneOf(values.map(shown))
    case .isBetween(let low, let high): return .isBetween(shown(low), shown(high))
    case .isNull, .isEmpty, .matches, .hasMember, .converted: return test
    }
  }
}

extension Field {
  fileprivate var isNumber: Bool { type == .number }
}
