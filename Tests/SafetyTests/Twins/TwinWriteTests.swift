import AccessProfiles
import Foundation
import RecordFilter
import Rowscope
import RowscopeModel
import TestSupport
import Testing

@testable import RecordStore

/// As ``TwinTests``, for changes: a user creates, updates and deletes in two databases that differ
/// in what the user does not see. The answers are the same, the user sees the same afterwards, and
/// nothing invisible has changed.
///
/// `ROWSCOPE_TWIN_WRITES` is the number of changes for each twin (default 100),
/// `ROWSCOPE_TWIN_SEED` the first seed.
@Suite struct TwinWriteTests {
  /// Two files that are deleted with the test.
  private final class Files {
    let paths: [String]

    init() {
      // In memory if the system has a place for that, as each change waits for its disk.
      let folder =
        FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm/" : NSTemporaryDirectory()
      paths = (0..<2).map { _ in folder + "rowscope-twin-\(UUID().uuidString).sqlite" }
    }

    deinit {
      for path in paths {
        for suffix in ["", "-journal"] {
          try? FileManager.default.removeItem(atPath: path + suffix)
        }
      }
    }
  }

  struct Tally {
    var (writes, done, shown, worlds) = (0, 0, 0, 0)
    /// By code.
    var refused: [String: Int] = [:]
  }

  @Test(
    .watches(
      .existenceByWriting, .returning, .bulkUpdate, .constraintError, .guessedParent,
      .movedOutOfSight, .hiddenPrimaryKey), arguments: [0, 1])
  func noChangeTellsTwinsApart(half: Int) async throws {
    let wanted = Extent.count("ROWSCOPE_TWIN_WRITES", few: 200, all: 300) / 2
    let first = Extent.number("ROWSCOPE_TWIN_SEED") ?? 1
    var seed = UInt64(first * 2 + half)
    var tally = Tally()
    while tally.writes < wanted {
      guard try await Self.compare(seed: seed, &tally) else { return }
      seed += 2
    }
    print(
      "twins by changes: seeds \(first * 2 + half) to \(seed - 2) by 2, \(tally.worlds) pairs of "
        + "databases, \(tally.writes) changes: "
        + "\(tally.done * 100 / tally.writes)% made, \(tally.shown * 100 / tally.writes)% with "
        + "records; refused: "
        + tally.refused.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value)" }
        .joined(separator: ", "))
    #expect(tally.done * 5 > tally.writes, "hardly any change is made")
    #expect(tally.shown * 12 > tally.writes, "hardly any answer has a record")
  }

  /// False after a change that tells the twins apart, or changes what it must not.
  private static func compare(seed: UInt64, _ tally: inout Tally) async throws -> Bool {
    var random = SeededGenerator(seed: seed &* 15_485_863)
    let world = TwinWorld(&random)
    var user = TwinUser(&random)
    let profile = TwinProfile(world, &random).writing(&user, in: world, &random)
    let pair = try TwinPair(world, [profile], user, &random)
    let files = Files()
    var services: [RecordService] = []
    for (path, database) in zip(files.paths, [pair.first, pair.second]) {
      let image = try database.connection(world).image()
      try Data(bytes: image.bytes, count: image.count).write(to: URL(fileURLWithPath: path))
      services.append(
        RecordService(
          pool: try ConnectionPool(.readOnly(path: path), capacity: 1),
          profiles: try TwinTests.catalog(world, [profile]), workspace: try world.document,
          clock: { .test },
          writing: .pool(try ConnectionPool(.readWrite(path: path), capacity: 1))))
    }
    var writes = TwinWrites(
      TwinRequests(
        pair.access, rows: zip(pair.first.rows, pair.second.rows).map { $0 + $1 }))
    let visible = VisibleWorld(pair.access)
    tally.worlds += 1
    for _ in 0..<25 {
      let write = writes.write(&random)
      func fail(_ what: String) {
        Issue.record("seed \(seed): \(what)\n\(write)\n\(pair.report)")
      }
      let before = try files.paths.map { try TwinState(path: $0, world, profile, user) }
      var answers: [String] = []
      for service in services { answers.append(await write.answer(of: service, as: user.user)) }
      tally.writes += 1
      guard answers[0] == answers[1] else {
        fail("a change tells the twins apart\n\(answers[0])\n\(answers[1])")
        return false
      }
      let isRefused = answers[0].hasPrefix(#"{"data":{"message""#)
      if isRefused {
        let code = answers[0].split(separator: "\"").dropLast().last ?? ""
        tally.refused[String(code), default: 0] += 1
      } else {
        tally.done += 1
      }
      if answers[0].contains("[\"") { tally.shown += 1 }
      for (path, before) in zip(files.paths, before) {
        let after = try TwinState(path: path, world, profile, user)
        if let difference = before.violation(after: after, by: write, isRefused: isRefused) {
          fail("\(answers[0])\n\(difference)")
          return false
        }
      }
      let seen = try files.paths.map { path in
        try visible.records(of: Connection(.readOnly(path: path)))
      }
      guard seen[0] == seen[1] else {
        fail("they differ afterwards\n\(answers[0])\n\(seen[0])\n\(seen[1])")
        return false
      }
    }
    return true
  }
}

/// What is stored, and which parts of it the user reaches.
private struct TwinState {
  struct Table {
    /// Every row, and those that the user does not reach, with their number of occurrences.
    var rows: [String: Int] = [:]
    var outOfScope: [String: Int] = [:]
    /// Those that the user may not edit, or not delete.
    var uneditable: [String: Int] = [:]
    var undeletable: [String: Int] = [:]
    /// The hidden cells of every row.
    var hidden: [String: Int] = [:]
    var count: Int { rows.values.reduce(0, +) }
  }

  let world: TwinWorld
  var tables: [Table] = []
  /// Members of tasks that the user does not reach.
  var freeMembers: [String: Int] = [:]

  init(path: String, _ world: TwinWorld, _ profile: TwinProfile, _ user: TwinUser) throws {
    self.world = world
    let connection = try Connection(.readOnly(path: path))
    func rows(_ sql: String) throws -> [[Value]] {
      try connection.statement(sql, as: .unrestricted).rows()
    }
    let hidden = profile.hidden(world)
    for (index, table) in world.tables.enumerated() where !table.isView {
      let scope =
        profile.reaches(index) ? profile.scope(index, of: world, for: user) : "0"
      func act(_ rules: [TwinRule]) -> String {
        profile.reaches(index) ? profile.scope(index, of: world, for: user, rules) : "0"
      }
      let grant = profile.grants[index]
      let names = table.stored.map { "\(table.name.quoted).\(table.columns[$0].name.quoted)" }
      let found = try rows(
        "SELECT (\(scope)) IS TRUE, (\(act(grant?.edited ?? []))) IS TRUE, "
          + "(\(act(grant?.deleted ?? []))) IS TRUE, \(names.joined(separator: ", ")) FROM \(table.name.quoted)"
      )
      var state = Table()
      let places = table.stored.indices.filter {
        !profile.reaches(index)
          || hidden.contains(TwinWorld.Place(table: index, column: table.stored[$0]))
      }
      for row in found {
        let cells = row.dropFirst(3).map(\.sql)
        let text = cells.joined(separator: "|")
        state.rows[text, default: 0] += 1
        if row[0] == 0 { state.outOfScope[text, default: 0] += 1 }
        if row[1] == 0 { state.uneditable[text, default: 0] += 1 }
        if row[2] == 0 { state.undeletable[text, default: 0] += 1 }
        state.hidden[places.map { cells[$0] }.joined(separator: "|"), default: 0] += 1
      }
      tables.append(state)
    }
    let tasks = world.tables[TwinWorld.tasks]
    let watchers = world.tables[TwinWorld.watchers]
    let name = tasks.name.quoted
    let scope = profile.scope(TwinWorld.tasks, of: world, for: user)
    let free = try rows(
      "SELECT \(watchers.columns.map(\.name.quoted).joined(separator: ", ")) FROM watchers WHERE NOT EXISTS "
        + "(SELECT 1 FROM \(name) WHERE (\(scope)) AND \(name).id = watchers.task"
        + (tasks.key.count > 1 ? " AND \(name).team = watchers.team)" : ")"))
    for row in free {
      freeMembers[row.map(\.sql).joined(separator: "|"), default: 0] += 1
    }
  }

  /// Describes what has changed that must not; nil if nothing has.
  func violation(after: TwinState, by write: TwinWrite, isRefused: Bool) -> String? {
    let about = world.tables.firstIndex { Name($0.name) == Name(write.table) }
    for (index, (old, new)) in zip(tables, after.tables).enumerated() {
      let name = world.tables[index].name
      if isRefused || index != about {
        // The members of a task are part of it.
        if !isRefused, index == TwinWorld.watchers, about == TwinWorld.tasks { continue }
        if old.rows != new.rows { return "\(name) has changed" }
        continue
      }
      guard old.outOfScope.isWithin(new.rows) else {
        return "\(name): a record out of scope has changed"
      }
      let isRight =
        switch write {
        case .create: old.hidden.isWithin(new.hidden) && new.count == old.count + 1
        case .update, .updateMany:
          old.hidden == new.hidden && old.uneditable.isWithin(new.rows)
        case .delete, .deleteMany:
          new.rows.isWithin(old.rows) && old.undeletable.isWithin(new.rows)
        }
      guard isRight else { return "\(name): what is hidden, or may not be changed, has changed" }
    }
    guard freeMembers.isWithin(after.tables[TwinWorld.watchers].rows) || about == TwinWorld.watchers
    else { return "members of other tasks have changed" }
    return nil
  }
}

extension [String: Int] {
  /// Whether the other collection has each at least as often.
  fileprivate func isWithin(_ other: [String: Int]) -> Bool {
    allSatisfy { $0.value <= other[$0.key] ?? 0 }
  }
}
