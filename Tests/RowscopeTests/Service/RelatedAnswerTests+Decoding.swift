import RowscopeModel
import TestSupport
import Testing

@testable import Rowscope

/// Related records in structs of a program.
extension RelatedAnswerTests {
  private struct Task: Decodable, Sendable, Hashable {
    let id: Int
    let client: Client?
    let notes: [Note]

    struct Client: Decodable, Sendable, Hashable {
      let name: String
      let region: Region?
    }
    struct Region: Decodable, Sendable, Hashable { let name: String }
    struct Note: Decodable, Sendable, Hashable { let text: String }
  }

  @Test func structsHoldRelatedRecords() async throws {
    let service = try service(TemporaryDatabase(Self.tables))
    let request = ListRequest(table: "tasks", select: Self.selection, size: 6)
    let page = try await service.list(request, as: .ana, decoding: Task.self)
    #expect(
      page.items == [
        Task(id: 1, client: .init(name: "Ada", region: .init(name: "south")), notes: []),
        Task(id: 2, client: nil, notes: [.init(text: "first 2")]),
        Task(id: 3, client: .init(name: "Cy", region: nil), notes: [.init(text: "second 3")]),
        Task(id: 4, client: nil, notes: [.init(text: "first 4")]),
        Task(id: 5, client: nil, notes: []),
        Task(
          id: 6, client: .init(name: "Ada", region: .init(name: "south")),
          notes: [.init(text: "second 6")]),
      ])
    #expect(page.hasMore)

    struct Paged: Decodable, Sendable {
      let notes: Page<Note>
      struct Note: Decodable, Sendable { let text: String? }
    }
    let paged = try await service.list(request, as: .ana, decoding: Paged.self)
    #expect(paged.items.map(\.notes.hasMore) == [false, false, false, false, false, true])
    #expect(paged.items.map(\.notes.items.count) == [0, 1, 1, 1, 0, 1])
  }

  private func failure<Item: Decodable & Sendable>(
    _ service: RecordService, _ type: Item.Type
  ) async -> String {
    let request = ListRequest(table: "tasks", select: Self.selection, size: 2)
    do throws(ServiceError) {
      _ = try await service.list(request, as: .ana, decoding: type)
      return "fits"
    } catch {
      return "\(error.code) \(error.message)"
    }
  }

  @Test func aStructThatDoesNotFitSaysWhere() async throws {
    let service = try service(TemporaryDatabase(Self.tables))
    struct Flat: Decodable, Sendable { let client: String }
    struct Required: Decodable, Sendable {
      let client: Client
      struct Client: Decodable, Sendable { let name: String }
    }
    struct One: Decodable, Sendable { let notes: String }
    #expect(await failure(service, Flat.self).hasPrefix("mismatched_record"))
    let nobody = "holds no related record that the user reaches; make it Optional"
    #expect(await failure(service, Required.self) == "mismatched_record field `client`: \(nobody)")
    let several = "holds related records, but the type expects a value"
    #expect(await failure(service, One.self) == "mismatched_record field `notes`: \(several)")
  }
}
