import AccessProfiles
import FilterSQL
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// Random filters on random databases, evaluated record by record and by SQLite.
@Suite("One record at a time as SQLite")
struct RecordAccessTests {
  @Test(arguments: 0..<Extent.count(few: 8, all: 60))
  func randomRecords(number: Int) throws {
    let first = Extent.number("ROWSCOPE_DIFFERENTIAL_SEED") ?? 1
    let seed = UInt64(first * 1_000 + number)
    var random = SeededGenerator(seed: seed)
    let world = World(&random)
    let engines = try Engines(world, withIndexes: false)
    let queries = RandomQueries(schema: world.schema, cells: engines.cells)
    // Every record is evaluated several times, each time scanning the related tables.
    guard engines.cells[0].count <= 300 else { return }
    let records = try RecordsInHand(engines)
    for _ in 0..<12 {
      let table = TableID(
        world.schema.tables.count > 3 && Int.random(in: 0..<4, using: &random) == 0
          ? 3 : Int.random(in: 0..<2, using: &random))
      let filter = queries.filter(on: table, &random)
      guard try records.check(filter, on: table, world, engines, seed, &random) else { return }
    }
  }
}

/// The records of a world as a caller may have them.
private struct RecordsInHand {
  let schema: Schema
  /// By table: each record by name, as SQLite stored it, without the members of links.
  let stored: [[[String: Value]]]

  init(_ engines: borrowing Engines) throws {
    schema = engines.schema
    stored = zip(schema.tables, engines.cells).map { table, rows in
      let fields = table.fieldIndices.filter { field in
        if case .link = table[field].storage { false } else { true }
      }
      return rows.map { row in
        Dictionary(
          fields.map { (table[$0].name.string, row[$0.index]) }, uniquingKeysWith: { $1 })
      }
    }
  }

  /// Whether everything agrees with SQLite; differences are recorded as issues.
  func check(
    _ filter: Filter, on id: TableID, _ world: World, _ engines: borrowing Engines, _ seed: UInt64,
    _ random: inout SeededGenerator
  ) throws -> Bool {
    let table = schema[id]
    let (schema, stored) = (schema, stored)
    let granted = TableAccess(
      table: id, rows: RowAccess(filter), fields: table.fields.map { _ in .editable }, rights: [])
    let access = RecordAccess(granted, in: schema) { key in
      schema.tableID(named: key.table).map { stored[$0.index] }
    }
    let alone = RecordAccess(granted, in: schema)
    let found = try engines.rowsFromSQLite(
      Query(table: id, scope: filter, projection: [FieldID(0)], order: []))
    let passing = Set(found.map { $0[0] })
    let given = Self.given(id, world, engines)

    var isRight = true
    func expect(
      _ decision: RecordDecision, _ record: [String: Value], _ how: String,
      mayBeUndecidable: Bool = true
    ) {
      let key: Value = record["id"] ?? .null
      switch decision {
      case .undecidable where mayBeUndecidable: return
      case .allowed where passing.contains(key), .denied where !passing.contains(key): return
      case .allowed, .denied, .undecidable: break
      }
      isRight = false
      let values = record.mapValues(\.literal)
      Issue.record(
        "seed \(seed): \(how) \(decision) for \(values): \(filter)\n\(world.definitions)")
    }
    for record in stored[id.index] {
      let values = access.fields.map { record[$0] ?? .null }
      expect(access.decision(on: values), record, "in order", mayBeUndecidable: false)
      expect(access.decision(on: record), record, "by name", mayBeUndecidable: false)
      expect(
        alone.decision(on: values), record, "alone",
        mayBeUndecidable: !filter.isDecidedByRecord(in: table))
      if let key = record["id"], let before = given[key] {
        // As given to SQLite, before it converted the values.
        expect(access.decision(on: before), before.merging(["id": key]) { $1 }, "as given")
      }
      var less = record
      for field in table.fields where Int.random(in: 0..<3, using: &random) == 0 {
        less.removeValue(forKey: field.name.string)
      }
      let decision = access.decision(on: less)
      less["id"] = record["id"]
      expect(decision, less, "with less")
      #expect((access.redacted(values) != nil) == access.allows(values))
      if !isRight { return false }
    }
    return true
  }

  /// By key, the inserted values.
  private static func given(
    _ id: TableID, _ world: World, _ engines: borrowing Engines
  ) -> [Value: [String: Value]] {
    guard id.index < 2 else { return [:] }
    return Dictionary(
      world.rows[id.index].map { row in
        (row[0], Dictionary(zip(world.writable[id.index], row), uniquingKeysWith: { $1 }))
      }, uniquingKeysWith: { first, _ in first })
  }
}
