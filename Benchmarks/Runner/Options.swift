/// The command line.
struct Options {
  var rows = 1_000_000
  var rounds = 11
  /// Prefixes of the names of comparisons; empty for all.
  var cases: [String] = []
  var isQuick = false
  var python = "python3"
  var folder: String?
  var output: String?
  var isListing = false
  var isHelp = false
  /// Whether counts are compared with those that are stored, or stored in their place.
  var counting: Counting?

  enum Counting { case comparing, storing }

  /// Runs one contender so many times and nothing else.
  var repetition: (comparison: String, contender: String, times: Int)?

  static let help = """
    Measures Rowscope beside what people would use instead, in one run, and checks that all answer alike.

    usage: swift run -c release rowscope-benchmarks [options]

      --rows N         tasks in the database, 10,000 to 10,000,000 (1,000,000)
      --cases A,B      comparisons whose names begin so (all)
      --rounds N       how often everybody has a turn (11)
      --quick          100,000 tasks and 3 rounds: to see that it runs, not to quote
      --python PATH    the Python that has duckdb and polars (python3)
      --folder PATH    where databases are kept for the next run (a temporary folder)
      --output PATH    where the report is written (Benchmarks/Results)
      --check-counts   instructions and allocations, compared with those in Results/counts.json
      --store-counts   the same, stored there
      --list           the names of the comparisons
      --repeat COMPARISON CONTENDER TIMES
                       one contender and nothing else, for a profiler: valgrind --tool=callgrind …

    Times are those of this machine just now. Ratios of interleaved rounds are what to compare.
    """

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    func value(_ option: String) throws -> String {
      guard let value = rest.popFirst() else { throw BenchmarkError("\(option) needs a value") }
      return value
    }
    func number(_ option: String, _ range: ClosedRange<Int>) throws -> Int {
      let text = try value(option)
      guard let number = Int(text), range.contains(number) else {
        throw BenchmarkError(
          "\(option) takes a number from \(range.lowerBound) to \(range.upperBound), not \(text)")
      }
      return number
    }
    var hasRows = false
    var hasRounds = false
    while let option = rest.popFirst() {
      switch option {
      case "--rows":
        rows = try number(option, 10_000...10_000_000)
        hasRows = true
      case "--rounds":
        rounds = try number(option, 1...1000)
        hasRounds = true
      case "--cases": cases = try value(option).split(separator: ",").map(String.init)
      case "--quick": isQuick = true
      case "--python": python = try value(option)
      case "--folder": folder = try value(option)
      case "--output": output = try value(option)
      case "--list": isListing = true
      case "--check-counts": counting = .comparing
      case "--store-counts": counting = .storing
      case "--help", "-h": isHelp = true
      case "--repeat":
        repetition = (try value(option), try value(option), try number(option, 1...1_000_000_000))
      default: throw BenchmarkError("unknown option \(option); --help lists them")
      }
    }
    if isQuick && !hasRows { rows = 100_000 }
    if isQuick && !hasRounds { rounds = 3 }
  }

  func wants(_ comparison: String) -> Bool {
    cases.isEmpty || cases.contains { comparison.hasPrefix($0) }
  }
}
