import Rowscope
import RowscopeModel
import Workspaces

extension Positional {
  static let table = Positional("TABLE", help: "the table, or view")
  static let profiles = Positional(
    "PROFILE", help: "a profile of the workspace, or a file", isRequired: false,
    isRepeatable: true, completion: .path)
}

extension Option {
  // Data.
  static let workspace = Option(
    "workspace", value: "PATH", group: .data, help: "a workspace.json, or its folder",
    default: "./workspace.json", completion: .path)
  static let database = Option(
    "db", value: "FILE|FOLDER", group: .data,
    help: "without a workspace: a SQLite database, a folder of CSV files, or a .catalog.json",
    completion: .path)
  static let profile = Option(
    "profile", value: "FILE|NAME", group: .data,
    help: "without a workspace: the profile's file; with one: the profiles of the --user, by name, "
      + "or the file of a draft",
    isRepeatable: true, completion: .path)

  static let data = [workspace, database, profile]
  static let exclusive: [[Option]] = [[workspace, database], [`as`, user], [`as`, profile]]

  // User.
  static let `as` = Option(
    "as", value: "NAME|ID", group: .who,
    help: "one of the workspace's users, by name, its beginning, email or id")
  static let requiredAs = Option(
    "as", value: "NAME|ID", group: .who,
    help: "one of the workspace's users, by name, its beginning, email or id", isRequired: true)
  static let user = Option(
    "user", value: "ID", group: .who,
    help: "a user described by options, by id; goes with --profile")
  static let attribute = Option(
    "attribute", value: "NAME=VALUE", group: .who,
    help: "an attribute of that user, such as region=south or 'levels=[1, 2]'",
    isRepeatable: true, requires: "user")
  static let team = Option(
    "team", value: "ID", group: .who, help: "a team of that user", isRepeatable: true,
    requires: "user")
  static let seat = Option(
    "seat", value: "SEAT", group: .who, help: "that user's seat", requires: "user")
  static let userType = Option(
    "type", value: "TYPE", group: .who, help: "that user's type", requires: "user")

  static let allUsers = Option(
    "all-users", group: .who, help: "every user of the workspace, with one TABLE")

  static let narrowedBy = Option(
    "narrowed-by", value: "NAME", group: .who,
    help: "a profile of the workspace to which the access is narrowed, as for a share link",
    isRepeatable: true)

  static let who = [`as`, user, attribute, team, seat, userType, narrowedBy]

  // Request.
  static let select = Option(
    "select", short: "s", value: "FIELDS", group: .what,
    help: "the fields to show, separated by commas; client.name is that of the related record",
    default: "all that the user may see")
  static let `where` = Option(
    "where", short: "w", value: "CONDITION", group: .what,
    help: "a condition such as 'priority >= 3', 'status in Open, Waiting', 'owner = @id_user or "
      + "not (team = 2)' or 'some comments (author = 7 and internal = 1)'; all must hold",
    isRepeatable: true)
  static let filter = Option(
    "filter", value: "JSON", group: .what,
    help: "a condition, or a list of them, in the request format", isRepeatable: true)
  static let any = Option(
    "any", group: .what, help: "records that match one --where or --filter are enough")
  static let search = Option(
    "search", value: "TEXT", group: .what, help: "a text that one of the text fields contains")
  static let sort = Option(
    "sort", value: "KEYS", group: .what,
    help: "the order: 'due_date desc, title', or -due_date,title", default: "the primary key",
    takesDash: true)
  static let limit = Option(
    "limit", short: "n", value: "N|all", group: .what, help: "the most records to list",
    default: "100")
  static let page = Option(
    "page", value: "N", group: .what, help: "the page to list, each of --limit records",
    default: "1")
  static let after = Option(
    "after", value: "CURSOR", group: .what, help: "continue after the list with this cursor")
  static let count = Option(
    "count", value: "HOW", group: .what, help: "count all matching records, on standard error",
    choices: ["none", "bounded", "exact"], default: "none")

  static let may = Option(
    "may", group: .what,
    help: "what the user may do with each record, edit or delete: a column \"may\"; in JSON, "
      + "{\"items\": [...], \"may\": [...]}, and as lines {\"item\": {...}, \"may\": [...]}")
  static let explainedMay = Option(
    "may", group: .what, help: "ask what the user may do with each record as well")
  static let explainedCount = Option(
    "count", value: "HOW", group: .what, help: "how to count all matching records",
    choices: ["none", "bounded", "exact"], default: "none")

  // Summary.
  static let by = Option(
    "by", value: "FIELDS", group: .what,
    help: "the fields to group by, separated by commas; client.region is that of the related "
      + "record, due_date:month the month of a date (day, week, month, quarter, year)",
    default: "one group of all records", isRepeatable: true)
  static let sum = aggregate("sum", "the exact sum of these fields")
  static let avg = aggregate("avg", "their mean")
  static let min = aggregate("min", "their least value")
  static let max = aggregate("max", "their greatest value")
  static let countDistinct = aggregate("count-distinct", "how many different values they have")
  static let chart = Option(
    "chart", group: .how, help: "draw a bar for the last column of each group, in a table")
  static let aggregates: [(Option, SummaryRequest.Aggregate.Function)] = [
    (sum, .sum), (avg, .avg), (min, .min), (max, .max), (countDistinct, .countDistinct),
  ]
  static let summarySort = Option(
    "sort", value: "KEYS", group: .what,
    help: "the order, by the columns of the answer: 'count desc', or -count",
    default: "the groupings", takesDash: true)
  static let summaryLimit = Option(
    "limit", short: "n", value: "N|all", group: .what, help: "the most groups to list",
    default: "100")

  private static func aggregate(_ name: String, _ help: String) -> Option {
    Option(name, value: "FIELDS", group: .what, help: help, isRepeatable: true)
  }

  static let conditions = [`where`, filter, any, search]

  // Writing.
  static let all = Option(
    "all", group: .what, help: "every record that the user can access; excludes conditions")
  static let ifUnchanged = Option(
    "if-unchanged", value: "FIELD=VALUE", group: .what,
    help: "only if the field still holds this value, or, with :=, this JSON value",
    isRepeatable: true)
  static let set = Option(
    "set", value: "JSON", group: .what,
    help: "fields as a JSON object, beside FIELD=VALUE: '{\"a=b\": 1}'")

  // Output and engine.
  static let format = Option(
    "format", short: "f", value: "FORMAT", group: .how, help: "the output format",
    choices: OutputFormat.allCases.map(\.rawValue),
    default: "as --output ends; else table on a terminal, jsonl in a pipe")
  static let askedAct = Option(
    "may", value: "ACT", group: .what,
    help: "whether the user may do this, in place of seeing the record",
    choices: ["edit", "delete"]
  )
  static let changedProfile = Option(
    "profile", value: "NAME", group: .data,
    help: "the profile that OLD and NEW are documents of, if neither is the workspace's own file",
    requires: "workspace")
  static let testFormat = Option(
    "format", short: "f", value: "FORMAT", group: .how, help: "the output format",
    choices: ["text", "junit"], default: "text")
  static let askedField = Option(
    "field", value: "FIELD", group: .what,
    help: "whether the user sees, or with `--may edit` edits, this field of the record")
  static let explanationFormat = Option(
    "format", short: "f", value: "FORMAT", group: .how, help: "the output format",
    choices: ["text", "json"], default: "text")
  static let sqlFormat = Option(
    "format", short: "f", value: "FORMAT", group: .how, help: "the output format",
    choices: ["sql", "json"], default: "sql")
  static let predicate = Option(
    "predicate", value: "ACT", group: .what,
    help: "in place of a list: the records that the user may see, edit or delete, as what follows "
      + "WHERE",
    choices: RecordAct.allCases.map(\.rawValue))
  static let accessFormat = Option(
    "format", short: "f", value: "FORMAT", group: .how, help: "the output format",
    choices: ["table", "json", "markdown"], default: "table")
  static let engine = Option(
    "engine", value: "ENGINE", group: .how,
    help:
      "SQLite, columns in memory loaded for the request, or both, compared; exits with 1 if they "
      + "differ",
    choices: EngineChoice.allCases.map(\.rawValue), default: "sqlite")
  static let explainedEngine = Option(
    "engine", value: "ENGINE", group: .how, help: "the engine to explain",
    choices: ["sqlite", "memory"], default: "sqlite")
  static let jsonSchema = Option(
    "json", value: "DOCUMENT", group: .how, help: "the JSON Schema of a kind of document",
    choices: DocumentSchema.allCases.map(\.rawValue))
  static let output = Option(
    "output", short: "o", value: "FILE", group: .how,
    help: "write to a file, which appears once it is complete", default: "standard output",
    completion: .path)
  static let now = Option(
    "now", value: "TIME", group: .how, help: "the current time, such as 2026-11-22T09:00:00Z",
    default: "the clock")
  static let timeout = Option(
    "timeout", value: "SECONDS", group: .how, help: "stop after this time")
  static let trust = Option(
    "trust", value: "WHAT", group: .what,
    help:
      "what requests may set: \"as\" may be a user as in users.json, \"now\" the time in Unix "
      + "seconds, \"narrowed_by\" a profile that narrows the access; with --listen, naming: each "
      + "request has its own \"as\"",
    choices: ["user", "clock", "narrowing", "naming"], default: "none", isRepeatable: true)
  static let listen = Option(
    "listen", value: "ADDRESS", group: .how,
    help: "take connections at unix:PATH, or at tcp:127.0.0.1:PORT (0: any free one, told on "
      + "standard error)", default: "standard input and output")
  static let secretFile = Option(
    "secret-file", value: "FILE", group: .how,
    help: "a text of 16 bytes or more that the first line of each connection must have as "
      + "\"secret\"; needed for tcp", completion: .path, requires: "listen")
  static let writable = Option(
    "writable", group: .what, help: "let requests create, update and delete records")
  static let secret = Option(
    "secret", value: "FILE", group: .how,
    help:
      "16 or more random bytes, the key of \"scope\" in answers and of cursors: the same for all "
      + "processes that share a cache", default: "one of this process alone", completion: .path)
  static let rows = Option(
    "rows", value: "N", group: .how, help: "how many tasks; the other tables are smaller",
    isRequired: true)
  static let seed = Option(
    "seed", value: "N", group: .how, help: "the seed; each gives another database", default: "1")
  static let withWorkspace = Option(
    "with-workspace", group: .how,
    help: "write a workspace.json, profiles and users beside the file, as in SampleData")
  static let replace = Option("replace", group: .how, help: "replace an existing file")

  // For every command.
  static let general = [
    Option("quiet", short: "q", group: .general, help: "print only errors"),
    Option(
      "no-color", group: .general, help: "no colours; NO_COLOR in the environment does the same"),
    Option("help", short: "h", group: .general, help: "this text"),
  ]
}
