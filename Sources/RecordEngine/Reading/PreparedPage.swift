import Documents
import FilterMemory
import FilterSQL
package import RecordFilter
package import RecordStore
package import RowscopeModel

/// One page of a prepared request, or its one record: see ``ReadSession/prepare(_:)``.
package struct PreparedPage: Sendable {
  package let request: PreparedRequest
  package let start: Query.Start
  /// The key, if one record is requested; nil for a list.
  package let key: [Value]?
  package let counting: ListRequest.Counting
  package let decision: EngineDecision

  package init(
    of request: PreparedRequest, start: Query.Start, key: [Value]?,
    counting: ListRequest.Counting, decision: EngineDecision
  ) {
    self.request = request
    self.start = start
    self.key = key
    self.counting = counting
    self.decision = decision
  }

  /// The fields of the records.
  package var shape: RecordShape { request.shape }
  package var table: AccessibleTable { request.table }
  /// The page size; nil for all records.
  package var size: Int? { request.resolved.size }
  /// How records are put together, where they show related ones.
  package var layout: AnswerLayout? { request.resolved.layout }
  /// Whether some records may not show a field, or a related one of them.
  package var mayHide: Bool { layout?.mayHide ?? false }
  /// How a row tells what the user may do with its record, where the request asks for that.
  package var acts: ActsOfRow? { request.resolved.acts }
  package var isNever: Bool { request.resolved.query.isNever }

  package var resolved: ResolvedRequest { request.resolved(start: start, key: key) }

  /// A statement for the page.
  package struct Statement {
    package let compiled: CompiledStatement
    package let bindings: [Value]
    /// Whether it is the only statement. If not, its result is the page if it fills it and another
    /// record follows.
    package let isWhole: Bool
  }

  /// The only statement of the page; nil if it needs several, or one that cannot be reused.
  package func onlyStatement() throws(ServiceError) -> Statement? {
    if let key {
      // A null in the key needs another test, `IS NULL`.
      // A key with several spellings may be that of several records.
      guard !key.contains(where: \.isNull) else { return nil }
      var stored = key
      if request.hasKeyForms {
        let table = table.table
        guard table.primaryKey.allSatisfy({ table[$0].keyConversion == nil }) else { return nil }
        stored = zip(table.primaryKey, key).map { table[$0].key($1) }
      }
      let compiled = try request.statementOfOne()
      return Statement(
        compiled: compiled, bindings: compiled.sql.bindings(forKey: stored), isWhole: true)
    }
    guard case .first = start, !request.hasPhases else { return nil }
    let compiled = try request.statementOfFirstPage()
    return Statement(compiled: compiled, bindings: compiled.sql.bindings, isWhole: true)
  }

  /// The first statement; nil if none is run, or if the first one rarely suffices.
  package func firstStatement(in schema: Schema) throws(ServiceError) -> Statement? {
    guard !isNever else { return nil }
    if let only = try onlyStatement() { return only }
    guard key == nil, size != nil, request.triesFirstStatement else { return nil }
    let phases = resolved.query.phases(in: schema)
    guard let first = phases.first, !first.isNever else { return nil }
    let compiled = try table.engine.compile(first)
    return Statement(
      compiled: compiled, bindings: compiled.sql.bindings, isWhole: phases.count == 1)
  }

  /// Makes records of the rows of a list without related records.
  package var recordMaker: RecordMaker {
    RecordMaker(shape: shape, shownCount: request.resolved.shownCount, acts: acts)
  }

  /// Writes the records as JSON objects.
  package var objectWriter: RowJSONWriter {
    let fields = request.resolved.query.projection.prefix(request.resolved.shownCount)
    return RowJSONWriter(fields: fields, of: table.table)
  }
}

/// See ``PreparedPage/recordMaker``.
package struct RecordMaker: Sendable {
  fileprivate let shape: RecordShape
  fileprivate let shownCount: Int
  fileprivate let acts: ActsOfRow?

  @inline(__always)
  package func record(_ row: borrowing Row) -> Record {
    Record(
      presenting: row.values(shownCount), as: shape, may: acts?.acts(of: row),
      readonly: acts?.readonly(of: row))
  }
}

extension PreparedRequest {
  /// The request for one page, or for one record.
  fileprivate func resolved(start: Query.Start, key: [Value]?) -> ResolvedRequest {
    var resolved = resolved
    resolved.query.start = start
    // Without its key, the request is for the records that show one.
    if let key { resolved.query.request = .all(resolved.query.request, table.table.keyFilter(key)) }
    return resolved
  }
}

/// What follows the last record of a list.
package struct ListEnd: Sendable, Hashable {
  /// Whether there are more records. Exact.
  package let hasMore: Bool
  /// The cursor of the next page, if there are more records.
  package let next: String?
}

extension ReadSession {
  /// Resolves a request, so that its fields are known before any record is read.
  ///
  /// - Throws: any error of the request.
  package func prepare(_ request: ListRequest) throws(ServiceError) -> PreparedPage {
    let list = try prepare(request, anySize: false)
    chosen?.note(.list(request))
    return list
  }

  /// - Parameter anySize: whether to ignore the service's page limits.
  package func prepare(_ request: ListRequest, anySize: Bool) throws(ServiceError) -> PreparedPage {
    let prepared = try preparedRequest(request, anySize: anySize)
    return try page(
      of: prepared, start: try prepared.resolved.start(of: request), key: nil,
      counting: request.count)
  }

  /// Resolves the request for the record with this primary key: a list of one record, or of none if
  /// the user cannot access it.
  package func prepare(
    _ key: [Value], from name: String, select: [FieldSelection]? = nil
  ) throws(ServiceError) -> PreparedPage {
    let prepared = try preparedRequest(forOneFrom: name, select: select)
    try prepared.table.check(key: key)
    chosen?.note(.get(key, table: name, select: select))
    return try page(of: prepared, start: .first, key: key, counting: .none)
  }

  /// Resolves the request for what the user may do with the record with this primary key.
  package func prepareActs(
    on key: [Value], in name: String
  ) throws(ServiceError) -> PreparedPage {
    let prepared = try preparedRequest(forOneFrom: name, select: nil, may: true)
    try prepared.table.check(key: key)
    return try page(of: prepared, start: .first, key: key, counting: .none)
  }

  private func page(
    of request: PreparedRequest, start: Query.Start, key: [Value]?, counting: ListRequest.Counting
  ) throws(ServiceError) -> PreparedPage {
    let decision: EngineDecision =
      if memory == nil { .sqlite(.memoryIsOff) } else {
        try self.decision(request.resolved(start: start, key: key).query, request.table, .list)
      }
    return PreparedPage(
      of: request, start: start, key: key, counting: counting, decision: decision)
  }

  /// Calls `body` with the records of a list as they are read, without buffering them.
  ///
  /// - Parameter body: returns whether to continue.
  /// - Returns: the end of the list; nil if `body` stopped early.
  package func forEachRecord(
    of list: PreparedPage, _ body: (Record) -> Bool
  ) throws(ServiceError) -> ListEnd? {
    if let layout = list.layout {
      return try forEachRow(inBatchesOf: list, layout, ValueRows.self) { body($0.record($1)) }
    }
    let maker = list.recordMaker
    return try forEachRow(of: list) { (row: borrowing Row) in body(maker.record(row)) }
  }

  /// Calls `body` with the records of a list as JSON objects, written directly from the database's
  /// cells.
  ///
  /// A field of many values is an array, text that is not UTF-8 is repaired, a blob is a text of
  /// hexadecimal digits.
  ///
  /// - Parameter body: gets the bytes of one object, valid during the call, and what is said beside
  ///   it. It returns whether to continue.
  /// - Returns: the end of the list; nil if `body` stopped early.
  package func forEachObject(
    of list: PreparedPage, _ body: (UnsafeBufferPointer<UInt8>, RecordNotes) -> Bool
  ) throws(ServiceError) -> ListEnd? {
    if let layout = list.layout {
      var object = ByteBuffer()
      return try forEachRow(inBatchesOf: list, layout, JSONRows.self) { rows, row in
        object.removeAll()
        rows.write(row, into: &object)
        return object.withBytes { body($0, rows.notes(of: row)) }
      }
    }
    let acts = list.acts
    if case .memory(let tables, _) = list.decision, acts == nil {
      return try forEachMemoryObject(of: list, tables) { body($0, RecordNotes()) }
    }
    let writer = list.objectWriter
    var buffer = ByteBuffer()
    return try forEachRow(of: list) { (row: borrowing Row) in
      buffer.removeAll()
      writer.write(row, into: &buffer)
      let notes = RecordNotes(may: acts?.acts(of: row), readonly: acts?.readonly(of: row))
      return buffer.withBytes { body($0, notes) }
    }
  }

  /// Objects written directly from columns; each distinct text of a dictionary is escaped once.
  private func forEachMemoryObject(
    of list: PreparedPage, _ tables: MemoryDatabase, _ body: (UnsafeBufferPointer<UInt8>) -> Bool
  ) throws(ServiceError) -> ListEnd? {
    let resolved = list.resolved
    guard !resolved.query.isNever else { return ListEnd(hasMore: false, next: nil) }
    return try serviceErrors { () throws(MemoryError) in
      let selection = try memoryEngine(tables).select(resolved.query)
      let shown = selection.showing(resolved.shownCount, records: resolved.size)
      var isStopped = false
      try shown.forEachJSONObject { object in
        isStopped = !body(object)
        return !isStopped
      }
      if isStopped { return nil }
      guard let size = resolved.size, selection.count > size else {
        return ListEnd(hasMore: false, next: nil)
      }
      func keys(_ record: Int) throws(MemoryError) -> [Value]? {
        guard let positions = resolved.keyPositions else { return nil }
        let values = try selection.record(record)
        return positions.map { values[$0] }
      }
      let ties = Ties(resolved, from: resolved.query.start)
      for record in 0..<size where ties != nil {
        if let keys = try keys(record) { ties?.append(keys) }
      }
      return ListEnd(
        hasMore: true,
        next: resolved.cursor(
          after: try keys(size - 1), ties: ties?.count, from: resolved.query.start, count: size))
    }
  }

  /// The number of all records of a list, as its request asks; nil if it does not.
  package func count(_ list: PreparedPage) throws(ServiceError) -> RecordCount? {
    guard list.counting != .none else { return nil }
    guard let limit = list.counting.limit else {
      return RecordCount(value: try count(list.request), isExact: true)
    }
    let count = try count(list.request, upTo: limit + 1)
    return RecordCount(value: min(count, limit), isExact: count <= limit)
  }

  /// The rows of a page, and whether another follows.
  package func forEachRow(
    of list: PreparedPage, _ body: (borrowing Row) -> Bool
  ) throws(ServiceError) -> ListEnd? {
    var page = PageOfRows(list)
    var isStopped = false
    try forEachRowBeyond(list) { (row: borrowing Row) in
      guard page.take(row) else { return false }
      isStopped = !body(row)
      return !isStopped
    }
    return isStopped ? nil : page.end
  }
}
