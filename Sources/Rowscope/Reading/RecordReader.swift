import RecordEngine

/// Reads for one user as of one moment: lent by ``RecordService/read(as:at:_:)``.
///
/// Everything that it reads it reads in one read transaction, so that answers fit together, and
/// each costs less than on its own.
public struct RecordReader: ~Copyable {
  let session: ReadSession

  init(_ session: consuming ReadSession) { self.session = session }

  /// A page of the records that a request asks for.
  ///
  /// Complexity: what the query costs in SQLite, and O(n) in the fields of the page.
  /// - Throws: everything that is wrong with the request; `deadline_exceeded`, `cancelled`,
  ///   `database_error`.
  public func list(_ request: ListRequest) throws(ServiceError) -> Page<Record> {
    try session.list(request)
  }

  /// A page of the records that a request asks for, each decoded as `type` straight from the
  /// database's cells.
  ///
  /// Fields are found by name, without regard to ASCII case. A field that the user does not see is
  /// absent, and fits an Optional.
  ///
  /// Complexity: as ``list(_:)``.
  /// - Throws: as ``list(_:)``; `mismatched_record` where a record does not fit the type. The
  ///   message names the field and never its value.
  public func list<Item: Decodable & Sendable>(
    _ request: ListRequest, decoding type: Item.Type
  ) throws(ServiceError) -> Page<Item> {
    try session.list(request, decoding: type)
  }

  /// How many records a request asks for, whatever its page.
  ///
  /// Complexity: what the query costs in SQLite: O(n) in the table's records where no index
  /// serves.
  /// - Throws: as ``list(_:)``.
  public func count(_ request: ListRequest) throws(ServiceError) -> Int {
    try session.count(request)
  }

  /// The record with this primary key.
  ///
  /// Complexity: one look-up by key.
  /// - Parameter key: one value for each field of the key, in its order.
  /// - Throws: `not_found` where there is no such record, or the user does not reach it;
  ///   `unknown_table`, `unknown_field`, `unsupported`, `invalid_value` for the request.
  public func get(
    _ key: [Value], from table: String, select: [String]? = nil
  ) throws(ServiceError) -> Record {
    try session.get(key, from: table, select: select)
  }

  /// Gives `body` the records of a list one after another as they are read: nothing is kept,
  /// however many there are.
  ///
  /// Complexity: O(n) in the records; memory does not grow with them.
  /// - Parameter body: returns whether to go on.
  /// - Throws: as ``list(_:)``.
  public func forEachRecord(
    of request: ListRequest, _ body: (Record) -> Bool
  ) throws(ServiceError) {
    _ = try session.forEachRecord(of: try session.prepare(request), body)
  }

  /// Gives `body` the records of a list as JSON objects in UTF-8, written straight from the
  /// database's cells.
  ///
  /// Complexity: as ``forEachRecord(of:_:)``.
  /// - Parameter body: borrows the bytes of one object, which are gone when it returns; returns
  ///   whether to go on.
  /// - Throws: as ``list(_:)``.
  public func forEachJSONObject(
    of request: ListRequest, _ body: (UnsafeBufferPointer<UInt8>) -> Bool
  ) throws(ServiceError) {
    _ = try session.forEachObject(of: try session.prepare(request), body)
  }

  /// What the user sees of the records of one table: see ``RecordAccess``.
  ///
  /// Complexity: microseconds; no record is read.
  /// - Throws: `unknown_table` where the user does not reach the table, `invalid_profile` where it
  ///   cannot be told.
  public func recordAccess(
    to table: String, related: RelatedRecords? = nil
  ) throws(ServiceError) -> RecordAccess {
    try session.recordAccess(to: table, related: related)
  }
}
