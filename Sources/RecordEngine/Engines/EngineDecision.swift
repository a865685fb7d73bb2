package import FilterMemory
package import RowscopeModel

/// Which engine answers a query, and why.
package enum EngineDecision {
  case sqlite(SQLiteReason)
  case memory(MemoryDatabase, MemoryReason)

  /// Why SQLite answers.
  package enum SQLiteReason: Hashable {
    case memoryIsOff
    /// No query is run.
    case nothingToRead
    case indexServes
    case notChosen(Name)
    /// A view whose rows SQLite chooses: columns in memory may hold a different choice.
    case nondeterministic(Name)
    /// A view that asks for the time: columns in memory may hold what it showed earlier.
    case readsClock(Name)
    case notCached(Name, NotCachedReason)
  }

  /// Why columns in memory answer.
  package enum MemoryReason: Hashable {
    case noDatabase
    case alwaysWanted
    case noIndexServes
  }

  package var engine: QueryEngine {
    switch self {
    case .sqlite: .sqlite
    case .memory: .memory
    }
  }

  /// A sentence for the service's administrator.
  package var reason: String {
    switch self {
    case .sqlite(.memoryIsOff): "no tables are held in memory"
    case .sqlite(.nothingToRead): "no record can match, so no query is run"
    case .sqlite(.indexServes): "an index serves the query"
    case .sqlite(.notChosen(let table)):
      "no index serves the query, but \(table) is not held in memory"
    case .sqlite(.nondeterministic(let view)):
      "the rows of \(view) are not determined, so SQLite chooses them"
    case .sqlite(.readsClock(let view)):
      "the rows of \(view) depend on the time, so SQLite makes them for each request"
    case .sqlite(.notCached(let table, let reason)):
      "no index serves the query, but \(table) \(reason.description)"
    case .memory(_, .noDatabase): "the records come from no database"
    case .memory(_, .alwaysWanted): "memory was requested"
    case .memory(_, .noIndexServes): "no index serves the query, and what is in memory is current"
    }
  }
}

/// Why a table that should be in memory is not available there now.
package enum NotCachedReason: Hashable {
  case notYetLoaded
  case isBeingLoaded
  /// The database has changed since it was loaded.
  case outOfDate
  /// It does not fit into the rest of the limit, in bytes.
  case tooLarge(limit: Int)
  case failed(String)

  package var description: String {
    switch self {
    case .notYetLoaded: "is not in memory yet"
    case .isBeingLoaded: "is being loaded into memory"
    case .outOfDate: "has changed since it was loaded into memory, and will be loaded again"
    case .tooLarge(let limit):
      "does not fit into memory beside the other tables: the limit is \(limit) bytes"
    case .failed(let why): "could not be loaded into memory: \(why)"
    }
  }
}
