import Foundation

@testable import AccessProfiles
@testable import DataFiles
@testable import Documents
@testable import RecordEngine
@testable import RecordFilter
@testable import RecordStore
@testable import Rowscope
@testable import RowscopeModel
@testable import Workspaces

/// SQLite files with some bits changed. Each request gets a page or an error within its deadline,
/// and no answer has a hidden field; the same for changes.
///
/// The first byte of an input chooses the action and the user, every three after it change a byte:
/// where, and which bits.
final class DatabaseTarget: FuzzTarget {
  private static let requests = [
    ListRequest(table: "tasks", size: 3, count: .exact),
    ListRequest(
      table: "tasks", search: "o", sort: [.init("due_date", isDescending: true), .init("mixed")]),
    ListRequest(table: "clients", sort: [.init("city")], count: .bounded),
    ListRequest(table: "reminders", sort: [.init("title")]),
    ListRequest(table: "titles"),
  ]
  private static let filtered = Array(
    #"{"object_type": "tasks", "filters": [{"field": "client.city", "operator": "like", "value": "a"}, {"field": "watchers", "value": 7}], "operator": "OR"}"#
      .utf8)
  private static let seconds = 1

  private let whole: [UInt8]
  private let profiles: ProfileCatalog
  private let workspace: WorkspaceDocument
  private let path: String

  init() throws {
    let connection = try Connection(.inMemory)
    // Small pages, so that there are interior pages, free lists and overflow chains.
    try connection.execute("PRAGMA page_size = 512;" + Desk.sql(1))
    try connection.execute(
      "DELETE FROM tasks WHERE id > 112; CREATE TABLE gone (x); DROP TABLE gone")
    let image = try connection.image()
    whole = Array(UnsafeBufferPointer(start: image.bytes, count: image.count))
    profiles = try ProfileCatalog(
      texts: [
        "p": Desk.profile.replacing(
          #""request_date", "note"]"#,
          with: #""request_date", "note"], "can_create": 1, "can_delete": 1"#)
      ])
    workspace = try WorkspaceDocument(text: Desk.workspace)
    path = NSTemporaryDirectory() + "rowscope-fuzz-\(getpid()).sqlite"
  }

  func run(_ input: [UInt8]) {
    guard let kind = input.first else { return }
    let bytes = damaged(input.dropFirst())
    if kind & 3 == 3 {
      write(to: bytes)
    } else {
      let memory = kind & 3 == 2 ? MemoryPolicy(tables: .all, use: .always) : .none
      read(.image(DatabaseImage(bytes)), memory, kind)
    }
  }

  private func damaged(_ edits: ArraySlice<UInt8>) -> [UInt8] {
    var bytes = whole
    var rest = edits
    while rest.count >= 3 {
      let edit = rest.prefix(3).map(Int.init)
      bytes[(edit[0] << 8 | edit[1]) % bytes.count] ^= UInt8(edit[2])
      rest = rest.dropFirst(3)
    }
    return bytes
  }

  private func read(_ source: Connection.Source, _ memory: MemoryPolicy, _ kind: UInt8) {
    guard let pool = try? ConnectionPool(source, capacity: 1) else { return }
    let service = RecordService(
      pool: pool, profiles: profiles, workspace: workspace,
      limits: .init(timeout: .seconds(Self.seconds)),
      memory: memory, clock: { .fixed })
    for (index, request) in Self.requests.enumerated() where kind >> (index + 2) & 1 == 1 {
      let reply = answered { service.reply(to: request, as: Desk.bia) }
      // Without a comma, the damaged view gives another column the name of the hidden one.
      if request.table != "titles" || hasWholeView(pool) { look(at: reply) }
    }
    if kind >> 7 == 1 { look(at: answered { service.reply(to: Self.filtered, as: Desk.bia) }) }
  }

  private func hasWholeView(_ pool: ConnectionPool) -> Bool {
    let found = try? pool.connectionIfAvailable()?.temporaryStatement(
      "SELECT sql FROM sqlite_schema WHERE name = 'titles'", as: .unrestricted
    ).rows()
    return found == [[.text(Text(Desk.view))]]
  }

  /// In a file, by one who may.
  private func write(to bytes: [UInt8]) {
    for suffix in ["", "-journal", "-wal", "-shm"] { unlink(path + suffix) }
    let isWritten = (try? Data(bytes).write(to: URL(fileURLWithPath: path))) != nil
    require(isWritten, "the file cannot be written")
    guard let pool = try? ConnectionPool(.readOnly(path: path), capacity: 1),
      let writing = try? ConnectionPool(.readWrite(path: path), capacity: 1)
    else { return }
    let service = RecordService(
      pool: pool, profiles: profiles, workspace: workspace,
      limits: .init(timeout: .seconds(Self.seconds)),
      clock: { .fixed }, writing: .pool(writing))
    answered {
      wait {
        _ = try? await service.update(
          [1], in: "tasks", set: ["title": "changed", "watchers": [3, 9]], as: Desk.bia)
        _ = try? await service.create(
          ["title": "new", "owner": 3, "client": "Ada"], in: "tasks", as: Desk.bia)
        _ = try? await service.delete([2], from: "tasks", as: Desk.bia)
      }
    }
    look(at: answered { service.reply(to: Self.requests[0], as: Desk.bia) })
  }

  private func look(at reply: Reply) {
    guard reply.isPage else { return }
    // Damage may move a cell's bytes anywhere, but the only fields are the visible ones.
    for item in reply.items {
      for name in ["note", "request_date", "loud", "tax_id", "supplier"] {
        require(item[name] == nil, "a hidden field is shown: \(reply.text)")
      }
    }
  }

  /// Up to ten times the deadline may be the machine's fault; more is a broken promise.
  @discardableResult
  private func answered<Result>(_ body: () -> Result) -> Result {
    let start = Stopwatch.now
    let result = body()
    require(Stopwatch.now - start < Self.seconds * 10, "an answer long after its deadline")
    return result
  }
}
