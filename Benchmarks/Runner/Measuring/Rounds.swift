/// Runs comparisons: first a check that all answers agree, then rounds in which every contender has
/// a turn.
///
/// On a shared machine, speed varies by half and more within a minute. Because contenders are
/// interleaved, a slow minute is slow for all of them.
struct Rounds {
  let count: Int
  /// The minimum length of a sample in seconds. Faster contenders run several times.
  let sampleLength: Double

  /// A checked comparison, with the number of repetitions of each contender per sample.
  struct Checked {
    let comparison: Comparison
    let answer: Answer
    let facts: [Fact]
    let repetitions: [Int]
    /// The approximate length of a round in seconds.
    let roundLength: Double
  }

  /// Runs every contender once, or a few times if it is fast.
  ///
  /// - Throws: ``BenchmarkError`` if two answers differ.
  func check(_ comparison: Comparison) async throws -> Checked {
    var agreed: (name: String, answer: Answer)?
    var repetitions: [Int] = []
    var roundLength = 0.0
    for contender in comparison.contenders {
      let (first, answer) = try await contender.run(1)
      if let agreed, !answer.agrees(with: agreed.answer) {
        throw BenchmarkError(
          "\(comparison.name): \(contender.name) found \(answer), "
            + "but \(agreed.name) \(agreed.answer)")
      }
      agreed = (contender.name, Self.merged(agreed?.answer, answer))
      // The first run is slow: caches are cold and statements are not prepared.
      var seconds = first
      if first < 1 { seconds = min(first, try await contender.run(1).seconds) }
      if seconds < sampleLength / 10 {
        let times = max(1, Int(sampleLength / 10 / max(seconds, 1e-7)))
        seconds = try await contender.run(times).seconds / Double(times)
      }
      let times = max(1, Int((sampleLength / max(seconds, 1e-9)).rounded(.up)))
      repetitions.append(times)
      roundLength += Double(times) * seconds
    }
    return Checked(
      comparison: comparison, answer: agreed?.answer ?? Answer(records: 0),
      facts: try await comparison.facts(), repetitions: repetitions, roundLength: roundLength)
  }

  private static func merged(_ known: Answer?, _ answer: Answer) -> Answer {
    Answer(
      records: answer.records, checksum: answer.checksum ?? known?.checksum,
      bytes: answer.bytes ?? known?.bytes)
  }

  /// Runs every contender once per round. The one that begins changes from round to round.
  ///
  /// - Parameter progress: receives the seconds of each sample.
  func measure(_ checked: Checked, progress: (Double) -> Void) async throws -> Outcome {
    var outcome = Outcome(answer: checked.answer, facts: checked.facts)
    let contenders = checked.comparison.contenders
    for round in 0..<count {
      for place in contenders.indices {
        let index = (round + place) % contenders.count
        let times = checked.repetitions[index]
        let (seconds, answer) = try await contenders[index].run(times)
        guard answer.agrees(with: checked.answer) else {
          throw BenchmarkError(
            "\(checked.comparison.name): \(contenders[index].name) found \(answer) in round "
              + "\(round + 1), but \(checked.answer) before")
        }
        outcome.add(seconds / Double(times), of: contenders[index].name)
        progress(seconds)
      }
    }
    return outcome
  }
}

/// Why nothing was measured.
struct BenchmarkError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
