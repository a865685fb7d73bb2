package import RecordFilter
package import RowscopeModel

/// What a request comes to for one user: what a backend is asked, and how its answer is shown.
package struct ResolvedRequest {
  package var query: Query
  package let table: Table
  /// How many of the projection's fields are the answer's; the rest are there for the cursor alone.
  package let shownCount: Int
  /// Where each key of the order stands in the projection; nil where cursors are positions.
  package let keyPositions: [Int]?
  /// What its cursors belong to.
  package let fingerprint: Fingerprint
  /// The page's size; nil for all records.
  package let size: Int?
}

extension ResolvedRequest {
  /// Where the page of a request starts that comes to this one, its page aside.
  package func start(of request: ListRequest) throws(ServiceError) -> Query.Start {
    if let after = request.after {
      guard request.page == 1 else {
        throw ServiceError(
          .invalidRequest, "a request has either a page number or a cursor, not both")
      }
      let cursor = Cursor(after, for: fingerprint, keys: keyPositions?.count ?? 0)
      switch (cursor?.place, keyPositions) {
      case (.after(let values), .some):
        return .after(
          zip(query.order, values).map { key, value in
            key.type.map { table[key.field].orderValue(of: value, as: $0) } ?? value
          })
      case (.position(let position), nil): return .offset(position)
      case (.after, nil), (.position, .some), (nil, _):
        throw ServiceError(
          .invalidCursor, "the cursor was not made for this user, profile and query",
          hint: "start again from the first page")
      }
    }
    guard request.page >= 1 else {
      throw ServiceError(.invalidValue, "pages are numbered from 1")
    }
    guard request.page > 1 else { return .first }
    guard let size else {
      throw ServiceError(.invalidRequest, "a list of all records has one page")
    }
    let (offset, isOverflow) = (request.page - 1).multipliedReportingOverflow(by: size)
    // So far on, there is nothing in any case.
    return .offset(isOverflow ? Int(Int32.max) : offset)
  }

  /// The cursor of the page after the one that ends with this row.
  package func cursor(afterLast row: [Value], count: Int) -> String {
    cursor(after: keyPositions?.map { row[$0] }, from: query.start, count: count)
  }

  /// The cursor of the page after one.
  ///
  /// - Parameters:
  ///   - keys: of the order, as the page's last record has them; nil where cursors are positions.
  ///   - start: of the page.
  ///   - count: of its records.
  package func cursor(after keys: [Value]?, from start: Query.Start, count: Int) -> String {
    if let keys { return Cursor(.after(keys)).encoded(for: fingerprint) }
    var skipped = 0
    if case .offset(let offset) = start { skipped = offset }
    return Cursor(.position(skipped + count)).encoded(for: fingerprint)
  }
}
