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
  /// Of the one record that was asked for; nil for a list.
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

  /// The fields of its records.
  package var shape: RecordShape { request.shape }
  package var table: AccessibleTable { request.table }
  /// The page's size; nil for all records.
  package var size: Int? { request.resolved.size }
  package var isNever: Bool { request.resolved.query.isNever }

  package var resolved: ResolvedRequest { request.resolved(start: start, key: key) }

  /// A statement for the page.
  package struct Statement {
    package let compiled: CompiledStatement
    package let bindings: [Value]
    /// Whether there is no other one. Where there is, the page is this one's if it fills it, and is
    /// followed by a record.
    package let isWhole: Bool
  }

  /// The one statement that it comes to; nil where it comes to several, or to one that is made for
  /// it alone.
  package func onlyStatement() throws(ServiceError) -> Statement? {
    if let key {
      // To be NULL is another test.
      guard !key.contains(where: \.isNull) else { return nil }
      let compiled = try request.statementOfOne()
      return Statement(
        compiled: compiled, bindings: compiled.sql.bindings(forKey: key), isWhole: true)
    }
    guard case .first = start else { return nil }
    let compiled = try request.statementOfFirstPage()
    return Statement(compiled: compiled, bindings: compiled.sql.bindings, isWhole: true)
  }

  /// The first statement that it comes to; nil where none is run, or the first one tends not to be
  /// enough.
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

  /// Writes its records as JSON objects.
  package var objectWriter: RowJSONWriter {
    let fields = request.resolved.query.projection.prefix(request.resolved.shownCount)
    return RowJSONWriter(fields: fields, of: table.table)
  }
}

extension PreparedRequest {
  /// The request for one page, or for one record.
  fileprivate func resolved(start: Query.Start, key: [Value]?) -> ResolvedRequest {
    var resolved = resolved
    resolved.query.start = start
    if let key { resolved.query.request = AccessibleTable.filter(table.table.primaryKey, key) }
    return resolved
  }
}

/// What comes after the last record of a list.
package struct ListEnd: Sendable, Hashable {
  /// Whether there are records after these. Exact.
  package let hasMore: Bool
  /// The cursor of the page after this one, where there is more.
  package let next: String?
}

extension ReadSession {
  /// Resolves a request, so that its fields are known before any record is read.
  ///
  /// - Throws: everything that is wrong with the request.
  package func prepare(_ request: ListRequest) throws(ServiceError) -> PreparedPage {
    let list = try prepare(request, anySize: false)
    chosen?.note(.list(request))
    return list
  }

  /// - Parameter anySize: whether the service's limits of a page do not hold.
  package func prepare(_ request: ListRequest, anySize: Bool) throws(ServiceError) -> PreparedPage {
    let prepared = try preparedRequest(request, anySize: anySize)
    return try page(
      of: prepared, start: try prepared.resolved.start(of: request), key: nil,
      counting: request.count)
  }

  /// Resolves the request for the one record with this primary key: a list of one, or of none where
  /// the user reaches no such record.
  package func prepare(
    _ key: [Value], from name: String, select: [String]? = nil
  ) throws(ServiceError) -> PreparedPage {
    let prepared = try preparedRequest(forOneFrom: name, select: select)
    try prepared.table.check(key: key)
    chosen?.note(.get(key, table: name, select: select))
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

  /// Gives `body` the records of a list one after another, as they are read: nothing is held,
  /// however many there are.
  ///
  /// - Parameter body: returns whether to go on.
  /// - Returns: what comes after the last record; nil where `body` did not go on.
  package func forEachRecord(
    of list: PreparedPage, _ body: (Record) -> Bool
  ) throws(ServiceError) -> ListEnd? {
    let (shape, shownCount) = (list.shape, list.request.resolved.shownCount)
    return try forEachRow(of: list) { (row: borrowing Row) in
      body(Record(shape: shape, values: row.values(shownCount)))
    }
  }

  /// Gives `body` the records of a list as JSON objects, written straight from the database's cells.
  ///
  /// A field of many values is an array, text that is not UTF-8 is repaired, a blob is a text of
  /// hexadecimal digits.
  ///
  /// - Parameter body: borrows the bytes of one object until it returns, and returns whether to go
  ///   on.
  /// - Returns: what comes after the last record; nil where `body` did not go on.
  package func forEachObject(
    of list: PreparedPage, _ body: (UnsafeBufferPointer<UInt8>) -> Bool
  ) throws(ServiceError) -> ListEnd? {
    if case .memory(let tables, _) = list.decision {
      return try forEachMemoryObject(of: list, tables, body)
    }
    let writer = list.objectWriter
    var buffer = ByteBuffer()
    return try forEachRow(of: list) { (row: borrowing Row) in
      buffer.removeAll()
      writer.write(row, into: &buffer)
      return buffer.withBytes(body)
    }
  }

  /// The objects written straight from columns, a text that repeats escaped once.
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
        isStopped = !body(object.assumingMemoryBound(to: UInt8.self))
        return !isStopped
      }
      if isStopped { return nil }
      guard let size = resolved.size, selection.count > size else {
        return ListEnd(hasMore: false, next: nil)
      }
      return ListEnd(
        hasMore: true,
        next: resolved.cursor(afterLast: try selection.record(size - 1), count: size))
    }
  }

  /// The number of all records of a list, as its request wants it; nil where it wants none.
  package func count(_ list: PreparedPage) throws(ServiceError) -> RecordCount? {
    guard list.counting != .none else { return nil }
    let query = list.resolved.query
    guard let limit = list.counting.limit else {
      return RecordCount(value: try count(query, list.table), isExact: true)
    }
    let count = try count(query, list.table, upTo: limit + 1)
    return RecordCount(value: min(count, limit), isExact: count <= limit)
  }

  /// The rows of a page, and whether one comes after it.
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
