import RowscopeModel

/// Which records are to be changed or deleted, among those that the user reaches: what a list's filters say.
///
/// Names are looked up among what the user sees, as in a ``ListRequest``.
public struct RecordSelection: Sendable {
  public var table: String
  public var filters: [Condition]
  package var joining: ListRequest.Joining
  /// A text to look for, without ASCII case, in every visible text field.
  public var search: String?
  /// Whether it means every record that the user reaches.
  public let isEverything: Bool

  /// The records for which the filters hold.
  ///
  /// Without a filter and a search it is refused: what was meant may have got lost on the way. ``everything(in:)`` says
  /// that all are meant.
  package init(
    table: String, filters: [Condition], joining: ListRequest.Joining = .all, search: String? = nil
  ) {
    self.init(
      table: table, filters: filters, joining: joining, search: search, isEverything: false)
  }

  /// Every record of a table that the user reaches.
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

/// One record after it was written.
public struct WrittenRecord: Sendable {
  /// The record, read again as its user sees it; nil where it is not among those that the user reaches (any more). Then
  /// nothing of it is told, not even its key.
  public let record: Record?
}

/// Records after they were written.
public struct WrittenRecords: Sendable {
  /// How many records were changed.
  public let count: Int
  /// Those of them that the user still reaches, read again; in the order of their keys, or,
  /// where the user does not see these, of what the fields hold.
  public let records: [Record]
  /// The fields of the records.
  package let shape: RecordShape
}
