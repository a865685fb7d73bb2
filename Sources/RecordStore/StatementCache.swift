internal import RecordFilter

/// Prepared statements that are not in use, the least recently used given up first.
struct StatementCache {
  /// A statement prepared under one authority is never run under another: SQLite asks its authorizer
  /// when it prepares, not when it steps. The text compares by bytes, as SQLite reads it.
  struct Key: Hashable {
    let sql: Text
    let authority: Authority
  }

  private let capacity: Int
  private var entries: [Key: (statement: PreparedStatement, lastUse: UInt64)] = [:]
  private var clock: UInt64 = 0

  init(capacity: Int) { self.capacity = capacity }

  var count: Int { entries.count }

  /// Takes the statement out, so that nobody else can have it meanwhile.
  mutating func take(_ key: Key) -> PreparedStatement? {
    entries.removeValue(forKey: key)?.statement
  }

  /// Keeps a reset statement. Where another one came back first under the same key, that one stays.
  mutating func put(_ statement: PreparedStatement, for key: Key) {
    guard capacity > 0, entries[key] == nil else { return }
    if entries.count >= capacity,
      let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key
    {
      entries[oldest] = nil
    }
    clock += 1
    entries[key] = (statement, clock)
  }

  mutating func removeAll() { entries.removeAll() }
}
