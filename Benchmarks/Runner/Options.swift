/// The command line.
struct Options {
  var rows = 1_000_000
  var rounds = 11
  /// Prefixes of the comparisons' names; empty for all.
  var cases: [String] = []
  var isQuick = false
  var python = "python3"
  var folder: String?
  var output: String?
  var isListing = false
  var isHelp = false
  /// Whether to compare counts with the stored ones, or to replace those.
  var counting: Counting?

  enum Counting { case comparing, storing }

  /// Runs a single contender this many times and nothing else.
  var repetition: (comparison: String, contender: String, times: Int)?

  static let help = """
    Compares Rowscope with its alternatives in one run, and checks that all give the same answers.

    usage: swift run -c release rowscope-benchmarks [options]

      --rows N         tasks in the database, 10,000 to 10,000,000 (1,000,000)
      --cases A,B      comparisons whose names begin with these (all)
      --rounds N       turns of each contender (11)
      --quick          100,000 tasks and 3 rounds: a smoke test, not for quoting
      --python PATH    the Python that has duckdb and polars (python3)
      --folder PATH    where databases are kept for the next run (a temporary folder)
      --output PATH    where the report is written (Benchmarks/Results)
      --check-counts   compare instructions and allocations with Results/counts.json
      --store-counts   count them and store them there
      --list           list the names of the comparisons
      --repeat COMPARISON CONTENDER TIMES
                       run a single contender, for a profiler: valgrind --tool=callgrind …

    Times depend on this machine and its load. Compare the ratios of interleaved rounds instead.
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

  func includes(_ comparison: String) -> Bool {
    cases.isEmpty || cases.contains { comparison.hasPrefix($0) }
  }
}
