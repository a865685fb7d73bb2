import AccessProfiles
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// Adding any restriction to a profile never shows anybody more records or fields, and never lets
/// anybody edit or delete more: conditions of every form, on the records and on each act.
///
/// `ROWSCOPE_WIDENING_PAIRS` is the number of pairs of profiles to compare (default 800), and
/// `ROWSCOPE_TWIN_SEED` the first seed.
@Suite struct WideningTests {
  /// What one user sees of one table.
  struct Sight {
    var fields: Set<String> = []
    /// The records by the fields that the narrower profile shows, with their number of occurrences.
    var records: [String: Int] = [:]
    /// The same of what may be done with them.
    var acts: [String: Int] = [:]
  }

  @Test(.watches(.hiddenField, .misnamedRule), arguments: [0, 1])
  func noRestrictionShowsMore(half: Int) async throws {
    let wanted = Extent.count("ROWSCOPE_WIDENING_PAIRS", few: 800, all: 1_600) / 2
    let first = Extent.number("ROWSCOPE_TWIN_SEED") ?? 1
    var seed = UInt64(first * 2 + half)
    var (pairs, narrower, shown, fewerActs) = (0, 0, 0, 0)
    while pairs < wanted {
      guard let counts = try await Self.compare(seed: seed) else { return }
      pairs += counts.pairs
      narrower += counts.narrower
      shown += counts.shown
      fewerActs += counts.fewerActs
      seed += 2
    }
    print(
      "widening: seeds \(first * 2 + half) to \(seed - 2) by 2, \(pairs) pairs of profiles, "
        + "\(shown) of which show something, "
        + "\(narrower) less than before, and \(fewerActs) let less be changed of the same")
    #expect(shown * 4 > pairs, "hardly any profile shows anything")
    #expect(narrower * 10 > pairs, "hardly any restriction takes anything away")
    #expect(fewerActs * 100 > pairs, "hardly any restriction takes an act away")
  }

  private static let perWorld = 40

  private static func compare(
    seed: UInt64
  ) async throws -> (pairs: Int, narrower: Int, shown: Int, fewerActs: Int)? {
    var random = SeededGenerator(seed: seed &* 7919)
    let world = TwinWorld(&random)
    let profile = TwinProfile(world, &random)
    let user = TwinUser(&random)
    let restricted = (0..<perWorld).map { _ in narrowed(profile, world, &random) }
    let database = TwinDatabase(rows: world.tables.map(\.rows), indexes: world.indexes)
    let service = try database.service(
      world, database.connection(world),
      profiles: TwinTests.catalog(world, [profile] + restricted.map(\.profile)))
    let type = user.userType
    var counts = (pairs: 0, narrower: 0, shown: 0, fewerActs: 0)
    for (index, other) in restricted.enumerated() {
      var before = user.user
      var after = user.user
      // Sometimes the user is restricted instead.
      if type == nil || type == "admin", index % 8 == 0 {
        before.userType = type
        after.userType = ["user", "guest"].randomElement(using: &random)
      }
      after.profiles = ["p\(index + 1)"]
      let table = other.table
      let name = world.tables[table].name
      let narrow = try await sight(service, name, after, fields: nil)
      let wide = try await sight(service, name, before, fields: narrow.fields)
      counts.pairs += 1
      if !wide.records.isEmpty { counts.shown += 1 }
      if narrow.fields != wide.fields || narrow.records != wide.records {
        counts.narrower += 1
      } else if narrow.acts != wide.acts {
        counts.fewerActs += 1
      }
      let isNarrower =
        narrow.fields.isSubset(of: wide.fields)
        && narrow.records.allSatisfy { $0.value <= wide.records[$0.key] ?? 0 }
        && narrow.acts.allSatisfy { $0.value <= wide.acts[$0.key] ?? 0 }
      guard isNarrower else {
        Issue.record(
          """
          seed \(seed): more of \(name) is shown by
          \(other.profile.json(world))
          than by
          \(profile.json(world))
          to \(user.json(name: "U"))
          """)
        return nil
      }
    }
    return counts
  }

  /// - Parameter fields: the fields to compare records by; nil for all that are shown.
  static func sight(
    _ service: RecordService, _ table: String, _ user: User, fields: Set<String>?
  ) async throws -> Sight {
    do throws(ServiceError) {
      return try await service.withSession(as: user) { reader throws(ServiceError) in
        let list = try reader.prepare(ListRequest(table: table, size: 100, may: true))
        let shown = list.shape.fields.map(\.name)
        let places = shown.indices.filter { fields?.contains(shown[$0]) ?? true }
        var sight = Sight(fields: Set(shown))
        _ = try reader.forEachRecord(of: list) { record in
          let shown = places.map { record.values[$0].sql }.joined(separator: "|")
          sight.records[shown, default: 0] += 1
          for act in record.may ?? [] { sight.acts["\(act) \(shown)", default: 0] += 1 }
          return true
        }
        return sight
      }
    } catch {
      guard [.unknownTable, .invalidProfile].contains(error.code) else { throw error }
      return Sight()
    }
  }

  /// The profile with one restriction more, and the table that it restricts.
  ///
  /// - Parameter wanted: the table, where the profile reaches it.
  static func narrowed(
    _ profile: TwinProfile, _ world: TwinWorld, on wanted: Int? = nil,
    _ random: inout SeededGenerator
  ) -> (profile: TwinProfile, table: Int) {
    var other = profile
    let reached = world.tables.indices.filter { profile.reaches($0) }
    let table =
      wanted.flatMap { reached.contains($0) ? $0 : nil }
      ?? reached.randomElement(using: &random) ?? 1
    // A table enabled only by "*" gets a grant of everything but the new restriction.
    var grant = other.grants[table] ?? TwinProfile.Grant(isEverything: true)
    switch Int.random(in: 0..<12, using: &random) {
    case 0: other.disabled.insert(table)
    case 1:
      if other.grants[table] != nil, !other.enablesOthers { other.grants[table] = nil }
    case 2:
      grant.readonly.append(world.tables[table].columns.indices.randomElement(using: &random) ?? 0)
      grant.isEverything = false
    case 3, 4, 5, 6:
      grant.excluded.append(world.tables[table].columns.indices.randomElement(using: &random) ?? 0)
      grant.isEverything = false
    case 7:
      grant.edited.append(TwinRule(on: table, of: world, depth: 2, &random))
      grant.isEverything = false
    case 8:
      grant.deleted.append(TwinRule(on: table, of: world, depth: 2, &random))
      grant.isEverything = false
    default:
      grant.rules.append(TwinRule(on: table, of: world, depth: 2, &random))
      grant.isEverything = false
    }
    if !grant.isEverything { other.grants[table] = grant }
    // Tables derived from this one, or related to it, are checked as well.
    let looked =
      Int.random(in: 0..<3, using: &random) == 0
      ? world.tables.indices.randomElement(using: &random) ?? table : table
    return (other, looked)
  }
}
