/// Which tables a service also holds in memory, and when it answers from there.
///
/// ```swift
/// var memory = MemoryPolicy(tables: .named(["tasks"]), byteLimit: 512 << 20)
/// let service = try RecordService(workspace: workspace, memory: memory)
/// ```
///
/// A request gets the same answer from columns as from SQLite, but where no index serves it some
/// hundred times as fast. The columns answer only while they are provably current: SQLite tells
/// every connection whether the database has changed since (`PRAGMA data_version`). They follow what
/// the service itself writes. After a write by anyone else requests are answered by SQLite, while a
/// thread beside them loads the tables again. So a database that others write to all the time gains
/// nothing from this.
public struct MemoryPolicy: Sendable, Hashable {
  /// Which tables are held.
  public enum Tables: Sendable, Hashable {
    /// No table: SQLite answers everything.
    case none
    /// Every table, as far as the byte limit goes.
    case all
    /// These, and none of their relations that are not among them. A name that the database lacks
    /// is listed by ``RecordService/memoryReport()``.
    case named([String])
  }

  /// When columns answer in place of SQLite.
  public enum Use: String, Sendable, Hashable {
    /// For queries that no index serves, while what is in memory is current. SQLite answers
    /// everything else, and no request waits for a table to be loaded.
    case whereNoIndexServes
    /// For every query about the tables. One that is not in memory, or not current, is loaded while
    /// the request waits; one that does not fit is an error. For comparisons and measurements, not
    /// for a service.
    case always
  }

  /// Which tables are held.
  public var tables: Tables
  /// When they answer in place of SQLite.
  public var use: Use
  /// The most bytes that all tables together take. The old columns are freed before a table is
  /// loaded again.
  public var byteLimit: Int

  /// A policy; by default one that holds at most 1 GiB.
  public init(
    tables: Tables, use: Use = .whereNoIndexServes, byteLimit: Int = 1 << 30
  ) {
    self.tables = tables
    self.use = use
    self.byteLimit = byteLimit
  }

  /// Nothing is held in memory.
  public static let none = MemoryPolicy(tables: .none)
}
