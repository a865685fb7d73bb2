import CSQLite
import RecordStore
import TestSupport
import Testing

@Suite struct MemoryStatisticsTests {
  @Test func nothingIsCountedWhereSQLiteHasNotBeenUsed() async {
    await #expect(processExitsWith: .success) {
      let isOff = MemoryStatistics.disable()
      let connection = try Connection(.inMemory)
      try connection.execute("CREATE TABLE t (a); INSERT INTO t VALUES (randomblob(100000))")
      #expect(isOff && sqlite3_memory_used() == 0)
    }
  }

  @Test func afterThatItIsTooLate() async {
    await #expect(processExitsWith: .success) {
      let connection = try Connection(.inMemory)
      try connection.execute("CREATE TABLE t (a); INSERT INTO t VALUES (randomblob(100000))")
      #expect(!MemoryStatistics.disable() && sqlite3_memory_used() > 0)
    }
  }
}
