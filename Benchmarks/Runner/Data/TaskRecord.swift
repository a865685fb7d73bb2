import CSQLite
import RecordFilter

/// A task as a program's own struct.
struct TaskRecord: Codable, Sendable {
  var id: Int
  var title: String
  var owner: Int
  var team: Int
  var status: String
  var priority: Int
  var client: String
  var amount: Double
  var dueDate: String

  enum CodingKeys: String, CodingKey {
    case id, title, owner, team, status, priority, client, amount
    case dueDate = "due_date"
  }
}

extension Answer {
  init(_ tasks: [TaskRecord]) {
    var checksum: UInt64 = 0
    func add(_ text: String) {
      checksum &+= UInt64(text.utf8.count) &+ UInt64(text.utf8.first ?? 0)
    }
    for task in tasks {
      checksum &+= UInt64(task.id + task.owner + task.team + task.priority)
      checksum &+= task.amount.bitPattern
      add(task.title)
      add(task.status)
      add(task.client)
      add(task.dueDate)
    }
    self.init(records: tasks.count, checksum: checksum)
  }
}

extension FloorStatement {
  /// The structs filled by hand, column by column, up to the limit.
  func tasks(upTo limit: Int = .max) -> [TaskRecord] {
    bind()
    return boundTasks(upTo: limit)
  }

  /// The same for the record with this key, which is the statement's only parameter.
  func task(key: Int64) -> TaskRecord? {
    bind(key)
    return boundTasks(upTo: 1).first
  }

  private func boundTasks(upTo limit: Int) -> [TaskRecord] {
    var tasks: [TaskRecord] = []
    if limit < 1_000 { tasks.reserveCapacity(limit) }
    while tasks.count < limit, sqlite3_step(handle) == SQLITE_ROW {
      tasks.append(
        TaskRecord(
          id: integer(0), title: text(1), owner: integer(2), team: integer(3), status: text(4),
          priority: integer(5), client: text(6), amount: sqlite3_column_double(handle, 7),
          dueDate: text(8)))
    }
    sqlite3_reset(handle)
    return tasks
  }

  private func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }

  private func text(_ column: Int32) -> String {
    let bytes = sqlite3_column_text(handle, column)
    let count = Int(sqlite3_column_bytes(handle, column))
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }
}
