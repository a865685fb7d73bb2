import AccessProfiles
import Documents
import FilterMemory
import RecordFilter
import RecordStore
package import RowscopeModel

extension ReadSession {
  /// Answers a request with both engines in one snapshot of the database, and compares records,
  /// order, cursors, counts and errors.
  ///
  /// - Returns: the smallest difference found; nil if the answers are the same.
  /// - Throws: errors of the request itself, and whatever kept an engine from answering: the
  ///   deadline, the database, the memory limit.
  package func compareEngines(
    _ request: ListRequest
  ) throws(ServiceError) -> EngineDifference? {
    try compareEngines(.list(request))
  }

  /// Like ``compareEngines(_:)``, for a count.
  package func compareEnginesCounting(
    _ request: ListRequest
  ) throws(ServiceError) -> EngineDifference? {
    try compareEngines(.count(request))
  }

  /// Like ``compareEngines(_:)``, for one record.
  package func compareEngines(
    _ key: [Value], from table: String, select: [FieldSelection]? = nil
  ) throws(ServiceError) -> EngineDifference? {
    try compareEngines(.get(key, table: table, select: select))
  }

  package func compareEngines(_ question: Question) throws(ServiceError) -> EngineDifference? {
    guard var difference = try difference(question) else { return nil }
    var question = question
    var budget = Self.mostAttempts
    var candidates = question.smaller
    while budget > 0, !candidates.isEmpty {
      budget -= 1
      let candidate = candidates.removeFirst()
      // A smaller request may be invalid; skip it.
      guard let smaller = try? self.difference(candidate) else { continue }
      difference = smaller
      question = candidate
      candidates = question.smaller
    }
    return difference
  }

  /// The most smaller requests to try.
  private static var mostAttempts: Int { 200 }

  // MARK: One comparison

  /// Whether both engines must give the same answer: not for a view whose rows are not determined.
  private func isComparable(_ query: Query) -> Bool {
    !query.isNever && nondeterministicView(in: query.tables(in: snapshot.schema)) == nil
  }

  private func difference(_ question: Question) throws(ServiceError) -> EngineDifference? {
    switch question {
    case .list(let request): return try difference(try prepare(request), question)
    case .stream(let request):
      return try difference(try prepare(request, anySize: true), question)
    case .get(let key, let table, let select):
      return try difference(try prepare(key, from: table, select: select), question)
    case .count(let request):
      let (table, resolved) = try resolve(request)
      return try countDifference(resolved.query, table, upTo: nil, question)
    }
  }

  private func difference(
    _ list: PreparedPage, _ question: Question
  ) throws(ServiceError) -> EngineDifference? {
    let query = list.resolved.query
    let size = list.size
    guard isComparable(query) else { return nil }
    let tables = try heldTables(of: query)
    let (selection, held) = try serviceErrors { () throws(MemoryError) in
      let selection = try memoryEngine(tables).select(query)
      return (selection, try selection.cells())
    }
    var comparison = ListComparison(list, held)
    // If SQLite fails because of its limits, memory must fail too.
    let failure: ServiceError?
    do throws(ServiceError) {
      try forEachSQLiteRow(of: query, list.table) { row in comparison.compare(row) }
      failure = nil
    } catch {
      failure = error
    }
    if let failure {
      guard failure.code == .limitExceeded else { throw failure }
      return found(.error, failure.code.rawValue, "\(held.recordCount) records", question)
    }
    if let (kind, stored, kept) = comparison.finish() {
      return found(kind, stored, kept, question)
    }
    // The rows are the same, and so is the end; but each engine writes JSON in its own way. Where a
    // record hides something, it is compared as the answer shows it.
    if !list.mayHide, let record = try jsonDifference(list, selection, upTo: size) {
      return found(.json(record: record.0), record.1, record.2, question)
    }
    if let layout = list.layout, let record = try relatedDifference(list, layout, tables) {
      return found(.json(record: record.0), record.1, record.2, question)
    }
    switch list.counting {
    case .none: return nil
    case .exact: return try countDifference(query, list.table, upTo: nil, question)
    case .bounded:
      return try countDifference(
        query, list.table, upTo: ListRequest.boundedCountLimit + 1, question)
    }
  }

  private func countDifference(
    _ query: Query, _ table: AccessibleTable, upTo limit: Int?, _ question: Question
  ) throws(ServiceError) -> EngineDifference? {
    guard isComparable(query) else { return nil }
    let stored = try countInSQLite(query, table, upTo: limit)
    let held = try countInMemory(query, try heldTables(of: query), upTo: limit)
    return stored == held ? nil : found(.count, String(stored), String(held), question)
  }

  private func jsonDifference(
    _ list: PreparedPage, _ selection: Selection, upTo size: Int?
  ) throws(ServiceError) -> (Int, String, String)? {
    let shown = selection.showing(list.resolved.shownCount, records: size)
    var lines: [[UInt8]] = []
    try serviceErrors { () throws(MemoryError) in
      try shown.forEachJSONObject {
        lines.append(Array($0))
        return true
      }
    }
    let writer = list.objectWriter
    var buffer = ByteBuffer()
    var index = 0
    var difference: (Int, String, String)?
    try forEachSQLiteRow(of: list.resolved.query, list.table) { row in
      guard index < lines.count else { return false }
      buffer.removeAll()
      writer.write(row, into: &buffer)
      let isSame = buffer.withBytes { $0.elementsEqual(lines[index]) }
      if !isSame {
        difference = (
          index, String(decoding: buffer.array, as: UTF8.self),
          String(decoding: lines[index], as: UTF8.self)
        )
      }
      index += 1
      return isSame
    }
    return difference
  }

  /// Compares the related records of a list, as JSON.
  private func relatedDifference(
    _ list: PreparedPage, _ layout: AnswerLayout, _ tables: MemoryDatabase
  ) throws(ServiceError) -> (Int, String, String)? {
    func objects(_ engine: QueryEngine, _ decision: EngineDecision) throws(ServiceError) -> [String]
    {
      let list = PreparedPage(
        of: list.request, start: list.start, key: list.key, counting: .none, decision: decision)
      var objects: [String] = []
      var object = ByteBuffer()
      _ = try forEachRow(inBatchesOf: list, layout, JSONRows.self, by: engine) { rows, row in
        object.removeAll()
        rows.write(row, into: &object)
        objects.append(String(decoding: object.array, as: UTF8.self))
        return true
      }
      return objects
    }
    let stored = try objects(.sqlite, .sqlite(.memoryIsOff))
    let held = try objects(.memory, .memory(tables, .alwaysWanted))
    return zip(stored, held).enumerated().first { $1.0 != $1.1 }.map { ($0, $1.0, $1.1) }
  }

  /// The tables of a query in memory, for a comparison.
  func heldTables(of query: Query) throws(ServiceError) -> MemoryDatabase {
    guard let memory else {
      throw ServiceError(
        .unsupported, "there are no tables in memory to compare with",
        hint: "open the service with a memory policy")
    }
    return try onDatabase { connection throws(ServiceError) in
      try memory.load(query.tables(in: snapshot.schema), snapshot, on: connection)
    }
  }

  private func found(
    _ kind: EngineDifference.Kind, _ sqlite: String, _ memory: String, _ question: Question
  ) -> EngineDifference {
    EngineDifference(
      request: question.request, question: question.name, user: context.user.id, kind: kind,
      sqlite: sqlite, memory: memory)
  }
}

/// Compares SQLite's rows with those in memory as they arrive.
private struct ListComparison {
  private let resolved: ResolvedRequest
  private let table: Table
  private let layout: AnswerLayout?
  private let held: SelectionCells
  private var next = 0
  private var difference: (EngineDifference.Kind, String, String)?

  init(_ list: PreparedPage, _ held: SelectionCells) {
    resolved = list.resolved
    table = list.table.table
    layout = list.layout
    self.held = held
  }

  /// Returns whether to continue.
  mutating func compare(_ row: borrowing Row) -> Bool {
    guard next < held.recordCount else {
      difference = end(stored: true)
      return false
    }
    // The row after the page only shows that there are more.
    guard next != resolved.size else {
      next += 1
      return true
    }
    let query = resolved.query
    // Records that look alike stand in any order: of those that hide something, the tests tell
    // what, and the rest is compared as it is shown.
    let hides = layout.map { !$0.hiddenSlots(of: row).isEmpty } ?? false
    let first = hides ? query.projection.count + query.keyValues.count : 0
    // Without fields SQLite returns a constant, so compare only the projection.
    for field in first..<max(first, held.cellCount)
    where !row.isSame(field, as: held.cell(next, field)) {
      // The fields after the shown ones make the cursor, and the tests after these tell the acts.
      let kind: EngineDifference.Kind =
        if field < resolved.shownCount {
          .field(table[query.projection[field]].name.string, record: next)
        } else if field < query.projection.count + query.keyValues.count {
          .cursor
        } else {
          .may(record: next)
        }
      difference = (kind, row.value(field).literal, held.cell(next, field).value.literal)
      return false
    }
    next += 1
    return true
  }

  private func end(stored: Bool) -> (EngineDifference.Kind, String, String) {
    (
      next == resolved.size ? .hasMore : .end(record: next),
      stored ? "a record" : "no record", stored ? "no record" : "a record"
    )
  }

  func finish() -> (EngineDifference.Kind, String, String)? {
    difference ?? (next < held.recordCount ? end(stored: false) : nil)
  }
}

extension Row {
  /// Whether a cell is the same, bit by bit.
  fileprivate borrowing func isSame(_ column: Int, as cell: Cell) -> Bool {
    guard storageClass(column) == cell.storageClass else { return false }
    return switch cell.storageClass {
    case .null: true
    case .integer: integer(column) == cell.integer
    case .real: real(column).bitPattern == cell.real.bitPattern
    case .text, .blob: bytes(column).elementsEqual(cell.bytes)
    }
  }
}
