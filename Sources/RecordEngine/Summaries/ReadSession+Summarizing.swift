import AccessProfiles
import Documents
import FilterMemory
import FilterSQL
import RecordFilter
import RecordStore
package import RowscopeModel

extension ReadSession {
  /// The most memory that the groups of one summary take, in bytes, roughly. Tests set less.
  @TaskLocal package static var summaryMemory = 256 << 20

  /// A page of the groups of a request.
  ///
  /// The records are read once, in whatever order the engine finds them, and grouped by one
  /// implementation for both engines: no sum and no group depends on the order.
  ///
  /// Complexity: O(n) in the records; memory for each group and each value counted as distinct.
  package func summarize(_ request: SummaryRequest) throws(ServiceError) -> Summary {
    let table = try self.table(request.table)
    let summary = try RequestResolution(table, reader: self).resolve(request)
    if case .memory(let tables, _) = try decision(summary.query, table, .list) {
      return try summarize(summary) { body throws(ServiceError) in
        try forEachMemoryRow(of: summary.query, tables, body)
      }
    }
    return try summarizeInSQLite(summary, table)
  }

  private func summarizeInSQLite(
    _ summary: ResolvedSummary, _ table: AccessibleTable
  ) throws(ServiceError) -> Summary {
    let query = summary.query
    return try summarize(summary) { body throws(ServiceError) in
      guard !query.isNever else { return }
      try onDatabase { connection throws(ServiceError) in
        let (engine, count) = (table.engine, query.projection.count + query.tests.count)
        let compiled = try engine.compile(query)
        if query.keyValues.isEmpty,
          try snapshot.plans.plan(of: compiled.sql, on: connection).readsOneTableThrough,
          let scan = try engine.pushScan(of: query)
        {
          return try serviceErrors { () throws(StoreError) in
            try connection.forEachRow(
              pushedBy: scan.key, scan.sql.bindings, count: count, body)
          }
        }
        _ = try engine.forEachRow(
          of: compiled, compiled.sql.bindings, on: connection,
          schemaVersion: snapshot.schemaVersion
        ) { (row: borrowing Row) throws(StoreError) in body(row) }
      }
    }
  }

  /// - Parameter read: calls its body with each record, until it returns false.
  private func summarize(
    _ summary: ResolvedSummary,
    _ read: ((borrowing Row) -> Bool) throws(ServiceError) -> Void
  ) throws(ServiceError) -> Summary {
    let builder = SummaryBuilder(summary, memoryLimit: Self.summaryMemory)
    var (count, hasRoom) = (0, true)
    var failure: ServiceError?
    try read { (row: borrowing Row) in
      count += 1
      if count & 0xFFF == 0 {
        do throws(ServiceError) { try checkTime() } catch {
          failure = error
          return false
        }
        hasRoom = builder.hasRoom
      }
      hasRoom = hasRoom && builder.take(row)
      return hasRoom
    }
    if let failure { throw failure }
    guard hasRoom, builder.hasRoom else {
      throw ServiceError(
        .limitExceeded,
        "the summary has more groups, or more different values, than \(Self.summaryMemory >> 20) MB "
          + "hold",
        hint: "group by less, or filter the records")
    }
    return try builder.page()
  }

  /// Answers a request with both engines in one snapshot of the database.
  ///
  /// - Returns: the difference; nil if the answers are the same.
  package func compareEnginesSummarizing(
    _ request: SummaryRequest
  ) throws(ServiceError) -> EngineDifference? {
    let table = try self.table(request.table)
    let summary = try RequestResolution(table, reader: self).resolve(request)
    let query = summary.query
    guard !query.isNever, nondeterministicView(in: query.tables(in: snapshot.schema)) == nil else {
      return nil
    }
    let tables = try heldTables(of: query)
    func text(_ answer: () throws(ServiceError) -> Summary) -> String {
      do throws(ServiceError) {
        return String(decoding: try answer().json, as: UTF8.self)
      } catch {
        return error.code.rawValue
      }
    }
    let stored = text { () throws(ServiceError) in try summarizeInSQLite(summary, table) }
    let held = text { () throws(ServiceError) in
      try summarize(summary) { body throws(ServiceError) in
        try forEachMemoryRow(of: query, tables, body)
      }
    }
    guard stored != held else { return nil }
    return EngineDifference(
      request: request.records, question: "summary", user: context.user.id, kind: .groups,
      sqlite: stored, memory: held)
  }
}

extension Summary {
  /// The summary in the wire format, without the object around it.
  package var json: [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("items")
    writer.beginArray()
    for item in items { writer.element { $0.append(item.json) } }
    writer.endArray()
    if let skipped {
      writer.key("skipped")
      writer.beginArray()
      for counts in skipped {
        writer.element { buffer in
          buffer.append("{")
          for (index, name) in counts.keys.sorted().enumerated() {
            if index > 0 { buffer.append(",") }
            buffer.appendJSON(name)
            buffer.append(":")
            buffer.appendJSON(Int64(counts[name] ?? 0))
          }
          buffer.append("}")
        }
      }
      writer.endArray()
    }
    writer.key("has_more")
    writer.bool(hasMore)
    if let next {
      writer.key("next")
      writer.string(next)
    }
    writer.endObject()
    return writer.bytes
  }
}
