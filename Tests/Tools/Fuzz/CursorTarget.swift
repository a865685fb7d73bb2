@testable import AccessProfiles
@testable import DataFiles
@testable import Documents
@testable import RecordEngine
@testable import RecordFilter
@testable import RecordStore
@testable import Rowscope
@testable import RowscopeModel
@testable import Workspaces

/// Cursors: as given, or with a valid tag over the input. Each gets the error for invalid cursors,
/// or a page within the scope that is the same from a database in which everything hidden is
/// different.
final class CursorTarget: FuzzTarget {
  private static let requests = [
    ListRequest(table: "tasks", size: 2),
    ListRequest(table: "tasks", sort: [.init("due_date", isDescending: true)], size: 3),
    ListRequest(
      table: "tasks", sort: [.init("status"), .init("amount", isDescending: true)], size: 2),
    ListRequest(
      table: "tasks", sort: [.init("mixed"), .init("title", isDescending: true)], size: 2),
    ListRequest(table: "clients", select: ["name"], sort: [.init("city")], size: 1, count: .exact),
    ListRequest(table: "reminders", sort: [.init("title")], size: 1),
    ListRequest(table: "tasks", search: "o", sort: [.init("priority")], size: 1, count: .bounded),
    ListRequest(table: "titles", sort: [.init("short")], size: 1),
  ]

  private let first: RecordService
  private let second: RecordService
  private let lists: [List]
  private let refusal: Reply

  /// A request, with what its cursors are made of and all records that a page may show.
  private struct List: Sendable {
    let request: ListRequest
    let fingerprint: Fingerprint
    let keyCount: Int?
    let items: Set<String>
  }

  init() throws {
    let service = try Desk.service(0)
    first = service
    second = try Desk.service(1, memory: MemoryPolicy(tables: .all, use: .always))
    lists = try Self.requests.map { request in
      let prepared = try wait {
        () async -> Result<ResolvedRequest, ServiceError> in
        do throws(ServiceError) {
          return .success(
            try await service.withSession(as: Desk.bia) { reader throws(ServiceError) in
              try reader.prepare(request).resolved
            })
        } catch {
          return .failure(error)
        }
      }.get()
      var all = request
      all.size = 100
      let items = service.reply(to: all, as: Desk.bia).items.map {
        "\($0.sorted { $0.key < $1.key })"
      }
      return List(
        request: request, fingerprint: prepared.fingerprint,
        keyCount: prepared.keyPositions?.count, items: Set(items))
    }
    var request = Self.requests[0]
    request.after = "no cursor"
    refusal = first.reply(to: request, as: Desk.bia)
    require(refusal.code == "invalid_cursor", "the error for invalid cursors: \(refusal.text)")
    require(lists.allSatisfy { $0.items.count > 1 }, "a list without pages")
  }

  func run(_ input: [UInt8]) {
    guard let kind = input.first else { return }
    let list = lists[Int(kind & 7)]
    var request = list.request
    request.after = cursor(input.dropFirst(), kind >> 3 & 3, of: list)
    request.page = kind >> 5 == 7 ? 2 : 1
    let reply = first.reply(to: request, as: Desk.bia)
    let other = second.reply(to: request, as: Desk.bia)
    require(reply == other, "hidden values make a difference:\n\(reply.text)\n\(other.text)")
    guard reply.isPage else {
      require(
        reply == refusal || request.page == 2,
        "another error than that of all cursors: \(reply.text)")
      return
    }
    require(!reply.contains(Desk.hiddenMark), "a hidden value is shown: \(reply.text)")
    let items = reply.items.map { "\($0.sorted { $0.key < $1.key })" }
    require(items.count <= list.request.size ?? 0, "a page that is too large: \(reply.text)")
    require(items.allSatisfy(list.items.contains), "a record out of scope: \(reply.text)")
  }

  /// - Parameter form: 0 and 1 for the input as the text, 2 for the bytes under a valid tag, 3 for
  ///   well-formed values or a position, as many as the list's order has.
  private func cursor(_ input: ArraySlice<UInt8>, _ form: UInt8, of list: List) -> String {
    switch form {
    case 0, 1: return String(decoding: input, as: UTF8.self)
    case 2:
      var encoder = ByteEncoder()
      for byte in input { encoder.byte(byte) }
      encoder.word(list.fingerprint.tag(encoder.bytes))
      return Base64URL.encode(encoder.bytes)
    default:
      var decoder = ByteDecoder(Array(input))
      guard let count = list.keyCount else {
        let position = decoder.integer().map { Int($0 & Int64.max) } ?? input.count
        return Cursor(.position(position)).encoded(for: list.fingerprint)
      }
      let values = (0..<count).map { _ in decoder.value() ?? .null }
      return Cursor(.after(values)).encoded(for: list.fingerprint)
    }
  }
}
