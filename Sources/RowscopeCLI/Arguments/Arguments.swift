import RowscopeModel

/// The arguments of one command, parsed and checked against its declaration.
///
/// Options are looked up by their declarations, so a misspelt name does not compile.
struct Arguments: Sendable {
  let declaration: Declaration
  private(set) var positionals: [String] = []
  private var given: [String: [String]] = [:]

  init(_ declaration: Declaration) {
    self.declaration = declaration
  }

  mutating func append(positional: String) { positionals.append(positional) }

  mutating func append(_ option: Option, _ value: String) {
    given[option.long, default: []].append(value)
  }

  func isGiven(_ option: Option) -> Bool { given[option.long] != nil }

  /// All values of a repeatable option, in order.
  func values(_ option: Option) -> [String] { given[option.long] ?? [] }

  func value(_ option: Option) -> String? { given[option.long]?.last }

  /// The positional argument at an index; nil if it was omitted.
  func positional(_ place: Int) -> String? {
    positionals.indices.contains(place) ? positionals[place] : nil
  }

  /// A whole number in a range.
  func integer(_ option: Option, in range: ClosedRange<Int>) throws(CommandError) -> Int? {
    guard let text = value(option) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      let bounds =
        range.upperBound == .max
        ? "of \(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)"
      throw .usage("`--\(option.long)` takes a whole number \(bounds), not `\(text)`")
    }
    return number
  }

  /// A positive number of seconds.
  func seconds(_ option: Option) throws(CommandError) -> Duration? {
    guard let text = value(option) else { return nil }
    // A day is more than enough, and keeps the conversion from overflowing.
    guard let number = Double(text), number > 0, number <= 86_400 else {
      throw .usage(
        "`--\(option.long)` takes a number of seconds above 0 and up to 86400, not `\(text)`")
    }
    return .seconds(number)
  }

  /// The chosen value, as a case of an enumeration.
  func choice<Choice: RawRepresentable>(_ option: Option, as type: Choice.Type) -> Choice?
  where Choice.RawValue == String {
    value(option).flatMap(Choice.init(rawValue:))
  }

  /// The values of a repeatable `name=value` option, in order.
  func pairs(_ option: Option) throws(CommandError) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    for text in values(option) {
      guard let (name, value) = text.cut(atByte: "="), !name.isEmpty else {
        throw .usage("`--\(option.long)` takes \(option.valueName ?? "name=value"), not `\(text)`")
      }
      pairs.append((name, value))
    }
    return pairs
  }
}
