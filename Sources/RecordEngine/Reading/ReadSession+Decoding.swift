import RecordStore
package import RowscopeModel

extension ReadSession {
  /// A page of the requested records, each decoded as `type` directly from the database's cells.
  ///
  /// Fields are found by name, ignoring ASCII case; a field that the user cannot see is absent,
  /// which suits an Optional. Values have the form that answers show.
  ///
  /// - Throws: `mismatched_record` if a record does not fit the type; the message names the field
  ///   but not its value.
  package func list<Item: Decodable & Sendable>(
    _ request: ListRequest, decoding type: Item.Type
  ) throws(ServiceError) -> Page<Item> {
    try items(of: try prepare(request), decoding: type)
  }

  /// A prepared page, each of its records decoded.
  package func items<Item: Decodable & Sendable>(
    of list: PreparedPage, decoding type: Item.Type
  ) throws(ServiceError) -> Page<Item> {
    var items: [Item] = []
    var may: [[RecordAct]]? = list.acts.map { _ in [] }
    var hidden: [[String]] = []
    var readonly: [[String]] = []
    var failure: StoreError?
    let end: ListEnd?
    if let layout = list.layout {
      end = try forEachRow(inBatchesOf: list, layout, ValueRows.self) { rows, row in
        do throws(StoreError) {
          let record = rows.record(row)
          items.append(try RecordDecoder.decode(type, from: record))
          may?.append(record.may ?? [])
          readonly.append(record.readonly ?? [])
          if list.mayHide { hidden.append(record.hiddenFields) }
          return true
        } catch {
          failure = error
          return false
        }
      }
    } else {
      let decoder = RecordDecoder(
        columns: list.shape.fields.map { ($0.name, $0.presentation) })
      end = try forEachRow(of: list) { (row: borrowing Row) in
        do throws(StoreError) {
          items.append(try decoder.decode(type, from: row))
          if let acts = list.acts {
            may?.append(acts.acts(of: row))
            readonly.append(acts.readonly(of: row) ?? [])
          }
          return true
        } catch {
          failure = error
          return false
        }
      }
    }
    if let failure { throw ServiceError(failure) }
    return Page(
      items: items, hasMore: end?.hasMore ?? false, next: end?.next, count: try count(list),
      may: may, readonly: readonly, hidden: hidden, scope: list.request.scope)
  }
}
