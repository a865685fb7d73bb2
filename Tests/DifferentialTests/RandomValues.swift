import RecordFilter
import RowscopeModel
import TestSupport

/// Values for cells and conditions, mostly hostile ones.
enum RandomValues {
  /// The values that one column draws from.
  static func pool(_ random: inout SeededGenerator) -> [Value] {
    let kind = Int.random(in: 0..<8, using: &random)
    let count = Int.random(in: 2...25, using: &random)
    return (0..<count).map { _ in value(kind, &random) }
  }

  static func value(_ random: inout SeededGenerator) -> Value {
    value(Int.random(in: 0..<8, using: &random), &random)
  }

  private static func value(_ kind: Int, _ random: inout SeededGenerator) -> Value {
    if Int.random(in: 0..<12, using: &random) == 0 { return .null }
    switch kind {
    case 0: return .integer(Int64.random(in: -20...60, using: &random))
    case 1: return .integer(integer(&random))
    case 2: return .real(real(&random))
    case 3: return .text(text(&random))
    case 4: return .text(Text(array(&random)))
    case 5: return .text(Text(date(&random)))
    default: return HostileValues.all.randomElement(using: &random) ?? .null
    }
  }

  static func integer(_ random: inout SeededGenerator) -> Int64 {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: HostileValues.integers.randomElement(using: &random) ?? 0
    case 1: Int64.random(in: -300...70_000, using: &random)
    case 2: Int64.random(in: -3_000_000_000...3_000_000_000, using: &random)
    default: Int64.random(in: .min ... .max, using: &random)
    }
  }

  private static func real(_ random: inout SeededGenerator) -> Double {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: HostileValues.reals.randomElement(using: &random) ?? 0
    case 1: Double(Int.random(in: -50...50, using: &random)) / 4
    case 2: Double(integer(&random))
    default: Double.random(in: -1e6...1e6, using: &random)
    }
  }

  static func text(_ random: inout SeededGenerator) -> Text {
    if Bool.random(using: &random) {
      return HostileValues.texts.randomElement(using: &random) ?? ""
    }
    let letters = Array("aAbB 01.\u{0}é%".utf8)
    return Text(
      bytes: (0..<Int.random(in: 0...24, using: &random)).map { _ in
        letters.randomElement(using: &random) ?? 0x61
      })
  }

  private static func array(_ random: inout SeededGenerator) -> String {
    let elements = [
      "1", "2", "-3", "1.0", "2.5", "1e2", "\"a\"", "\"A\"", "\"1\"", "\"\\u0061\"", "true",
      "false",
      "null", "[1]", "{\"a\":1}", "\"\"", "9223372036854775808", "\"é\"",
    ]
    let chosen = (0..<Int.random(in: 0...4, using: &random)).map { _ in
      elements.randomElement(using: &random) ?? "1"
    }
    let array = "[\(chosen.joined(separator: ", "))]"
    switch Int.random(in: 0..<10, using: &random) {
    case 0: return array + "]"
    case 1: return "{\"a\": \(array)}"
    case 2: return chosen.first ?? ""
    case 3: return array.replacing(",", with: ",,", maxReplacements: 1)
    default: return array
    }
  }

  static func date(_ random: inout SeededGenerator) -> String {
    func two(_ range: ClosedRange<Int>) -> String {
      let number = Int.random(in: range, using: &random)
      return number < 10 ? "0\(number)" : "\(number)"
    }
    var date = "2024-\(two(0...3))-\(two(0...32))"
    switch Int.random(in: 0..<8, using: &random) {
    case 0...3: return date
    case 4: date += "T"
    case 5: date += "x"
    default: date += " "
    }
    if Int.random(in: 0..<6, using: &random) == 0 { return date }
    date += "\(two(0...25)):\(two(0...60))"
    if Bool.random(using: &random) { date += ":\(two(0...60))" }
    if Int.random(in: 0..<4, using: &random) == 0 {
      date += [".", ".5", ".9999", ".0000001", ".999999"].randomElement(using: &random) ?? ""
    }
    date +=
      [
        "", "", "Z", "z", "+02:00", "-11:30", "+15:00", "+2:00", " ", "Z ", "+02", "-0930", " UTC",
        " +00:00", " +0000 UTC", "+021",
      ].randomElement(
        using: &random)
      ?? ""
    return date
  }
}
