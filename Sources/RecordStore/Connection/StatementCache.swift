import RowscopeModel

/// The text of a statement and the authority under which it is prepared: what a prepared statement is kept by. Whoever runs a
/// statement again and again keeps its key, which is hashed once.
///
/// A statement prepared under one authority is never run under another: SQLite asks its authorizer when it prepares, not
/// when it steps. The text compares by bytes, as SQLite reads it.
package final class StatementKey: Sendable, Hashable {
  let sql: Text
  let authority: Authority
  private let hash: Int

  package init(_ sql: String, as authority: Authority) {
    self.sql = Text(sql)
    self.authority = authority
    var hasher = Hasher()
    hasher.combine(self.sql)
    hasher.combine(authority)
    hash = hasher.finalize()
  }

  package static func == (left: StatementKey, right: StatementKey) -> Bool {
    left === right
      || left.hash == right.hash && left.sql == right.sql && left.authority == right.authority
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}

/// Prepared statements, the least recently used given up first. One that is in use keeps its place, so that
/// to take it and to put it back looks its text up once.
struct StatementCache {
  private let capacity: Int
  private var entries: [StatementKey: PreparedStatement] = [:]
  private var clock: UInt64 = 0

  init(capacity: Int) { self.capacity = capacity }

  var count: Int { entries.count }

  /// Takes the statement out; nobody else can have it until it is put back.
  func take(_ key: StatementKey) -> PreparedStatement? {
    guard let statement = entries[key], !statement.isTaken else { return nil }
    statement.isTaken = true
    return statement
  }

  /// Keeps a reset statement. Where another one came first under the same key, that one stays.
  mutating func put(_ statement: PreparedStatement, for key: StatementKey) {
    clock += 1
    statement.lastUse = clock
    if statement.isTaken {
      statement.isTaken = false
      return
    }
    guard capacity > 0, entries[key] == nil else { return }
    if entries.count >= capacity,
      let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key
    {
      // Where it is in use, it is let go when it is put back.
      entries[oldest]?.isTaken = false
      entries[oldest] = nil
    }
    entries[key] = statement
  }

  /// Forgets a statement that is not to be used again.
  mutating func remove(_ statement: PreparedStatement, for key: StatementKey) {
    if entries[key] === statement { entries[key] = nil }
  }

  mutating func removeAll() { entries.removeAll() }
}
