internal import CSQLite
import FilterSQL
package import RecordFilter
package import RowscopeModel

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#endif

extension Connection {
  /// The number of dates that a walk counts (``QueryCompiler/countByWalk(_:index:)``).
  ///
  /// - Parameter key: the statement's key.
  /// - Throws: as ``statement(_:as:)`` and ``Statement/step()``.
  package func count(
    by walk: DateWalk, _ key: StatementKey, _ bindings: [Value]
  ) throws(StoreError) -> Int {
    let prepared = try statement(key)
    try prepared.bind(bindings)
    let running = core.walk
    running.pointee = RunningWalk(walk: Unmanaged.passUnretained(walk))
    defer { running.pointee = RunningWalk() }
    return try withExtendedLifetime(walk) { () throws(StoreError) in
      _ = try prepared.step()
      return running.pointee.count
    }
  }
}

/// The walk for which SQLite compares, which it does for each record.
struct RunningWalk {
  var walk: Unmanaged<DateWalk>?
  var count = 0
}

extension DatabaseCore {
  /// Registers the collation of walks. SQLite passes it the texts of an index where they lie; a
  /// function would get them in more calls, and a column takes that as long as all else.
  ///
  /// Outside of walks it is `BINARY`: a database may name it too.
  func installWalkCollation() {
    sqlite3_create_collation_v2(
      handle, QueryCompiler.walkCollation, SQLITE_UTF8, walk,
      { user, count, text, otherCount, other in
        guard let running = user?.assumingMemoryBound(to: RunningWalk.self),
          let walk = running.pointee.walk
        else {
          return DatabaseCore.binaryOrder(text, Int(count), other, Int(otherCount))
        }
        // The text that the statement compares with is empty.
        let (start, length) = count == 0 ? (other, otherCount) : (text, count)
        switch walk._withUnsafeGuaranteedRef({ $0.place(of: start, count: Int(length)) }) {
        case .inside:
          running.pointee.count += 1
          return 1
        case .outside: return 1
        case .behind: return 0
        }
      }, nil)
  }

  private static func binaryOrder(
    _ text: UnsafeRawPointer?, _ count: Int, _ other: UnsafeRawPointer?, _ otherCount: Int
  ) -> Int32 {
    let shared = min(count, otherCount)
    if shared > 0, let text, let other {
      let order = memcmp(text, other, shared)
      if order != 0 { return order }
    }
    return Int32((count - otherCount).signum())
  }
}
