import Documents
import RowscopeModel

extension ConditionParser {
  /// The parts of a comparison, unread.
  struct TestNodes {
    let range: Range<Int>
    let field: JSONNode?
    let `operator`: JSONNode?
    let value: JSONNode?
    let reference: JSONNode?
    let otherField: JSONNode?
    let type: JSONNode?
    /// False if an unknown key may be a misspelling of a missing part.
    let isComplete: Bool

    /// An operand where there should be none. Jestor's clients, which send a type, always send a
    /// value too: null or the empty text is none.
    var given: JSONNode? {
      if let value, type != nil, value.string == "" { return reference ?? otherField }
      if case .null? = value?.content, type != nil { return reference ?? otherField }
      return value ?? reference ?? otherField
    }
  }

  func test(_ nodes: TestNodes, _ diagnostics: inout DiagnosticCollector) -> ConditionTest? {
    let field = nodes.field.flatMap { diagnostics.string($0, as: "a field name") }
    if nodes.field == nil, nodes.isComplete {
      diagnostics.error(
        .requiredKey, "a condition without \"field\"",
        hint: #"a condition is {"field": …, "operator": …, "value": …}"#, at: nodes.range)
    }
    let splits = splitsText(nodes.type, &diagnostics)

    var meaning: Operator.Meaning?
    if let node = nodes.operator {
      meaning = self.meaning(node, &diagnostics)
    } else {
      meaning = Operator.named(Operator.equal.rawValue)
    }
    // The operand can only be read if the operator is known.
    guard let meaning else { return nil }
    let operand = operand(
      of: meaning, at: nodes.operator?.range, nodes, splitsText: splits ?? false, &diagnostics)
    guard let field, let operand, splits != nil else { return nil }
    return ConditionTest(
      field: field,
      operator: Located(meaning.operator, at: nodes.operator?.range ?? field.range),
      operand: operand)
  }

  /// Whether the request's `type` says that a text is a comma-separated list; nil if `type` is
  /// faulty.
  private func splitsText(_ type: JSONNode?, _ diagnostics: inout DiagnosticCollector) -> Bool? {
    guard let type else { return false }
    return diagnostics.string(type, as: "the name of a type")
      .map { $0.value.hasSameBytes(as: "list") }
  }

  func meaning(
    _ node: JSONNode, _ diagnostics: inout DiagnosticCollector
  ) -> Operator.Meaning? {
    guard let name = diagnostics.string(node, as: "an operator") else { return nil }
    if let meaning = Operator.named(name.value) { return meaning }
    diagnostics.error(
      .unknownOperator, "unknown operator \(Printable.quoted(name.value))",
      hint: Operator.meant(by: name.value).map { "did you mean \(Printable.quoted($0))?" }
        ?? Suggestion.hint(
          for: name.value, among: Operator.names + Quantifier.allCases.map(\.rawValue))
        ?? "the operators are \(Operator.listing), \(Quantifier.listing)",
      at: name.range)
    return nil
  }

  // MARK: - Operands

  private func operand(
    of meaning: Operator.Meaning, at operatorRange: Range<Int>?, _ nodes: TestNodes,
    splitsText: Bool, _ diagnostics: inout DiagnosticCollector
  ) -> Located<ConditionTest.Operand>? {
    let name = meaning.operator.rawValue
    let takesNone = meaning.days != nil || meaning.operator.operandShape == .none
    if takesNone {
      if let extra = nodes.given {
        diagnostics.error(
          .unexpectedOperand,
          meaning.days == nil
            ? "\(Printable.quoted(name)) takes no value"
            : "this operator takes no value: its name says the number of days", at: extra.range)
        return nil
      }
      return Located(meaning.days.map { .days($0) } ?? .none, at: operatorRange ?? nodes.range)
    }
    switch (nodes.value, nodes.reference, nodes.otherField) {
    case (let value?, nil, nil):
      return operand(
        value, of: meaning.operator, splitsText: splitsText, isTyped: nodes.type != nil,
        &diagnostics
      )
      .map { Located($0, at: value.range) }
    case (nil, let reference?, nil):
      return self.reference(reference, of: meaning.operator, &diagnostics)
        .map { Located(.reference($0), at: reference.range) }
    case (nil, nil, let other?):
      guard let name = diagnostics.string(other, as: "a field name") else { return nil }
      guard meaning.operator.comparesFields else {
        wrongOperand(
          meaning.operator, "no other field", hint: "compare fields with ==, !=, <, <=, > and >=",
          other, &diagnostics)
        return nil
      }
      return Located(.otherField(name.value), at: other.range)
    case (let value, let reference, let other):
      let given = [
        ("value", value), ("reference", reference), ("other_field", other),
      ].compactMap { key, node in node.map { (Printable.quoted(key), $0.range) } }
      if given.count > 1 {
        diagnostics.error(
          .unexpectedOperand, "both \(given[0].0) and \(given[1].0)", hint: "leave one out",
          at: given[1].1)
        return nil
      }
      if nodes.isComplete {
        diagnostics.error(
          .missingOperand, "\(Printable.quoted(name)) needs a value",
          hint: "add \"value\", \"reference\" or \"other_field\"", at: operatorRange ?? nodes.range)
      }
      return nil
    }
  }

  private func operand(
    _ node: JSONNode, of operation: Operator, splitsText: Bool, isTyped: Bool,
    _ diagnostics: inout DiagnosticCollector
  ) -> ConditionTest.Operand? {
    let shape = operation.operandShape
    let elements: [JSONNode]?
    switch node.content {
    case .string(let text) where shape == .list || splitsText || shape == .range && isTyped:
      // Each part gets the position of the whole text.
      elements = Self.parts(ofList: text).map { JSONNode(.string($0), at: node.range) }
    case .array(let nodes):
      elements = nodes
    case .null, .bool, .integer, .real, .string, .object:
      elements = nil
    }
    switch shape {
    case .scalarOrList where elements == nil:
      return single(node, of: operation, &diagnostics)
    case .scalarOrNull, .scalar, .text, .days:
      if elements != nil {
        wrongOperand(
          operation, "one value, not a list",
          hint: operation == .equal
            ? "for one of several, use \"in\""
            : operation == .notEqual ? "for none of several, use \"not in\"" : nil, node,
          &diagnostics)
        return nil
      }
      return single(node, of: operation, &diagnostics)
    case .list, .scalarOrList:
      guard let elements else {
        wrongOperand(
          operation, "a list, not \(node.typeDescription)",
          hint: "as [1, 2, 3], or a text separated by commas", node, &diagnostics)
        return nil
      }
      guard elements.count <= Condition.listLimit else {
        diagnostics.error(
          .listLimit, "a list of \(elements.count) values, more than \(Condition.listLimit)",
          at: node.range)
        return nil
      }
      let values = elements.compactMap { scalar($0, of: operation, &diagnostics) }
      return values.count == elements.count ? .list(values) : nil
    case .range:
      guard let elements, elements.count == 2 else {
        wrongOperand(
          operation, "a list of two values", hint: "as [low, high]", node, &diagnostics)
        return nil
      }
      let ends = elements.compactMap { nonNull($0, of: operation, &diagnostics) }
      return ends.count == 2 ? .range(ends[0], ends[1]) : nil
    case .none:
      return ConditionTest.Operand.none
    }
  }

  private func single(
    _ node: JSONNode, of operation: Operator, _ diagnostics: inout DiagnosticCollector
  ) -> ConditionTest.Operand? {
    switch operation.operandShape {
    case .scalarOrNull:
      return scalar(node, of: operation, &diagnostics).map { .value($0) }
    case .scalar, .scalarOrList:
      return nonNull(node, of: operation, &diagnostics).map { .value($0) }
    case .text:
      guard let text = node.string else {
        wrongOperand(
          operation, "a text, not \(node.typeDescription)",
          hint: node.integer.map { "write \"\($0)\"" }, node, &diagnostics)
        return nil
      }
      return .value(.text(text))
    case .days:
      guard let days = node.integer, days >= 0 else {
        wrongOperand(operation, "a whole number of days, 0 or more", node, &diagnostics)
        return nil
      }
      guard days <= Condition.daysLimit else {
        diagnostics.error(.daysLimit, "more than \(Condition.daysLimit) days", at: node.range)
        return nil
      }
      return .days(Int(days))
    case .list, .range, .none:
      return nil
    }
  }

  private func nonNull(
    _ node: JSONNode, of operation: Operator, _ diagnostics: inout DiagnosticCollector
  ) -> Value? {
    if case .null = node.content {
      wrongOperand(
        operation, "a number or a text, not null", hint: "for null fields, use \"is null\"", node,
        &diagnostics)
      return nil
    }
    return scalar(node, of: operation, &diagnostics)
  }

  private func scalar(
    _ node: JSONNode, of operation: Operator, _ diagnostics: inout DiagnosticCollector
  ) -> Value? {
    switch node.content {
    case .null: return .null
    case .bool(let flag): return .flag(flag)
    case .integer(let integer): return .integer(integer)
    case .real(let real): return .real(real)
    case .string(let text): return .text(text)
    case .array, .object:
      wrongOperand(operation, "numbers and texts, not \(node.typeDescription)", node, &diagnostics)
      return nil
    }
  }

  private func wrongOperand(
    _ operation: Operator, _ expected: String, hint: String? = nil, _ node: JSONNode,
    _ diagnostics: inout DiagnosticCollector
  ) {
    diagnostics.error(
      .wrongOperand, "\(Printable.quoted(operation.rawValue)) takes \(expected)", hint: hint,
      at: node.range)
  }

  /// Splits `"a, b"` into `a` and `b` at each comma, without ASCII spaces around the parts. The
  /// empty text is an empty list; an empty part between two commas is the empty text.
  static func parts(ofList text: String) -> [String] {
    if text.trimmingASCIISpaces.isEmpty { return [] }
    // Split bytes, not characters: a comma followed by a combining mark is still a comma.
    return text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self).trimmingASCIISpaces
    }
  }

  // MARK: - References

  private func reference(
    _ node: JSONNode, of operation: Operator, _ diagnostics: inout DiagnosticCollector
  ) -> Reference? {
    guard let reference = diagnostics.reference(node) else { return nil }
    let takesScalar: Bool
    let takesList: Bool
    switch operation.operandShape {
    // "== teams" means "one of the teams".
    case .scalarOrNull, .scalarOrList: (takesScalar, takesList) = (true, true)
    case .scalar, .text, .days: (takesScalar, takesList) = (true, false)
    case .list, .range: (takesScalar, takesList) = (false, true)
    case .none: (takesScalar, takesList) = (false, false)
    }
    switch reference.shape {
    case .scalar where !takesScalar:
      wrongOperand(
        operation, "a list, and \(reference) is one value",
        hint: operation == .oneOf
          ? "use \"==\"" : operation == .noneOf ? "use \"!=\"" : nil, node, &diagnostics)
      return nil
    case .list where !takesList:
      wrongOperand(
        operation, "one value, and \(reference) is a list", hint: "use \"in\"", node, &diagnostics)
      return nil
    case .scalar, .list, .either:
      return reference
    }
  }
}
