import FilterMemory
import RecordFilter
import RowscopeModel
import TestSupport

/// Tables in memory that begin with other records than a world's, answer some queries, and are then
/// changed record by record into those of the world.
struct ChangedTables {
  private let world: World
  /// The values that they shall have, by table and row, one for each field.
  private let cells: [[[Value]]]
  private var random: SeededGenerator

  init(_ world: World, _ cells: [[[Value]]], _ random: SeededGenerator) {
    self.world = world
    self.cells = cells
    self.random = random
  }

  mutating func memory() throws -> MemoryDatabase {
    var memory = MemoryDatabase(schema: world.schema)
    var changes: [[RowChange]] = []
    var before: [[[Value]]] = []
    for (index, table) in world.schema.tables.enumerated() {
      var builder = ColumnTableBuilder(
        table, rowIDs: .lastCell, plainTextThreshold: world.plainTextThreshold)
      let rows = cells[index].map { row in builder.fields.map { row[$0.index] } }
      var due: [RowChange] = []
      var old: [[Value]] = []
      // A table that begins empty finds its forms by the changes alone.
      let isEmpty = Int.random(in: 0..<6, using: &random) == 0
      for (number, row) in rows.enumerated() {
        let rowID = Int64(number * 2)
        let start = isEmpty ? nil : beginning(of: row, among: rows)
        for (rowID, values) in [(rowID, start), (rowID + 1, isEmpty ? nil : surplus(rows))] {
          guard let values else { continue }
          builder.append(values + [.integer(rowID)])
          var whole = Array(repeating: Value.null, count: table.fields.count)
          for (field, value) in zip(builder.fields, values) { whole[field.index] = value }
          old.append(whole)
          if rowID % 2 == 1 { due.append(RowChange(rowID: rowID, values: nil)) }
        }
        // Also what is as it was, and what was never there.
        due.append(RowChange(rowID: rowID, values: row))
        if number % 7 == 0 { due.append(RowChange(rowID: -1 - rowID, values: nil)) }
      }
      memory.load(try builder.finish(), as: TableID(index))
      changes.append(due.shuffled(using: &random))
      before.append(old)
    }
    // Columns of converted values, and links of trees, are made by queries.
    let queries = RandomQueries(schema: world.schema, cells: before)
    for _ in 0..<20 { _ = try memory.select(queries.query(&random)) }
    for (index, due) in changes.enumerated() {
      let middle = due.count / 2
      try memory.apply(Array(due[..<middle]), to: TableID(index))
      // A query that is still running keeps what it has.
      let running = try memory.select(queries.query(&random))
      let held = try running.records()
      try memory.apply(Array(due[middle...]), to: TableID(index))
      guard try running.records() == held else { throw RunningQueryChanged() }
    }
    return memory
  }

  struct RunningQueryChanged: Error {}

  private mutating func beginning(of row: [Value], among rows: [[Value]]) -> [Value]? {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return nil
    case 1: return rows.randomElement(using: &random)
    case 2:
      var row = row
      let other = rows.randomElement(using: &random) ?? row
      for index in row.indices where Bool.random(using: &random) { row[index] = other[index] }
      return row
    default: return row
    }
  }

  private mutating func surplus(_ rows: [[Value]]) -> [Value]? {
    Int.random(in: 0..<5, using: &random) == 0 ? rows.randomElement(using: &random) : nil
  }
}
