internal import CSQLite

/// SQLite's count of the memory that it holds, in the whole process.
package enum MemoryStatistics {
  /// Stops counting, for as long as the process runs.
  ///
  /// - Returns: false if SQLite has been used in the process already, which is then too late.
  package static func disable() -> Bool { rowscope_disable_memory_statistics() == SQLITE_OK }
}
