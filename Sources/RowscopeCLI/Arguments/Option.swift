/// One option of a command, as data: the parser, the help and the completions all read it.
struct Option: Sendable, Equatable {
  /// Without the dashes.
  let long: String
  let short: Character?
  /// How the value is called in the help; nil for a flag, which takes none.
  let valueName: String?
  let help: String
  let choices: [String]
  /// What holds when the option is not given, for the help.
  let defaultText: String?
  let isRepeatable: Bool
  let isRequired: Bool
  let completion: Completion
  let group: Group
  /// The option without which this one means nothing.
  let requires: String?

  init(
    _ long: String, short: Character? = nil, value valueName: String? = nil, group: Group,
    help: String, choices: [String] = [], default defaultText: String? = nil,
    isRepeatable: Bool = false, isRequired: Bool = false, completion: Completion = .nothing,
    requires: String? = nil
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
  }

  /// What a shell can offer for a value, beside its choices.
  enum Completion: Sendable {
    case nothing, path
    /// What `help` explains: a command, or one of its topics.
    case command
  }

  /// The headings of the help, in their order.
  enum Group: String, Sendable, CaseIterable {
    case data = "Where the data is"
    case who = "Who asks"
    case what = "What is asked for"
    case how = "How it is answered"
    case general = "General"
  }
}

/// One argument that is known by its place.
struct Positional: Sendable, Equatable {
  let name: String
  let help: String
  let choices: [String]
  let isRequired: Bool
  /// Only the last one may be.
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

/// A command as its users meet it. What it does is in ``Command``.
struct Declaration: Sendable {
  let name: String
  let summary: String
  let details: String?
  let positionals: [Positional]
  let options: [Option]
  /// Sets of options of which one at most may be given.
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
