import Foundation

/// How many random or similar cases to try: some in seconds, or all in minutes.
///
/// `ROWSCOPE_THOROUGH=1` tries all, as `.ci/run` does.
package enum Extent {
  package static let isThorough = ProcessInfo.processInfo.environment["ROWSCOPE_THOROUGH"] == "1"

  /// The number of cases: that of an environment variable if set, otherwise few or all.
  package static func count(_ variable: String? = nil, few: Int, all: Int) -> Int {
    variable.flatMap(number) ?? (isThorough ? all : few)
  }

  /// The number in an environment variable; nil if it has none.
  package static func number(_ variable: String) -> Int? {
    ProcessInfo.processInfo.environment[variable].flatMap(Int.init)
  }

  /// A few cases, or also the others.
  package static func cases<Case>(few: [Case], more: [Case]) -> [Case] {
    isThorough ? few + more : few
  }

  /// Every `step`th case from a start, or all. Tests that start at each of the first `step` places
  /// together try all cases.
  package static func share<Case>(of cases: [Case], every step: Int, from start: Int) -> [Case] {
    if isThorough { return cases }
    return stride(from: start % step, to: cases.count, by: step).map { cases[$0] }
  }
}
