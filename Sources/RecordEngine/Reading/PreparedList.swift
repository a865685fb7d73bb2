import Documents
import FilterMemory
import FilterSQL
package import RecordFilter
package import RecordStore
package import RowscopeModel

/// A request resolved for its user, ready to run: see ``ReadSession/prepare(_:)``.
package struct PreparedList: Sendable {
  package let base: ResolvedList
  package let start: Query.Start
  /// The key, if one record is requested; nil for a list.
  package let key: [Value]?
  package let counting: ListRequest.Counting
  package let decision: EngineDecision

  package init(
    base: ResolvedList, start: Query.Start, key: [Value]?, counting: ListRequest.Counting,
    decision: EngineDecision
  ) {
    self.base = base
    self.start = start
    self.key = key
    self.counting = counting
    self.decision = decision
  }

  /// The fields of the records.
  package var shape: RecordShape { base.shape }
  package var table: AccessibleTable { base.table }
  /// The page size; nil for all records.
  package var size: Int? { base.resolved.size }
  package var isNever: Bool { base.resolved.query.isNever }

  package var resolved: ResolvedRequest { base.resolved(start: start, key: key) }

  /// The only statement of the request, with its values; nil if it needs several, or one that
  /// cannot be reused.
  package func onlyStatement() throws(ServiceError) -> (CompiledStatement, [Value])? {
    if let key {
      // A null in the key needs another test, `IS NULL`.
      guard !key.contains(where: \.isNull) else { return nil }
      let compiled = try base.statementOfOne()
      return (compiled, compiled.sql.bindings(forKey: key))
    }
    guard case .first = start else { return nil }
    let compiled = try base.statementOfFirstPage()
    return (compiled, compiled.sql.bindings)
  }

  /// A statement that may suffice.
  package struct FirstStatement {
    package let compiled: CompiledStatement
    package let bindings: [Value]
    /// Whether it is the only statement. If not, its result is the page if it fills it and another
    /// record follows.
    package let isWhole: Bool
  }

  /// The first statement; nil if none is run, or if the first one rarely suffices.
  package func firstStatement(in schema: Schema) throws(ServiceError) -> FirstStatement? {
    guard !isNever else { return nil }
    if let (compiled, bindings) = try onlyStatement() {
      return FirstStatement(compiled: compiled, bindings: bindings, isWhole: true)
    }
    guard key == nil, size != nil, base.triesFirstStatement else { return nil }
    let phases = resolved.query.phases(in: schema)
    guard let first = phases.first, !first.isNever else { return nil }
    let compiled = try table.engine.compile(first)
    return FirstStatement(
      compiled: compiled, bindings: compiled.sql.bindings, isWhole: phases.count == 1)
  }

  /// Writes the records as JSON objects.
  package var objectWriter: RowJSONWriter {
    let fields = base.resolved.query.projection.prefix(base.resolved.shownCount)
    return RowJSONWriter(fields: fields, of: table.table)
  }
}

extension ResolvedList {
  /// The request for one page, or for one record.
  fileprivate func resolved(start: Query.Start, key: [Value]?) -> ResolvedRequest {
    var resolved = resolved
    resolved.query.start = start
    if let key { resolved.query.request = AccessibleTable.filter(table.table.primaryKey, key) }
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
  package func prepare(_ request: ListRequest) throws(ServiceError) -> PreparedList {
    let list = try prepare(request, anySize: false)
    chosen?.note(.list(request))
    return list
  }

  /// - Parameter anySize: whether to ignore the service's page limits.
  package func prepare(_ request: ListRequest, anySize: Bool) throws(ServiceError) -> PreparedList {
    let base = try resolvedList(request, anySize: anySize)
    return try prepared(
      base, start: try start(request, of: base, anySize: anySize), key: nil,
      counting: request.count)
  }

  /// Resolves the request for the record with this primary key: a list of one record, or of none if
  /// the user cannot access it.
  package func prepare(
    _ key: [Value], from name: String, select: [String]? = nil
  ) throws(ServiceError) -> PreparedList {
    let base = try resolvedList(ofOneFrom: name, select: select)
    try base.table.check(key: key)
    chosen?.note(.get(key, table: name, select: select))
    return try prepared(base, start: .first, key: key, counting: .none)
  }

  private func prepared(
    _ base: ResolvedList, start: Query.Start, key: [Value]?, counting: ListRequest.Counting
  ) throws(ServiceError) -> PreparedList {
    let decision: EngineDecision =
      if memory == nil { .sqlite(.memoryIsOff) } else {
        try self.decision(base.resolved(start: start, key: key).query, base.table, .list)
      }
    return PreparedList(
      base: base, start: start, key: key, counting: counting, decision: decision)
  }

  /// The start of the request's page, on which everything else depends.
  package func start(
    _ request: ListRequest, of base: ResolvedList, anySize: Bool
  ) throws(ServiceError) -> Query.Start {
    if request.after == nil, request.page == 1 { return .first }
    return try RequestResolution(base.table, reader: self).start(request, of: base)
  }

  /// Calls `body` with the records of a list as they are read, without buffering them.
  ///
  /// - Parameter body: returns whether to continue.
  /// - Returns: the end of the list; nil if `body` stopped early.
  package func forEachRecord(
    of list: PreparedList, _ body: (Record) -> Bool
  ) throws(ServiceError) -> ListEnd? {
    let (shape, shownCount) = (list.shape, list.base.resolved.shownCount)
    return try forEachRow(of: list) { (row: borrowing Row) in
      body(Record(shape: shape, values: row.values(shownCount)))
    }
  }

  /// Calls `body` with the records of a list as JSON objects, written directly from the database's
  /// cells.
  ///
  /// A field of many values is an array, text that is not UTF-8 is repaired, a blob is a text of
  /// hexadecimal digits.
  ///
  /// - Parameter body: gets the bytes of one object, valid during the call, and returns whether to
  ///   continue.
  /// - Returns: the end of the list; nil if `body` stopped early.
  package func forEachObject(
    of list: PreparedList, _ body: (UnsafeBufferPointer<UInt8>) -> Bool
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

  /// Objects written directly from columns; each distinct text of a dictionary is escaped once.
  private func forEachMemoryObject(
    of list: PreparedList, _ tables: MemoryDatabase, _ body: (UnsafeBufferPointer<UInt8>) -> Bool
  ) throws(ServiceError) -> ListEnd? {
    let resolved = list.resolved
    guard !resolved.query.isNever else { return ListEnd(hasMore: false, next: nil) }
    do throws(MemoryError) {
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
      return ListEnd(
        hasMore: true,
        next: resolved.cursor(afterLast: try selection.record(size - 1), count: size))
    } catch {
      throw serviceError(error)
    }
  }

  /// The number of all records of a list, as its request asks; nil if it does not.
  package func count(_ list: PreparedList) throws(ServiceError) -> RecordCount? {
    guard list.counting != .none else { return nil }
    let query = list.resolved.query
    guard let limit = list.counting.limit else {
      return RecordCount(value: try count(query, list.table), isExact: true)
    }
    let count = try count(query, list.table, upTo: limit + 1)
    return RecordCount(value: min(count, limit), isExact: count <= limit)
  }

  /// The rows of a page, and whether another follows.
  package func forEachRow(
    of list: PreparedList, _ body: (borrowing Row) -> Bool
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
