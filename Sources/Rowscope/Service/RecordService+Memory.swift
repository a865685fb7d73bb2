import FilterMemory
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

/// The tables that a service holds in memory.
public struct MemoryReport: Sendable, Hashable {
  /// One table, in memory or not.
  public struct TableLine: Sendable, Hashable {
    /// As the database spells it.
    public let name: String
    /// Nil if the table is not in memory.
    public let rowCount: Int?
    /// The size of its columns; nil if the table is not in memory.
    public let byteCount: Int?
    /// Why it is not in memory, as the rest of a sentence that begins with its name; nil if it is.
    public let problem: String?
  }

  /// The tables that the policy names, or those that were useful, in database order.
  public let tables: [TableLine]
  /// Names in the policy that match no table.
  public let unknownNames: [String]
  /// Whether tables are being loaded beside the requests.
  public let isLoading: Bool

  /// The size of all the columns in memory.
  public var byteCount: Int { tables.reduce(0) { $0 + ($1.byteCount ?? 0) } }
}

extension RecordService {
  /// Loads the tables of the memory policy now, so that they are ready for the first requests.
  ///
  /// This uses one of the service's threads. Otherwise they are loaded in the background when
  /// requests need them.
  ///
  /// Complexity: O(n) in the tables' values, about as long as reading them takes.
  /// - Throws: `database_error` if they could not be read. The report shows tables that did not
  ///   fit.
  /// - Returns: what is in memory afterwards.
  @discardableResult
  public func loadTables() async throws(ServiceError) -> MemoryReport {
    let core = try await core()
    guard case .database(_, let held?) = core.source else { return try await memoryReport() }
    try await core.withSession(as: User(id: .null)) { reader throws(ServiceError) in
      let schema = reader.snapshot.schema
      let chosen = schema.tables.indices.map { TableID($0) }.filter {
        held.policy.covers(schema[$0].name)
      }
      try serviceErrors { () throws(StoreError) in
        try held.loadNow(Set(chosen), of: reader.snapshot)
      }
    }
    return try await memoryReport()
  }

  /// What is in memory now.
  ///
  /// Complexity: O(n) in the tables; no record is read.
  /// - Throws: `invalid_workspace`, `deadline_exceeded`, `cancelled`, `database_error`.
  public func memoryReport() async throws(ServiceError) -> MemoryReport {
    let core = try await core()
    switch core.source {
    case .tables(let tables, _, _):
      return MemoryReport(
        tables: tables.schema.tables.indices.map {
          Self.line(tables.schema[TableID($0)], try? tables.table(TableID($0)), nil)
        }, unknownNames: [], isLoading: false)
    case .database(_, nil):
      return MemoryReport(tables: [], unknownNames: [], isLoading: false)
    case .database(_, let held?):
      let schema = try await core.withSession(as: User(id: .null)) { reader throws(ServiceError) in
        reader.snapshot.schema
      }
      return Self.report(held, schema)
    }
  }

  private static func report(_ held: ColumnCache, _ schema: Schema) -> MemoryReport {
    let copy = held.copy
    let isLoading = held.isLoading
    let problem = held.failure.map { NotCachedReason.failed($0) }
    var lines: [MemoryReport.TableLine] = []
    for (index, table) in schema.tables.enumerated() where held.policy.covers(table.name) {
      let id = TableID(index)
      let columns = copy.flatMap { $0.held.contains(id) ? try? $0.tables.table(id) : nil }
      let reason: NotCachedReason =
        held.isRefused(id)
        ? .tooLarge(limit: held.policy.byteLimit)
        : isLoading ? .isBeingLoaded : problem ?? .notYetLoaded
      lines.append(line(table, columns, reason))
    }
    var unknown: [String] = []
    if case .named(let names) = held.policy.tables {
      unknown = names.filter { schema.tableID(named: $0) == nil }
    }
    return MemoryReport(tables: lines, unknownNames: unknown, isLoading: isLoading)
  }

  private static func line(
    _ table: Table, _ columns: ColumnTable?, _ reason: NotCachedReason?
  ) -> MemoryReport.TableLine {
    MemoryReport.TableLine(
      name: table.name.string, rowCount: columns?.rowCount, byteCount: columns?.byteCount,
      problem: columns == nil ? reason?.description : nil)
  }
}
