import RecordFilter
import RowscopeModel
import TestSupport

/// A random database that a script could make, with everything the generator knows of it: where
/// each column's values come from. It does not ask the library, so that the library can be checked
/// against it.
struct TwinWorld {
  struct Column {
    var name: String
    /// The text after the name in CREATE TABLE; empty for a view's column and a link.
    var declaration: String
    /// The columns that this one derives its values from, in this table or another.
    var sources: [Place] = []
    var kind = Kind.plain
    /// The SQL of a link's members as one text: those that an answer shows, and the others.
    var members: (shown: String, others: String)?

    enum Kind { case plain, key, array, link, isoDate, unixDate, generated }
  }

  struct Place: Hashable {
    var table: Int
    var column: Int
  }

  struct Table {
    var name: String
    var columns: [Column]
    var isView = false
    /// The columns of the key.
    var key: [Int] = []
    /// The text after the columns.
    var constraints = ""
    var options = ""
    /// For a view: whether it is nondeterministic.
    var isNondeterministic = false
    /// A view's body.
    var body = ""
    /// The values of the stored columns, by row.
    var rows: [[Value]] = []
    var ownerColumn: Int?
    var teamColumn: Int?
    /// The relations: the name, the other table, the column here and the column there.
    var relations: [(name: String, table: Int, near: Int, far: Int)] = []

    /// Whether a column leads to the clients, who form a tree.
    func isInTree(_ column: Int) -> Bool {
      relations.contains {
        $0.table == TwinWorld.clients && $0.near == column && $0.name == columns[column].name
      }
    }

    var stored: [Int] {
      columns.indices.filter { ![.link, .generated].contains(columns[$0].kind) }
    }
  }

  var tables: [Table] = []
  /// Each may exist or not, without any visible difference.
  var indexes: [String] = []

  static let clients = 0
  static let tasks = 1
  static let notes = 2
  static let watchers = 3
  static let view = 4

  init(_ random: inout SeededGenerator) {
    addClients(&random)
    addTasks(&random)
    addNotes(&random)
    addWatchers(&random)
    addViews(&random)
    fill(&random)
    for _ in 0..<6 { addIndex(&random) }
  }

  // MARK: Tables

  /// A name, sometimes one that is hard to parse.
  private static func name(_ plain: String, _ random: inout SeededGenerator) -> String {
    guard Int.random(in: 0..<4, using: &random) == 0 else { return plain }
    return [
      "\(plain) x", plain.uppercased(), "\(plain)\"q", "\(plain)'s", "\(plain);--", "\(plain)é",
      "\(plain)]", "1\(plain)",
      // Each has its own suffix, so that no two names become equal.
      plain.hasSuffix("0") ? "order" : plain, "\(plain).x",
    ].randomElement(using: &random) ?? plain
  }

  private static func column(
    _ name: String, _ random: inout SeededGenerator
  ) -> Column {
    let type =
      [
        "INTEGER", "TEXT", "TEXT", "TEXT COLLATE NOCASE", "TEXT COLLATE RTRIM", "REAL", "NUMERIC",
        "", "",
      ].randomElement(using: &random) ?? ""
    return Column(name: Self.name(name, &random), declaration: type)
  }

  private mutating func addClients(_ random: inout SeededGenerator) {
    let key = Int.random(in: 0..<5, using: &random)
    var columns = [
      Column(
        name: "id",
        declaration: [
          "INTEGER PRIMARY KEY", "INTEGER PRIMARY KEY", "TEXT PRIMARY KEY", "INTEGER",
          "INT NOT NULL PRIMARY KEY",
        ][
          key], kind: .key)
    ]
    for index in 0..<Int.random(in: 2...4, using: &random) {
      columns.append(Self.column("c\(index)", &random))
    }
    let parent = ["INTEGER", "TEXT", ""].randomElement(using: &random) ?? ""
    columns.append(Column(name: "above", declaration: parent))
    tables.append(
      Table(
        name: Self.name("clients", &random), columns: columns, key: key == 3 ? [] : [0],
        options: key == 4 ? "WITHOUT ROWID" : "",
        relations: [("above", Self.clients, columns.count - 1, 0)]))
  }

  private mutating func addTasks(_ random: inout SeededGenerator) {
    let isComposite = Int.random(in: 0..<6, using: &random) == 0
    var columns = [
      Column(name: "id", declaration: isComposite ? "INTEGER" : "INTEGER PRIMARY KEY", kind: .key),
      Column(name: "client", declaration: "", sources: []),
      Column(
        name: "owner", declaration: ["INTEGER", "TEXT", ""].randomElement(using: &random) ?? ""),
      Column(name: "team", declaration: "INTEGER"),
      Column(name: "tags", declaration: "TEXT", kind: .array),
      Column(name: "due", declaration: "TEXT", kind: .isoDate),
      Column(name: "made", declaration: "INTEGER", kind: .unixDate),
    ]
    columns[1].declaration = ["INTEGER", "TEXT", ""].randomElement(using: &random) ?? ""
    for index in 0..<Int.random(in: 2...4, using: &random) {
      columns.append(Self.column("t\(index)", &random))
    }
    // Generated columns, some of them from other generated columns.
    let plain = Array(7..<columns.count)
    for index in 0..<Int.random(in: 0...2, using: &random) {
      guard let source = plain.randomElement(using: &random) else { continue }
      let other = index == 1 ? columns.count - 1 : 2
      let expression = [
        "\(columns[source].name.quoted) || \(columns[other].name.quoted)",
        "upper(\(columns[source].name.quoted))",
        "CASE WHEN \(columns[other].name.quoted) IS NULL THEN \(columns[source].name.quoted) END",
      ]
      let which = Int.random(in: 0..<3, using: &random)
      columns.append(
        Column(
          name: "g\(index)",
          declaration: "TEXT AS (\(expression[which]))"
            + (Bool.random(using: &random) ? " STORED" : ""),
          sources: ([source] + (which == 1 ? [] : [other])).map {
            Place(table: Self.tasks, column: $0)
          },
          kind: .generated))
    }
    var table = Table(name: Self.name("tasks", &random), columns: columns, key: [0])
    if isComposite {
      table.key = [0, 3]
      table.constraints = ", PRIMARY KEY (id, team)"
    }
    if Bool.random(using: &random) { table.ownerColumn = 2 }
    if Bool.random(using: &random) { table.teamColumn = 3 }
    table.relations = [("client", Self.clients, 1, 0)]
    tables.append(table)
  }

  private mutating func addNotes(_ random: inout SeededGenerator) {
    tables.append(
      Table(
        name: Self.name("notes", &random),
        columns: [
          Column(name: "id", declaration: "INTEGER PRIMARY KEY", kind: .key),
          Column(name: "task", declaration: "INTEGER"), Self.column("n0", &random),
          Self.column("n1", &random),
        ], key: [0], relations: [("task", Self.tasks, 1, 0)]))
    tables[Self.tasks].relations.append((tables[Self.notes].name, Self.notes, 0, 1))
    tables[Self.clients].relations.append((tables[Self.tasks].name, Self.tasks, 0, 1))
  }

  private mutating func addWatchers(_ random: inout SeededGenerator) {
    let types = ["INTEGER", "TEXT", "", "TEXT COLLATE NOCASE"]
    tables.append(
      Table(
        name: "watchers",
        columns: [
          Column(name: "task", declaration: "INTEGER"),
          Column(name: "team", declaration: "INTEGER"),
          Column(name: "member", declaration: types.randomElement(using: &random) ?? ""),
          Self.column("w0", &random),
        ]))
    let name = tables[Self.tasks].name.quoted
    let rows =
      "FROM watchers AS w WHERE w.task = \(name).id"
      + (tables[Self.tasks].key.count > 1 ? " AND w.team = \(name).team" : "")
    tables[Self.tasks].columns.append(
      Column(
        name: "watched by", declaration: "",
        sources: (tables[Self.tasks].key.count > 1 ? [0, 1, 2] : [0, 2]).map {
          Place(table: Self.watchers, column: $0)
        },
        kind: .link,
        members: (
          "(SELECT json_group_array(m) FROM (SELECT w.member AS m \(rows) AND typeof(w.member) "
            + "NOT IN ('null', 'blob') "
            + "ORDER BY w.member, w.member COLLATE BINARY, typeof(w.member)))",
          "(SELECT count(*) \(rows) AND typeof(w.member) = 'blob')"
        )))
  }

  // MARK: Rows

  private mutating func fill(_ random: inout SeededGenerator) {
    for table in tables.indices where !tables[table].isView {
      for index in 0..<Int.random(in: 6...20, using: &random) {
        tables[table].rows.append(row(of: table, key: index + 1, &random))
      }
    }
  }

  /// A possible row; most columns draw from few values, so that rows agree.
  func row(of table: Int, key: Int, _ random: inout SeededGenerator) -> [Value] {
    tables[table].stored.map { value(of: table, $0, key: key, &random) }
  }

  func value(of table: Int, _ column: Int, key: Int, _ random: inout SeededGenerator) -> Value {
    let declared = tables[table].columns[column]
    switch declared.kind {
    case .key:
      return declared.declaration.hasPrefix("TEXT") ? .text("k\(key)") : .integer(Int64(key))
    case .array:
      return ["[1,2]", "[2]", "[]", .null, "[7,\"x\"]", "no array", "[\"x\"]", "[7]"].randomElement(
        using: &random) ?? .null
    case .isoDate:
      return [
        "2026-11-22", "2026-11-20T10:00:00Z", .null, "2026-11-25", "soon", "2026-11-23 01:00",
      ]
      .randomElement(using: &random) ?? .null
    case .unixDate:
      return [1_795_338_000, 1_795_000_000, .null, 1_796_000_000].randomElement(using: &random)
        ?? .null
    case .plain, .generated, .link:
      switch declared.name {
      case "client", "task", "above":
        return [1, 2, 3, 4, 5, .null, "k1", "k2"].randomElement(using: &random) ?? 1
      case "owner", "team", "member":
        return [7, 8, 9, .null, "7", "x"].randomElement(using: &random) ?? 7
      default:
        return Int.random(in: 0..<8, using: &random) == 0
          ? Self.rare.randomElement(using: &random) ?? 1
          : Self.usual.randomElement(using: &random) ?? 1
      }
    }
  }

  /// Values that are equal or nearly so. Negative zero is not among them, as SQLite shows and sorts
  /// it as zero.
  static let usual: [Value] = [1, 2, 1.0, "a", "A", "b", "a ", .null, "1", "", "x%"]
  /// Nor is the one real that an integer column keeps beside an equal integer: a view grouped by it
  /// shows either.
  static let rare: [Value] = HostileValues.all.filter { value in
    if case .real(let real) = value { return (real != 0 || real.sign == .plus) && real != -0x1p63 }
    return true
  }

  // MARK: Indexes

  private mutating func addIndex(_ random: inout SeededGenerator) {
    let table = Int.random(in: 0..<4, using: &random)
    let columns = tables[table].columns.filter { $0.kind != .link }.shuffled(using: &random)
      .prefix(Int.random(in: 1...3, using: &random)).map { column in
        column.name.quoted + (Bool.random(using: &random) ? " DESC" : "")
      }
    let condition =
      Bool.random(using: &random) ? "" : " WHERE \(tables[table].columns[0].name.quoted) > 2"
    indexes.append(
      "CREATE INDEX i\(indexes.count) ON \(tables[table].name.quoted) "
        + "(\(columns.joined(separator: ", ")))\(condition)"
    )
  }

  // MARK: SQL

  /// The statements that make the tables.
  var definitions: [String] {
    tables.map { table in
      if table.isView { return "CREATE VIEW \(table.name.quoted) AS \(table.body)" }
      let columns = table.columns.filter { $0.kind != .link }.map {
        "\($0.name.quoted) \($0.declaration)"
      }.joined(separator: ", ")
      return "CREATE TABLE \(table.name.quoted) (\(columns)\(table.constraints)) \(table.options)"
    }
  }

  /// The workspace's declarations: types, relations, the link, owners and teams.
  var workspace: String {
    var declared: [String] = []
    for table in tables where !table.isView {
      var members: [String] = []
      if let owner = table.ownerColumn {
        members.append("\"owner_field\": \(json(table.columns[owner].name))")
      }
      if let team = table.teamColumn {
        members.append("\"team_field\": \(json(table.columns[team].name))")
      }
      var fields: [String] = []
      for (index, column) in table.columns.enumerated() {
        switch column.kind {
        case .array: fields.append("\(json(column.name)): {\"type\": \"tags\"}")
        case .isoDate: fields.append("\(json(column.name)): {\"type\": \"date\"}")
        case .unixDate:
          fields.append("\(json(column.name)): {\"type\": \"datetime\", \"encoding\": \"unix\"}")
        case .link:
          fields.append(
            "\(json(column.name)): {\"type\": \"users\", \"link\": {\"table\": \"watchers\", "
              + "\"record\": "
              + (table.key.count == 1 ? "\"task\"" : "[\"task\", \"team\"]")
              + ", \"member\": \"member\"}}")
        case .plain, .key, .generated:
          if let relation = table.relations.first(where: {
            $0.near == index && $0.name == column.name
          }) {
            let far = tables[relation.table]
            fields.append(
              "\(json(column.name)): {\"relation\": {\"table\": \(json(far.name)), \"field\": "
                + json(far.columns[relation.far].name)
                + (far.name == table.name ? ", \"tree\": true}}" : "}}"))
          }
        }
      }
      members.append("\"fields\": {\(fields.joined(separator: ", "))}")
      declared.append("\(json(table.name)): {\(members.joined(separator: ", "))}")
    }
    return
      "{\"database\": \"twin.sqlite\", \"users\": \"users.json\", \"profiles\": {PROFILES}, "
      + "\"tables\": {\(declared.joined(separator: ", "))}}"
  }
}

extension String {
  /// As an SQL identifier.
  var quoted: String {
    "\"" + split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  /// As an SQL text.
  var literal: String {
    "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}
