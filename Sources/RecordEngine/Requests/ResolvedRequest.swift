import AccessProfiles
package import RecordFilter
package import RowscopeModel

/// What a request comes to for one user: what a backend is asked, and how its answer is shown.
package struct ResolvedRequest {
  package var query: Query
  package let table: Table
  /// How many of the projection's fields are the answer's; the rest are there for the cursor alone.
  package let shownCount: Int
  /// How records are put together, where they show related ones.
  package let layout: AnswerLayout?
  /// Where the first keys of the order stand in the projection, which together identify a record
  /// where its primary key is not NULL; nil where cursors are positions.
  package let keyPositions: [Int]?
  /// What its cursors belong to.
  package let fingerprint: Fingerprint
  /// The page's size; nil for all records.
  package let size: Int?
  /// How a row tells what the user may do with its record, where the request asks for that.
  package private(set) var acts: ActsOfRow?

  /// Asks what the user may do with each record as well.
  ///
  /// - Parameters:
  ///   - written: the records in which they may write a field; nil where these are the same as those
  ///     that they may edit, for every field.
  ///   - rows: the records to which they may do this.
  mutating func tellActs(
    writing written: ((FieldID) -> Filter)?, _ rows: (RecordAct) -> RowAccess
  ) {
    var fields: [(slot: Int, name: String, rows: Filter)] = []
    if let written {
      let columns =
        layout?.columns ?? (0..<shownCount).map { ($0, table[query.projection[$0]].name) }
      for (slot, (column, name)) in columns.enumerated() where column >= 0 {
        fields.append((slot, name.string, written(query.projection[column])))
      }
    }
    acts = ActsOfRow(asking: &query, fields, rows)
    // What tells records apart in the answer decides their order, and nothing that is hidden.
    if keyPositions == nil || hasTies { query.order += query.tests.map(OrderKey.truth) }
  }
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
        return .after(orderValues(values))
      case (.within(let values, let count), .some) where hasTies:
        return .within(orderValues(values), count)
      case (.position(let position), let keys) where keys == nil || hasTies:
        return .offset(position)
      case (.after, nil), (.within, _), (.position, _), (nil, _):
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

  /// Whether the primary key may be NULL. Then several records can have the same first keys of the
  /// order, and only the further keys tell them apart.
  package var hasTies: Bool { keyPositions.map { $0.count < query.order.count } ?? false }

  /// What the first keys of the order compare, for these values of their fields.
  func orderValues(_ values: [Value]) -> [Value] {
    zip(query.order, values).map { key, value in
      key.type.map { key.declaration(in: table).orderValue(of: value, as: $0) } ?? value
    }
  }

  /// The cursor of the page after one.
  ///
  /// - Parameters:
  ///   - keys: the first keys of the order, as the page's last record has them; nil where cursors
  ///     are positions.
  ///   - ties: how many records in a row have these keys, up to the last one; nil if the key
  ///     identifies the last one.
  ///   - start: of the page.
  ///   - count: of its records.
  package func cursor(
    after keys: [Value]?, ties: Ties.Count? = nil, from start: Query.Start, count: Int
  ) -> String {
    let place: Cursor.Place
    switch (keys, ties) {
    case (.some(let keys), nil): place = .after(keys)
    case (.some(let keys), .exactly(let ties)): place = .within(keys, ties)
    case (.some, .unknown), (nil, _):
      var skipped = 0
      if case .offset(let offset) = start { skipped = offset }
      place = .position(skipped + count)
    }
    return Cursor(place).encoded(for: fingerprint)
  }
}
