import Foundation

/// The results of a run, as stored.
struct Report: Codable {
  let date: String
  let machine: Machine
  let rows: Int
  let rounds: Int
  let opponents: [String]
  /// The opponents that were not available, and why.
  let absent: [String]
  let comparisons: [Result]

  struct Result: Codable {
    let name: String
    let title: String
    let records: Int
    let contenders: [Time]
    let facts: [Fact]
    let goals: [Finding]
  }

  struct Time: Codable {
    let name: String
    /// Seconds per answer.
    let median: Double
    let fastest: Double
    let slowest: Double
  }

  struct Finding: Codable {
    let name: String
    let unit: Goal.Unit
    let must: Double
    let goal: Double
    let isLowerBetter: Bool
    let figure: Double?
    let verdict: Goal.Verdict
  }
}

extension Report.Result {
  init(_ comparison: Comparison, _ outcome: Outcome) {
    name = comparison.name
    title = comparison.title
    records = outcome.answer.records
    contenders = comparison.contenders.compactMap { contender in
      guard let samples = outcome.samples[contender.name],
        let median = Outcome.median(samples), let fastest = samples.min(),
        let slowest = samples.max()
      else { return nil }
      return Report.Time(name: contender.name, median: median, fastest: fastest, slowest: slowest)
    }
    facts = outcome.facts
    goals = comparison.goals.map { goal in
      let figure = goal.figure(outcome)
      return Report.Finding(
        name: goal.name, unit: goal.unit, must: goal.must, goal: goal.aim,
        isLowerBetter: goal.isLowerBetter, figure: figure, verdict: goal.verdict(figure))
    }
  }
}
