import RowscopeModel

/// Bars for the numbers of a column: the longest is that of the number furthest from zero.
struct BarChart {
  /// In columns of the terminal.
  let width: Int
  private let furthest: Double

  init(of values: [Value], width: Int) {
    self.width = width
    furthest = values.compactMap { Self.number($0) }.map(abs).max() ?? 0
  }

  /// The bar of a number, in eighths of a column; nil for what is no number. That of a negative
  /// number is light.
  func bar(of value: Value) -> String? {
    guard let number = Self.number(value) else { return nil }
    guard furthest > 0 else { return "" }
    let eighths = Int((abs(number) / furthest * Double(width * 8)).rounded())
    if number < 0 { return String(repeating: "░", count: max(1, eighths / 8)) }
    // What is not zero can be seen.
    let shown = number > 0 ? max(1, eighths) : 0
    let rest = shown % 8 == 0 ? "" : String(Self.parts[shown % 8 - 1])
    return String(repeating: "█", count: shown / 8) + rest
  }

  private static let parts: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  private static func number(_ value: Value) -> Double? {
    let number: Double?
    switch value {
    case .integer(let integer): number = Double(integer)
    case .real(let real): number = real
    // An exact sum of decimals.
    case .text(let text): number = text.validString.flatMap { Double($0) }
    case .null, .blob: number = nil
    }
    return number.flatMap { $0.isFinite ? $0 : nil }
  }
}
