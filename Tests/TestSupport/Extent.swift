import Foundation

/// How much is tried of what is random or much alike: some of it in seconds, or all in minutes.
///
/// `ROWSCOPE_THOROUGH=1` tries all, as `.ci/run` does.
package enum Extent {
  package static let isThorough = ProcessInfo.processInfo.environment["ROWSCOPE_THOROUGH"] == "1"

  /// How many cases to try: as many as a variable of the environment says, or else a few or all.
  package static func count(_ variable: String? = nil, few: Int, all: Int) -> Int {
    variable.flatMap(number) ?? (isThorough ? all : few)
  }

  /// What a variable of the environment says; nil where it says no number.
  package static func number(_ variable: String) -> Int? {
    ProcessInfo.processInfo.environment[variable].flatMap(Int.init)
  }

  /// A few cases, or more behind them.
  package static func cases<Case>(few: [Case], more: [Case]) -> [Case] {
    isThorough ? few + more : few
  }

  /// Every `step`th case, beginning somewhere, or all. Tests that begin at each of the first
  /// `step` places try all cases between them.
  package static func share<Case>(of cases: [Case], every step: Int, from start: Int) -> [Case] {
    if isThorough { return cases }
    return stride(from: start % step, to: cases.count, by: step).map { cases[$0] }
  }
}
