/// What other tools call a command or an option of this one. They are not taken, which would make
/// two names for one thing, but an error says what they are called here.
enum OtherWords {
  /// The command that is meant; nil for a word that means none.
  static func command(meantBy word: String) -> String? {
    commands.first { $0.words.contains(word) }?.name
  }

  /// The option that is meant, with a value if the word has one of it.
  static func option(meantBy word: String) -> (name: String, value: String?)? {
    if formats.contains(word) { return ("format", word) }
    return options.first { $0.words.contains(word) }.map { ($0.name, nil) }
  }

  /// Whether a word means the argument of a name, which is given without an option.
  static func means(_ word: String, argument: Positional) -> Bool {
    switch argument.name {
    case "TABLE": ["table", "from", "object", "object-type", "view"].contains(word)
    case "KEY": ["key", "id", "pk", "record"].contains(word)
    default:
      argument.completion == .path
        && ["db", "database", "file", "folder", "dir", "path", "input"].contains(word)
    }
  }

  private static let commands: [(name: String, words: [String])] = [
    ("query", ["list", "ls", "select", "find", "search", "show", "records", "rows", "cat"]),
    ("get", ["view", "read", "record", "one", "fetch"]),
    ("count", ["number", "size"]),
    ("summarize", ["aggregate", "group", "group-by", "sum", "stats", "report"]),
    ("create", ["insert", "add", "post", "put"]),
    ("update", ["edit", "set", "patch", "change", "modify"]),
    ("delete", ["remove", "rm", "drop"]),
    ("check", ["validate", "lint", "verify"]),
    ("schema", ["describe", "desc", "columns", "fields"]),
    ("compile", ["sql", "build", "render"]),
    ("explain", ["plan", "analyze", "analyse"]),
    ("access", ["permissions", "rights", "can", "grants", "policy", "policies", "users"]),
    ("menu", ["nav", "navigation", "pages"]),
    ("serve", ["server", "start", "run", "daemon", "listen"]),
    ("import", ["load", "convert", "copy"]),
    ("init", ["setup", "new", "start-project", "scaffold"]),
    ("help", ["man", "usage", "docs"]),
    ("--version", ["version"]),
  ]

  private static let options: [(name: String, words: [String])] = [
    ("by", ["group-by", "groupby", "group", "per"]),
    ("sort", ["order-by", "orderby", "order", "sort-by", "sorted-by", "order_by"]),
    ("select", ["fields", "columns", "field", "column", "cols", "project", "projection", "show"]),
    ("limit", ["size", "top", "take", "first", "head", "page-size", "per-page", "max", "n"]),
    ("page", ["offset", "skip"]),
    ("after", ["cursor", "next", "continue", "token", "start-after"]),
    ("where", ["condition", "conditions", "query", "if", "expr"]),
    ("filter", ["json-filter", "where-json", "filters"]),
    ("search", ["text", "match", "grep", "contains"]),
    ("as", ["who", "login", "run-as", "as-user", "for", "username"]),
    ("set", ["values", "value", "data", "fields"]),
    ("db", ["database", "sqlite", "file", "database-url", "url"]),
    ("workspace", ["folder", "dir", "config", "project", "root", "directory"]),
    ("profile", ["role", "roles", "profiles", "policy"]),
    ("user-type", ["type"]),
    ("attribute", ["attr", "attrs", "attributes", "param"]),
    ("team", ["teams", "group-id"]),
    ("format", ["output-format", "fmt", "as-format", "to"]),
    ("output", ["out", "o", "to-file"]),
    ("timeout", ["deadline", "max-time", "time-limit"]),
    ("replace", ["force", "overwrite", "f"]),
    ("quiet", ["silent"]),
    ("no-color", ["no-colour", "color", "colour", "plain"]),
    ("all", ["everything", "all-records"]),
    ("count", ["total", "with-count"]),
    ("now", ["time", "at", "clock"]),
  ]

  private static let formats = ["json", "jsonl", "csv", "markdown", "table", "html", "tsv", "sql"]
}
