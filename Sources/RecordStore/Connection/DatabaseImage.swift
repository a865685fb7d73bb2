internal import CSQLite

/// A whole database as read-only bytes in memory. Any number of connections and tasks share the one
/// copy.
package final class DatabaseImage: Sendable {
  /// Read by SQLite in place, and never written after `init`.
  nonisolated(unsafe) let bytes: UnsafeMutablePointer<UInt8>
  package let count: Int
  /// Whether the records are known, and not only the tables.
  package let holdsRecords: Bool

  /// - Parameters:
  ///   - source: the contents of a database file. They are copied: O(n).
  ///   - holdsRecords: whether the records are known, and not only the tables.
  package init(_ source: some Collection<UInt8>, holdsRecords: Bool = true) {
    self.holdsRecords = holdsRecords
    count = source.count
    bytes = .allocate(capacity: max(count, 1))
    let buffer = UnsafeMutableBufferPointer(start: bytes, count: count)
    _ = buffer.initialize(from: source)
    // Two bytes of the header say that a file is in WAL mode; a database in memory has no WAL file.
    if count >= 20, buffer[18] == 2 || buffer[19] == 2 {
      buffer[18] = 1
      buffer[19] = 1
    }
  }

  deinit { bytes.deallocate() }
}

extension Connection {
  /// A copy of the main database as it is now. O(n) in its size.
  package func image() throws(StoreError) -> DatabaseImage {
    try core.begin()
    core.arm(.unrestricted)
    defer { core.arm(nil) }
    var size: sqlite3_int64 = 0
    guard let bytes = sqlite3_serialize(core.handle, "main", &size, 0) else {
      throw core.error(SQLITE_NOMEM, .stepping)
    }
    defer { sqlite3_free(bytes) }
    return DatabaseImage(UnsafeBufferPointer(start: bytes, count: Int(size)))
  }
}
