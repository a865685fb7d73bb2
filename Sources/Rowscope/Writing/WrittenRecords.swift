import RowscopeModel

/// The records to change or delete, selected by filters like those of a list among the records that
/// the user can access.
///
/// Names are resolved among the fields that the user sees, as in a ``ListRequest``.
public struct RecordSelection: Sendable {
  /// The name of the table, without regard to ASCII case.
  public var table: String
  /// The conditions that select the records.
  public var filters: [Condition]
  package var joining: ListRequest.Joining
  /// A text that a visible text field contains, ignoring ASCII case.
  public var search: String?
  /// Whether it selects every accessible record.
  public let isEverything: Bool

  /// The records that match the filters.
  ///
  /// A selection without a filter or a search is refused, since they may have been lost by mistake.
  /// Use ``everything(in:)`` to select all.
  package init(
    table: String, filters: [Condition], joining: ListRequest.Joining = .all, search: String? = nil
  ) {
    self.init(
      table: table, filters: filters, joining: joining, search: search, isEverything: false)
  }

  /// The records for which the condition holds.
  ///
  /// - Parameters:
  ///   - table: the name of the table.
  ///   - condition: what selects the records, by fields that the user sees.
  ///   - search: a text that a visible text field contains, too.
  public init(table: String, where condition: Condition, search: String? = nil) {
    self.init(table: table, filters: [condition], search: search)
  }

  /// Every record of a table that the user can access.
  public static func everything(in table: String) -> RecordSelection {
    RecordSelection(table: table, filters: [], joining: .all, search: nil, isEverything: true)
  }

  private init(
    table: String, filters: [Condition], joining: ListRequest.Joining, search: String?,
    isEverything: Bool
  ) {
    self.table = table
    self.filters = filters
    self.joining = joining
    self.search = search
    self.isEverything = isEverything
  }
}

/// One record after a write.
public struct WrittenRecord: Sendable {
  /// The record, read back as its user sees it; nil if the user cannot access it (any more). Then
  /// not even its key is revealed.
  public let record: Record?
}

/// Records after a write.
public struct WrittenRecords: Sendable {
  /// The number of records changed.
  public let count: Int
  /// Those that the user can still access, read back; in key order, or, if the key is hidden, in
  /// the order of their values.
  public let records: [Record]
  /// The fields of the records.
  package let shape: RecordShape
}

/// What became of records that were to be deleted.
public struct DeletedRecords: Sendable, Hashable {
  /// The number of records that the user can no longer access: they are deleted, or a trigger of
  /// the database has marked them so that they are out of the user's sight.
  public let count: Int
  /// The number of records that the user can still access, because a trigger of the database kept
  /// them in place of deleting them.
  public let kept: Int

  package init(count: Int, kept: Int) {
    self.count = count
    self.kept = kept
  }
}
