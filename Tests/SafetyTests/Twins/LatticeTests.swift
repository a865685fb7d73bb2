import AccessProfiles
import Documents
import FilterMemory
import FilterSQL
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// Profiles form a lattice: what a user of several has is the union of what each gives, and what
/// narrows an access is met with it. Of records, of cells and of acts, and alike by SQLite, by the
/// columns in memory and for one record in hand.
///
/// `ROWSCOPE_LATTICE_PAIRS` is the number of pairs of profiles (default 600), and
/// `ROWSCOPE_TWIN_SEED` the first seed.
@Suite struct LatticeTests {
  /// To notice runs that prove nothing.
  private struct Tally {
    var pairs = 0
    /// Where the union has records that neither hides, and where it hides a cell in some alone.
    var showing = 0
    var joining = 0
    var hiding = 0
    var restricted = 0
    var narrowed = 0

    static func += (left: inout Tally, right: Tally) {
      left.pairs += right.pairs
      left.showing += right.showing
      left.joining += right.joining
      left.hiding += right.hiding
      left.restricted += right.restricted
      left.narrowed += right.narrowed
    }
  }

  @Test(.watches(.hiddenField, .misnamedRule), arguments: [0, 1])
  func unionsOnlyGiveAndRestrictionsOnlyTake(half: Int) async throws {
    let wanted = Extent.count("ROWSCOPE_LATTICE_PAIRS", few: 400, all: 4_000) / 2
    let first = Extent.number("ROWSCOPE_TWIN_SEED") ?? 1
    var seed = UInt64(first * 2 + half)
    var tally = Tally()
    while tally.pairs < wanted {
      guard let more = try await Self.compare(seed: seed) else { return }
      tally += more
      seed += 2
    }
    print(
      "lattice: seeds \(first * 2 + half) to \(seed - 2) by 2, \(tally.pairs) pairs of profiles: "
        + "\(tally.showing) unions show something, \(tally.joining) more than each profile, "
        + "\(tally.hiding) a field in some records alone; a restriction took from "
        + "\(tally.restricted), narrowing from \(tally.narrowed)")
    #expect(tally.showing * 4 > tally.pairs, "hardly any union shows anything")
    #expect(tally.joining * 20 > tally.pairs, "hardly any union is more than one of its profiles")
    #expect(tally.hiding * 50 > tally.pairs, "hardly any cell is hidden")
    #expect(tally.restricted * 10 > tally.pairs, "hardly any restriction takes anything away")
    #expect(tally.narrowed * 5 > tally.pairs, "hardly any access is narrowed")
  }

  private static let perWorld = 25

  private static func compare(seed: UInt64) async throws -> Tally? {
    var random = SeededGenerator(seed: seed &* 104_729)
    let world = TwinWorld(&random)
    let user = TwinUser(&random)
    let looking = try await LatticeWorld(world, user)
    let profiles = (0..<8).map { _ in TwinProfile(world, &random).acting(in: world, &random) }
    var everything = profiles[0]
    (everything.grants, everything.enablesOthers, everything.disabled) = ([:], true, [])
    var tally = Tally()
    for _ in 0..<perWorld {
      let table = Int.random(in: 0...3, using: &random)
      let few = profiles.shuffled(using: &random).prefix(
        Int.random(in: 0..<4, using: &random) == 0 ? 3 : 2)
      let several = Array(few)
      let one = several[0]
      func sight(_ profiles: [TwinProfile], by narrowing: [TwinProfile] = []) throws -> Sight {
        try looking.sight(of: table, profiles, narrowedBy: narrowing)
      }
      /// What one of several profiles gives: what the others disable is gone here too.
      func part(_ index: Int) throws -> Sight {
        var profile = several[index]
        for other in several { profile.disabled.formUnion(other.disabled) }
        return try sight([profile])
      }
      let union = try sight(several)
      let parts = try several.indices.map(part)
      let join = parts.dropFirst().reduce(parts[0]) { $0.joined(with: $1) }
      let other = profiles.randomElement(using: &random) ?? one
      let narrowing = try sight([other])
      let narrowed = try sight(several, by: [other])
      var less = several
      less[0] = WideningTests.narrowed(one, world, on: table, &random).profile
      let restricted = try sight(less)
      var disabling = everything
      disabling.disabled = [Int.random(in: 0...3, using: &random)]

      // Each costs some sights; those that follow from others are looked at now and then.
      let isLucky = Int.random(in: 0..<4, using: &random) == 0
      var laws: [(String, Bool)] = [
        ("a union gives what its profiles give", union == join),
        (
          "the order of profiles does not count",
          try sight(several.shuffled(using: &random)) == union
        ),
        ("a profile given twice is one", try sight(several + [one]) == union),
        (
          "a profile without restrictions takes nothing",
          try union.isWithin(sight(several + [everything]))
        ),
        ("a restriction gives nothing", restricted.isWithin(union)),
        ("narrowing gives nothing", narrowed.isWithin(union)),
        ("narrowing leaves what both give", narrowed == union.met(with: narrowing)),
      ]
      if isLucky {
        laws += [
          ("one profile twice is that profile", try sight([one, one]) == sight([one])),
          (
            "what one profile disables is gone",
            try sight(several + [disabling]).isWithin(
              disabling.disabled.contains(table) ? Sight() : sight(several + [everything]))
          ),
          (
            "what narrows does so in any order",
            try sight(several, by: [other, one]) == sight(several, by: [one, other])
          ),
          (
            "an access narrowed by everything is the same",
            try sight(several, by: [everything]) == union
          ),
        ]
      }
      for (law, holds) in laws where !holds {
        let texts = (several + [other] + less.prefix(1) + [disabling]).map { $0.json(world) }
        Issue.record(
          """
          seed \(seed): \(law), but not of \(world.tables[table].name) for \(user.json(name: "U"))
          \(texts.joined(separator: "\n"))
          union \(union)
          join \(join)
          narrowed \(narrowed)
          """)
        return nil
      }
      let difference =
        isLucky
        ? try looking.differenceInHand(of: table, several, narrowedBy: [other], narrowed)
        : try looking.differenceInHand(of: table, several, narrowedBy: [], union)
      if let difference {
        Issue.record("seed \(seed): a record in hand: \(difference)")
        return nil
      }
      tally.pairs += 1
      tally.showing += union.rows.isEmpty ? 0 : 1
      tally.joining += parts.contains(union) ? 0 : 1
      tally.hiding += union.cells.values.contains { $0 != union.rows } ? 1 : 0
      tally.restricted += restricted == union ? 0 : 1
      tally.narrowed += narrowed == union ? 0 : 1
    }
    return tally
  }
}

extension TwinProfile {
  /// The same with rights and conditions for acts.
  func acting(in world: TwinWorld, _ random: inout SeededGenerator) -> TwinProfile {
    var profile = self
    for (table, grant) in grants where !grant.isEverything {
      var grant = grant
      grant.flags["can_delete"] = Bool.random(using: &random)
      if Int.random(in: 0..<3, using: &random) == 0 {
        grant.edited.append(TwinRule(on: table, of: world, depth: 1, &random))
      }
      if Int.random(in: 0..<3, using: &random) == 0 {
        grant.deleted.append(TwinRule(on: table, of: world, depth: 1, &random))
      }
      profile.grants[table] = grant
    }
    return profile
  }
}

/// What a user sees of a table and may do in it: records by their number.
struct Sight: Equatable {
  var rows: Set<Int> = []
  /// For each field that some record shows, those records.
  var cells: [FieldID: Set<Int>] = [:]
  var edited: Set<Int> = []
  var deleted: Set<Int> = []
  /// For each field that is written in some record, those records.
  var written: [FieldID: Set<Int>] = [:]
  var rights: Rights = []

  func joined(with other: Sight) -> Sight {
    Sight(
      rows: rows.union(other.rows), cells: cells.merging(other.cells) { $0.union($1) },
      edited: edited.union(other.edited), deleted: deleted.union(other.deleted),
      written: written.merging(other.written) { $0.union($1) },
      rights: rights.union(other.rights))
  }

  func met(with other: Sight) -> Sight {
    func both(_ fields: [FieldID: Set<Int>], _ others: [FieldID: Set<Int>]) -> [FieldID: Set<Int>] {
      fields.reduce(into: [:]) { both, field in
        let records = field.value.intersection(others[field.key] ?? [])
        both[field.key] = records.isEmpty ? nil : records
      }
    }
    return Sight(
      rows: rows.intersection(other.rows), cells: both(cells, other.cells),
      edited: edited.intersection(other.edited), deleted: deleted.intersection(other.deleted),
      written: both(written, other.written), rights: rights.intersection(other.rights))
  }

  func isWithin(_ other: Sight) -> Bool { met(with: other) == self }
}

/// The tables of a world in both engines, and one user's sight of them.
final class LatticeWorld {
  private let schema: Schema
  private let connection: ConnectionBox
  private var memory: MemoryDatabase
  private let user: User
  private let world: TwinWorld
  /// By table, its distinct rows as stored, without the members of links, and the number of each.
  private var rows: [[[Value]]] = []
  private var numbers: [[[Value]: Int]] = []
  private var known: [TableID: [Filter: Set<Int>]] = [:]
  private var documents: [String: Profile] = [:]
  private var unions: [[String]: ProfileUnion] = [:]

  private final class ConnectionBox {
    let connection: Connection
    init(_ connection: consuming Connection) { self.connection = connection }
  }

  init(_ world: TwinWorld, _ user: TwinUser) async throws {
    let database = TwinDatabase(rows: world.tables.map(\.rows), indexes: world.indexes)
    let connection = try database.connection(world)
    let service = try database.service(
      world, connection, profiles: TwinTests.catalog(world, []))
    schema = try await service.withSession(as: User(id: 1, profile: "everything")) {
      reader throws(ServiceError) in reader.snapshot.schema
    }
    var memory = MemoryDatabase(schema: schema)
    for (index, table) in schema.tables.enumerated() {
      var builder = ColumnTableBuilder(table)
      let columns = builder.fields.map { table[$0].name.string.quoted }.joined(separator: ", ")
      var distinct: [[Value]] = []
      var numbers: [[Value]: Int] = [:]
      if table.kind == .table {
        for values in try connection.statement(
          "SELECT \(columns) FROM \(table.name.string.quoted)", as: .unrestricted
        ).rows() {
          builder.append(values)
          if numbers.updateValue(distinct.count, forKey: values) == nil { distinct.append(values) }
        }
        memory.load(try builder.finish(), as: TableID(index))
      }
      rows.append(distinct)
      self.numbers.append(Dictionary(zip(distinct, distinct.indices)) { first, _ in first })
    }
    self.memory = memory
    self.connection = ConnectionBox(connection)
    self.user = user.user
    self.world = world
  }

  private func union(
    _ profiles: [TwinProfile], narrowedBy narrowing: [TwinProfile]
  ) throws -> ProfileUnion {
    let (texts, others) = (profiles.map { $0.json(world) }, narrowing.map { $0.json(world) })
    if let known = unions[texts + [""] + others] { return known }
    func document(_ text: String) throws -> Profile {
      if let known = documents[text] { return known }
      let document = try Profile(document: .init(name: "p.json", text: text))
      documents[text] = document
      return document
    }
    let union = ProfileUnion(
      try texts.map(document), narrowedBy: try others.map(document), schema: schema)
    unions[texts + [""] + others] = union
    return union
  }

  private func tableID(_ table: Int) throws -> TableID {
    try #require(schema.tableID(named: world.tables[table].name))
  }

  /// As both engines find it.
  func sight(
    of table: Int, _ profiles: [TwinProfile], narrowedBy narrowing: [TwinProfile]
  ) throws -> Sight {
    let union = try union(profiles, narrowedBy: narrowing)
    let id = try tableID(table)
    let context = ReferenceContext(user: user, clock: .test)
    guard let access = (try? union.access(to: id, for: context)) ?? nil else { return Sight() }
    let write = (try? union.writeAccess(to: id, for: context)) ?? nil
    let edited = access.rows(for: .edit, write, in: schema[id]).filter
    var sight = Sight(rights: access.rights)
    for field in access.visibleFields {
      let shown = try records(.all(access.rows.filter, access.cells[field] ?? .always), of: id)
      sight.cells[field] = shown
      guard access.fields[field.index] == .editable else { continue }
      sight.written[field] = try records(
        .all(edited, write?.editableRows(writing: [field]) ?? .always), of: id)
    }
    // In no record is in no other way than nowhere.
    sight.cells = sight.cells.filter { !$0.value.isEmpty }
    sight.written = sight.written.filter { !$0.value.isEmpty }
    sight.rows = try records(access.rows.filter, of: id)
    sight.edited = try records(edited, of: id)
    sight.deleted = try records(access.rows(for: .delete, write, in: schema[id]).filter, of: id)
    return sight
  }

  /// The records that match a filter, of which both engines find the same.
  private func records(_ filter: Filter, of table: TableID) throws -> Set<Int> {
    if let known = known[table]?[filter] { return known }
    let query = Query(
      table: table, scope: filter,
      projection: schema[table].fieldIndices.filter { field in
        if case .link = schema[table][field].storage { false } else { true }
      }, order: [])
    func numbers(_ rows: [[Value]]) -> Set<Int> {
      Set(rows.compactMap { self.numbers[table.index][$0] })
    }
    var found: Set<Int> = []
    if filter != .never {
      let sql = try QueryCompiler(schema: schema).select(query)
      let statement = try connection.connection.statement(sql.text, as: .unrestricted)
      try statement.bind(sql.bindings)
      found = numbers(try statement.rows())
      let held = numbers(try memory.select(query).records())
      #expect(held == found, "memory and SQLite differ: \(filter)")
    }
    known[table, default: [:]][filter] = found
    return found
  }

  /// Where a decision about a record in hand differs from what the engines find.
  func differenceInHand(
    of table: Int, _ profiles: [TwinProfile], narrowedBy narrowing: [TwinProfile], _ sight: Sight
  ) throws -> String? {
    let union = try union(profiles, narrowedBy: narrowing)
    let id = try tableID(table)
    let stored = rows
    let schema = schema
    let related: RelatedRecords = { key in
      guard let far = schema.tableID(named: key.table), schema[far].kind == .table else {
        return nil
      }
      let names = schema[far].fieldIndices.compactMap { field -> String? in
        if case .link = schema[far][field].storage { return nil }
        return schema[far][field].name.string
      }
      return stored[far.index].map { Dictionary(zip(names, $0)) { $1 } }
    }
    guard
      let access = try? RecordAccess(
        to: world.tables[table].name, by: union, as: user, at: .test, related: related)
    else { return sight == Sight() ? nil : "no access, for \(sight)" }
    for (number, values) in rows[id.index].enumerated() {
      let record = access.redacted(values)
      guard (record != nil) == sight.rows.contains(number),
        access.allows(values, to: .edit) == sight.edited.contains(number),
        access.allows(values, to: .delete) == sight.deleted.contains(number)
      else { return "\(values.map(\.literal)) is decided otherwise" }
      for field in record?.fields ?? [] {
        let field = field.name
        let isShown = record?.outcome(of: field) != .hidden
        let shows = schema[id].fieldID(named: field).flatMap { sight.cells[$0] } ?? []
        guard isShown == shows.contains(number) else {
          return "\(field) of \(values.map(\.literal)) is shown otherwise"
        }
      }
    }
    return nil
  }
}
