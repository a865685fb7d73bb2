import FilterMemory
import RecordFilter
import RecordStore

/// A request that has been resolved for its user and can be run: see ``RecordReader/prepare(_:)``.
public struct PreparedList: Sendable {
  let table: ReachedTable
  let resolved: ResolvedRequest
  let counting: ListRequest.Counting
  let decision: EngineDecision
  /// The fields of its records.
  public let shape: RecordShape
  /// Of a list that may be asked for again.
  var statement: FirstStatement?

  /// Writes its records as JSON objects.
  var objectWriter: RecordStore.JSONWriter {
    let fields = resolved.query.projection.prefix(resolved.shownCount)
    return RecordStore.JSONWriter(fields: fields, of: table.table)
  }
}

/// What comes after the last record of a list.
public struct ListEnd: Sendable, Hashable {
  /// Whether there are records after these. Exact.
  public let hasMore: Bool
  /// The cursor of the page after this one, where there is more.
  public let next: String?
}

extension RecordReader {
  /// Resolves a request, so that its fields are known before any record is read.
  ///
  /// - Throws: everything that is wrong with the request.
  public func prepare(_ request: ListRequest) throws(ServiceError) -> PreparedList {
    let list = try prepare(request, anySize: false)
    chosen?.note(.list(request))
    return list
  }

  /// - Parameter anySize: whether the service's limits of a page do not hold.
  func prepare(_ request: ListRequest, anySize: Bool) throws(ServiceError) -> PreparedList {
    let list = try resolvedList(request, anySize: anySize)
    return PreparedList(
      table: list.table, resolved: list.resolved, counting: request.count,
      decision: try decision(list.resolved.query, list.table, .list), shape: list.shape,
      statement: list.statement)
  }

  /// Resolves the request for the one record with this primary key: a list of one, or of none where the user reaches no such
  /// record.
  public func prepare(
    _ key: [Value], from name: String, select: [String]? = nil
  ) throws(ServiceError) -> PreparedList {
    let list = try resolvedList(ofOneFrom: name, select: select)
    var resolved = list.resolved
    resolved.query.request = try list.table.filter(key: key)
    chosen?.note(.get(key, table: name, select: select))
    return PreparedList(
      table: list.table, resolved: resolved, counting: .none,
      decision: try decision(resolved.query, list.table, .list), shape: list.shape)
  }

  /// Gives `body` the records of a list one after another, as they are read: nothing is held, however many there are.
  ///
  /// - Parameter body: returns whether to go on.
  /// - Returns: what comes after the last record; nil where `body` did not go on.
  public func forEachRecord(
    of list: PreparedList, _ body: (Record) -> Bool
  ) throws(ServiceError) -> ListEnd? {
    let shownCount = list.resolved.shownCount
    return try forEachRow(of: list) { (row: borrowing Row) in
      var values: [Value] = []
      values.reserveCapacity(shownCount)
      for column in 0..<shownCount { values.append(row.value(column)) }
      return body(Record(shape: list.shape, values: values))
    }
  }

  /// Gives `body` the records of a list as JSON objects, written straight from the database's cells.
  ///
  /// A field of many values is an array, text that is not UTF-8 is repaired, a blob is a text of hexadecimal digits.
  ///
  /// - Parameter body: is lent the bytes of one object, and returns whether to go on. They are gone when it returns.
  /// - Returns: what comes after the last record; nil where `body` did not go on.
  public func forEachObject(
    of list: PreparedList, _ body: (UnsafeBufferPointer<UInt8>) -> Bool
  ) throws(ServiceError) -> ListEnd? {
    if case .memory(let tables, _) = list.decision {
      return try forEachHeldObject(of: list, tables, body)
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
  private func forEachHeldObject(
    of list: PreparedList, _ tables: MemoryDatabase, _ body: (UnsafeBufferPointer<UInt8>) -> Bool
  ) throws(ServiceError) -> ListEnd? {
    let resolved = list.resolved
    guard !resolved.query.isNever else { return ListEnd(hasMore: false, next: nil) }
    do throws(MemoryError) {
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
    } catch {
      throw serviceError(error)
    }
  }

  /// The number of all records of a list, as its request wants it; nil where it wants none.
  public func count(_ list: PreparedList) throws(ServiceError) -> RecordCount? {
    let query = list.resolved.query
    switch list.counting {
    case .none: return nil
    case .exact:
      return RecordCount(
        value: try count(query, list.table), isExact: true)
    case .bounded:
      let bound = ListRequest.boundedCountLimit
      let count = try count(query, list.table, upTo: bound + 1)
      return RecordCount(value: min(count, bound), isExact: count <= bound)
    }
  }

  /// The rows of a page, and whether one comes after it.
  func forEachRow(
    of list: PreparedList, _ body: (borrowing Row) -> Bool
  ) throws(ServiceError) -> ListEnd? {
    let resolved = list.resolved
    var count = 0
    var last: [Value] = []
    var hasMore = false
    var isStopped = false
    try forEachRow(of: resolved.query, list.table, list.decision, list.statement) {
      (row: borrowing Row) in
      // The row after the page's last one only tells that there is more.
      if count == resolved.size {
        hasMore = true
        return false
      }
      count += 1
      // The cursor is made of the last row, which is gone when the next one is there.
      if count == resolved.size { last = row.values() }
      isStopped = !body(row)
      return !isStopped
    }
    if isStopped { return nil }
    return ListEnd(
      hasMore: hasMore, next: hasMore ? resolved.cursor(afterLast: last, count: count) : nil)
  }
}
