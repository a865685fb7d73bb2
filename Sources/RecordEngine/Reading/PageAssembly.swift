import AccessProfiles
package import FilterSQL
import RecordFilter
import RecordStore
package import RowscopeModel

/// Makes a page from the rows of statements that somebody else runs: those of the page one after
/// another, then one for each level of related records.
///
/// ```
/// while let statement = try assembly.next() { try assembly.take(rows(of: statement)) }
/// let page = try assembly.page()
/// ```
package struct PageAssembly: ~Copyable {
  private let list: PreparedPage
  private var phases: PhaseSequence
  private var page: PageOfRows
  /// The records of a list without a layout.
  private var records: [Record] = []
  /// The rows of a list with one.
  private let rows: LevelRows<ValueRows>?
  /// The levels that are being read, each with the number of those below it that have been.
  private var levels: [(rows: LevelRows<ValueRows>, done: Int)] = []
  private var awaited: Awaited?
  private var isComplete = false
  private var related = 0

  private enum Awaited {
    case phase(Query)
    case level(RelatedLevel, LevelKeys, query: Query)
  }

  /// - Throws: what cannot be compiled, before any statement is given out; `unsupported` for a page
  ///   by number whose records several statements give.
  package init(_ list: PreparedPage) throws(ServiceError) {
    let resolved = list.resolved
    let schema = list.table.scope.schema
    let planned = resolved.query.isNever ? [] : resolved.query.phases(in: schema)
    if case .offset = resolved.query.start, planned.count > 1 {
      throw ServiceError(
        .unsupported, "this page by number takes a count before it is read",
        hint: "continue with \"after\", the cursor of the page before")
    }
    for phase in planned where !phase.isNever { _ = try list.table.engine.sql(of: phase) }
    try Self.check(list.layout, list.table)
    self.list = list
    phases = PhaseSequence(of: resolved.query, in: schema)
    page = PageOfRows(list)
    rows = list.layout.map { LevelRows($0, telling: list.acts) }
    isComplete = resolved.query.isNever
  }

  private static func check(
    _ layout: AnswerLayout?, _ table: AccessibleTable
  ) throws(ServiceError) {
    for level in layout?.related ?? [] {
      _ = try table.engine.sql(of: level.query)
      try check(level.layout, table)
    }
  }

  /// The next statement to run; nil once the page is complete.
  ///
  /// - Throws: `invalid_request` if the rows of the last one have not been taken.
  package mutating func next() throws(ServiceError) -> SQLStatement? {
    guard awaited == nil else {
      throw ServiceError(.invalidRequest, "the rows of the last statement have not been taken")
    }
    if !isComplete, let phase = phases.next() {
      awaited = .phase(phase)
      return try list.table.engine.sql(of: phase)
    }
    if !isComplete, let rows { levels = [(rows, 0)] }
    isComplete = true
    return try nextLevel()
  }

  private mutating func nextLevel() throws(ServiceError) -> SQLStatement? {
    while let (rows, done) = levels.last {
      guard done < rows.layout.related.count else {
        levels.removeLast()
        continue
      }
      let (level, keys) = (rows.layout.related[done], rows.keys[done])
      levels[levels.count - 1].done += 1
      guard keys.count > 0, !level.query.isNever else {
        finish(RelatedRows(level, keyCount: keys.count))
        continue
      }
      let query = level.query(ofKeys: keys)
      awaited = .level(level, keys, query: query)
      return try list.table.engine.sql(of: query)
    }
    return nil
  }

  /// Takes the rows of the last statement, in their order.
  ///
  /// - Throws: `invalid_request` if no statement was given out, or if a row has another number of
  ///   values than the statement's columns; `limit_exceeded` for too many related records.
  package mutating func take(_ values: [[Value]]) throws(ServiceError) {
    switch awaited {
    case nil: throw ServiceError(.invalidRequest, "no statement's rows are to be taken")
    case .phase(let phase):
      try phase.check(values)
      awaited = nil
      var (taken, records) = (page, self.records)
      let maker = list.recordMaker
      for value in values {
        let goesOn = RowCells.withRow(of: value) { (row: borrowing Row) in
          guard taken.take(row) else { return false }
          if let rows { rows.append(row) } else { records.append(maker.record(row)) }
          return true
        }
        guard goesOn else { break }
      }
      (page, self.records) = (taken, records)
      try phases.ended(phase, count: values.count) { _, _ in 0 }
    case .level(let level, let keys, let query):
      try query.check(values)
      awaited = nil
      var found = RelatedRows<ValueRows>(level, keyCount: keys.count)
      for value in values {
        RowCells.withRow(of: value) { (row: borrowing Row) in
          if let number = keys.number(ofRelated: row) { found.append(row, to: number) }
        }
      }
      related += found.rows.count
      guard related <= ReadSession.mostRelated else { throw ReadSession.tooManyRelated }
      finish(found)
    }
  }

  private mutating func finish(_ found: RelatedRows<ValueRows>) {
    levels[levels.count - 1].rows.append(found)
    levels.append((found.rows, 0))
  }

  /// The page that the rows make.
  ///
  /// - Throws: `invalid_request` if statements are left.
  package func result(for request: ListRequest) throws(ServiceError) -> Page<Record> {
    guard isComplete, awaited == nil, levels.isEmpty else {
      throw ServiceError(.invalidRequest, "the page has further statements")
    }
    var records = records
    if let rows {
      try ReadSession.checkShown(rows)
      records = (0..<rows.count).map(rows.record)
    }
    let end = page.end
    return Page(
      items: records, hasMore: end.hasMore, next: end.next, count: nil,
      may: request.may ? records.map { $0.may ?? [] } : nil,
      readonly: list.acts == nil ? nil : records.map { $0.readonly ?? [] },
      hidden: list.mayHide ? records.map(\.hiddenFields) : nil, scope: list.request.scope)
  }

  /// The one record, where a record was asked for.
  ///
  /// - Throws: `not_found`; `not_unique` if several records have the key.
  package func record(for request: ListRequest) throws(ServiceError) -> Record {
    let page = try result(for: request)
    guard !page.hasMore else { throw list.request.ambiguous }
    guard let record = page.items.first else { throw list.request.notFound }
    return record
  }
}

extension Query {
  /// The number of columns of its statement.
  private var columnCount: Int {
    max(projection.count, tests.isEmpty ? 1 : 0) + keyValues.count + tests.count
  }

  fileprivate func check(_ rows: [[Value]]) throws(ServiceError) {
    for row in rows where row.count != columnCount {
      throw ServiceError(
        .invalidRequest,
        "a row has \(row.count) values, and the statement has \(columnCount) columns",
        hint: "give the rows as the database returned them, with the values in order")
    }
  }
}
