import Rowscope
import Workspaces

// All commands and options: the parser, the help and the completions are generated from these.

extension Declaration {
  static let query = Declaration(
    "query", summary: "List the records of a table that a user may see.",
    positionals: [.table],
    options: Option.data + Option.who + Option.conditions
      + [
        .select, .sort, .limit, .page, .after, .count, .may, .format, .engine, .output, .now,
        .timeout,
      ],
    exclusive: Option.exclusive + [[.page, .after]],
    examples: [
      Example("Bia's tasks", "rowscope query tasks --workspace SampleData --as 'Bia Fontes'"),
      Example(
        "the urgent ones that are due first, as CSV",
        "rowscope query tasks --workspace SampleData --as 'Bia Fontes' "
          + "--where 'priority >= 3' --sort due_date --format csv"),
    ])

  static let count = Declaration(
    "count", summary: "Count the records of a table that a user may see.",
    positionals: [.table],
    options: Option.data + Option.who + Option.conditions + [.engine, .now, .timeout],
    exclusive: Option.exclusive,
    examples: [
      Example(
        "Bia's tasks that are not done",
        "rowscope count tasks --workspace SampleData --as 'Bia Fontes' --where 'status != Done'")
    ])

  static let get = Declaration(
    "get", summary: "Show one record, if the user may see it.",
    details: "A record that does not exist and one that the user may not see give the same answer.",
    positionals: [
      .table,
      Positional(
        "ID", help: "the record's primary key; for a composite key, all values in order",
        isRepeatable: true),
    ],
    options: Option.data + Option.who + [.select, .format, .engine, .output, .now, .timeout],
    exclusive: Option.exclusive,
    examples: [
      Example("one task", "rowscope get tasks 35 --workspace SampleData --as 'Bia Fontes'")
    ])

  static let create = Declaration(
    "create", summary: "Add a record, and show it as its user sees it.",
    details:
      "FIELD=VALUE is a text that is converted to the field's type: a number, true or false, a "
      + "date, or a list such as 'red, blue'. FIELD:=JSON is a JSON value: null, 3, \"3\", [3, 7].",
    positionals: [
      .table,
      Positional(
        "FIELD=VALUE", help: "the value of a field; with :=, as JSON", isRequired: false,
        isRepeatable: true),
    ],
    options: Option.data + Option.who + [.set, .select, .format, .output, .now, .timeout],
    exclusive: Option.exclusive,
    examples: [
      Example(
        "a task of team 1, in a database that may be written",
        "rowscope generate --rows 100 /tmp/create.sqlite --replace "
          + "&& rowscope create tasks title='Toner is out' team=1 "
          + "--db /tmp/create.sqlite --profile SampleData/profiles/manager.json --user 2 --team 1")
    ])

  static let update = Declaration(
    "update", summary: "Change one record, or all that match, within what a user may see and edit.",
    details:
      "A KEY names one record; --where and the other conditions select many; --all selects every "
      + "record that the user can access. Either all of them are changed or none. FIELD=VALUE and "
      + "FIELD:=JSON are as for `create`: FIELD:=null takes a field's value away, FIELD=null is a "
      + "text.",
    positionals: [
      .table,
      Positional(
        "KEY|FIELD=VALUE", help: "the primary key of one record, then the new values of its fields",
        isRepeatable: true),
    ],
    options: Option.data + Option.who + Option.conditions
      + [.all, .ifUnchanged, .set, .select, .format, .output, .now, .timeout],
    exclusive: Option.exclusive + [[.all, .where], [.all, .filter], [.all, .search]],
    examples: [
      Example(
        "the tasks of the highest priority",
        "rowscope generate --rows 100 /tmp/update.sqlite --replace "
          + "&& rowscope update tasks --where 'priority = 4' note=urgent "
          + "--db /tmp/update.sqlite --profile SampleData/profiles/developer.json --user 19")
    ])

  static let delete = Declaration(
    "delete",
    summary: "Delete one record, or all that match, within what a user may see and delete.",
    details:
      "A KEY names one record; --where and the other conditions select many; --all selects every "
      + "record that the user can access. Either all of them are deleted or none.",
    positionals: [
      .table,
      Positional(
        "KEY",
        help: "the primary key of one record; for a composite key, all values in order",
        isRequired: false, isRepeatable: true),
    ],
    options: Option.data + Option.who + Option.conditions + [.all, .ifUnchanged, .now, .timeout],
    exclusive: Option.exclusive + [[.all, .where], [.all, .filter], [.all, .search]],
    examples: [
      Example(
        "the tasks that are done",
        "rowscope generate --rows 100 /tmp/delete.sqlite --replace "
          + "&& rowscope delete tasks --where 'status = Done' "
          + "--db /tmp/delete.sqlite --profile SampleData/profiles/developer.json --user 19")
    ])

  static let field = Declaration(
    "field", summary: "Add, rename or drop a field of a table.",
    details:
      "Checks all profiles and the workspace against the changed table first. If one of them names "
      + "the field to drop or rename, nothing is changed, the places are listed, and the exit code "
      + "is 1.",
    positionals: [
      Positional("ACTION", help: "the change", choices: ["add", "rename", "drop"]),
      .table,
      Positional("FIELD", help: "the field"),
      Positional(
        "TYPE|NAME",
        help: "to add, its type: "
          + FieldType.allCases.filter { $0.columnType != nil }.map(\.rawValue)
          .joined(separator: ", ") + "; to rename, its new name",
        isRequired: false),
    ],
    options: Option.data + Option.who + [.timeout], exclusive: Option.exclusive,
    examples: [
      Example(
        "a date in every task",
        "rowscope generate --rows 100 /tmp/field.sqlite --replace "
          + "&& rowscope field add tasks closed_on date --db /tmp/field.sqlite "
          + "--profile SampleData/profiles/developer.json --user 19 --seat developer")
    ])

  static let explain = Declaration(
    "explain", summary: "Show how a user's list is made: decision, filter, SQL, bindings, plan.",
    details:
      "For administrators: it shows the names of fields that the user cannot see. Exits with 3 if "
      + "the table is denied, as the list would.",
    positionals: [.table],
    options: Option.data + Option.who + Option.conditions
      + [
        .select, .sort, .limit, .page, .after, .explainedCount, .explainedMay, .explanationFormat,
        .explainedEngine, .output, .now, .timeout,
      ],
    exclusive: Option.exclusive + [[.page, .after]],
    examples: [
      Example(
        "why Bia sees these tasks",
        "rowscope explain tasks --workspace SampleData --as 'Bia Fontes'")
    ])

  static let check = Declaration(
    "check", summary: "Find mistakes in profiles, and names that do not fit the database.",
    details:
      "Exits with 1 if there are errors. Without a PROFILE, checks all profiles of the workspace. "
      + "With --db, every PROFILE is a file.",
    positionals: [.profiles],
    options: Option.data, exclusive: [[.workspace, .database], [.workspace, .profile]],
    examples: [Example("all profiles of a workspace", "rowscope check --workspace SampleData")])

  static let access = Declaration(
    "access",
    summary: "Show what a user may do, and which rule denies the rest.",
    details:
      "For administrators: it shows the names of fields that the user cannot see. Every denial "
      + "names the line of the profile, the seat, the user type or the invitation that decided it. "
      + "Exits with 3 if TABLE is denied.",
    positionals: [
      Positional("TABLE", help: "one table; all, if left out", isRequired: false)
    ],
    options: Option.data + Option.who
      + [.allUsers, .accessFormat, .output, .now, .timeout],
    exclusive: Option.exclusive + [[.allUsers, .as], [.allUsers, .user]],
    examples: [
      Example("what Bia may do", "rowscope access --workspace SampleData --as 'Bia Fontes'"),
      Example("… with tasks", "rowscope access tasks --workspace SampleData --as 'Bia Fontes'"),
      Example(
        "who may do what with tasks", "rowscope access tasks --workspace SampleData --all-users"),
    ])

  static let menu = Declaration(
    "menu", summary: "Show a user's menu at first login, without what they cannot open.",
    options: Option.data + Option.who + [.format, .output, .timeout],
    exclusive: Option.exclusive,
    examples: [
      Example("Bia's menu", "rowscope menu --workspace SampleData --as 'Bia Fontes'")
    ])

  static let seats = Declaration(
    "seats", summary: "Show how many seats a workspace's users take, and who takes one.",
    details:
      "Guests take no seat, and a member's seat is not limited. Exits with 1 if more seats are "
      + "taken than the workspace's \"seats\" allows.",
    options: [.workspace, .format, .output],
    examples: [Example("the helpdesk's seats", "rowscope seats --workspace SampleData")])

  static let serve = Declaration(
    "serve", summary: "Answer list requests, one a line, until the input ends.",
    details:
      "Each request and each answer is a line of JSON, and answers come in the order of the "
      + "requests. Every line is answered, if only with an error. Profiles, users and the "
      + "workspace are reloaded when their files change. A client that writes many requests at "
      + "once must read answers at the same time. A request names its user and cannot describe "
      + "the user or set the time, unless --trust allows it.",
    options: [.workspace, .trust, .secret, .engine, .timeout],
    examples: [
      Example(
        "three of Bia's tasks",
        "echo '{\"as\": 3, \"object_type\": \"tasks\", \"size\": 3}' "
          + "| rowscope serve --workspace SampleData")
    ])

  static let tables = Declaration(
    "tables", summary: "List the tables of a database, or those that a user may see.",
    details:
      "For administrators. With --as or --user, lists what that user may see: their tables, and in "
      + "them their fields, keys and relations. --db needs no profile then, unless a user is given.",
    options: Option.data + Option.who + [.format, .output, .timeout], exclusive: Option.exclusive,
    examples: [
      Example("the tables of the helpdesk", "rowscope tables --workspace SampleData"),
      Example("those that Bia may see", "rowscope tables --workspace SampleData --as 'Bia Fontes'"),
    ])

  static let schema = Declaration(
    "schema",
    summary: "Show the fields of a table, or the keys of documents as a JSON Schema.",
    details:
      "With --as or --user, shows what that user may see; a table that they may not see does not "
      + "exist. --json shows the JSON Schema of a document: editors complete and check its keys "
      + "where a workspace begins with {\"$schema\": \"workspace.schema.json\", …}.",
    positionals: [Positional("TABLE", help: "the table, or view", isRequired: false)],
    options: Option.data + Option.who + [.jsonSchema, .accessFormat, .output, .timeout],
    exclusive: Option.exclusive
      + [
        [.jsonSchema, .workspace], [.jsonSchema, .database], [.jsonSchema, .as],
        [.jsonSchema, .user],
      ],
    examples: [
      Example("the fields of tasks", "rowscope schema tasks --workspace SampleData"),
      Example(
        "as Bia sees them", "rowscope schema tasks --workspace SampleData --as 'Bia Fontes'"),
      Example(
        "a schema for editors",
        "rowscope schema --json workspace > /tmp/workspace.schema.json"),
    ])

  static let initialize = Declaration(
    "init", summary: "Write a first workspace for a database, with a profile and a user.",
    details:
      "Looks at the tables, their keys and up to \(SampledDatabase.sampleSize) records of each, and "
      + "declares what it can guess: relations, owners, teams, dates and lists, each with what it was "
      + "guessed from. The files appear beside the database: workspace.json, users.json and "
      + "profiles/reader.json, which reads everything and changes nothing.",
    positionals: [
      Positional(
        "DB|FOLDER", help: "a SQLite database or a folder of CSV files; if left out, the one here",
        isRequired: false, completion: .path)
    ],
    options: [.replace],
    examples: [
      Example(
        "a workspace for a database",
        "rowscope generate --rows 100 /tmp/rowscope-init.sqlite --replace --quiet "
          + "&& rowscope init /tmp/rowscope-init.sqlite --replace")
    ])

  static let importing = Declaration(
    "import", summary: "Make a database of a folder of CSV files and JSON lines.",
    details:
      "Each NAME.csv, NAME.jsonl or NAME.ndjson becomes a table. The types, keys and relations that a "
      + "workspace declares become those of the database: the workspace of --workspace, one in the "
      + "folder, or one beside it that names the folder. The file appears once it is complete.",
    positionals: [
      Positional("FOLDER", help: "the folder of files, or of a workspace", completion: .path),
      Positional("FILE", help: "the database to make", completion: .path),
    ],
    options: [.workspace, .replace],
    examples: [
      Example(
        "the helpdesk as a database",
        "rowscope import SampleData /tmp/rowscope-helpdesk.sqlite --replace")
    ])

  static let generate = Declaration(
    "generate", summary: "Make a sample database of any size.",
    details: "It has the tables of SampleData; the same seed gives the same database.",
    positionals: [Positional("FILE", help: "the database to make", completion: .path)],
    options: [.rows, .seed, .withWorkspace, .replace],
    examples: [
      Example("a million tasks", "rowscope generate --rows 1000000 /tmp/million.sqlite --replace"),
      Example(
        "with a workspace that works at once",
        "rowscope generate --rows 1000 /tmp/desk/desk.sqlite --with-workspace --replace "
          + "&& rowscope query tasks --workspace /tmp/desk --as Bia --limit 2"),
    ])

  static let completions = Declaration(
    "completions", summary: "Write a script that completes commands and options in a shell.",
    positionals: [Positional("SHELL", help: "the shell", choices: Completions.Shell.names)],
    examples: [
      Example("bash, now", "source <(rowscope completions bash)"),
      Example(
        "fish, for good",
        "rowscope completions fish > ~/.config/fish/completions/rowscope.fish"),
    ])

  static let help = Declaration(
    "help", summary: "Explain rowscope, a command, or the keys of documents and requests.",
    positionals: [
      Positional(
        "COMMAND|TOPIC",
        help: "a command, or a topic: " + HelpTopic.names.joined(separator: ", "),
        isRequired: false, completion: .command)
    ],
    examples: [
      Example("all options of a command", "rowscope help query"),
      Example("the operators of conditions", "rowscope help operators"),
    ])
}

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
    help: "without a workspace: a SQLite database, or a folder of CSV files", completion: .path)
  static let profile = Option(
    "profile", value: "FILE|NAME", group: .data,
    help: "without a workspace: the profile's file; with one: the profiles of the --user, by name",
    isRepeatable: true, completion: .path)

  static let data = [workspace, database, profile]
  static let exclusive: [[Option]] = [[workspace, database], [`as`, user], [`as`, profile]]

  // User.
  static let `as` = Option(
    "as", value: "NAME|ID", group: .who,
    help: "one of the workspace's users, by name, its beginning, email or id")
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
  static let explanationFormat = Option(
    "format", short: "f", value: "FORMAT", group: .how, help: "the output format",
    choices: ["text", "json"], default: "text")
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
      + "seconds, \"narrowed_by\" a profile that narrows the access",
    choices: ["user", "clock", "narrowing"], default: "none", isRepeatable: true)
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
