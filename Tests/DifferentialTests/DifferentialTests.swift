import FilterMemory
import Foundation
import RecordFilter
import TestSupport
import Testing

/// Random databases and queries, asked of SQLite and of the tables in memory.
///
/// `ROWSCOPE_DIFFERENTIAL_CELLS` sets how many cells are compared (1,000,000 where it is not set), and
/// `ROWSCOPE_DIFFERENTIAL_SEED` the first seed. A failure names the seed of its world, which alone makes it again.
@Suite("Both engines answer alike")
struct DifferentialTests {
  private static func setting(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap(Int.init)
  }

  /// One of two halves of the seeds each, side by side.
  @Test(arguments: [0, 1])
  func randomQueries(half: Int) throws {
    let wanted = (Self.setting("ROWSCOPE_DIFFERENTIAL_CELLS") ?? 1_000_000) / 2
    let first = UInt64(Self.setting("ROWSCOPE_DIFFERENTIAL_SEED") ?? 1)
    var seed = first * 2 + UInt64(half)
    var (cells, queries, worlds) = (0, 0, 0)
    while cells < wanted {
      let counts = try compare(seed: seed)
      cells += counts.cells
      queries += counts.queries
      worlds += 1
      seed += 2
    }
    print(
      "differential: seeds \(first * 2 + UInt64(half)) to \(seed - 2) by 2, \(worlds) databases, "
        + "\(queries) queries, \(cells) cells")
  }

  /// Some queries on the world of a seed, until one differs.
  private func compare(seed: UInt64) throws -> (cells: Int, queries: Int) {
    var random = SeededGenerator(seed: seed)
    let world = World(&random)
    let plain = try Engines(world, withIndexes: false)
    let indexed = try Engines(world, withIndexes: true)
    let queries = RandomQueries(schema: world.schema, cells: plain.cells)
    var (cells, asked) = (0, 0)
    for _ in 0..<60 {
      let query = queries.query(&random)
      asked += 1
      let found = try plain.rowsFromMemory(query)
      let counting = asked % 4 == 0
      for withIndexes in [false, true] {
        let agrees =
          withIndexes
          ? try indexed.agrees(query, with: found, counting: counting)
          : try plain.agrees(query, with: found, counting: counting)
        if agrees { continue }
        var shrinking = Shrinking(world: world, query: query, withIndexes: withIndexes)
        shrinking.run()
        Issue.record("seed \(seed)\n\(shrinking.report())")
        return (cells, asked)
      }
      cells += 2 * found.count * query.projection.count
      // These cost more than they compare.
      if counting {
        try checkPartition(query, plain, seed)
        try checkOneByOne(query, plain, seed)
        let lines = try plain.jsonLines(query)
        #expect(lines.sqlite == lines.memory, "seed \(seed): \(query)")
      }
    }
    try checkPivots(queries, plain, seed, &random)
    return (cells, asked)
  }

  /// What passes and what does not make the whole.
  private func checkPartition(_ query: Query, _ engines: borrowing Engines, _ seed: UInt64) throws {
    var query = query
    query.request = .always
    let passing = try engines.memory.count(query)
    query.scope = query.scope.complement
    let others = try engines.memory.count(query)
    query.scope = .always
    let all = try engines.memory.count(query)
    #expect(passing + others == all, "seed \(seed): \(query)")
  }

  /// One record at a time gives the same, where a record alone decides.
  private func checkOneByOne(_ query: Query, _ engines: borrowing Engines, _ seed: UInt64) throws {
    let table = engines.schema[query.table]
    guard query.scope.isDecidedByRecord(in: table) else { return }
    var query = query
    query.request = .always
    let scope = query.scope
    let passing = engines.cells[query.table.index].filter {
      scope.holds(for: $0, in: table) { _ in false }
    }
    #expect(try engines.memory.count(query) == passing.count, "seed \(seed): \(query)")
  }

  /// A row chosen first is found by a condition made for it.
  private func checkPivots(
    _ queries: RandomQueries, _ engines: borrowing Engines, _ seed: UInt64,
    _ random: inout SeededGenerator
  ) throws {
    let table = engines.schema[World.main]
    for _ in 0..<10 {
      guard let row = engines.cells[0].randomElement(using: &random) else { return }
      var filter = Filter.always
      for _ in 0..<4 {
        let term = queries.term(on: World.main, &random)
        guard term.isDecidedByRecord(in: table) else { continue }
        let holds = term.holds(for: row, in: table) { _ in false }
        filter = .all(filter, holds ? term : term.complement)
      }
      let query = Query(
        table: World.main, scope: filter, projection: [FieldID(0)], order: [OrderKey(FieldID(0))])
      #expect(try engines.rowsFromMemory(query).contains([row[0]]), "seed \(seed): \(query)")
      #expect(try engines.rowsFromSQLite(query).contains([row[0]]), "seed \(seed): \(query)")
    }
  }
}
