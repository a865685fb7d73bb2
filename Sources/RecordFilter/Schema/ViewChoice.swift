import RowscopeModel

/// Why a view is nondeterministic: what its text leaves to the database. See
/// ``Table/nondeterministicSources``.
package enum ViewChoice: Sendable, Hashable {
  /// A LIMIT over records that its ORDER BY does not tell apart.
  case limit
  /// A window function over such records.
  case window
  /// A column that is neither grouped by nor aggregated, or a group of values that only compare as
  /// equal.
  case grouping
  /// DISTINCT over values that only compare as equal.
  case distinct
  /// A UNION, INTERSECT or EXCEPT that keeps one of several such records.
  case union
  /// A subquery in the place of a value, which takes it from any of its records.
  case subquery
  /// A function whose result depends on the order of records, or that is not known.
  case function(String)
  /// Several of these together, or in a nested query.
  case several
  /// It uses another nondeterministic view.
  case view(String)

  /// `its window functions number records that …`, for the end of a sentence about a view.
  package var description: String {
    switch self {
    case .limit: "its LIMIT keeps some of several records that its ORDER BY does not tell apart"
    case .window: "its window function meets records in an order that is not determined"
    case .grouping: "it shows a value that is any of a group's"
    case .distinct: "its DISTINCT keeps any of several values that compare as equal"
    case .union: "it keeps any of several records that compare as equal"
    case .subquery: "its subquery takes a value from any record"
    case .function(let name):
      "the result of \(Printable.quoted(name)) may depend on the order of records"
    case .several: "which records it has, or what they hold, is not determined"
    case .view(let name): "it uses the view \(Printable.quoted(name)), which is not determined"
    }
  }

  /// What would determine the view; nil if nothing simple does.
  package var remedy: String? {
    switch self {
    case .limit: "order its LIMIT by the primary key"
    case .grouping: "show only columns that it groups by, and count, min and max of others"
    case .union: "use UNION ALL"
    case .subquery: "use a join, or an aggregate"
    case .window, .distinct, .function, .several, .view: nil
    }
  }
}
