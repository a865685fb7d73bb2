import FilterSQL
import RecordEngine
public import RowscopeModel

/// A page of records, or one record, whose statements a driver of the service's own runs.
///
/// ```swift
/// var list = try planner.list(ListRequest(table: "tasks", size: 50), as: bia)
/// while let query = try list.next() {
///   try list.take(await database.rows(query.text, query.parameters))
/// }
/// let page = try list.page()
/// ```
///
/// Most pages take one statement. One after a cursor may take a few, each of which reads what is
/// left of the page; related records in the answer take one for each relation. All belong in one
/// transaction, where records may change in between.
public struct CompiledList: ~Copyable {
  private var assembly: PageAssembly
  private let request: ListRequest

  init(_ prepared: PreparedPage, for request: ListRequest) throws(ServiceError) {
    assembly = try PageAssembly(prepared)
    self.request = request
  }

  /// The next statement; nil once all have been run, and at once where no record can match.
  ///
  /// Complexity: O(n) in the rules and the request; for related records also in the keys that they
  /// are looked up by.
  /// - Throws: `invalid_request` if the rows of the last statement have not been taken.
  public mutating func next() throws(ServiceError) -> SQLQuery? {
    try assembly.next().map { SQLQuery($0) }
  }

  /// Takes the rows that the last statement returned, all of them and in their order.
  ///
  /// Complexity: O(n) in the rows and their bytes.
  /// - Parameter rows: a value for each column, of the storage class that the database returned.
  /// - Throws: `invalid_request` for rows that are not of the statement; `limit_exceeded` for too
  ///   many related records.
  public mutating func take(_ rows: [[Value]]) throws(ServiceError) {
    try assembly.take(rows)
  }

  /// The page, as a ``RecordService`` gives it. Its records are not counted: see
  /// ``QueryPlanner/count(_:as:upTo:)``.
  ///
  /// Complexity: O(n) in the records.
  /// - Throws: `invalid_request` if statements are left; `limit_exceeded` if the records share too
  ///   many related ones.
  public func page() throws(ServiceError) -> Page<Record> {
    try assembly.result(for: request)
  }

  /// The record, where one was asked for by its key.
  ///
  /// Complexity: as of ``page()``.
  /// - Throws: `not_found` if there is none or the user cannot access it; `not_unique` if several
  ///   have the key in different spellings; and what ``page()`` throws.
  public func record() throws(ServiceError) -> Record { try assembly.record(for: request) }
}
