/// A page of groups: the answer to a ``SummaryRequest``.
public struct Summary: Sendable {
  /// The groups, each with the fields of its grouping and then its aggregates.
  public let items: [Record]
  /// Whether there are groups after these. Exact.
  public let hasMore: Bool
  /// The cursor of the page after this one, where there is more.
  public let next: String?
  /// For each of the items, how many stored values a sum or a mean left out because they are no
  /// numbers, by the name of the aggregate. Nil where none was left out.
  public let skipped: [[String: Int]]?

  package init(items: [Record], hasMore: Bool, next: String?, skipped: [[String: Int]]) {
    self.items = items
    self.hasMore = hasMore
    self.next = next
    self.skipped = skipped.contains { !$0.isEmpty } ? skipped : nil
  }
}
