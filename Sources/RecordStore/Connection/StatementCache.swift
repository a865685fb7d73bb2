import RowscopeModel

/// The key of a prepared statement: its text and the authority under which it is prepared. Code
/// that runs a statement repeatedly keeps its key, which is hashed only once.
///
/// A statement prepared under one authority is never run under another, because SQLite asks its
/// authorizer when it prepares, not when it steps. The text compares by bytes, as SQLite reads it.
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

/// An LRU cache of prepared statements. A statement in use keeps its entry, so taking it and
/// returning it costs one lookup.
struct StatementCache {
  private let capacity: Int
  private var entries: [StatementKey: PreparedStatement] = [:]
  private var clock: UInt64 = 0

  init(capacity: Int) { self.capacity = capacity }

  var count: Int { entries.count }

  /// Takes a statement for exclusive use until it is put back.
  func take(_ key: StatementKey) -> PreparedStatement? {
    guard let statement = entries[key], !statement.isInUse else { return nil }
    statement.isInUse = true
    return statement
  }

  /// Keeps a reset statement. If the key has another statement already, that one stays.
  mutating func put(_ statement: PreparedStatement, for key: StatementKey) {
    clock += 1
    statement.lastUse = clock
    if statement.isInUse {
      statement.isInUse = false
      return
    }
    guard capacity > 0, entries[key] == nil else { return }
    if entries.count >= capacity,
      let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key
    {
      // A statement in use is released when it is put back.
      entries[oldest]?.isInUse = false
      entries[oldest] = nil
    }
    entries[key] = statement
  }

  /// Drops a statement that must not be used again.
  mutating func remove(_ statement: PreparedStatement, for key: StatementKey) {
    if entries[key] === statement { entries[key] = nil }
  }

  mutating func removeAll() { entries.removeAll() }
}
