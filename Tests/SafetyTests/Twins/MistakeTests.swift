import AccessProfiles
import Documents
import RecordEngine
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// A mistake in a restriction shows nobody more than the profile without that restriction does.
///
/// Each restriction of a random profile is spoilt at random: letters are lost, doubled and changed,
/// and operators, values and keys are replaced by what people write by mistake.
/// `ROWSCOPE_MISTAKES` is the number of spoilt profiles (default 1,500).
@Suite struct MistakeTests {
  /// What people write in the place of a value, an operator or a name.
  private static let slips = [
    "\"today\"", "\"2026-13-45\"", "\"abc\"", "\"\"", "null", "true", "[]", "[null]", "{}", "1e999",
    "\"like\"", "\"<\"", "\">=\"", "\"!=\"", "\"not in\"", "\"last days\"", "\"id_user\"", "-1",
    "\"value\"", "\"reference\"", "\"field\"", "\"operator\"", "\"not\"", "\"or\"", "\"*\"", "0",
  ]

  @Test(.watches(.misnamedRule), arguments: [0, 1])
  func `no mistake shows more than no rule`(half: Int) async throws {
    let wanted = Extent.count("ROWSCOPE_MISTAKES", few: 1_500, all: 20_000) / 2
    var seed = UInt64((Extent.number("ROWSCOPE_TWIN_SEED") ?? 1) * 2 + half)
    var (tried, accepted) = (0, 0)
    while tried < wanted {
      guard let counts = try await Self.compare(seed: seed) else { return }
      tried += counts.tried
      accepted += counts.accepted
      seed += 2
    }
    print("mistakes: \(tried) profiles, \(accepted) of which can be read")
    #expect(accepted * 20 > tried, "hardly any spoilt profile can be read")
  }

  private static func compare(seed: UInt64) async throws -> (tried: Int, accepted: Int)? {
    var random = SeededGenerator(seed: seed &* 6007)
    let world = TwinWorld(&random)
    let profile = TwinProfile(world, &random)
    let user = TwinUser(&random).user
    let database = TwinDatabase(rows: world.tables.map(\.rows), indexes: world.indexes)
    var texts = ["everything": TwinTests.everything, "p0": profile.json(world)]
    var names: [(name: String, table: Int)] = []
    var tried = 0
    for _ in 0..<40 {
      guard let (text, table) = spoilt(profile, world, &random) else { continue }
      tried += 1
      let source = SourceDocument(name: "p.json", text: text)
      // A profile that cannot be read gives nothing at all.
      guard (try? Profile(document: source)) != nil else { continue }
      let name = "p\(names.count + 1)"
      texts[name] = text
      names.append((name, table))
    }
    let service = try database.service(
      world, database.connection(world), profiles: try ProfileCatalog(texts: texts))
    for (name, table) in names {
      var other = user
      other.profiles = [name]
      let narrow = try await WideningTests.sight(
        service, world.tables[table].name, other, fields: nil)
      let wide = try await WideningTests.sight(
        service, world.tables[table].name, user, fields: narrow.fields)
      let isNarrower =
        narrow.fields.isSubset(of: wide.fields)
        && narrow.records.allSatisfy { $0.value <= wide.records[$0.key] ?? 0 }
      guard isNarrower else {
        Issue.record(
          """
          seed \(seed): more of \(world.tables[table].name) is shown by
          \(texts[name] ?? "")
          than by
          \(profile.json(world))
          """)
        return nil
      }
    }
    return (max(1, tried), names.count)
  }

  /// The profile with one restriction more, which is spoilt, and the table that it is of.
  private static func spoilt(
    _ profile: TwinProfile, _ world: TwinWorld, _ random: inout SeededGenerator
  ) -> (text: String, table: Int)? {
    var other = profile
    let reached = world.tables.indices.filter { profile.reaches($0) }
    guard let table = reached.randomElement(using: &random) else { return nil }
    var grant = other.grants[table] ?? TwinProfile.Grant(isEverything: true)
    let restriction: String
    if Int.random(in: 0..<4, using: &random) == 0 {
      let column = world.tables[table].columns.indices.randomElement(using: &random) ?? 0
      grant.excluded = [column] + grant.excluded
      restriction = SafetyTests.json(world.tables[table].columns[column].name)
    } else {
      let rule = TwinRule(on: table, of: world, depth: 2, &random)
      grant.rules = [rule] + grant.rules
      restriction = rule.json(world)
    }
    grant.isEverything = false
    other.grants[table] = grant
    let text = other.json(world)
    guard let range = text.firstRange(of: restriction) else { return nil }
    var changed = Array(restriction.utf8)
    for _ in 0..<Int.random(in: 1...2, using: &random) { spoil(&changed, &random) }
    return (text.replacingCharacters(range, with: String(decoding: changed, as: UTF8.self)), table)
  }

  private static func spoil(_ text: inout [UInt8], _ random: inout SeededGenerator) {
    guard !text.isEmpty else { return }
    let place = Int.random(in: 0..<text.count, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: text.remove(at: place)
    case 1: text.insert(text[place], at: place)
    case 2: text[place] ^= 0x20
    case 3: text[place] = text.randomElement(using: &random) ?? 0x61
    default:
      // A whole string or number.
      let quotes = text.indices.filter { text[$0] == UInt8(ascii: "\"") }
      guard quotes.count >= 2 else { return }
      let first = Int.random(in: 0..<(quotes.count / 2), using: &random) * 2
      text.replaceSubrange(
        quotes[first]...quotes[first + 1], with: (slips.randomElement(using: &random) ?? "").utf8)
    }
  }
}

extension String {
  fileprivate func replacingCharacters(_ range: Range<Index>, with other: String) -> String {
    self[..<range.lowerBound] + other + self[range.upperBound...]
  }
}
