import Documents
import RecordEngine
import RowscopeModel

/// Reads for one user in one snapshot of the database; ``RecordService/read(as:at:_:)`` provides
/// it.
///
/// All reads run in one read transaction, so their answers are consistent, and each costs less than
/// a separate request.
public struct RecordReader: ~Copyable {
  let session: ReadSession

  init(_ session: consuming ReadSession) { self.session = session }

  /// A page of the requested records.
  ///
  /// Complexity: what the query costs in SQLite, and O(n) in the fields of the page.
  /// - Throws: any error of the request; `deadline_exceeded`, `cancelled`, `database_error`.
  public func list(_ request: ListRequest) throws(ServiceError) -> Page<Record> {
    try session.list(request)
  }

  /// A page of the requested records, each decoded as `type` directly from the database's cells.
  ///
  /// Fields are found by name, ignoring ASCII case. A field that the user cannot see is absent,
  /// which suits an Optional. A value has the form that answers show: a declared checkbox is a
  /// `Bool`, a declared UUID its canonical text, a separated list an array.
  ///
  /// Complexity: as ``list(_:)``.
  /// - Throws: as ``list(_:)``; `mismatched_record` if a record does not fit the type. The message
  ///   names the field but not its value.
  public func list<Item: Decodable & Sendable>(
    _ request: ListRequest, decoding type: Item.Type
  ) throws(ServiceError) -> Page<Item> {
    try session.list(request, decoding: type)
  }

  /// The number of records of a request, ignoring its page.
  ///
  /// Complexity: what the query costs in SQLite: O(n) in the table's records without an index.
  /// - Throws: as ``list(_:)``.
  public func count(_ request: ListRequest) throws(ServiceError) -> Int {
    try session.count(request)
  }

  /// The fingerprint of a request's scope, see ``Page/scope``: the part of a cache's key that only
  /// the service can tell, before there is an answer. No record is read.
  ///
  /// Complexity: microseconds; linear in the rules and in the visible fields of the tables that the
  /// request reads, once for a user and a request, where no rule depends on the time.
  /// - Throws: any error of the request.
  public func scope(of request: ListRequest) throws(ServiceError) -> String {
    try session.scope(of: request)
  }

  /// The record with this primary key.
  ///
  /// Complexity: one lookup by key.
  /// - Parameters:
  ///   - key: one value for each field of the key, in order.
  ///   - table: the name of the table.
  ///   - select: the fields of the answer; nil for all that the user sees.
  /// - Throws: `not_found` if there is no such record or the user cannot access it;
  ///   `unknown_table`, `unknown_field`, `unsupported`, `invalid_value` for the request.
  public func get(
    _ key: [Value], from table: String, select: [FieldSelection]? = nil
  ) throws(ServiceError) -> Record {
    try session.get(key, from: table, select: select)
  }

  /// Calls `body` with the records of a list as they are read, without buffering them.
  ///
  /// Complexity: O(n) in the records, in constant memory.
  /// - Parameters:
  ///   - request: what is asked for.
  ///   - body: returns whether to continue.
  /// - Throws: as ``list(_:)``.
  public func forEachRecord(
    of request: ListRequest, _ body: (Record) -> Bool
  ) throws(ServiceError) {
    _ = try session.forEachRecord(of: try session.prepare(request), body)
  }

  /// Calls `body` with the records of a list as JSON objects in UTF-8, written directly from the
  /// database's cells. Where the request asks what the user may do (``ListRequest/may``), each is
  /// `{"item": {…}, "may": ["edit"]}`. Where the user sees or writes a field in some records and
  /// not in others, it has `"hidden"` and `"readonly"`, the names of these fields.
  ///
  /// Complexity: as ``forEachRecord(of:_:)``.
  /// - Parameters:
  ///   - request: what is asked for.
  ///   - body: gets the bytes of one object, valid during the call, and returns whether to
  ///     continue.
  /// - Throws: as ``list(_:)``.
  public func forEachJSONObject(
    of request: ListRequest, _ body: (UnsafeBufferPointer<UInt8>) -> Bool
  ) throws(ServiceError) {
    let list = try session.prepare(request)
    guard request.may || list.mayHide else {
      _ = try session.forEachObject(of: list) { object, _ in body(object) }
      return
    }
    var line = ByteBuffer()
    _ = try session.forEachObject(of: list) { object, notes in
      line.removeAll()
      line.appendJSON(item: object, notes)
      return line.withBytes(body)
    }
  }

  /// The user's access to the records of one table: see ``RecordAccess``.
  ///
  /// Complexity: microseconds; no record is read.
  /// - Throws: `unknown_table` if the user cannot access the table, `invalid_profile` if access
  ///   cannot be determined.
  public func recordAccess(
    to table: String, related: RelatedRecords? = nil
  ) throws(ServiceError) -> RecordAccess {
    try session.recordAccess(to: table, related: related)
  }
}
