import RecordFilter
import RowscopeModel
import Synchronization

/// What bounded looks at the data have found, for some seconds: how many records match, and how
/// large tables are.
///
/// It is for choosing how records are found, which changes no answer. So it may be out of date.
package final class DataLooks: Sendable {
  /// What was looked for.
  enum Subject: Hashable {
    /// The table's number of records, at most.
    case size(TableID)
    /// How many records match.
    case matches(TableID, Filter)
    /// How many of the first records in an order match each of some filters.
    case first(Query)
  }

  /// A look reads at most so many records or entries of an index. Tests set it lower, so that small
  /// tables count as large.
  @TaskLocal package static var limit = 1_000

  /// The seconds after which is looked again.
  @TaskLocal static var lifetime = Duration.seconds(5)
  /// Requests have few shapes; the limit protects the memory from a client that keeps sending new
  /// ones.
  private static let capacity = 1_024

  private struct Finding {
    let values: [Int?]
    let end: ContinuousClock.Instant
  }

  private let findings = Mutex<[Subject: Finding]>([:])

  /// The instant until which something found now is known.
  static var end: ContinuousClock.Instant { .now + lifetime }

  func values(
    of subject: Subject, _ look: () throws(ServiceError) -> [Int?]
  ) throws(ServiceError) -> [Int?] {
    let known = findings.withLock { $0[subject] }
    if let known, known.end > .now { return known.values }
    let values = try look()
    let finding = Finding(values: values, end: Self.end)
    findings.withLock { findings in
      if findings.count >= Self.capacity { findings.removeAll() }
      findings[subject] = finding
    }
    return values
  }
}
