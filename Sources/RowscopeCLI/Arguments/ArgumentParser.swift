import Documents
import RowscopeModel

/// Parses the words after a command's name as its declaration says.
///
/// `--name value`, `--name=value`, `-n value`, `-nvalue` and `-n=value` are the same. `--` ends the
/// options. A negative number is a value, not an option; any other value that begins with a dash is
/// written `--name=-value`, but for an option that takes such values (`--sort -due_date`).
///
/// Words are taken apart scalar by scalar: a dash or an equals sign stays one where a combining
/// mark follows it.
struct ArgumentParser {
  let declaration: Declaration

  enum Outcome {
    case help
    case run(Arguments)
  }

  func parse(_ words: [String]) throws(CommandError) -> Outcome {
    // Help takes precedence over errors, since it explains how to fix them.
    if words.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
      return .help
    }
    var arguments = Arguments(declaration)
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        for word in rest { try append(positional: word, to: &arguments) }
        break
      } else if !Self.looksLikeOption(word) {
        try append(positional: word, to: &arguments)
      } else {
        try parseOption(word, &rest, into: &arguments)
      }
    }
    try checkWhole(arguments)
    return .run(arguments)
  }

  /// Whether a word begins an option: a dash, followed by something other than a number.
  static func looksLikeOption(_ word: String) -> Bool {
    var scalars = word.unicodeScalars[...]
    guard scalars.popFirst() == "-", let second = scalars.first else { return false }
    return !("0"..."9" ~= second) && !(second == "." && Double(word) != nil)
  }

  /// Whether a word is an option of two dashes, or of one letter.
  private func isShortOption(_ word: String) -> Bool {
    let letters = word.unicodeScalars.dropFirst()
    return letters.first == "-"
      || letters.count == 1
        && declaration.options.contains { $0.short?.unicodeScalars.first == letters.first }
  }

  private func parseOption(
    _ word: String, _ rest: inout ArraySlice<String>, into arguments: inout Arguments
  ) throws(CommandError) {
    var (option, spelling, value) = try find(word)
    guard let valueName = option.valueName else {
      if value != nil { throw wrong("`\(spelling)` takes no value") }
      try append(option, "", spelling, to: &arguments)
      return
    }
    if value == nil, let next = rest.first,
      !Self.looksLikeOption(next) || option.takesDash && !isShortOption(next)
    {
      value = next
      rest.removeFirst()
    }
    guard let value else {
      let next = rest.first.map { ", not `\($0)` (or write `\(spelling)=\($0)`)" } ?? ""
      throw wrong("`\(spelling)` needs a value: \(spelling) \(valueName)\(next)")
    }
    try append(option, value, spelling, to: &arguments)
  }

  /// The option that a word names, the word without its value, and the value if the word contains
  /// it.
  private func find(_ word: String) throws(CommandError) -> (Option, String, String?) {
    let parts = word.cut(atByte: "=")
    let spelling = parts?.before ?? word
    if !word.hasBytePrefix("--") {
      // `-where` is more likely a mistyped `--where` than `-w here`.
      let slip = declaration.options.first { spelling.hasSameBytes(as: "-" + $0.long) }
      var tail = word.unicodeScalars.dropFirst()
      guard slip == nil, let letter = tail.popFirst(),
        let option = declaration.options.first(where: { $0.short?.unicodeScalars.first == letter })
      else {
        throw unknown("`\(word)`", meant: slip?.long)
      }
      let value = tail.first == "=" ? tail.dropFirst() : tail
      return (option, "-\(letter)", tail.isEmpty ? nil : String(value))
    }
    guard
      let option = declaration.options.first(where: { spelling.hasSameBytes(as: "--" + $0.long) })
    else {
      let name = String(spelling.unicodeScalars.dropFirst(2))
      if let argument = declaration.positionals.first(where: {
        OtherWords.means(name, argument: $0)
      }) {
        throw wrong(
          "unknown option `\(spelling)`, did you mean \(argument.name), which stands without one?")
      }
      throw unknown("`\(spelling)`", meant: meant(by: name))
    }
    return (option, spelling, parts?.after)
  }

  /// What another tool calls so, or what is spelt almost so, as it is written after its dashes.
  private func meant(by name: String) -> String? {
    let names = declaration.options.map(\.long)
    if let (option, value) = OtherWords.option(meantBy: name),
      let known = declaration.options.first(where: { $0.long == option })
    {
      guard let value else { return option }
      if known.choices.contains(value) { return "\(option) \(value)" }
    }
    return Suggestion.nearest(to: name, among: names)
  }

  private func append(
    _ option: Option, _ value: String, _ spelling: String, to arguments: inout Arguments
  ) throws(CommandError) {
    if !option.isRepeatable, arguments.isGiven(option) {
      // A repeated flag is harmless.
      if option.valueName == nil { return }
      throw wrong("`\(spelling)` is given more than once")
    }
    try check(value, isOneOf: option.choices, for: "`\(spelling)`")
    arguments.append(option, value)
  }

  private func append(positional word: String, to arguments: inout Arguments) throws(CommandError) {
    let place = arguments.positionals.count
    let last = declaration.positionals.last
    guard
      let positional = declaration.positionals.indices.contains(place)
        ? declaration.positionals[place] : (last?.isRepeatable == true ? last : nil)
    else {
      throw wrong("unexpected argument `\(word)`")
    }
    try check(word, isOneOf: positional.choices, for: positional.name)
    arguments.append(positional: word)
  }

  private func check(_ value: String, isOneOf choices: [String], for what: String)
    throws(CommandError)
  {
    guard !choices.isEmpty, !choices.contains(where: value.hasSameBytes) else { return }
    let meant = Suggestion.nearest(to: value, among: choices).map { ", did you mean `\($0)`?" }
    let list = choices.joined(separator: ", ")
    throw wrong("`\(value)` is not a value of \(what)\(meant ?? "")", help: "one of: \(list)")
  }

  private func checkWhole(_ arguments: Arguments) throws(CommandError) {
    let missing = declaration.positionals.dropFirst(arguments.positionals.count)
    if let first = missing.first(where: \.isRequired) {
      throw wrong("missing \(first.name): \(first.help)")
    }
    for option in declaration.options {
      if option.isRequired, !arguments.isGiven(option) {
        throw wrong("missing `--\(option.long) \(option.valueName ?? "")`: \(option.help)")
      }
      if let other = option.requires, arguments.isGiven(option),
        let needed = declaration.options.first(where: { $0.long == other }),
        !arguments.isGiven(needed)
      {
        throw wrong("`--\(option.long)` needs `--\(other)`")
      }
    }
    for options in declaration.exclusive {
      let given = options.filter(arguments.isGiven).map { "`--\($0.long)`" }
      if given.count > 1 {
        throw wrong("\(given.joined(separator: " and ")) cannot be used together")
      }
    }
  }

  private func unknown(_ what: String, meant: String?) -> CommandError {
    wrong("unknown option \(what)" + (meant.map { ", did you mean `--\($0)`?" } ?? ""))
  }

  private func wrong(_ message: String, help: String? = nil) -> CommandError {
    .usage(message, help: help ?? "`rowscope \(declaration.name) --help` lists its arguments")
  }
}
