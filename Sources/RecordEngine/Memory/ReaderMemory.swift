import AccessProfiles
package import FilterMemory
package import RecordFilter
package import RecordStore
package import RowscopeModel

/// The tables in memory that can answer one reader, all matching the reader's snapshot.
///
/// Used only by the reader's own task.
package final class ReaderMemory {
  private enum Origin {
    /// There is no database: the tables are the only source.
    case alone(MemoryDatabase)
    /// The service's copy, and what it was before the reader's transaction began; nil if the
    /// service holds none.
    case held(ColumnCache, since: ColumnCache.Beginning)
    case notHeld
  }

  package let policy: MemoryPolicy
  private let origin: Origin
  /// The state of the service's copy, once checked.
  private var finding: ColumnCache.Finding?
  /// Tables loaded for this reader only.
  private var loaded: MemoryDatabase?
  private var loadedTables: Set<TableID> = []

  package init(_ tables: MemoryDatabase) {
    policy = MemoryPolicy(tables: .all, use: .always)
    origin = .alone(tables)
  }

  /// - Parameter policy: the cache's, or another one for this reader.
  package init(_ held: ColumnCache?, policy: MemoryPolicy) {
    self.policy = policy
    origin = held.map { .held($0, since: $0.beginning) } ?? .notHeld
  }

  /// Whether the tables have no database behind them.
  package var isAlone: Bool {
    if case .alone = origin { true } else { false }
  }

  /// Whether the service has written since the tables were last brought up to date, which may take
  /// long.
  package var isBehind: Bool {
    if case .held(let held, _) = origin { held.own?.hasChanges ?? false } else { false }
  }

  // MARK: What is there

  package enum Availability {
    case available(MemoryDatabase)
    case missing(TableID, NotCachedReason)
  }

  /// The tables, if all are in memory and current. Otherwise loading starts for later requests.
  package func availability(
    of tables: Set<TableID>, _ snapshot: ServiceSnapshot, on connection: borrowing Connection
  ) throws(StoreError) -> Availability {
    guard case .held(let held, let beginning) = origin, let first = tables.first else {
      return .missing(TableID(0), .notYetLoaded)
    }
    let finding: ColumnCache.Finding
    if let known = self.finding {
      finding = known
    } else {
      finding = try held.current(
        for: connection, since: beginning, schemaVersion: snapshot.schemaVersion)
      self.finding = finding
    }
    switch finding {
    case .not(let reason):
      held.want(tables, of: snapshot)
      return .missing(first, reason)
    case .current(let copy):
      guard let missing = tables.subtracting(copy.held).min(by: { $0.index < $1.index }) else {
        return .available(copy.tables)
      }
      if held.isRefused(missing) { return .missing(missing, .tooLarge(limit: policy.byteLimit)) }
      held.want(tables, of: snapshot)
      return .missing(missing, held.isLoading ? .isBeingLoaded : .notYetLoaded)
    }
  }

  /// The tables, loaded now if they are not in memory.
  package func load(
    _ tables: Set<TableID>, _ snapshot: ServiceSnapshot, on connection: borrowing Connection
  ) throws(ServiceError) -> MemoryDatabase {
    if loadedTables.isSuperset(of: tables), let loaded { return loaded }
    if loadedTables.isEmpty {
      let found = try serviceErrors { () throws(StoreError) in
        try availability(of: tables, snapshot, on: connection)
      }
      if case .available(let held) = found { return held }
    }
    var database = loaded ?? MemoryDatabase(schema: snapshot.schema)
    var room = policy.byteLimit
    for id in loadedTables {
      if let table = try? database.table(id) { room -= table.byteCount }
    }
    for id in tables.subtracting(loadedTables).sorted(by: { $0.index < $1.index }) {
      let loader = TableLoader(schema: snapshot.schema, byteLimit: max(room, 0))
      let table = try rethrowing({ ServiceError($0, limit: policy.byteLimit) }) {
        () throws(TableLoadError) in try loader.load(id, on: connection)
      }
      room -= table.byteCount
      database.load(table, as: id)
    }
    loaded = database
    loadedTables.formUnion(tables)
    return database
  }

  /// The tables of a service without a database.
  package var alone: MemoryDatabase? {
    if case .alone(let tables) = origin { tables } else { nil }
  }
}

extension ServiceError {
  package init(_ error: TableLoadError, limit: Int) {
    switch error {
    case .tooLarge(let table, _):
      self.init(
        .limitExceeded,
        "table \(Printable.quoted(table.string)) needs more memory than the limit of "
          + "\(limit) bytes",
        hint: "let SQLite answer, or raise the limit")
    case .memory(let error): self.init(.limitExceeded, error.description, hint: "let SQLite answer")
    case .store(let error): self.init(error)
    }
  }
}
