import FilterMemory
import RecordFilter
import TestSupport
import Testing

/// Random databases and queries, answered by SQLite and by the tables in memory.
///
/// `ROWSCOPE_DIFFERENTIAL_CELLS` is the number of cells to compare (default 200,000), and
/// `ROWSCOPE_DIFFERENTIAL_SEED` the first seed. A failure names the seed of its world, which is
/// enough to repeat it: `ROWSCOPE_DIFFERENTIAL_CELLS=1 ROWSCOPE_DIFFERENTIAL_SEED=…`.
///
/// A compared cell is one field of one record of an answer: the same record at the same place, in
/// the same storage class, bit by bit. It counts once, although a query runs in several ways: in
/// SQLite also with indexes and in phases, as JSON, counted, and record by record.
@Suite("Both engines answer alike")
struct DifferentialTests {
  /// Few worlds with many rows would have little variety.
  private static let fewestWorlds = Extent.count(few: 2, all: 10)

  /// Each run takes half of the seeds, in parallel.
  @Test(arguments: [0, 1])
  func randomQueries(half: Int) throws {
    let wanted = (Extent.number("ROWSCOPE_DIFFERENTIAL_CELLS") ?? 200_000) / 2
    let first = UInt64(Extent.number("ROWSCOPE_DIFFERENTIAL_SEED") ?? 1) + UInt64(half)
    var seed = first
    var total = Tally()
    var worlds = 0
    while total.cells < wanted || worlds < Self.fewestWorlds, total.failures == 0 {
      do {
        var comparison = try WorldComparison(seed: seed)
        total.add(try comparison.run())
      } catch {
        total.failures += 1
        Issue.record("seed \(seed): \(error)")
      }
      worlds += 1
      seed += 2
    }
    print(
      "differential: seeds \(first) to \(seed - 2) by 2, \(worlds) databases, "
        + "\(total.queries) queries, \(total.cells) cells, \(total.failures) differences")
  }
}

/// The amount that was compared.
struct Tally {
  var cells = 0
  var queries = 0
  var failures = 0

  mutating func add(_ other: Tally) {
    cells += other.cells
    queries += other.queries
    failures += other.failures
  }
}

/// Queries on the world of a seed, until one differs.
struct WorldComparison: ~Copyable {
  private let seed: UInt64
  private let world: World
  private let plain: Engines
  private let indexed: Engines
  private let queries: RandomQueries
  private var random: SeededGenerator
  private var tally = Tally()

  init(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let world = World(&random)
    self.init(
      seed: seed, world: world,
      plain: try Engines(world, withIndexes: false, byChanges: seed & 2 == 0 ? nil : seed),
      indexed: try Engines(world, withIndexes: true), random: random)
  }

  private init(
    seed: UInt64, world: World, plain: consuming Engines, indexed: consuming Engines,
    random: SeededGenerator
  ) {
    self.seed = seed
    self.world = world
    queries = RandomQueries(schema: world.schema, cells: plain.cells)
    self.plain = plain
    self.indexed = indexed
    self.random = random
  }

  mutating func run() throws -> Tally {
    for number in 0..<60 where tally.failures == 0 {
      let query = queries.query(&random)
      tally.queries += 1
      let answer = try plain.answerFromMemory(query)
      let cells = try plain.equalCells(query, answer)
      expect(cells != nil, query, withIndexes: false)
      tally.cells += cells ?? 0
      // The checks below cost more than they compare.
      if number % 3 == 0 {
        let form = query.inRandomForm(&random)
        expect(
          try indexed.equalCells(form, answer, inPhases: true) != nil, form, withIndexes: true)
        let count = try plain.memory.count(query)
        expect(try indexed.countFromSQLite(form) == count, "counted in another form", form)
      }
      if number % 2 == 0 { try checkPartition(query) }
      if number % 4 == 0 {
        try checkCounts(query)
        try checkSimplified(query, answer)
        try checkOneByOne(query)
        let lines = try plain.jsonLines(query)
        expect(lines.sqlite == lines.memory, "as JSON", query)
      }
    }
    if tally.failures == 0 { try checkPivots() }
    return tally
  }

  // MARK: Reporting differences

  private mutating func expect(_ agrees: Bool, _ query: Query, withIndexes: Bool) {
    if agrees { return }
    tally.failures += 1
    var shrinking = Shrinking(world: world, query: query, withIndexes: withIndexes)
    shrinking.run()
    Issue.record("seed \(seed)\n\(shrinking.report())")
  }

  private mutating func expect(_ agrees: Bool, _ what: String, _ query: Query) {
    if agrees { return }
    tally.failures += 1
    Issue.record("seed \(seed), \(what):\n\(Shrinking(world: world, query: query).report())")
  }

  // MARK: Other paths to the same answer

  /// Counts without a limit, and with one below, at and above the count.
  private mutating func checkCounts(_ query: Query) throws {
    let count = try plain.memory.count(query)
    expect(try plain.countFromSQLite(query) == count, "counted", query)
    for limit in [0, max(0, count - 1), count, count + 1, 1 + count / 2] {
      expect(
        try plain.memory.count(query, upTo: limit) == min(limit, count), "counted up to \(limit)",
        query)
    }
    let limit = Int.random(in: 0...count + 1, using: &random)
    expect(
      try plain.countFromSQLite(query, upTo: limit) == min(limit, count),
      "counted up to \(limit) by SQLite", query)
  }

  /// The matching rows and the others make up the whole, and no row is in both. Both are compared
  /// in full.
  private mutating func checkPartition(_ query: Query) throws {
    var query = query
    query.request = .always
    query.start = .first
    query.limit = nil
    var others = query
    others.scope = query.scope.complement
    var sum = 0
    for part in [query, others] {
      let answer = try plain.answerFromMemory(part)
      sum += answer.count
      let cells = try plain.equalCells(part, answer)
      expect(cells != nil, part, withIndexes: false)
      tally.cells += cells ?? 0
    }
    expect(sum == plain.cells[query.table.index].count, "with its complement", query)
    var both = query
    both.request = others.scope
    expect(try plain.memory.count(both) == 0, "and its complement", query)
    var either = query
    either.scope = .any(query.scope, others.scope)
    expect(try plain.memory.count(either) == sum, "or its complement", query)
  }

  /// The simplified filter matches the same rows.
  private mutating func checkSimplified(_ query: Query, _ answer: MemoryAnswer) throws {
    var simplified = query
    simplified.scope = query.scope.simplified(in: plain.schema, table: query.table)
    simplified.request = query.request.simplified(in: plain.schema, table: query.table)
    if simplified == query { return }
    expect(try plain.equalCells(simplified, answer) != nil, "simplified", query)
    expect(
      try plain.answerFromMemory(simplified).count == answer.count, "simplified in memory", query)
  }

  /// Evaluating one record at a time gives the same, where the record alone decides.
  private mutating func checkOneByOne(_ query: Query) throws {
    let table = plain.schema[query.table]
    guard query.scope.isDecidedByRecord(in: table) else { return }
    var query = query
    query.request = .always
    query.start = .first
    let scope = query.scope
    let passing = plain.cells[query.table.index].filter {
      scope.holds(for: $0, in: table) { _ in false }
    }
    expect(try plain.memory.count(query) == passing.count, "one by one", query)
  }

  /// A condition made for a chosen row finds it (pivoted query synthesis).
  private mutating func checkPivots() throws {
    for _ in 0..<10 {
      let id = TableID(Int.random(in: 0..<2, using: &random))
      let table = plain.schema[id]
      guard let row = plain.cells[id.index].randomElement(using: &random) else { continue }
      var filter = Filter.always
      for _ in 0..<4 {
        let part = queries.filter(on: id, depth: 1, &random)
        guard part.isDecidedByRecord(in: table) else { continue }
        let holds = part.holds(for: row, in: table) { _ in false }
        filter = .all(filter, holds ? part : part.complement)
      }
      let query = Query(
        table: id, scope: filter, projection: [FieldID(0)], order: [OrderKey(FieldID(0))])
      tally.queries += 1
      expect(
        try plain.rowsFromMemory(query).contains([row[0]]), "a row missing in memory", query)
      expect(
        try indexed.rowsFromSQLite(query).contains([row[0]]), "a row missing in SQLite", query)
    }
  }
}
