/// What a contender found: the same question has the same answer, whoever is asked.
struct Answer: Sendable, Hashable {
  var records: Int
  /// The sum of the integers, of the reals' bits and of each text's length and first byte; nil where cells are not looked at.
  var checksum: UInt64?
  /// The bytes of JSON lines; nil where none are written.
  var bytes: Int?

  init(records: Int, checksum: UInt64? = nil, bytes: Int? = nil) {
    self.records = records
    self.checksum = checksum
    self.bytes = bytes
  }

  /// Whether the two do not contradict each other.
  func agrees(with other: Answer) -> Bool {
    func match<T: Equatable>(_ left: T?, _ right: T?) -> Bool {
      guard let left, let right else { return true }
      return left == right
    }
    return records == other.records && match(checksum, other.checksum) && match(bytes, other.bytes)
  }
}

/// One way to answer a comparison's question.
struct Contender {
  let name: String
  /// Answers so many times; gives the seconds that it took, and the answer of one time.
  let run: (_ times: Int) async throws -> (seconds: Double, answer: Answer)

  init(
    _ name: String, run: @escaping (_ times: Int) async throws -> (seconds: Double, answer: Answer)
  ) {
    self.name = name
    self.run = run
  }

  /// A contender in this process: the clock is around the whole loop.
  init(
    _ name: String, clock: Stopwatch.Clock = .processor, once: @escaping () async throws -> Answer
  ) {
    self.init(name) { times in
      var answer = Answer(records: 0)
      let stopwatch = Stopwatch(clock)
      for _ in 0..<times { answer = try await once() }
      return (stopwatch.seconds, answer)
    }
  }
}

/// A question, and those who answer it in turn, round after round.
struct Comparison {
  /// For `--cases`: `q3-json`.
  let name: String
  /// For people: what is asked.
  let title: String
  let contenders: [Contender]
  let goals: [Goal]
  /// Figures that are no times, taken once before the rounds.
  var facts: () async throws -> [Fact] = { [] }
}

/// A figure that is no time.
struct Fact: Codable, Sendable {
  let name: String
  let value: Double
  let unit: String
}

/// What a comparison was made to find out.
struct Goal {
  enum Unit: String, Codable, Sendable {
    case ratio
    case microseconds
    case milliseconds
    case gigabytesPerSecond = "GB/s"
    case megabytes = "MB"
  }

  let name: String
  let unit: Unit
  /// The figure that must be reached, and the one that is wanted.
  let must: Double
  let aim: Double
  let isLowerBetter: Bool
  let figure: (Outcome) -> Double?

  init(
    _ name: String, unit: Unit = .ratio, must: Double, aim: Double, isLowerBetter: Bool = true,
    figure: @escaping (Outcome) -> Double?
  ) {
    self.name = name
    self.unit = unit
    self.must = must
    self.aim = aim
    self.isLowerBetter = isLowerBetter
    self.figure = figure
  }

  /// The time of one contender by that of another.
  static func ratio(
    _ name: String, _ contender: String, by other: String, must: Double, aim: Double
  ) -> Goal {
    Goal(name, must: must, aim: aim) { $0.ratio(contender, by: other) }
  }

  enum Verdict: String, Codable, Sendable {
    case reached
    case passed = "must reached"
    case missed
    case unknown = "not measured"
  }

  func verdict(_ figure: Double?) -> Verdict {
    guard let figure else { return .unknown }
    if isLowerBetter ? figure <= aim : figure >= aim { return .reached }
    return (isLowerBetter ? figure <= must : figure >= must) ? .passed : .missed
  }
}
