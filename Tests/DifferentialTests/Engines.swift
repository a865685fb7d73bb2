import Documents
import FilterMemory
import FilterSQL
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport

/// One world, held by both engines.
struct Engines: ~Copyable {
  let schema: Schema
  let connection: Connection
  let memory: MemoryDatabase
  /// The values as SQLite stored them, by table and row, one for each field (NULL for a link).
  let cells: [[[Value]]]

  /// - Parameter changes: whether the tables in memory begin with other records and are brought up
  ///   to date, by the random numbers of this seed.
  init(_ world: World, withIndexes: Bool, byChanges changes: UInt64? = nil) throws {
    let connection = try Connection(.inMemory)
    for definition in world.definitions { try connection.execute(definition) }
    try connection.execute("BEGIN")
    for (table, rows) in world.rows.enumerated() where !rows.isEmpty {
      let columns = world.writable[table]
      let name = world.schema.tables[table].name.string
      let marks = columns.map { _ in "?" }.joined(separator: ", ")
      let insert = try connection.statement(
        "INSERT OR IGNORE INTO \(name)(\(columns.joined(separator: ", "))) VALUES (\(marks))",
        as: .unrestricted)
      for row in rows {
        try insert.bind(row)
        // A row that the table refuses (STRICT, NOT NULL) is left out of both engines.
        _ = try? insert.step()
      }
    }
    try connection.execute("COMMIT")
    if withIndexes { for index in world.indexes { try connection.execute(index) } }

    var memory = MemoryDatabase(schema: world.schema)
    var cells: [[[Value]]] = []
    for (index, table) in world.schema.tables.enumerated() {
      var builder = ColumnTableBuilder(
        table, rowIDs: .lastCell, plainTextThreshold: world.plainTextThreshold)
      let columns = builder.fields.map { table[$0].name.string }.joined(separator: ", ")
      let order = table.fields[0].name == "id" ? " ORDER BY id" : ""
      let select = try connection.statement(
        "SELECT \(columns) FROM \(table.name)\(order)", as: .unrestricted)
      var rows: [[Value]] = []
      for values in try select.rows() {
        builder.append(values + [.integer(Int64(rows.count * 2))])
        var row = Array(repeating: Value.null, count: table.fields.count)
        for (field, value) in zip(builder.fields, values) { row[field.index] = value }
        rows.append(row)
      }
      memory.load(try builder.finish(), as: TableID(index))
      cells.append(rows)
    }
    if let changes {
      var changed = ChangedTables(world, cells, SeededGenerator(seed: changes))
      memory = try changed.memory()
    }
    schema = world.schema
    self.memory = memory
    self.cells = cells
    self.connection = connection
  }

  // MARK: Comparing

  /// The number of cells if SQLite's answer is memory's, cell by cell and in order; nil if the
  /// answers differ.
  ///
  /// - Parameter inPhases: whether SQLite runs the query as the service does, see
  ///   ``Query/phases(in:)``.
  func equalCells(
    _ query: Query, _ answer: MemoryAnswer, inPhases: Bool = false
  ) throws -> Int? {
    var record = 0
    guard inPhases else {
      guard try areEqual(query, answer, from: &record) else { return nil }
      return record == answer.count ? record * query.projection.count : nil
    }
    var phases = PhaseSequence(of: query, in: schema)
    while let phase = phases.next() {
      let before = record
      guard try areEqual(phase, answer, from: &record) else { return nil }
      let total = try countFromSQLite(phase)
      try phases.ended(phase, count: record - before) { _, limit in min(total, limit) }
    }
    return record == answer.count ? record * query.projection.count : nil
  }

  /// Whether a statement's records are those of the answer from one of them on.
  private func areEqual(
    _ query: Query, _ answer: MemoryAnswer, from record: inout Int
  ) throws -> Bool {
    let statement = try statement(try QueryCompiler(schema: schema).select(query))
    var isEqual = true
    while isEqual,
      let equal = try statement.next({ (row: borrowing Row) throws(StoreError) in
        answer.equals(row, at: record)
      })
    {
      isEqual = equal
      record += 1
    }
    return isEqual
  }

  private func statement(_ sql: SQLStatement) throws -> Statement {
    let statement = try connection.statement(sql.text, as: .unrestricted)
    try statement.bind(sql.bindings)
    return statement
  }

  func answerFromMemory(_ query: Query) throws -> MemoryAnswer {
    try MemoryAnswer(try memory.select(query))
  }

  func rowsFromMemory(_ query: Query) throws -> [[Value]] { try memory.select(query).records() }

  func rowsFromSQLite(_ query: Query) throws -> [[Value]] {
    try statement(try QueryCompiler(schema: schema).select(query)).rows()
  }

  func countFromSQLite(_ query: Query, upTo limit: Int? = nil) throws -> Int {
    let count = try statement(try QueryCompiler(schema: schema).count(query, upTo: limit))
      .next { (row: borrowing Row) throws(StoreError) in row.integer(0) }
    return Int(count ?? -1)
  }

  /// The difference between the engines' answers, in words; nil if there is none.
  func difference(_ query: Query) throws -> String? {
    let expected = try rowsFromSQLite(query)
    let found = try rowsFromMemory(query)
    guard expected == found else {
      let row = zip(expected, found).enumerated().first { $0.element.0 != $0.element.1 }
      return row.map { row in
        "row \(row.offset): SQLite \(row.element.0.map(\.literal)), memory "
          + "\(row.element.1.map(\.literal))"
      }
        ?? "SQLite has \(expected.count) rows, memory \(found.count)"
    }
    let answer = try answerFromMemory(query)
    guard try equalCells(query, answer) != nil else { return "a cell differs in its bits" }
    guard try equalCells(query, answer, inPhases: true) != nil else {
      return "the phases of the query give something else"
    }
    let (count, ours) = (try countFromSQLite(query), try memory.count(query))
    return count == ours ? nil : "SQLite counts \(count), memory \(ours)"
  }

  /// The records as JSON objects, from SQLite's rows and from the columns.
  func jsonLines(_ query: Query) throws -> (sqlite: [UInt8], memory: [UInt8]) {
    let statement = try statement(try QueryCompiler(schema: schema).select(query))
    let writer = RowJSONWriter(fields: query.projection, of: schema[query.table])
    var stored = ByteBuffer()
    var hasMore = true
    while hasMore {
      let written: Void? = try statement.next { (row: borrowing Row) throws(StoreError) in
        writer.write(row, into: &stored)
        stored.append(UInt8(ascii: "\n"))
      }
      hasMore = written != nil
    }
    var held = ByteBuffer()
    try memory.select(query).forEachJSONObject {
      held.append($0)
      held.append(UInt8(ascii: "\n"))
      return true
    }
    return (stored.array, held.array)
  }
}

/// The tables' answer to a query, read cell by cell in place.
struct MemoryAnswer {
  private let cells: SelectionCells

  init(_ selection: Selection) throws { cells = try selection.cells() }

  var count: Int { cells.recordCount }

  /// Whether a record equals this row, each cell in its storage class and bit by bit.
  func equals(_ row: borrowing Row, at record: Int) -> Bool {
    guard record < count else { return false }
    for field in 0..<cells.cellCount {
      let cell = cells.cell(record, field)
      guard cell.storageClass == row.storageClass(field) else { return false }
      switch cell.storageClass {
      case .null: continue
      case .integer: guard cell.integer == row.integer(field) else { return false }
      case .real:
        guard cell.real.bitPattern == row.real(field).bitPattern else { return false }
      case .text, .blob:
        let (ours, theirs) = (cell.bytes, row.bytes(field))
        guard ours.count == theirs.count, ours.elementsEqual(theirs) else { return false }
      }
    }
    return true
  }
}
