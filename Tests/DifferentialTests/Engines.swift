import FilterMemory
import FilterSQL
import RecordFilter
import RecordStore

/// One world, held by both engines.
struct Engines: ~Copyable {
  let schema: Schema
  let connection: Connection
  let memory: MemoryDatabase
  /// By table and row: what SQLite stored, one value for each field (NULL for a link).
  let cells: [[[Value]]]

  init(_ world: World, withIndexes: Bool) throws {
    let connection = try Connection(.inMemory)
    for definition in world.definitions { try connection.execute(definition) }
    for (table, rows) in world.rows.enumerated() where !rows.isEmpty {
      let columns = world.writable[table]
      let name = world.schema.tables[table].name.string
      let marks = columns.map { _ in "?" }.joined(separator: ", ")
      let insert = try connection.statement(
        "INSERT OR IGNORE INTO \(name)(\(columns.joined(separator: ", "))) VALUES (\(marks))",
        as: .unrestricted)
      for row in rows {
        try insert.bind(row)
        // A row that the table refuses (STRICT, NOT NULL) is left out of both.
        _ = try? insert.step()
      }
    }
    if withIndexes { for index in world.indexes { try connection.execute(index) } }

    var memory = MemoryDatabase(schema: world.schema)
    var cells: [[[Value]]] = []
    for (index, table) in world.schema.tables.enumerated() {
      var builder = ColumnTableBuilder(table, fewestUncoded: world.fewestUncoded)
      let columns = builder.fields.map { table[$0].name.string }.joined(separator: ", ")
      let order = table.fields[0].name == "id" ? " ORDER BY id" : ""
      let select = try connection.statement(
        "SELECT \(columns) FROM \(table.name)\(order)", as: .unrestricted)
      var rows: [[Value]] = []
      for values in try select.rows() {
        builder.append(values)
        var row = Array(repeating: Value.null, count: table.fields.count)
        for (field, value) in zip(builder.fields, values) { row[field.index] = value }
        rows.append(row)
      }
      memory.load(try builder.finish(), as: TableID(index))
      cells.append(rows)
    }
    schema = world.schema
    self.memory = memory
    self.cells = cells
    self.connection = connection
  }

  func rowsFromSQLite(_ query: Query) throws -> [[Value]] {
    let sql = try QueryCompiler(schema: schema).select(query)
    let statement = try connection.statement(sql.text, as: .unrestricted)
    try statement.bind(sql.bindings)
    return try statement.rows()
  }

  func countFromSQLite(_ query: Query) throws -> Int {
    let sql = try QueryCompiler(schema: schema).count(query)
    let statement = try connection.statement(sql.text, as: .unrestricted)
    try statement.bind(sql.bindings)
    guard case .integer(let count)? = try statement.rows().first?.first else { return -1 }
    return Int(count)
  }

  func rowsFromMemory(_ query: Query) throws -> [[Value]] { try memory.select(query).records() }

  /// Whether SQLite gives these rows, and counts as memory does where that is asked.
  func agrees(_ query: Query, with found: [[Value]], counting: Bool) throws -> Bool {
    guard try rowsFromSQLite(query) == found else { return false }
    return try !counting || countFromSQLite(query) == memory.count(query)
  }

  /// What differs between the engines' answers, in words; nil where nothing does.
  func difference(_ query: Query) throws -> String? {
    let expected = try rowsFromSQLite(query)
    let found = try rowsFromMemory(query)
    guard expected == found else {
      let row = zip(expected, found).enumerated().first { $0.element.0 != $0.element.1 }
      return row.map { row in
        "row \(row.offset): SQLite \(row.element.0.map(\.literal)), memory \(row.element.1.map(\.literal))"
      }
        ?? "SQLite has \(expected.count) rows, memory \(found.count)"
    }
    let (count, ours) = (try countFromSQLite(query), try memory.count(query))
    return count == ours ? nil : "SQLite counts \(count), memory \(ours)"
  }

  /// The records as JSON lines, from SQLite's rows and from the columns.
  func jsonLines(_ query: Query) throws -> (sqlite: [UInt8], memory: [UInt8]) {
    let sql = try QueryCompiler(schema: schema).select(query)
    let statement = try connection.statement(sql.text, as: .unrestricted)
    try statement.bind(sql.bindings)
    let writer = JSONWriter(fields: query.projection, of: schema[query.table])
    var buffer = ByteBuffer()
    var count = 0
    while try statement.writeJSON(
      writer, framing: .lines, into: &buffer, writtenRows: &count, byteLimit: .max)
    {}
    var bytes: [UInt8] = []
    try memory.select(query).writeJSONLines(pieceSize: 1_000) { bytes.append(contentsOf: $0) }
    return (buffer.array, bytes)
  }
}
