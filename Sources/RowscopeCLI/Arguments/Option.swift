/// One option of a command, as data for the parser, the help and the completions.
struct Option: Sendable, Equatable {
  /// The name without dashes.
  let long: String
  let short: Character?
  /// The name of the value in the help; nil for a flag, which takes none.
  let valueName: String?
  let help: String
  let choices: [String]
  /// The default, as shown in the help.
  let defaultText: String?
  let isRepeatable: Bool
  let isRequired: Bool
  let completion: Completion
  let group: Group
  /// The option that must be given with this one.
  let requires: String?
  /// Whether its value may begin with a dash: `--sort -due_date`.
  let takesDash: Bool

  init(
    _ long: String, short: Character? = nil, value valueName: String? = nil, group: Group,
    help: String, choices: [String] = [], default defaultText: String? = nil,
    isRepeatable: Bool = false, isRequired: Bool = false, completion: Completion = .nothing,
    requires: String? = nil, takesDash: Bool = false
  ) {
    self.long = long
    self.short = short
    self.valueName = valueName
    self.help = help
    self.choices = choices
    self.defaultText = defaultText
    self.isRepeatable = isRepeatable
    self.isRequired = isRequired
    self.completion = completion
    self.group = group
    self.requires = requires
    self.takesDash = takesDash
  }

  /// What a shell can complete for a value without choices.
  enum Completion: Sendable {
    case nothing, path
    /// An argument of `help`: a command or a topic.
    case command
  }

  /// The headings of the help, in order.
  enum Group: String, Sendable, CaseIterable {
    case data = "Data"
    case who = "User"
    case what = "Request"
    case how = "Output and engine"
    case general = "General"
  }
}

/// An argument identified by its position.
struct Positional: Sendable, Equatable {
  let name: String
  let help: String
  let choices: [String]
  let isRequired: Bool
  /// Only the last one can be repeatable.
  let isRepeatable: Bool
  let completion: Option.Completion

  init(
    _ name: String, help: String, choices: [String] = [], isRequired: Bool = true,
    isRepeatable: Bool = false, completion: Option.Completion = .nothing
  ) {
    self.name = name
    self.help = help
    self.choices = choices
    self.isRequired = isRequired
    self.isRepeatable = isRepeatable
    self.completion = completion
  }

  /// `TABLE`, `[TABLE]`, `[PROFILE...]`
  var usage: String {
    let repeated = isRepeatable ? name + "..." : name
    return isRequired ? repeated : "[\(repeated)]"
  }
}

/// A command's interface. Its implementation is in ``Command``.
struct Declaration: Sendable {
  let name: String
  let summary: String
  let details: String?
  let positionals: [Positional]
  let options: [Option]
  /// Sets of options that exclude each other.
  let exclusive: [[Option]]
  let examples: [Example]

  struct Example: Sendable {
    let purpose: String
    let command: String

    init(_ purpose: String, _ command: String) {
      self.purpose = purpose
      self.command = command
    }
  }

  init(
    _ name: String, summary: String, details: String? = nil, positionals: [Positional] = [],
    options: [Option] = [], exclusive: [[Option]] = [], examples: [Example]
  ) {
    self.name = name
    self.summary = summary
    self.details = details
    self.positionals = positionals
    self.options = options + Option.general
    self.exclusive = exclusive
    self.examples = examples
  }

  var usage: String {
    let required = options.filter(\.isRequired).map { "--\($0.long) \($0.valueName ?? "")" }
    return (["rowscope", name] + positionals.map(\.usage) + required + ["[options]"])
      .joined(separator: " ")
  }
}
