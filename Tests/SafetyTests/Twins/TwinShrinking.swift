import AccessProfiles
import RecordFilter
import Rowscope
import TestSupport

/// Reduces a request that tells twins apart, the profile and the databases, as long as they are
/// twins and the answers differ.
struct TwinShrinking {
  var pair: TwinPair
  var request: TwinRequest

  private static func answers(_ pair: TwinPair, _ request: TwinRequest) async -> ([UInt8], [UInt8])?
  {
    guard let catalog = try? TwinTests.catalog(pair.world, pair.profiles),
      let first = try? pair.first.service(
        pair.world, pair.first.connection(pair.world), profiles: catalog),
      let second = try? pair.second.service(
        pair.world, pair.second.connection(pair.world), profiles: catalog)
    else { return nil }
    return (
      await request.answer(of: first, as: pair.user.user),
      await request.answer(of: second, as: pair.user.user)
    )
  }

  private static func differs(_ pair: TwinPair, _ request: TwinRequest) async -> Bool {
    guard pair.isValid, let (first, second) = await answers(pair, request) else { return false }
    return first != second
  }

  mutating func run() async {
    guard await Self.differs(pair, request) else { return }
    await shrinkRequest()
    await shrinkPair()
    await shrinkRequest()
  }

  private mutating func shrinkRequest() async {
    var isSmaller = true
    while isSmaller {
      isSmaller = false
      for candidate in request.smaller where await Self.differs(pair, candidate) {
        request = candidate
        isSmaller = true
        break
      }
    }
  }

  private mutating func attempt(_ change: (inout TwinPair) -> Void) async {
    var smaller = pair
    change(&smaller)
    if await Self.differs(smaller, request) { pair = smaller }
  }

  private mutating func shrinkPair() async {
    for index in pair.user.narrowing.indices.reversed() {
      await attempt { $0.user.narrowing.remove(at: index) }
    }
    for index in pair.user.profiles.indices.reversed() where pair.user.profiles.count > 1 {
      await attempt { $0.user.profiles.remove(at: index) }
    }
    for table in pair.world.tables.indices {
      for profile in pair.user.profiles + pair.user.narrowing {
        await shrink(profile, table)
      }
      await attempt { $0.second.rows[table] = $0.first.rows[table] }
      for index in pair.first.rows[table].indices.reversed() {
        let row = pair.first.rows[table][index]
        await attempt {
          $0.first.rows[table].remove(at: index)
          if let other = $0.second.rows[table].firstIndex(of: row) {
            $0.second.rows[table].remove(at: other)
          }
        }
      }
      for index in pair.second.rows[table].indices.reversed() {
        await attempt { $0.second.rows[table].remove(at: index) }
      }
    }
    await attempt { $0.first.indexes = [] }
    await attempt { $0.second.indexes = [] }
    await attempt { $0.user.userType = nil }
  }

  private mutating func shrink(_ profile: Int, _ table: Int) async {
    await attempt { $0.profiles[profile].grants[table] = nil }
    await attempt { $0.profiles[profile].disabled.remove(table) }
    for index in (pair.profiles[profile].grants[table]?.rules ?? []).indices.reversed() {
      await attempt { $0.profiles[profile].grants[table]?.rules.remove(at: index) }
    }
    for index in (pair.profiles[profile].grants[table]?.excluded ?? []).indices.reversed() {
      await attempt { $0.profiles[profile].grants[table]?.excluded.remove(at: index) }
    }
    for index in (pair.profiles[profile].grants[table]?.readonly ?? []).indices.reversed() {
      await attempt { $0.profiles[profile].grants[table]?.readonly.remove(at: index) }
    }
  }

  func report() async -> String {
    let answers = await Self.answers(pair, request)
    return pair.report
      + """

      \(request.description)
      first:  \(answers.map { String(decoding: $0.0, as: UTF8.self) } ?? "")
      second: \(answers.map { String(decoding: $0.1, as: UTF8.self) } ?? "")
      \(answers.map { $0.0 == $0.1 } ?? true ? "(alike on new services: it depends on what was asked before)" : "")
      """
  }
}

extension TwinPair {
  /// The case as text that can be pasted into a test.
  var report: String {
    var lines = world.definitions.map { "\($0);" }
    for (which, database) in [("first", first), ("second", second)] {
      lines.append("-- \(which)")
      for (table, rows) in database.rows.enumerated() {
        let declared = world.tables[table]
        let columns = declared.stored.map { declared.columns[$0].name.quoted }.joined(
          separator: ", ")
        lines += rows.map {
          "INSERT INTO \(declared.name.quoted) (\(columns)) VALUES "
            + "(\($0.map(\.sql).joined(separator: ", ")));"
        }
      }
      lines += database.indexes.map { "\($0);" }
    }
    lines.append("-- workspace \(world.workspace)")
    for profile in user.profiles + user.narrowing {
      lines.append("-- profile p\(profile) \(profiles[profile].json(world))")
    }
    lines.append("-- user \(user.json(name: "U"))")
    if !user.narrowing.isEmpty { lines.append("-- narrowed by \(user.narrowing.map { "p\($0)" })") }
    return lines.joined(separator: "\n")
  }
}
