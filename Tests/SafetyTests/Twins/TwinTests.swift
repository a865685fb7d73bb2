import AccessProfiles
import Foundation
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// Two databases that differ only in hidden cells and in records out of scope: the answers to the
/// same requests are the same, byte for byte.
///
/// `ROWSCOPE_TWIN_REQUESTS` is the number of requests to compare (default 1,000),
/// `ROWSCOPE_TWIN_SEED` the first seed. A failure names the seed of its world, which is enough to
/// repeat it, and shows the smallest case that still fails.
@Suite struct TwinTests {
  /// Statistics of a run, to notice runs that prove nothing.
  struct Tally {
    var requests = 0
    var worlds = 0
    var records = 0
    var refusals = 0
    /// Of the requests by a user who sees everything: how many told the twins apart.
    var unrestricted = 0
    var telling = 0
    var differences = 0
    /// Of the requests: those by a user of several profiles, and their answers that hide a cell in
    /// some records alone.
    var several = 0
    var hiding = 0
    var narrowed = 0

    static func += (left: inout Tally, right: Tally) {
      left.requests += right.requests
      left.worlds += right.worlds
      left.records += right.records
      left.refusals += right.refusals
      left.unrestricted += right.unrestricted
      left.telling += right.telling
      left.differences += right.differences
      left.several += right.several
      left.hiding += right.hiding
      left.narrowed += right.narrowed
    }
  }

  /// Two halves of the seeds, in parallel.
  @Test(
    .watches(.hiddenField, .count, .impliedOrder, .cursor, .sharedStatement), arguments: [0, 1])
  func noAnswerTellsTwinsApart(half: Int) async throws {
    let wanted = Extent.count("ROWSCOPE_TWIN_REQUESTS", few: 1_000, all: 4_000) / 2
    let first = Extent.number("ROWSCOPE_TWIN_SEED") ?? 1
    var seed = UInt64(first * 2 + half)
    var tally = Tally()
    while tally.requests < wanted {
      // For every other pair small tables count as large: then it is chosen how records are found.
      let limit = seed / 2 % 2 == 0 ? 2 : DataLooks.limit
      let more = try await DataLooks.$limit.withValue(limit) { try await Self.compare(seed: seed) }
      guard let more else { return }
      tally += more
      seed += 2
    }
    func share(_ part: Int, of whole: Int) -> Int { whole == 0 ? 0 : part * 100 / whole }
    print(
      "twins: seeds \(first * 2 + half) to \(seed - 2) by 2, \(tally.worlds) pairs of databases with "
        + "\(tally.differences / max(tally.worlds, 1)) changes each, \(tally.requests) requests: "
        + "\(share(tally.records, of: tally.requests))% with records, "
        + "\(share(tally.refusals, of: tally.requests))% refused; "
        + "\(share(tally.telling, of: tally.unrestricted))% tell the twins apart for who sees everything; "
        + "\(tally.several) by users of several profiles, \(tally.hiding) of whose answers hide cells of "
        + "some records, and \(tally.narrowed) by users whose access is narrowed")
    // A few pairs, of a seed that is tried again, say nothing of shares.
    guard tally.worlds >= 10 else { return }
    #expect(share(tally.records, of: tally.requests) >= 12, "hardly any answer has a record")
    #expect(share(tally.refusals, of: tally.requests) <= 60, "hardly any request is answered")
    #expect(
      share(tally.telling, of: tally.unrestricted) >= 12, "what is hidden hardly ever matters")
    #expect(share(tally.several, of: tally.requests) >= 33, "hardly any user has several profiles")
    #expect(share(tally.hiding, of: tally.several) >= 3, "hardly any record hides a cell")
    #expect(share(tally.narrowed, of: tally.requests) >= 5, "hardly any access is narrowed")
  }

  static let everything = #"{"tables_enabled": {"*": "*"}}"#

  static func catalog(_ world: TwinWorld, _ profiles: [TwinProfile]) throws -> ProfileCatalog {
    var texts = ["everything": everything]
    for (index, profile) in profiles.enumerated() { texts["p\(index)"] = profile.json(world) }
    return try ProfileCatalog(texts: texts)
  }

  /// Some profiles, and a user who has one or several of them. Of several, acts are different, too.
  private static func rules(
    in world: TwinWorld, _ seed: UInt64, _ random: inout SeededGenerator
  ) -> ([TwinProfile], TwinUser) {
    var profiles = (0..<5).map { _ in TwinProfile(world, &random) }
    let count = [1, 1, 2, 3, 1, 4, 1, 2, 3, 1][Int(seed / 2 % 10)]
    var user = TwinUser(profiles: Array(0..<count), &random)
    if seed / 2 % 7 == 3 { user.narrowing = [4] }
    if count > 1 { profiles = profiles.map { $0.acting(in: world, &random) } }
    return (profiles, user)
  }

  /// Runs some requests on the twins of a seed; nil after one that tells them apart.
  private static func compare(seed: UInt64) async throws -> Tally? {
    var random = SeededGenerator(seed: seed)
    let world = TwinWorld(&random)
    let (profiles, user) = Self.rules(in: world, seed, &random)
    let others = (0..<2).map { TwinUser(profiles: [$0], &random).user }
    let pair = try TwinPair(world, profiles, user, &random)
    let catalog = try catalog(world, profiles)
    let first = try pair.first.service(world, pair.first.connection(world), profiles: catalog)
    // The second one sometimes answers from memory: the engine makes no difference either.
    let second = try pair.second.service(
      world, pair.second.connection(world), profiles: catalog,
      memory: seed % 6 < 2 ? MemoryPolicy(tables: .all, use: .always) : .none)
    guard try await showsWhatIsVisible(first, pair, seed) else { return nil }
    let other = RenamedTwin(pair, &random)
    let renamed = try other.service(profiles)

    let requests = TwinRequests(
      pair.access, rows: zip(pair.first.rows, pair.second.rows).map { $0 + $1 })
    let everybody = User(id: 0, profile: "everything")
    var tally = Tally()
    tally.worlds = 1
    tally.differences = pair.differences
    for index in 0..<150 {
      var request = requests.request(&random)
      // The first service has served other users, the second none.
      if index % 8 == 0, let user = others.randomElement(using: &random) {
        _ = await request.answer(of: first, as: user)
      }
      for _ in 0..<3 {
        tally.requests += 1
        if user.profiles.count > 1 { tally.several += 1 }
        if !user.narrowing.isEmpty { tally.narrowed += 1 }
        let answer = await request.answer(of: first, as: user.user)
        guard answer == (await request.answer(of: second, as: user.user)) else {
          await report(pair, request, seed)
          return nil
        }
        let text = String(decoding: answer, as: UTF8.self)
        if text.contains(#"":"#), text.contains(#"[{""#) || !text.hasPrefix(#"{"data""#) {
          tally.records += 1
        }
        if text.hasPrefix(#"{"data":{"message""#) { tally.refusals += 1 }
        if text.contains(#""hidden":["#) { tally.hiding += 1 }
        if index % 10 == 0 {
          let ours = await request.answer(of: first, as: everybody)
          tally.unrestricted += 1
          if ours != (await request.answer(of: second, as: everybody)) { tally.telling += 1 }
        }
        if case .list = request, index % 4 == 0, !request.description.contains(#""after""#),
          let difference = await other.difference(renamed, answer, request, as: user.user)
        {
          Issue.record(
            "seed \(seed): a hidden name makes a difference\n\(difference)\n\(pair.report)")
          return nil
        }
        // On to the next page, if there is one.
        guard case .list(.object(let members)) = request,
          let start = text.range(of: #""next":""#),
          let end = text.range(of: "\"", range: start.upperBound..<text.endIndex)
        else { break }
        request = .list(
          .object(
            members.filter { $0.key != "page" && $0.key != "after" } + [
              ("after", .atom(json(String(text[start.upperBound..<end.lowerBound]))))
            ]))
      }
    }
    return tally
  }

  /// A plain list of each table is exactly what plain SQL finds to be visible.
  private static func showsWhatIsVisible(
    _ service: RecordService, _ pair: TwinPair, _ seed: UInt64
  ) async throws -> Bool {
    let (access, user) = (pair.access, pair.user)
    let world = VisibleWorld(access)
    for (index, table) in pair.world.tables.enumerated() {
      let visible = access.visible(index)
      let isReached = access.reaches(index)
      let page: Page<Record>
      do throws(ServiceError) {
        page = try await service.list(ListRequest(table: table.name, size: 100), as: pair.user.user)
      } catch {
        // A view may be hidden because too little is known about it.
        if error.code == .unknownTable, !isReached || table.isView { continue }
        Issue.record("seed \(seed): \(table.name): \(error)\n\(pair.report)")
        return false
      }
      guard isReached else {
        Issue.record("seed \(seed): \(table.name) is reached\n\(pair.report)")
        return false
      }
      let shape = try await service.withSession(as: pair.user.user) { reader throws(ServiceError) in
        try reader.prepare(ListRequest(table: table.name)).shape.fields.map(\.name)
      }
      let columns = table.columns.indices.filter { column in
        shape.contains { Name($0) == Name(table.columns[column].name) }
      }
      let isRight = table.isView ? Set(columns).isSubset(of: visible) : columns == visible
      guard isRight, columns.count == shape.count else {
        Issue.record("seed \(seed): \(table.name) shows \(shape)\n\(pair.report)")
        return false
      }
      let expected = try world.records(
        of: index, showing: columns, of: pair.first.connection(pair.world))
      let found = page.items.map { record in
        record.fields.map { field in
          record.outcome(of: field.name) == .hidden
            ? VisibleWorld.hidden : (record[field.name] ?? .null).sql
        }.joined(separator: "|")
      }.sorted()
      // One of several profiles may deny a view about which too little is known.
      let areShown =
        table.isView && user.profiles.count > 1
        ? found.allSatisfy { record in expected.contains { VisibleWorld.shows($0, record) } }
        : found == expected
      guard areShown else {
        Issue.record(
          "seed \(seed): \(table.name)\nfound    \(found)\nexpected \(expected)\n\(pair.report)")
        return false
      }
    }
    return true
  }

  private static func report(_ pair: TwinPair, _ request: TwinRequest, _ seed: UInt64) async {
    var shrinking = TwinShrinking(pair: pair, request: request)
    await shrinking.run()
    Issue.record("seed \(seed): an answer tells the twins apart\n\(await shrinking.report())")
  }
}
