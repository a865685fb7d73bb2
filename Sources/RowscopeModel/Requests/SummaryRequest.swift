/// What a service asks for: groups of the records that a user sees, and what is counted or computed
/// of each.
///
/// ```swift
/// SummaryRequest(
///   table: "tasks", groupBy: ["status", .by(.month, of: "due_date")],
///   aggregates: [.count, .sum("amount")], where: "priority" >= 3)
/// ```
///
/// It is computed of the records that a list with the same condition shows, and of the fields that
/// each of them shows. Names are looked up among what the user sees.
public struct SummaryRequest: Sendable {
  /// A stretch of time, by which dates are grouped. A week begins on Monday.
  public enum Period: String, Sendable, Hashable, CaseIterable {
    /// A calendar day.
    case day
    /// From Monday to Sunday.
    case week
    /// A month of a year.
    case month
    /// Three months, from January, April, July or October.
    case quarter
    /// A calendar year.
    case year
  }

  /// A field by whose values records are grouped: one of the record, or of one related record
  /// (`client.region`).
  public struct Grouping: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The name of the field, or a path to it.
    public var field: String
    /// The period of a date; nil to group by the values as they are.
    public var period: Period?
    /// The name in the answer; nil for that of the field, with the period behind it.
    public var name: String?

    /// A grouping by a field, or by the period of a date.
    public init(_ field: String, by period: Period? = nil, as name: String? = nil) {
      self.field = field
      self.period = period
      self.name = name
    }

    /// A grouping by the values of a field.
    public init(stringLiteral field: String) { self.init(field) }

    /// A grouping by the period of a date.
    public static func by(_ period: Period, of field: String) -> Grouping {
      Grouping(field, by: period)
    }

    /// The name in the answer: `status`, `due_date_month`.
    package var shownName: String { name ?? (period.map { "\(field)_\($0.rawValue)" } ?? field) }
  }

  /// What is computed of the records of a group.
  public struct Aggregate: Sendable, Hashable {
    package enum Function: String, Sendable, Hashable, CaseIterable {
      case count
      case countDistinct = "count_distinct"
      case sum, avg, min, max
    }

    package let function: Function
    /// Nil for the number of records.
    package let field: String?
    /// The name in the answer; nil for the function's and the field's.
    package var name: String?

    package init(_ function: Function, _ field: String?, as name: String? = nil) {
      self.function = function
      self.field = field
      self.name = name
    }

    /// The number of records.
    public static let count = Aggregate(.count, nil)
    /// The number of records that have a value in a field.
    public static func count(_ field: String) -> Aggregate { Aggregate(.count, field) }
    /// The number of different values of a field.
    public static func countDistinct(_ field: String) -> Aggregate {
      Aggregate(.countDistinct, field)
    }
    /// The exact sum of the numbers of a field; null where there is none.
    public static func sum(_ field: String) -> Aggregate { Aggregate(.sum, field) }
    /// Their mean, a real.
    public static func avg(_ field: String) -> Aggregate { Aggregate(.avg, field) }
    /// The least value of a field.
    public static func min(_ field: String) -> Aggregate { Aggregate(.min, field) }
    /// The greatest value of a field.
    public static func max(_ field: String) -> Aggregate { Aggregate(.max, field) }

    /// The same under another name.
    public func named(_ name: String) -> Aggregate { Aggregate(function, field, as: name) }

    /// The name in the answer: `count`, `sum_amount`.
    package var shownName: String {
      name ?? (field.map { "\(function.rawValue)_\($0)" } ?? function.rawValue)
    }
  }

  /// The most aggregates of a request.
  public static let aggregateLimit = 50

  /// Which records, and the order and the page of the groups.
  package var records: ListRequest
  /// By what the records are grouped, the first grouping first; none for one group of all.
  public var groupBy: [Grouping]
  /// What is computed of each group, in the order of the answer.
  public var aggregates: [Aggregate]

  /// A request for groups of the records that the user sees and for which the condition holds.
  ///
  /// - Parameters:
  ///   - table: the name of the table.
  ///   - groupBy: by what the records are grouped; none for one group of all of them.
  ///   - aggregates: what is computed of each group.
  ///   - condition: nil for every record that the user sees.
  ///   - search: a text to look for, without ASCII case, in every visible text field.
  ///   - sort: keys that name what the answer shows; groups that they leave tied are in the order
  ///     of `groupBy`.
  ///   - size: the most groups of a page; nil for the service's default.
  ///   - page: from 1; a cursor in `after` takes its place.
  ///   - after: the `next` of the page before.
  public init(
    table: String, groupBy: [Grouping] = [], aggregates: [Aggregate] = [.count],
    where condition: Condition? = nil, search: String? = nil, sort: [ListRequest.SortKey] = [],
    size: Int? = nil, page: Int = 1, after: String? = nil
  ) {
    records = ListRequest(
      table: table, where: condition, search: search, sort: sort, size: size, page: page,
      after: after)
    self.groupBy = groupBy
    self.aggregates = aggregates
  }

  package init(_ records: ListRequest, groupBy: [Grouping], aggregates: [Aggregate]) {
    self.records = records
    self.groupBy = groupBy
    self.aggregates = aggregates
  }

  /// The name of the table.
  public var table: String {
    get { records.table }
    set { records.table = newValue }
  }
  /// What the request asks of the records; nil where it asks nothing.
  public var `where`: Condition? {
    get { records.where }
    set { records.where = newValue }
  }
  /// The order of the groups, by the names of what the answer shows.
  public var sort: [ListRequest.SortKey] {
    get { records.sort }
    set { records.sort = newValue }
  }
  /// The most groups of a page; nil for the service's default.
  public var size: Int? {
    get { records.size }
    set { records.size = newValue }
  }
  /// From 1.
  public var page: Int {
    get { records.page }
    set { records.page = newValue }
  }
  /// The `next` of the page before.
  public var after: String? {
    get { records.after }
    set { records.after = newValue }
  }
}
