import RecordStore
package import RowscopeModel

extension ReadSession {
  /// A page of the records that a request asks for, each decoded as `type` straight from the database's cells.
  ///
  /// Fields are found by name, without regard to ASCII case; one that the user does not see is absent, and fits an Optional.
  ///
  /// - Throws: `mismatched_record` where a record does not fit the type; the message names the field and never its value.
  package func list<Item: Decodable & Sendable>(
    _ request: ListRequest, decoding type: Item.Type
  ) throws(ServiceError) -> Page<Item> {
    let list = try prepare(request)
    let decoder = RecordDecoder(fields: list.shape.fields.map(\.name))
    var items: [Item] = []
    var failure: StoreError?
    let end = try forEachRow(of: list) { (row: borrowing Row) in
      do throws(StoreError) {
        items.append(try decoder.decode(type, from: row))
        return true
      } catch {
        failure = error
        return false
      }
    }
    if let failure { throw ServiceError(failure) }
    return Page(
      items: items, hasMore: end?.hasMore ?? false, next: end?.next, count: try count(list))
  }
}
