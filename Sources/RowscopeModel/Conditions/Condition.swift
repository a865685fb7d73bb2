/// A condition as it is written, its operands checked for their shape and nothing checked against a
/// schema.
public struct Condition: Sendable, Hashable {
  package indirect enum Content: Sendable, Hashable {
    case test(ConditionTest)
    /// `{"and": […]}`; true of nothing.
    case and([Condition])
    /// `{"or": […]}`; false of nothing.
    case or([Condition])
    /// `{"not": {…}}`
    case not(Condition)
    /// `{"field": "members", "operator": "some", "where": […]}`
    case related(RelatedCondition)
    /// `{"condition": "active"}`: the workspace's conditions of this name, all of them. In documents
    /// alone.
    case named(String)
  }

  package let content: Content
  /// The whole object in the document.
  package let range: Range<Int>

  package init(_ content: Content, at range: Range<Int>) {
    self.content = content
    self.range = range
  }
}

extension Condition {
  /// The same condition as if it stood at one place of another document.
  package func placed(at range: Range<Int>) -> Condition {
    func placed<Part>(_ part: Located<Part>) -> Located<Part> { Located(part.value, at: range) }
    let content: Content
    switch self.content {
    case .and(let conditions): content = .and(conditions.map { $0.placed(at: range) })
    case .or(let conditions): content = .or(conditions.map { $0.placed(at: range) })
    case .not(let condition): content = .not(condition.placed(at: range))
    case .named: content = self.content
    case .related(let related):
      content = .related(
        RelatedCondition(
          path: placed(related.path), quantifier: placed(related.quantifier),
          conditions: related.conditions.map { $0.placed(at: range) }))
    case .test(let test):
      content = .test(
        ConditionTest(
          field: placed(test.field), operator: placed(test.operator),
          operand: placed(test.operand)))
    }
    return Condition(content, at: range)
  }

  /// Whether it says something of a record; a group of nothing does not.
  package var saysSomething: Bool {
    switch content {
    case .and(let conditions), .or(let conditions): conditions.contains(where: \.saysSomething)
    case .not(let condition): condition.saysSomething
    case .test, .related, .named: true
    }
  }

  /// The names of conditions that it uses.
  package var names: [Located<String>] {
    switch content {
    case .and(let conditions), .or(let conditions): conditions.flatMap(\.names)
    case .not(let condition): condition.names
    case .related(let related): related.conditions.flatMap(\.names)
    case .named(let name): [Located(name, at: range)]
    case .test: []
    }
  }
}

/// Conditions on one and the same related record.
package struct RelatedCondition: Sendable, Hashable {
  /// A path of relations, which leads to the related records.
  package let path: Located<String>
  package let quantifier: Located<Quantifier>
  /// All must hold; their paths begin at the related table.
  package let conditions: [Condition]

  package init(
    path: Located<String>, quantifier: Located<Quantifier>, conditions: [Condition]
  ) {
    self.path = path
    self.quantifier = quantifier
    self.conditions = conditions
  }
}

/// How many of the related records must satisfy the conditions.
package enum Quantifier: String, Sendable, Hashable, CaseIterable {
  /// At least one.
  case some
  /// The exact complement of ``some``.
  case none
  /// All; true where there is no related record.
  case every

  /// The names as a message lists them.
  package static let listing = allCases.map(\.rawValue).joined(separator: ", ")

  /// The quantifier of this name; case does not count.
  package init?(named name: String) {
    guard name.utf8.count <= 20, let found = Self(rawValue: name.trimmingASCIISpaces.lowercased())
    else { return nil }
    self = found
  }
}

/// One comparison: `{"field": …, "operator": …, "value": …}`.
package struct ConditionTest: Sendable, Hashable {
  /// A field's name, or a path of relations that ends in one: only a schema can tell which, since a
  /// name may have dots in it.
  package let field: Located<String>
  /// Where none is written, `==` at the field.
  package let `operator`: Located<Operator>
  /// Fits the operator's ``Operator/operandShape``.
  package let operand: Located<Operand>

  package init(
    field: Located<String>, operator: Located<Operator>, operand: Located<Operand>
  ) {
    self.field = field
    self.operator = `operator`
    self.operand = operand
  }

  /// What the field is compared with.
  package enum Operand: Sendable, Hashable {
    case none
    /// Never a blob; null for `==` and `!=` alone.
    case value(Value)
    /// Scalars and nulls, in the order of the document.
    case list([Value])
    /// Neither is null.
    case range(Value, Value)
    /// From 0 to ``Condition/daysLimit``.
    case days(Int)
    /// The name of another field of the record, or a path to one.
    case otherField(String)
    /// The reference can have a value of the operator's shape; whether an attribute does is known
    /// with the user.
    case reference(Reference)
  }
}
