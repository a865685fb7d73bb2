import RecordEngine
import RowscopeModel

extension RecordService {
  /// A page of the requested records, each decoded as `type`: see
  /// ``RecordReader/list(_:decoding:)``.
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
