/// A contender's answer, which must be the same for all contenders.
struct Answer: Sendable, Hashable {
  var records: Int
  /// The sum of the integers, of the reals' bits and of each text's length and first byte. Nil if
  /// cells are not read.
  var checksum: UInt64?
  /// The size of the JSON lines in bytes; nil if none are written.
  var bytes: Int?

  init(records: Int, checksum: UInt64? = nil, bytes: Int? = nil) {
    self.records = records
    self.checksum = checksum
    self.bytes = bytes
  }

  /// Whether two answers are consistent.
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
  /// Answers `times` times. Returns the total seconds, and one answer.
  let run: (_ times: Int) async throws -> (seconds: Double, answer: Answer)

  init(
    _ name: String, run: @escaping (_ times: Int) async throws -> (seconds: Double, answer: Answer)
  ) {
    self.name = name
    self.run = run
  }

  /// A contender in this process. The whole loop is timed.
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

/// A question, and the contenders that answer it in interleaved rounds.
struct Comparison {
  /// The name for `--cases`, such as `q3-json`.
  let name: String
  /// The question, for people.
  let title: String
  let contenders: [Contender]
  let goals: [Goal]
  /// Figures other than times, measured once before the rounds.
  var facts: () async throws -> [Fact] = { [] }
}

/// A figure other than a time.
struct Fact: Codable, Sendable {
  let name: String
  let value: Double
  let unit: String
}

/// The figure that a comparison is about.
struct Goal {
  enum Unit: String, Codable, Sendable {
    case ratio
    case microseconds
    case milliseconds
    case gigabytesPerSecond = "GB/s"
    case kilobytes = "KB"
    case megabytes = "MB"
  }

  let name: String
  let unit: Unit
  /// The required figure, and the desired one.
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

  /// The time of one contender divided by that of another.
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
