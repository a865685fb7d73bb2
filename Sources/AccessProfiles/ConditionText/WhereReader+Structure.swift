import RowscopeModel

/// The words and signs that hold conditions together.
extension WhereReader {
  enum Joiner { case and, or }

  /// How a condition begins.
  enum Beginning {
    case group
    case not
    case quantifier(Quantifier)
    case test
  }

  /// Skips what comes before the field, the path or the group of a condition.
  ///
  /// `not`, `some`, `none` and `every` are fields where an operator follows them.
  mutating func readBeginning(_ operators: [WhereOperator]) -> Beginning {
    if isAtGroup {
      skipOne()
      return .group
    }
    let word = wordBeforeGroup
    let isNot = Name(String(word)) == "not"
    let quantifier = Quantifier(named: String(word))
    guard isNot || quantifier != nil else { return .test }
    var next = WhereReader(text, at: word.endIndex)
    guard next.readOperator(operators) == nil else { return .test }
    self = WhereReader(text, at: word.endIndex)
    return quantifier.map { .quantifier($0) } ?? .not
  }

  private var isAtText: Bool { rest.first == "'" }

  var isAtGroup: Bool { rest.first == "(" }

  mutating func skipOne() {
    if let first = rest.indices.first {
      self = WhereReader(text, at: text.unicodeScalars.index(after: first))
    }
  }

  mutating func skipClosing() -> Bool {
    guard rest.first == ")" else { return false }
    skipOne()
    return true
  }

  /// Skips `and` or `&&`, `or` or `||`; false if it is not next.
  mutating func skip(_ joiner: Joiner) -> Bool {
    guard let (found, end) = self.joiner(at: rest), found == joiner else { return false }
    self = WhereReader(text, at: end)
    return true
  }

  /// The unread text up to a position, trimmed, which is then skipped.
  mutating func take(to end: String.Index) -> Scalars {
    let part = text.unicodeScalars[index..<max(index, end)].trimmingSpace
    self = WhereReader(text, at: max(index, end))
    return part
  }

  /// Where the value at this position ends: before a word that joins it to another condition,
  /// before the parenthesis that closes its group, or with the text.
  ///
  /// Quotes and parentheses inside the value are passed over. A word joins only if a condition
  /// follows it, and the first `and` of a range is the range's own.
  func endOfValue(
    _ operand: WhereOperator.Operand, isNested: Bool, _ operators: [WhereOperator]
  ) -> String.Index {
    let scalars = text.unicodeScalars
    if operand == .none, joiner(at: rest) != nil || isNested && rest.first == ")" { return index }
    var position = index
    var depth = 0
    var isAtStartOfPart = true
    // A range written with a comma, dots or brackets has no word of its own.
    var needsAnd = operand == .range
    while position < scalars.endIndex {
      let scalar = scalars[position]
      if isAtStartOfPart, let end = WhereValueParser.endOfQuoted(scalars[position...]) {
        (position, isAtStartOfPart) = (end, false)
        continue
      }
      switch scalar {
      case "(": depth += 1
      case ")" where depth > 0: depth -= 1
      case ")" where isNested: return position
      case ",", "[": needsAnd = false
      case "." where scalars[position...].starts(with: [".", "."]): needsAnd = false
      default: break
      }
      if depth == 0, position == index || scalars[scalars.index(before: position)].isSpace,
        let (found, end) = joiner(at: scalars[position...])
      {
        let joins = beginsCondition(at: end, operators, 8)
        if needsAnd, found == .and, !joins {
          (position, needsAnd, isAtStartOfPart) = (end, false, true)
          continue
        }
        if joins, position > index { return position }
      }
      isAtStartOfPart =
        scalar == "," || scalar == "(" || scalar == "[" || isAtStartOfPart && scalar.isSpace
      scalars.formIndex(after: &position)
    }
    return scalars.endIndex
  }

  /// A word of the value that joins nothing, outside quotes; nil if there is none. `and` belongs to
  /// a range.
  func strayJoiner(
    from start: String.Index, to end: String.Index, _ operand: WhereOperator.Operand
  ) -> Scalars? {
    let scalars = text.unicodeScalars
    var position = start
    var isAtStartOfPart = true
    while position < end {
      if isAtStartOfPart, let close = WhereValueParser.endOfQuoted(scalars[position..<end]) {
        (position, isAtStartOfPart) = (close, false)
        continue
      }
      if position == start || scalars[scalars.index(before: position)].isSpace,
        let (found, close) = joiner(at: scalars[position..<end])
      {
        guard operand == .range, found == .and else { return scalars[position..<close] }
        (position, isAtStartOfPart) = (close, true)
        continue
      }
      let scalar = scalars[position]
      isAtStartOfPart =
        scalar == "," || scalar == "(" || scalar == "[" || isAtStartOfPart && scalar.isSpace
      scalars.formIndex(after: &position)
    }
    return nil
  }

  /// Whether a condition can be read at a position.
  ///
  /// - Parameter depth: how many of `not` and `(` may come before its field.
  private func beginsCondition(
    at position: String.Index, _ operators: [WhereOperator], _ depth: Int
  ) -> Bool {
    var reader = WhereReader(text, at: position)
    switch reader.readBeginning(operators) {
    case .group, .not: return depth > 0 && beginsCondition(at: reader.index, operators, depth - 1)
    case .quantifier: return (try? reader.readPath()) != nil && reader.isAtGroup
    case .test:
      return !reader.isAtText && (try? reader.readField()) != nil
        && reader.readOperator(operators) != nil
    }
  }

  /// The joining word at the beginning of a text, and where it ends.
  private func joiner(at part: Scalars) -> (Joiner, end: String.Index)? {
    let word = part.prefix { !$0.isSpace && $0 != "(" }
    // Not longer than the longest of them.
    guard word.prefix(4).count < 4 else { return nil }
    switch Name(String(word)) {
    case "and", "&&": return (.and, word.endIndex)
    case "or", "||": return (.or, word.endIndex)
    default: return nil
    }
  }

  private var wordBeforeGroup: Scalars { rest.prefix { !$0.isSpace && $0 != "(" } }
}
