import RecordEngine
import RowscopeModel

extension RecordService {
  /// A page of the requested records, each decoded as `type`: see
  /// ``RecordReader/list(_:decoding:)``.
  ///
  /// Complexity: as ``list(_:as:)``.
  /// - Throws: as ``list(_:as:)``; `mismatched_record` if a record does not fit the type.
  public func list<Item: Decodable & Sendable>(
    _ request: ListRequest, as user: User, decoding type: Item.Type
  ) async throws(ServiceError) -> Page<Item> {
    try await answer(as: user) { reader throws(ServiceError) in
      try reader.prepare(request)
    } _: { reader, list throws(ServiceError) in
      try reader.items(of: list, decoding: type)
    }
  }
}
