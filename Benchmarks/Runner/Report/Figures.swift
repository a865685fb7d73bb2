import Foundation

/// Formats numbers for people.
enum Figures {
  /// Three digits: `340 ms`, `1.24 µs`.
  static func time(_ seconds: Double) -> String {
    let (value, unit): (Double, String) =
      switch seconds {
      case ..<1e-6: (seconds * 1e9, "ns")
      case ..<1e-3: (seconds * 1e6, "µs")
      case ..<1: (seconds * 1e3, "ms")
      default: (seconds, "s")
      }
    return "\(digits(value)) \(unit)"
  }

  static func figure(_ value: Double, _ unit: Goal.Unit) -> String {
    switch unit {
    case .ratio: digits(value)
    case .microseconds: "\(digits(value)) µs"
    case .milliseconds: "\(digits(value)) ms"
    case .gigabytesPerSecond: "\(digits(value)) GB/s"
    case .kilobytes: "\(digits(value)) KB"
    case .megabytes: "\(digits(value)) MB"
    }
  }

  /// Three digits, like `%g` but without an exponent.
  private static func digits(_ value: Double) -> String {
    let places = value >= 100 ? 0 : value >= 10 ? 1 : 2
    return value >= 0.1 || value == 0
      ? String(format: "%.\(places)f", value) : String(format: "%.4f", value)
  }

  static func duration(_ seconds: Double) -> String {
    seconds < 90 ? "\(Int(seconds.rounded(.up))) s" : "\(Int((seconds / 60).rounded(.up))) min"
  }

  /// `1234567` as `1,234,567`.
  static func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    return String(
      digits.enumerated().flatMap { index, digit -> [Character] in
        index > 0 && (digits.count - index).isMultiple(of: 3) ? [",", digit] : [digit]
      })
  }
}
