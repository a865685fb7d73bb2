import Foundation
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel

/// What every comparison may need: the databases of one size, and the opponents that this machine has.
final class Suite {
  let rows: Int
  let files: TaskFiles
  let plain: TaskDatabase
  let indexed: TaskDatabase
  let shell: SQLiteShell?
  let libraries: [PythonLibrary.Library: PythonLibrary]
  private var held: RecordService?

  init(
    rows: Int, files: TaskFiles, shell: SQLiteShell?,
    libraries: [PythonLibrary.Library: PythonLibrary]
  ) throws {
    self.rows = rows
    self.files = files
    self.shell = shell
    self.libraries = libraries
    plain = try TaskDatabase(path: files.database(rows: rows, .plain).path)
    indexed = try TaskDatabase(path: files.database(rows: rows, .indexed).path)
  }

  /// A comparison that can be asked for, made when it is.
  struct Entry: Sendable {
    let name: String
    /// Seconds of a round on a million tasks, about: told before anything is known.
    let length: Double
    let make: @Sendable (Suite) async throws -> Comparison

    init(
      name: String, length: Double = 0.3,
      make: @escaping @Sendable (Suite) async throws -> Comparison
    ) {
      self.name = name
      self.length = length
      self.make = make
    }

    /// Seconds for all rounds, with the checks before them.
    func expectedLength(rows: Int, rounds: Int) -> Double {
      max(0.2, length * Double(rows) / 1e6) * Double(rounds + 3)
    }
  }

  static let entries: [Entry] = scans + reading + requests + documents + memory + scaling

  /// What is shown at a glance.
  static let plotted = ["q3-json", "q3-structs", "memory-q1", "memory-q5", "memory-q6"]

  /// All of the tasks' columns in memory, whatever they take.
  static let policy = MemoryPolicy(tables: .named(["tasks"]), use: .always, byteLimit: 1 << 36)

  /// A service that holds the tasks in memory, loaded when it is first asked for.
  func heldService() async throws -> RecordService {
    if let held { return held }
    let service = try plain.service(memory: Self.policy)
    try await service.loadTables()
    held = service
    return service
  }

  /// The contender of a library, where it is there.
  func library(
    _ library: PythonLibrary.Library, _ name: String, _ question: String
  ) -> [Contender] {
    libraries[library].map { [$0.contender(name, question)] } ?? []
  }
}
