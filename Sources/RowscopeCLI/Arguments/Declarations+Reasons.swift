extension Declaration {
  static let why = Declaration(
    "why", summary: "Show why a user sees one record or does not, and what would turn it.",
    details:
      "For administrators: it shows hidden fields, their values and records out of sight. Every "
      + "condition of every profile stands with the values that it saw, and what it does not know. "
      + "The smallest changes of the record, of the user and of the rules were each evaluated with "
      + "the rules themselves. Exits with 3 if the answer is no, or if there is no such record.",
    positionals: [
      .table,
      Positional(
        "KEY", help: "the record's primary key; for a composite key, all values in order",
        isRepeatable: true),
    ],
    options: Option.data + Option.who
      + [.askedAct, .askedField, .accessFormat, .engine, .output, .now, .timeout],
    exclusive: Option.exclusive,
    examples: [
      Example(
        "why Bia sees a task", "rowscope why tasks 35 --workspace SampleData --as 'Bia Fontes'")
    ])

  static let who = Declaration(
    "who", summary: "Show who sees, edits or deletes one record, or how much of a table.",
    details:
      "For administrators: it shows the rules and users of the workspace. Users for whom the rules "
      + "decide alike stand in one line, with the rule that decides. Without a KEY, the line says "
      + "how many records of the table they see. Exits with 3 if there is no such record.",
    positionals: [
      .table,
      Positional(
        "KEY", help: "the record's primary key; for a composite key, all values in order",
        isRequired: false, isRepeatable: true),
    ],
    options: Option.data
      + [.narrowedBy, .askedAct, .askedField, .accessFormat, .output, .now, .timeout],
    exclusive: [[.workspace, .database], [.workspace, .profile]],
    examples: [
      Example("who sees a task", "rowscope who tasks 35 --workspace SampleData"),
      Example("who sees how many tasks", "rowscope who tasks --workspace SampleData"),
    ])

  static let test = Declaration(
    "test", summary: "Check what users are expected to see and do.",
    details:
      "For administrators: the differences show what the users cannot see. Without a FILE, runs the "
      + "files of the folder `tests` beside the workspace. `rowscope help tests` shows their keys. "
      + "Exits with 1 if a test fails.",
    positionals: [
      Positional(
        "FILE", help: "a file of tests", isRequired: false, isRepeatable: true, completion: .path)
    ],
    options: [.workspace, .testFormat, .output, .now, .timeout],
    examples: [Example("the sample's tests", "rowscope test --workspace SampleData")])

  static let diff = Declaration(
    "diff", summary: "Show what users gain and lose where other rules take the place of old ones.",
    details:
      "For administrators: it shows records and fields that users cannot see. OLD and NEW are two "
      + "workspaces, or with --workspace two documents of one of its profiles. Both are asked of the "
      + "same records, those of NEW. Exits with 1 if somebody gains something.",
    positionals: [
      Positional("OLD", help: "a workspace, or a profile's document", completion: .path),
      Positional("NEW", help: "what takes its place", completion: .path),
    ],
    options: [.workspace, .changedProfile, .accessFormat, .output, .now, .timeout],
    examples: [
      Example(
        "a profile in the place of another",
        "cd SampleData && rowscope diff profiles/support.json profiles/nobody.json --workspace .")
    ])
}
