import AccessProfiles
import RecordFilter
import Rowscope
import RowscopeModel
import TestSupport

/// The same database with other names for hidden things, so that a request for a hidden name is one
/// for a missing name.
struct RenamedTwin {
  private var world: TwinWorld
  private let pair: TwinPair

  init(_ pair: TwinPair, _ random: inout SeededGenerator) {
    self.pair = pair
    world = pair.world
    let hidden = pair.access.hidden
    for table in world.tables.indices where !world.tables[table].isView {
      for column in world.tables[table].columns.indices {
        let place = TwinWorld.Place(table: table, column: column)
        let declared = world.tables[table].columns[column]
        // Expressions of the world contain the names of the others.
        guard hidden.contains(place),
          [.plain, .generated].contains(declared.kind),
          !["client", "owner", "team", "task", "member", "above"].contains(declared.name)
        else { continue }
        rename(place, from: declared.name, to: "zz \(table) \(column)")
      }
    }
  }

  private mutating func rename(_ place: TwinWorld.Place, from old: String, to new: String) {
    for column in world.tables[place.table].columns.indices {
      let declaration = world.tables[place.table].columns[column].declaration
      world.tables[place.table].columns[column].declaration = declaration.replacing(
        old.quoted, with: new.quoted)
    }
    world.tables[place.table].columns[place.column].name = new
    if place.table == TwinWorld.tasks {
      let body = world.tables[TwinWorld.view].body
      world.tables[TwinWorld.view].body = body.replacing(old.quoted, with: new.quoted)
    }
  }

  func service(_ profiles: [TwinProfile]) throws -> RecordService {
    let database = TwinDatabase(rows: pair.first.rows, indexes: [])
    return try database.service(
      world, database.connection(world), profiles: TwinTests.catalog(world, profiles))
  }

  /// The difference to an answer of the first twin, or nil. Cursors do not count, as they contain
  /// the profile's fingerprint, nor do scopes, which stand for rules with other names in them.
  func difference(
    _ service: RecordService, _ answer: [UInt8], _ request: TwinRequest, as user: User
  ) async -> String? {
    func plain(_ answer: [UInt8]) -> String {
      String(decoding: answer, as: UTF8.self).replacing(/"(next|scope)":"[^"]*"/, with: "")
    }
    let (ours, theirs) = (plain(answer), plain(await request.answer(of: service, as: user)))
    return ours == theirs ? nil : "\(request.description)\n\(ours)\n\(theirs)"
  }
}
