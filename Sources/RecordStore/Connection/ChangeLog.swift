package import RowscopeModel
internal import Synchronization

/// The rows that a service's own connection for writing changes, so that copies of tables can
/// follow.
///
/// SQLite reports each row before it is changed, by whatever changes it: a statement, a trigger, a
/// foreign key's action or the resolution of a conflict. The log may name a row that has not
/// changed, such as one of a transaction that was rolled back, and leaves none out.
///
/// Source: <https://www.sqlite.org/c3ref/preupdate_blobwrite.html>.
package final class ChangeLog: Sendable {
  private let state = Mutex(State())

  private struct State {
    var rows = ChangedRows()
    var commits: UInt64 = 0
    var isCommitting = false
  }

  init() {}

  /// The number of commits so far; nil during one, when a reader may see it or not.
  package var commits: UInt64? { state.withLock { $0.isCommitting ? nil : $0.commits } }

  /// Whether rows have changed since they were last taken.
  package var hasChanges: Bool { state.withLock { !$0.rows.isEmpty } }

  /// Takes the changed rows, and begins anew.
  ///
  /// - Precondition: the caller has leased the connection, so that no commit is on its way.
  package func take() -> ChangedRows {
    state.withLock { state in
      defer { state.rows = ChangedRows() }
      return state.rows
    }
  }

  func willCommit(_ rows: ChangedRows) {
    state.withLock { state in
      state.rows.formUnion(rows)
      state.isCommitting = true
    }
  }

  /// Called once a commit has succeeded or failed.
  func hasCommitted() {
    state.withLock { state in
      guard state.isCommitting else { return }
      state.isCommitting = false
      state.commits += 1
    }
  }
}

/// Rows by table and row id. For a table without row ids the numbers mean nothing.
package struct ChangedRows: Sendable {
  /// More than this many are not worth following.
  package static let limit = 1_000

  package private(set) var rows: [Name: Set<Int64>] = [:]
  private var count = 0
  /// False if there were too many.
  package private(set) var isComplete = true

  package var isEmpty: Bool { rows.isEmpty && isComplete }

  mutating func insert(_ rowID: Int64, of table: Name) {
    guard isComplete else { return }
    if rows[table, default: []].insert(rowID).inserted { count += 1 }
    if count > Self.limit { self = Self.tooMany }
  }

  mutating func formUnion(_ other: ChangedRows) {
    guard isComplete, other.isComplete else { return self = Self.tooMany }
    for (table, rowIDs) in other.rows { for rowID in rowIDs { insert(rowID, of: table) } }
  }

  private static var tooMany: ChangedRows {
    var rows = ChangedRows()
    rows.isComplete = false
    return rows
  }
}
