import Foundation
import Rowscope
import TestSupport

@testable import RecordStore

/// The workspace folders of two twins, which differ only in the database.
final class TwinFolders {
  let pair: TwinPair
  let paths: [String]

  /// - Parameter isWriting: whether the user may write, see ``TwinProfile/writing(_:in:_:)``.
  init(seed: UInt64, isWriting: Bool = false) throws {
    var random = SeededGenerator(seed: seed &* 104_729)
    let world = TwinWorld(&random)
    var profile = TwinProfile(world, &random)
    var user = TwinUser(&random)
    if isWriting { profile = profile.writing(&user, in: world, &random) }
    pair = try TwinPair(world, [profile], user, &random)
    let base = NSTemporaryDirectory() + "rowscope-twin-\(UUID().uuidString)"
    paths = [base + "-a", base + "-b"]
    for (path, database) in zip(paths, [pair.first, pair.second]) {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
      }
      try write(profile.json(world), to: "p0.json")
      try write("[\(user.json(name: "U"))]", to: "users.json")
      try write("the same in both folders", to: "secret")
      try write(
        world.workspace.replacing("{PROFILES}", with: #"{"p0": "p0.json"}"#), to: "workspace.json"
      )
      let connection = try database.connection(world)
      let image = try connection.image()
      try Data(bytes: image.bytes, count: image.count).write(
        to: URL(fileURLWithPath: path + "/twin.sqlite"))
    }
  }

  deinit { for path in paths { try? FileManager.default.removeItem(atPath: path) } }

  /// Sometimes a table that the user does not reach.
  func denied(_ number: Int) -> String? {
    guard number % 5 == 4 else { return nil }
    let access = pair.access
    return pair.world.tables.indices.first { !access.reaches($0) }.map {
      pair.world.tables[$0].name
    }
  }

  func requests() -> TwinRequests {
    TwinRequests(
      pair.access, rows: zip(pair.first.rows, pair.second.rows).map { $0 + $1 })
  }
}
