import RecordStore

extension RecordService {
  /// Stops SQLite from counting the memory that it holds. The count takes a lock of the whole
  /// process with each allocation, so that requests that run at the same time wait for each other:
  /// where texts are copied or sorted, two can take longer than one after the other.
  ///
  /// It is the process's own decision, since nothing in it can then ask SQLite how much memory it
  /// uses (`sqlite3_memory_used`) or limit that (`sqlite3_soft_heap_limit64`). This package does
  /// neither. The `rowscope` command calls it.
  ///
  /// Call it first, before anything in the process uses SQLite.
  ///
  /// - Returns: whether the count is off; false if SQLite has been used already.
  @discardableResult
  public static func disableMemoryStatistics() -> Bool { MemoryStatistics.disable() }
}
