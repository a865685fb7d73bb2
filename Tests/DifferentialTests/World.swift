import RecordFilter
import RowscopeModel
import TestSupport

/// A random database that a script could make: its schema as SQL and as the library reads it, and
/// the rows to insert.
struct World {
  /// `CREATE TABLE`, then `CREATE VIEW`.
  var definitions: [String] = []
  var schema = Schema(tables: [])
  /// The values of the writable columns, by table.
  var rows: [[[Value]]] = []
  /// The writable columns by table; empty for a view.
  var writable: [[String]] = []
  var indexes: [String] = []
  /// Below this many rows the tables in memory dictionary-encode all texts; above it, only repeated
  /// ones.
  var plainTextThreshold = 0

  static let main = TableID(0)
  static let other = TableID(1)
  static let link = TableID(2)

  init(_ random: inout SeededGenerator) {
    var tables: [Table] = []
    for index in 0..<2 {
      tables.append(addTable(index, &random))
    }
    tables.append(addLink(tables[0], &random))
    tables[0] = withLink(tables[0])
    if Int.random(in: 0..<3, using: &random) == 0 { tables.append(addView(tables[0], &random)) }
    schema = Schema(tables: tables)
    plainTextThreshold = Bool.random(using: &random) ? 0 : 1 << 20
    fill(&random)
  }

  // MARK: Tables

  private mutating func addTable(_ index: Int, _ random: inout SeededGenerator) -> Table {
    let name = "t\(index)"
    let isStrict = Int.random(in: 0..<5, using: &random) == 0
    let isWithoutRowID = Int.random(in: 0..<5, using: &random) == 0
    var columns = [isWithoutRowID ? "id INT NOT NULL PRIMARY KEY" : "id INTEGER PRIMARY KEY"]
    var fields = [
      Field(name: "id", declaredType: "INTEGER", affinity: .integer, isNullable: false)
    ]
    var written = ["id"]
    for column in 0..<Int.random(in: 3...6, using: &random) {
      let name = "c\(column)"
      let types =
        isStrict
        ? ["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"]
        : [
          "INTEGER", "REAL", "NUMERIC", "TEXT", "TEXT", "", "VARCHAR(9)", "DATE", "BLOB", "BOOLEAN",
        ]
      let type = types.randomElement(using: &random) ?? "TEXT"
      let collation = Collation.allCases.randomElement(using: &random) ?? .binary
      let isNullable = Int.random(in: 0..<4, using: &random) > 0
      let isArray = !isStrict && type == "TEXT" && Int.random(in: 0..<3, using: &random) == 0
      columns.append(
        "\(name) \(type) \(isNullable ? "" : "NOT NULL") COLLATE \(collation.rawValue)")
      let declared = !isArray && Bool.random(using: &random) ? RandomTypes.type(&random) : nil
      fields.append(
        Field(
          name: Name(name), declaredType: type,
          // In a STRICT table ANY stores every value unchanged.
          affinity: isStrict && type == "ANY" ? .blob : Affinity(declaredType: type),
          collation: collation, isNullable: isNullable, type: declared,
          members: isArray ? RandomTypes.members(&random) : MembersForm(),
          storage: isArray ? .jsonArray : .column))
      written.append(name)
    }
    if Bool.random(using: &random) {
      let type =
        ["INTEGER", "TEXT", "REAL", isStrict ? "ANY" : ""].randomElement(using: &random) ?? ""
      let expression =
        ["c0 || c1", "c1", "length(c0)", "c0 + 1", "CAST(c0 AS TEXT)"]
        .randomElement(using: &random) ?? "c0"
      // A STRICT table would refuse rows with values of other types.
      let declared = isStrict ? "ANY" : type
      let kind = Bool.random(using: &random) ? "VIRTUAL" : "STORED"
      columns.append("g \(declared) AS (\(expression)) \(kind)")
      fields.append(
        Field(
          name: "g", declaredType: declared,
          affinity: declared == "ANY" ? .blob : Affinity(declaredType: declared),
          storage: .generatedColumn))
    }
    let options = [isStrict ? "STRICT" : nil, isWithoutRowID ? "WITHOUT ROWID" : nil]
      .compactMap { $0 }.joined(separator: ", ")
    definitions.append("CREATE TABLE \(name)(\(columns.joined(separator: ", "))) \(options)")
    writable.append(written)
    var indexed: Set<FieldID> = [FieldID(0)]
    for _ in 0..<Int.random(in: 0...2, using: &random) {
      let keys = fields.filter { $0.storage == .column }.shuffled(using: &random).prefix(
        Int.random(in: 1...2, using: &random))
      indexes.append(
        "CREATE INDEX i\(indexes.count) ON \(name)(\(keys.map(\.name.string).joined(separator: ", ")))"
      )
      if let first = fields.firstIndex(where: { $0.name == keys.first?.name }) {
        indexed.insert(FieldID(first))
      }
    }
    // Declared even when SQLite runs without indexes: this changes the statements, never the
    // answers.
    return Table(
      name: Name(name), fields: fields, primaryKey: [FieldID(0)], indexedFields: indexed)
  }

  private mutating func addLink(_ main: Table, _ random: inout SeededGenerator) -> Table {
    func field(_ name: Name) -> Field {
      let type = ["INTEGER", "TEXT", "", "REAL", "NUMERIC"].randomElement(using: &random) ?? ""
      return Field(
        name: name, declaredType: type, affinity: Affinity(declaredType: type),
        collation: Collation.allCases.randomElement(using: &random) ?? .binary)
    }
    let fields = [field("record"), field("member"), field("second")]
    let columns = fields.map { "\($0.name) \($0.declaredType) COLLATE \($0.collation.rawValue)" }
    definitions.append("CREATE TABLE link(\(columns.joined(separator: ", ")))")
    writable.append(["record", "member", "second"])
    if Bool.random(using: &random) {
      indexes.append("CREATE INDEX i\(indexes.count) ON link(member, record)")
    }
    return Table(name: "link", fields: fields)
  }

  /// With a field whose members are in the link table.
  private func withLink(_ table: Table) -> Table {
    let near = FieldID(table.fields[1].storage == .column ? 1 : 0)
    let link = Link(
      table: Self.link, pairs: [ColumnPair(near: near, far: FieldID(0))], member: FieldID(1))
    return Table(
      name: table.name, fields: table.fields + [Field(name: "members", storage: .link(link))],
      primaryKey: table.primaryKey, indexedFields: table.indexedFields)
  }

  private mutating func addView(_ main: Table, _ random: inout SeededGenerator) -> Table {
    definitions.append(
      "CREATE VIEW v AS SELECT id, c0, c0 || c1 AS joined, CAST(c1 AS INTEGER) AS whole, "
        + "CAST(c2 AS TEXT) AS text, +c2 AS plain FROM t0")
    writable.append([])
    func field(_ name: Name, _ affinity: Affinity) -> Field {
      Field(
        name: name, affinity: affinity,
        collation: Collation.allCases.randomElement(using: &random) ?? .binary,
        type: name != "id" && Bool.random(using: &random) ? RandomTypes.type(&random) : nil)
    }
    return Table(
      name: "v", kind: .view,
      fields: [
        field("id", .integer), field("c0", main.fields[1].affinity), field("joined", .blob),
        field("whole", .integer), field("text", .text), field("plain", .blob),
      ])
  }

  // MARK: Rows

  /// A relation to a table without an index costs SQLite the product of both sizes.
  private static func rowCount(ofMain isMain: Bool, _ random: inout SeededGenerator) -> Int {
    guard isMain else { return [0, 3, 20, 40, 60].randomElement(using: &random) ?? 40 }
    // Many small ones for variety, some large ones for the number of cells.
    return Int.random(in: 0..<4, using: &random) == 0
      ? Int.random(in: 1_000...4_000, using: &random)
      : [0, 3, 60, 120, 200, 200].randomElement(using: &random) ?? 200
  }

  private mutating func fill(_ random: inout SeededGenerator) {
    for table in writable.indices {
      rows.append([])
      guard !writable[table].isEmpty else { continue }
      var count = Self.rowCount(ofMain: table == 0, &random)
      // Sometimes more than one block.
      if table == 0, Int.random(in: 0..<30, using: &random) == 0 {
        count = Int.random(in: 4_097...9_000, using: &random)
      }
      // Each column draws from few values, sometimes of a single kind, so that rows agree
      // sometimes.
      let pools = writable[table].indices.map { column in
        let field = schema.tables[table].fields[column]
        return field.type.map { RandomTypes.pool(of: $0, &random) }
          ?? field.members.separator.map { RandomTypes.lists(separatedBy: $0, &random) }
          ?? RandomValues.pool(&random)
      }
      let keys = Array(0..<Int64(count)).shuffled(using: &random)
      for row in 0..<count {
        rows[table].append(
          pools.indices.map { column in
            if column == 0, table < 2 { return .integer(keys[row] * 3 - 20) }
            if column == 0, table == 2, Bool.random(using: &random) {
              return .integer(Int64.random(in: -20...60, using: &random))
            }
            return pools[column].randomElement(using: &random) ?? .null
          })
      }
    }
  }
}
