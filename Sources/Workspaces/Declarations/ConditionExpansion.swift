import AccessProfiles
import Documents
import RowscopeModel

/// Puts what named conditions stand for in the place of their names.
struct ConditionExpansion {
  private let named: [Text: [Condition]]
  private(set) var problems = DiagnosticCollector()
  /// How many names have been looked up.
  private var count = 0
  /// Those on the way to the condition at hand.
  private var above: Set<Text> = []
  private static let limit = 1_000

  init(_ named: [Text: [Condition]]) { self.named = named }

  /// The condition without names. What a name stands for has the position of the name.
  mutating func expanded(_ condition: Condition) -> Condition {
    let content: Condition.Content
    switch condition.content {
    case .test: return condition
    case .and(let conditions): content = .and(conditions.map { expanded($0) })
    case .or(let conditions): content = .or(conditions.map { expanded($0) })
    case .not(let part): content = .not(expanded(part))
    case .related(let related):
      content = .related(
        RelatedCondition(
          path: related.path, quantifier: related.quantifier,
          conditions: related.conditions.map { expanded($0) }))
    case .named(let name): content = .and(conditions(named: name, at: condition.range))
    }
    return Condition(content, at: condition.range)
  }

  private mutating func conditions(named name: String, at range: Range<Int>) -> [Condition] {
    guard let conditions = named[Text(name)] else {
      problems.append(.unknownCondition(name, among: named.keys, at: range))
      return []
    }
    count += 1
    guard count <= Self.limit, above.insert(Text(name)).inserted else {
      problems.error(
        .nestingLimit, "named conditions that stand for more than \(Self.limit) others", at: range)
      return []
    }
    defer { above.remove(Text(name)) }
    return conditions.map { expanded($0.placed(at: range)) }
  }
}
