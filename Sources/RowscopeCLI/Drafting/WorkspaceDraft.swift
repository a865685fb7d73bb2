import Documents
import RecordFilter
import RowscopeModel

/// A first workspace for a database: what can be guessed is declared, and said to be a guess.
struct WorkspaceDraft {
  let sampled: SampledDatabase
  /// The database's path as the workspace names it.
  let database: String
  /// What stands for missing numbers in CSV files.
  var nulls: [String] = []

  /// The files, by their paths in the workspace's folder.
  var files: [(path: String, text: String)] {
    [("profiles/reader.json", profile), ("users.json", users), ("workspace.json", workspace)]
  }

  // MARK: The workspace

  private var workspace: String {
    let tables = sampled.schema.tables.indices.map { TableID($0) }.compactMap(table)
    let declarations =
      tables.isEmpty
      ? "  // Nothing could be guessed of the tables.\n  \"tables\": {},\n"
      : "  \"tables\": {\n\(tables.joined(separator: "\n"))  },\n"
    return """
      // Made by `rowscope init`. What follows "guess:" was guessed from names, keys and up to
      // \(SampledDatabase.sampleSize) records of each table: look at it before you rely on it.
      // `rowscope check` finds mistakes, `rowscope help workspace` explains the keys.
      {
        "database": \(Self.json(database)),
        "users": "users.json",
      \(nullWords)
        "profiles": {
          "reader": "profiles/reader.json",
        },

      \(declarations)}

      """
  }

  private var nullWords: String {
    guard !nulls.isEmpty else { return "" }
    let list = nulls.map { Self.json($0) }.joined(separator: ", ")
    return """
        // guess: cells that stand among numbers; without this the columns are text
        "null": [\(list)],

      """
  }

  /// The declaration of a table; nil if there is nothing to declare.
  private func table(_ id: TableID) -> String? {
    let table = sampled.schema[id]
    guard table.kind == .table else { return nil }
    var lines: [String] = []
    if let owner = field(called: Self.owners, in: id, of: sampled.people) {
      lines += [
        "      // guess: by its name; a user of the type \"user\" reaches the records with their id",
        "      \"owner_field\": \(Self.json(table[owner].name.string)),",
      ]
    }
    // A group in words is seldom one of people.
    if let team = field(called: Self.teams, in: id, of: nil),
      sampled.target(of: team, in: id) != nil || table[team].affinity.isNumeric
    {
      lines += [
        "      // guess: by its name; a user of the type \"user\" reaches those of their teams",
        "      \"team_field\": \(Self.json(table[team].name.string)),",
      ]
    }
    let fields = table.fieldIndices.flatMap { field(_: $0, of: id) }
    if !fields.isEmpty { lines += ["      \"fields\": {"] + fields + ["      },"] }
    guard !lines.isEmpty else { return nil }
    return "    \(Self.json(table.name.string)): {\n"
      + lines.map { $0 + "\n" }.joined() + "    },\n"
  }

  /// The lines that declare a field, with what it was guessed from.
  private func field(_ field: FieldID, of table: TableID) -> [String] {
    let column = sampled.schema[table][field]
    let name = Self.json(column.name.string)
    if let target = sampled.references[FieldReference(table, field)] {
      let far = sampled.schema[target.table]
      let isPerson = target.table == sampled.people
      let relation =
        "{\"table\": \(Self.json(far.name.string)), "
        + "\"field\": \(Self.json(far[target.field].name.string))}"
      return [
        "        // guess: the name speaks of \(Self.comment(far.name.string)), and the values are "
          + "among its keys",
        "        \(name): {\(isPerson ? "\"type\": \"user\", " : "")\"relation\": \(relation)},",
      ]
    }
    if let target = sampled.target(of: field, in: table) {
      // A foreign key says the rest.
      return target.table == sampled.people ? ["        \(name): {\"type\": \"user\"},"] : []
    }
    guard
      let guess = FieldGuess(
        column, sampled.samples[table.index][field.index],
        isIndexed: sampled.schema[table].indexedFields.contains(field)),
      guess.isOfKeys || !sampled.schema[table].primaryKey.contains(field)
    else { return [] }
    return [
      "        // guess: \(guess.reason)", "        \(name): {\(guess.declaration)},",
    ]
  }

  // MARK: Owners and teams

  private static let owners = [
    "owner", "owned_by", "user", "author", "created_by", "creator", "assignee", "assigned_to",
    "account_manager",
  ]
  private static let teams = ["team", "group", "department", "squad"]

  /// The first field of one of these names, with `_id` or without.
  ///
  /// - Parameter target: what the field must refer to if it refers to anything.
  private func field(
    called names: [String], in table: TableID, of target: TableID?
  ) -> FieldID? {
    let fields = sampled.schema[table].fieldIndices
    return names.lazy.compactMap { name in
      fields.first { field in
        var words = sampled.schema[table][field].name.string.nameWords
        if words.count > 1, words.last == "id" { words.removeLast() }
        guard words.joined(separator: "_") == name else { return false }
        guard let target, let other = sampled.target(of: field, in: table) else { return true }
        return other.table == target
      }
    }.first
  }

  // MARK: The profile and the user

  private var profile: String {
    var example = ""
    for id in sampled.schema.tables.indices.map({ TableID($0) }) {
      guard let owner = field(called: Self.owners, in: id, of: sampled.people) else { continue }
      let table = sampled.schema[id]
      example = """
            // This would show a user their own records of a table alone:
            // \(Self.json(table.name.string)): {"data": [{"field": \
        \(Self.json(table[owner].name.string)), "reference": "id_user"}]},

        """
      break
    }
    return """
      // Reads everything, changes nothing. What is not granted is denied: `rowscope help profile`.
      {
        "tables_enabled": {
          "*": {"can_edit": 0, "create_comment": 0},
      \(secrets)\(example)  },
      }

      """
  }

  /// Words in the names of fields that nobody reads.
  private static let secretWords: Set = [
    "password", "passwd", "pwd", "secret", "token", "salt", "otp", "passwordhash", "passhash",
  ]

  /// The grants of tables with fields that look like secrets.
  private var secrets: String {
    var grants = ""
    for table in sampled.schema.tables {
      let names = table.fields.map(\.name.string).filter {
        !Self.secretWords.isDisjoint(with: $0.nameWords)
      }
      guard !names.isEmpty else { continue }
      let list = names.map { Self.json($0) }.joined(separator: ", ")
      grants += """
            // guess: secrets, by their names
            \(Self.json(table.name.string)): {
              "can_edit": 0, "create_comment": 0, "fields_excluded": [\(list)],
            },

        """
    }
    return grants
  }

  private var users: String {
    let person = sampled.person
    var fields = ["\"id_user\": \(Self.json(person?.id ?? 1))"]
    if let name = person?.name, !name.isEmpty { fields.append("\"name\": \(Self.json(name))") }
    fields.append("\"profile\": \"reader\"")
    let source =
      sampled.people.map { "of the table \(Self.comment(sampled.schema[$0].name.string))" }
    let comment =
      person == nil
      ? "// A first user: the id is what the reference id_user compares with."
      : "// guess: the first record \(source ?? ""). Its id is what the reference id_user compares with."
    return """
      \(comment)
      [
        {\(fields.joined(separator: ", "))},
      ]

      """
  }

  // MARK: Text

  private static func json(_ text: String) -> String { JSONWriter.string(text) }

  private static func json(_ value: Value) -> String {
    switch value {
    case .integer(let integer): String(integer)
    case .text(let text): json(text.string)
    case .null, .real, .blob: "1"
    }
  }

  /// A name on one line.
  private static func comment(_ name: String) -> String { Printable.text(name) }
}
