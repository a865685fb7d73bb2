package import RecordFilter

/// What the ways to find a query's records cost, in microseconds as measured on a million records.
/// Only their ratios matter.
///
/// A walk reads records in the order until the page is full; a search finds all that match by an
/// index, then sorts them.
struct AccessCosts {
  /// To read a record by an index, and to sort it.
  static let found = 0.8
  /// To test for a related record.
  static let tested = 1.0
  /// To put a related record's key into a set.
  static let collected = 0.4
  /// To read past a record of a scan, and to read one by its key in a walk.
  static let scanned = 0.05
  static let passed = 0.2

  /// The number of the table's records.
  let size: Double
  /// The records wanted; nil for all.
  let wanted: Int?

  /// The records that a walk reads, for what the first ones showed: of `read` records, `matching`
  /// matched.
  func walked(matching: Int, of read: Int) -> Double {
    guard let wanted, matching < wanted else { return Double(read) }
    // Where none matched, some may among three times as many.
    let share = max(Double(matching), 0.3) / Double(max(read, 1))
    return min(size, Double(wanted) / share)
  }

  /// The records that match, for what the first ones showed.
  func found(matching: Int, of read: Int) -> Double {
    size * max(Double(matching), 0.3) / Double(max(read, 1))
  }
}

/// A way to find a query's records, and why it was chosen.
package struct AccessChoice: Sendable {
  package var query: Query
  /// Sentences for the service's administrator; empty where nothing was to be chosen.
  package var reasons: [String] = []
  /// Until when it may be used; nil for any time.
  package var end: ContinuousClock.Instant?
}
