import RecordFilter

/// What the ways to find a query's records cost, in microseconds as measured on a million records.
/// Only their ratios matter.
///
/// A walk reads records in the order until the page is full; a search finds all that match by an
/// index, then sorts them.
struct AccessCosts {
  /// To read a record by an index, and to sort it.
  static let found = 0.5
  /// The same by the keys of related records, which come in any order.
  static let foundByKey = 1.0
  /// The same of its keys alone, which are cut to the page before the whole record is read.
  static let foundAlone = 0.35
  /// To read the next record in an order, by an index and by the table's own key.
  static let walked = 0.35
  static let passed = 0.15
  /// To find a value in an index.
  static let sought = 0.5
  /// To test for the record of a key, and for one of several.
  static let testedForOne = 0.2
  static let testedForSome = 1.0
  /// To begin with a branch of a union, and for each branch to pass a record on.
  static let branched = 1.5
  static let merged = 0.015
  /// Of the records in a union, the part that matches everything else, where that is not known.
  static let unknownShare = 0.3
  /// Another way must cost so much less to be chosen for what is estimated.
  static let certain = 0.8
  /// To put a related record's key into a set.
  static let collected = 0.5
  /// To read past a record of a scan.
  static let scanned = 0.025
  /// To read the next record of a scan, and to test it.
  static let scannedAndTested = 0.06

  /// The number of the table's records.
  let size: Double
  /// The records wanted; nil for all.
  let wanted: Int?

  /// The records that a walk reads, for what the first ones showed.
  func walked(_ seen: AccessChooser.Seen) -> Double {
    guard let wanted, seen.all < Double(wanted) else { return Double(seen.read) }
    return min(size, Double(wanted) / share(seen.all, of: seen.read))
  }

  /// The records that match, for what the first ones showed.
  func matching(_ count: Double, of read: Int) -> Double { size * share(count, of: read) }

  /// Where none matched, some may among three times as many.
  private func share(_ matching: Double, of read: Int) -> Double {
    (matching == 0 ? 0.3 : matching) / Double(max(read, 1))
  }
}

extension Schema {
  /// What it costs to test whether a record has a related one.
  func testCost(of related: RelatedFilter) -> Double {
    let own =
      self[related.table].primaryKey == related.pairs.map(\.far)
      ? AccessCosts.testedForOne : AccessCosts.testedForSome
    return related.filter.related.reduce(own) { $0 + testCost(of: $1) }
  }
}
