import FilterMemory
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

/// What a service holds in memory.
public struct MemoryReport: Sendable, Hashable {
  public struct TableLine: Sendable, Hashable {
    public let name: String
    /// Nil where the table is not held.
    public let rowCount: Int?
    /// What its columns take; nil where the table is not held.
    public let byteCount: Int?
    /// Why it is not held, as the rest of a sentence that begins with its name; nil where it is.
    public let problem: String?
  }

  /// The tables that the policy names, or all that were of use, in the order of the database.
  public let tables: [TableLine]
  /// Names of the policy that no table of the database has.
  public let unknownNames: [String]
  public let isLoading: Bool

  public var byteCount: Int { tables.reduce(0) { $0 + ($1.byteCount ?? 0) } }
}

extension RecordService {
  /// Loads the tables of the memory policy now, so that the first requests need not do without them.
  ///
  /// The calling task's thread does it. Without this they are loaded when requests ask for them, beside the requests.
  ///
  /// - Throws: `database_error` where they could not be read. A table for which there is no room is in the report.
  /// - Returns: what is in memory then.
  @discardableResult
  public func loadTables() async throws(ServiceError) -> MemoryReport {
    guard case .database(_, let held?) = source else { return try await memoryReport() }
    try await withSession(as: User(id: .null)) { reader throws(ServiceError) in
      let schema = reader.snapshot.schema
      let chosen = schema.tables.indices.map { TableID($0) }.filter {
        held.policy.covers(schema[$0].name)
      }
      do throws(StoreError) {
        try held.loadNow(Set(chosen), of: reader.snapshot)
      } catch {
        throw ServiceError(error)
      }
    }
    return try await memoryReport()
  }

  /// What is in memory just now.
  public func memoryReport() async throws(ServiceError) -> MemoryReport {
    switch source {
    case .tables(let tables):
      return MemoryReport(
        tables: tables.schema.tables.indices.map {
          Self.line(tables.schema[TableID($0)], try? tables.table(TableID($0)), nil)
        }, unknownNames: [], isLoading: false)
    case .database(_, nil):
      return MemoryReport(tables: [], unknownNames: [], isLoading: false)
    case .database(_, let held?):
      let schema = try await withSession(as: User(id: .null)) { reader throws(ServiceError) in
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
