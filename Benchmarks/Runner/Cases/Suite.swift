import Foundation
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel

/// What the comparisons share: the databases of one size, and the opponents available on this
/// machine.
final class Suite {
  let rows: Int
  let files: TaskFiles
  let plain: TaskDatabase
  let indexed: TaskDatabase
  let shell: SQLiteShell?
  let libraries: [PythonLibrary.Library: PythonLibrary]
  private var loadedService: RecordService?

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

  /// A comparison that is created when it is run.
  struct Entry: Sendable {
    let name: String
    /// The approximate length of a round on a million tasks in seconds, for an early estimate.
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

    /// The length of all rounds and the checks before them in seconds.
    func expectedLength(rows: Int, rounds: Int) -> Double {
      max(0.2, length * Double(rows) / 1e6) * Double(rounds + 3)
    }
  }

  static let entries: [Entry] =
    scans + reading + requests + types + related + sweeps + shapes + unions + wide + documents
    + memory + following + scaling

  /// The comparisons shown in the plot.
  static let plotted = ["q3-json", "q3-structs", "memory-q1", "memory-q5", "memory-q6"]

  /// All columns of the tasks in memory, whatever their size.
  static let policy = MemoryPolicy(tables: .named(["tasks"]), use: .always, byteLimit: 1 << 36)

  /// A service with the tasks in memory, loaded at the first use.
  func inMemoryService() async throws -> RecordService {
    if let loadedService { return loadedService }
    let service = try plain.service(memory: Self.policy)
    try await service.loadTables()
    loadedService = service
    return service
  }

  /// The contender of a library, if it is available.
  func library(
    _ library: PythonLibrary.Library, _ name: String, _ question: String
  ) -> [Contender] {
    libraries[library].map { [$0.contender(name, question)] } ?? []
  }
}
