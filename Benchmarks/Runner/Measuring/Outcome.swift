/// The result of one comparison's rounds.
struct Outcome {
  let answer: Answer
  let facts: [Fact]
  /// Seconds per answer, by contender, in the order of the rounds.
  private(set) var samples: [String: [Double]] = [:]

  init(answer: Answer, facts: [Fact]) {
    self.answer = answer
    self.facts = facts
  }

  mutating func add(_ seconds: Double, of contender: String) {
    samples[contender, default: []].append(seconds)
  }

  /// Seconds per answer; nil if the contender did not take part.
  func median(_ contender: String) -> Double? { samples[contender].flatMap { Self.median($0) } }

  /// The median of the ratios of each round: a round on a busy machine is slow for both.
  func ratio(_ contender: String, by other: String) -> Double? {
    guard let numerators = samples[contender], let denominators = samples[other] else { return nil }
    return Self.median(zip(numerators, denominators).map { $0 / $1 })
  }

  func fact(_ name: String) -> Double? { facts.first { $0.name == name }?.value }

  static func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }
}
