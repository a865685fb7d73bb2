import Documents
import FilterMemory
import FilterSQL
package import RecordFilter
package import RecordStore
package import RowscopeModel

/// A request that has been resolved for its user and can be run: see ``ReadSession/prepare(_:)``.
package struct PreparedList: Sendable {
  package let base: ResolvedList
  package let start: Query.Start
  /// Of the one record that was asked for; nil for a list.
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

  /// The fields of its records.
  package var shape: RecordShape { base.shape }
  package var table: AccessibleTable { base.table }
  /// The page's size; nil for all records.
  package var size: Int? { base.resolved.size }
  package var isNever: Bool { base.resolved.query.isNever }

  package var resolved: ResolvedRequest { base.resolved(start: start, key: key) }

  /// The one statement that it comes to, with its values; nil where it comes to several, or to one
  /// that is made for it alone.
  package func onlyStatement() throws(ServiceError) -> (CompiledStatement, [Value])? {
    if let key {
      // To be NULL is another test.
      guard !key.contains(where: \.isNull) else { return nil }
      let compiled = try base.statementOfOne()
      return (compiled, compiled.bindings(for: key))
    }
    guard case .first = start else { return nil }
    let compiled = try base.statementOfFirstPage()
    return (compiled, compiled.sql.bindings)
  }

  /// A statement that may be all that it takes.
  package struct FirstStatement {
    package let compiled: CompiledStatement
    package let bindings: [Value]
    /// Whether there is no other one. Where there is, the page is this one's if it fills it, and is
    /// followed by a record.
    package let isWhole: Bool
  }

  /// The first statement that it comes to; nil where none is run, or the first one tends not to be
  /// enough.
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

  /// Writes its records as JSON objects.
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
  package func prepare(_ request: ListRequest) throws(ServiceError) -> PreparedList {
    let list = try prepare(request, anySize: false)
    chosen?.note(.list(request))
    return list
  }

  /// - Parameter anySize: whether the service's limits of a page do not hold.
  package func prepare(_ request: ListRequest, anySize: Bool) throws(ServiceError) -> PreparedList {
    let base = try resolvedList(request, anySize: anySize)
    return try prepared(
      base, start: try start(request, of: base, anySize: anySize), key: nil,
      counting: request.count)
  }

  /// Resolves the request for the one record with this primary key: a list of one, or of none where
  /// the user reaches no such record.
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

  /// Where the page of a request starts, of which all else is resolved.
  package func start(
    _ request: ListRequest, of base: ResolvedList, anySize: Bool
  ) throws(ServiceError) -> Query.Start {
    if request.after == nil, request.page == 1 { return .first }
    return try RequestResolution(base.table, reader: self).start(request, of: base)
  }

  /// Gives `body` the records of a list one after another, as they are read: nothing is held,
  /// however many there are.
  ///
  /// - Parameter body: returns whether to go on.
  /// - Returns: what comes after the last record; nil where `body` did not go on.
  package func forEachRecord(
    of list: PreparedList, _ body: (Record) -> Bool
  ) throws(ServiceError) -> ListEnd? {
    let (shape, shownCount) = (list.shape, list.base.resolved.shownCount)
    return try forEachRow(of: list) { (row: borrowing Row) in
      body(Record(shape: shape, values: row.values(shownCount)))
    }
  }

  /// Gives `body` the records of a list as JSON objects, written straight from the database's
  /// cells.
  ///
  /// A field of many values is an array, text that is not UTF-8 is repaired, a blob is a text of
  /// hexadecimal digits.
  ///
  /// - Parameter body: is lent the bytes of one object, and returns whether to go on. They are gone
  ///   when it returns.
  /// - Returns: what comes after the last record; nil where `body` did not go on.
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

  /// The objects written straight from columns, a text that repeats escaped once.
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

  /// The number of all records of a list, as its request wants it; nil where it wants none.
  package func count(_ list: PreparedList) throws(ServiceError) -> RecordCount? {
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
