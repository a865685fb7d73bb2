import Foundation

/// What every comparison may need: the databases of one size, and the opponents that this machine has.
final class Suite {
  let rows: Int
  let files: TaskFiles
  let plain: TaskDatabase
  let indexed: TaskDatabase
  let shell: SQLiteShell?
  let libraries: [PythonLibrary.Library: PythonLibrary]

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
    let make: @Sendable (Suite) throws -> Comparison

    init(
      name: String, length: Double = 0.3, make: @escaping @Sendable (Suite) throws -> Comparison
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

  static let entries: [Entry] = scans + reading + requests + documents

  /// What is shown at a glance.
  static let plotted = ["q1-count", "q3-json", "q3-structs"]

  /// The contender of a library, where it is there.
  func library(
    _ library: PythonLibrary.Library, _ name: String, _ question: String
  ) -> [Contender] {
    libraries[library].map { [$0.contender(name, question)] } ?? []
  }
}
