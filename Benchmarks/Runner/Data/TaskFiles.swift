import Foundation
import RecordStore
import SampleGenerator

/// The benchmark databases, created when they are first needed and kept for the next run.
struct TaskFiles {
  let folder: URL

  enum Form: String {
    /// As created by `rowscope generate`: no index but the primary key.
    case plain
    /// With an index on the owner and one on the due date.
    case indexed
    /// Other tables: ``EventDatabase``.
    case events
    /// Other tables: ``TextKeyDatabase``.
    case textKeys = "text-keys"
    /// Other tables: ``RelatedDatabase``.
    case related
    /// Other tables: ``SweepDatabase``.
    case sweep
    /// Other tables: ``ShapeDatabase``.
    case shapes
    /// Other tables: ``UnionDatabase``.
    case unions
  }

  init(folder: String?) throws {
    self.folder =
      folder.map { URL(fileURLWithPath: $0, isDirectory: true) }
      ?? FileManager.default.temporaryDirectory.appendingPathComponent(
        "rowscope-benchmarks", isDirectory: true)
    try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
  }

  func database(rows: Int, _ form: Form) -> URL {
    folder.appendingPathComponent("tasks-\(rows)-\(form.rawValue).sqlite")
  }

  /// The tasks as CSV, for libraries that cannot read SQLite files.
  func csv(rows: Int) -> URL { folder.appendingPathComponent("tasks-\(rows).csv") }

  func exists(rows: Int, _ form: Form) -> Bool {
    FileManager.default.fileExists(atPath: database(rows: rows, form).path)
  }

  private func create(
    _ target: URL, _ tables: String, indexes: [String], _ progress: (Double) -> Void
  ) throws {
    let unfinished = target.appendingPathExtension("unfinished")
    try? FileManager.default.removeItem(at: unfinished)
    let connection = try Connection(.create(path: unfinished.path))
    try connection.execute(tables)
    progress(0.5)
    for index in indexes { try connection.execute(index) }
    try FileManager.default.moveItem(at: unfinished, to: target)
  }

  /// Creates a database.
  ///
  /// - Parameter progress: receives the fraction done.
  func make(rows: Int, _ form: Form, progress: (Double) -> Void) throws {
    let target = database(rows: rows, form)
    switch form {
    case .plain:
      try SampleDatabase(rowCount: rows).write(to: target.path, isReplacing: true) {
        progress($0.fraction)
      }
    case .indexed:
      let unfinished = target.appendingPathExtension("unfinished")
      try? FileManager.default.removeItem(at: unfinished)
      try FileManager.default.copyItem(at: database(rows: rows, .plain), to: unfinished)
      let connection = try Connection(.readWrite(path: unfinished.path))
      try connection.execute("CREATE INDEX tasks_owner ON tasks (owner)")
      progress(0.5)
      try connection.execute("CREATE INDEX tasks_due_date ON tasks (due_date)")
      try FileManager.default.moveItem(at: unfinished, to: target)
    case .events:
      try create(
        target, EventDatabase.tables(rows: rows),
        indexes: EventDatabase.columns.map { EventDatabase.index(on: $0) }, progress)
    case .textKeys:
      try create(
        target, TextKeyDatabase.tables(rows: rows),
        indexes: [
          "CREATE INDEX orders_customer ON orders (customer)",
          "CREATE INDEX customers_region ON customers (region)",
        ], progress)
    case .sweep:
      try create(target, SweepDatabase.tables(rows: rows), indexes: [], progress)
    case .shapes:
      try create(
        target, ShapeDatabase.tables(rows: rows),
        indexes: ShapeDatabase.indexes.map { "CREATE INDEX \($0)" }, progress)
    case .unions:
      try create(
        target, UnionDatabase.tables(rows: rows),
        indexes: UnionDatabase.indexes.map { "CREATE INDEX \($0)" }, progress)
    case .related:
      try create(
        target, RelatedDatabase.tables(rows: rows),
        indexes: RelatedDatabase.indexes.map { "CREATE INDEX \($0)" } + ["ANALYZE"], progress)
    }
  }
}
