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

  static let summarize = Declaration(
    "summarize", summary: "Group the records that a user may see, and count and sum them.",
    details:
      "Each group has its number of records, \"count\", and what the options ask for. Sums are "
      + "exact. --sort takes the names of the columns: --sort -sum_amount.",
    positionals: [.table],
    options: Option.data + Option.who + Option.conditions
      + [
        .by, .sum, .avg, .min, .max, .countDistinct, .summarySort, .summaryLimit, .page, .after,
        .chart, .format, .engine, .output, .now, .timeout,
      ],
    exclusive: Option.exclusive + [[.page, .after]],
    examples: [
      Example(
        "Bia's tasks by status",
        "rowscope summarize tasks --workspace SampleData --as 'Bia Fontes' --by status"),
      Example(
        "by the month in which they are due, with the hours",
        "rowscope summarize tasks --workspace SampleData --as 'Bia Fontes' "
          + "--by due_date:month --sum amount --format csv"),
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

  static let compile = Declaration(
    "compile", summary: "Print the SQL of a user's list, for a driver of your own.",
    details:
      "SQLite's SQL without any function of rowscope's, or PostgreSQL's with the catalog of such a "
      + "database, and a value for each parameter: for what runs it elsewhere. What the database "
      + "cannot decide exactly is refused, and exits with 2. "
      + "For administrators: rules name fields that the user cannot see.",
    positionals: [.table],
    options: Option.data + Option.who + Option.conditions
      + [
        .select, .sort, .limit, .page, .after, .explainedCount, .predicate, .sqlFormat, .output,
        .now, .timeout,
      ],
    exclusive: Option.exclusive + [[.page, .after]]
      + (Option.conditions + [.select, .sort, .limit, .page, .after, .explainedCount]).map {
        [.predicate, $0]
      },
    examples: [
      Example(
        "Bia's urgent tasks",
        "rowscope compile tasks --workspace SampleData --as 'Bia Fontes' --where 'priority >= 4'"),
      Example(
        "which tasks she may change, for an UPDATE of your own",
        "rowscope compile tasks --workspace SampleData --as 'Bia Fontes' --predicate edit"),
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
    exclusive: Option.exclusive + [[.allUsers, .as], [.allUsers, .user], [.allUsers, .profile]],
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

  static let catalog = Declaration(
    "catalog", summary: "Print the statement whose answer is a database's catalog.",
    details:
      "A catalog has the tables of a database without its records. With it in place of the database "
      + "`compile`, `check`, `access` and `menu` work where the database cannot be opened.",
    positionals: [
      Positional(
        "DATABASE", help: "what the database is", choices: CatalogKind.allCases.map(\.rawValue))
    ],
    examples: [
      Example(
        "for `sqlite3 helpdesk.sqlite < /tmp/catalog.sql > helpdesk.catalog.json`",
        "rowscope catalog sqlite > /tmp/catalog.sql"),
      Example(
        "for `psql \"$URL\" -XAtf /tmp/catalog.sql > helpdesk.catalog.json`",
        "rowscope catalog postgresql > /tmp/catalog.sql"),
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
