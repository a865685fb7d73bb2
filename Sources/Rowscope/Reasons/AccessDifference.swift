import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
package import RowscopeModel
import Workspaces

/// What users gain and lose where one set of rules takes the place of another, on the same records.
/// For administrators.
package struct AccessDifference: Sendable {
  package enum What: Sendable, Hashable {
    /// The records that are seen.
    case records
    /// The records that show this field.
    case field(String)
    /// The records that may be edited, or deleted.
    case act(RecordAct)
    /// The records in which this field may be written.
    case writing(String)
    /// A right in the table that is not about single records.
    case right(String)
    case page(String)
    case dashboard(String)
    case power(String)
  }

  /// One thing that some users gain or lose.
  package struct Line: Sendable {
    package fileprivate(set) var users: [User]
    /// Nil for pages, dashboards and powers.
    package let table: String?
    package let what: What
    /// How many records; 1 for what is not about records.
    package let gained: Int
    package let lost: Int
    /// The primary keys of the first records.
    package let gainedKeys: [[Value]]
    package let lostKeys: [[Value]]
  }

  package let lines: [Line]

  /// Whether somebody gains something.
  package var isGain: Bool { lines.contains { $0.gained > 0 } }

  /// How many users gain something, and lose something.
  package var userCounts: (gaining: Int, losing: Int) {
    func count(_ isWanted: (Line) -> Bool) -> Int {
      Set(lines.filter(isWanted).flatMap { $0.users.map(\.id) }).count
    }
    return (count { $0.gained > 0 }, count { $0.lost > 0 })
  }
}

/// One side of a comparison: rules, and the users whom they know.
package struct RuleSet: Sendable {
  package let service: RecordService
  package let users: [User]

  package init(_ service: RecordService, users: [User]) {
    (self.service, self.users) = (service, users)
  }
}

/// What a user sees and may do in one table.
private struct Seen: Hashable, Sendable {
  let rows: Filter
  let rights: Rights
  /// Of fields that are shown in some record, those records; likewise of those that are written.
  let shown: [FieldID: Filter]
  let written: [FieldID: Filter]
  let edited: Filter
  let deleted: Filter

  init(_ decisions: AccessDecisions, _ id: TableID) {
    let schema = decisions.schema
    let access = decisions.access(to: id)?.access
    let write = access == nil ? nil : decisions.writeAccess(to: id)
    func filter(_ act: RecordAct, _ field: FieldID? = nil) -> Filter {
      TurningGoal(table: id, act: act, field: field).filter(access, write, in: schema)
    }
    rows = filter(.see)
    (edited, deleted) = (filter(.edit), filter(.delete))
    // What is edited and deleted is told by records.
    rights = (access?.rights ?? []).subtracting([.edit, .delete])
    var shown: [FieldID: Filter] = [:]
    var written: [FieldID: Filter] = [:]
    for field in schema[id].fieldIndices {
      shown[field] = filter(.see, field)
      written[field] = filter(.edit, field)
    }
    (self.shown, self.written) = (shown, written)
  }
}

/// What a user may do beside the tables.
private struct Places: Hashable, Sendable {
  let pages: Set<String>
  let dashboards: Set<String>
  let powers: Set<String>
}

extension RuleSet {
  /// What users gain and lose with other rules, on the records that those find.
  ///
  /// Only users are looked at whose rules, or who themselves, differ, and only scopes are read that
  /// differ; each once.
  /// - Throws: `unsupported` where the two sides declare the tables differently.
  package func difference(to other: RuleSet) async throws(ServiceError) -> AccessDifference {
    let ids = Set(users.map(\.id)).union(other.users.map(\.id))
    let (before, after) = (users.byID, other.users.byID)
    let known = try await service.rules(for: users)
    let new = try await other.service.rules(for: other.users)
    guard known.schema == new.schema else {
      throw ServiceError(
        .unsupported, "the two workspaces declare the tables differently",
        hint: "compare workspaces of the same declarations, or their profiles")
    }
    var order: [Value] = []
    for user in other.users + users where ids.contains(user.id) && !order.contains(user.id) {
      order.append(user.id)
    }
    let changed = order.filter { id in
      before[id] != after[id]
        || known.documents(of: before[id]) != new.documents(of: after[id])
    }
    let nobody = { (id: Value) in User(id: id) }
    let old = try await service.seen(by: changed.map { before[$0] ?? nobody($0) })
    return try await other.service.difference(
      from: old, for: changed.map { after[$0] ?? nobody($0) },
      named: changed.map { after[$0] ?? before[$0] ?? nobody($0) })
  }
}

extension [User] {
  fileprivate var byID: [Value: User] {
    Dictionary(map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

/// The rules of one side.
private struct Rules: Sendable {
  let schema: Schema
  /// The bytes of each profile; nil for one that cannot be used.
  let profiles: [Text: [UInt8]?]

  func documents(of user: User?) -> [[UInt8]?] {
    ((user?.profiles ?? []) + (user?.narrowedBy ?? [])).map { profiles[Text($0)] ?? nil }
  }
}

extension RecordService {
  /// The rules for these users.
  fileprivate func rules(for users: [User]) async throws(ServiceError) -> Rules {
    let names = users.profileNames
    return try await core().withOwnSession(as: User(id: .null)) { session throws(ServiceError) in
      var reader = session
      try reader.know(profiles: names)
      var profiles: [Text: [UInt8]?] = [:]
      for name in names {
        profiles[Text(name)] = .some(reader.snapshot.profiles[name]?.source.bytes)
      }
      return Rules(schema: reader.snapshot.schema, profiles: profiles)
    }
  }

  fileprivate func seen(
    by users: [User]
  ) async throws(ServiceError) -> [(tables: [Seen], places: Places)] {
    let core = try await core()
    let (pages, dashboards) = (core.workspace?.pages ?? [], core.workspace?.dashboards ?? [])
    return try await core.withOwnSession(as: User(id: .null)) { session throws(ServiceError) in
      var reader = session
      try reader.know(profiles: users.profileNames)
      return reader.seen(by: users, pages.map(\.string), dashboards.map(\.string))
    }
  }

  fileprivate func difference(
    from old: [(tables: [Seen], places: Places)], for users: [User], named: [User]
  ) async throws(ServiceError) -> AccessDifference {
    let core = try await core()
    let (pages, dashboards) = (core.workspace?.pages ?? [], core.workspace?.dashboards ?? [])
    return try await core.withOwnSession(as: User(id: .null)) { session throws(ServiceError) in
      var reader = session
      try reader.know(profiles: users.profileNames)
      let new = reader.seen(by: users, pages.map(\.string), dashboards.map(\.string))
      var comparison = SeenComparison()
      for (index, user) in named.enumerated() {
        for table in reader.snapshot.schema.tables.indices {
          try comparison.add(
            user, old[index].tables[table], new[index].tables[table], of: TableID(table), reader)
        }
        comparison.add(user, old[index].places, new[index].places)
      }
      return AccessDifference(lines: comparison.lines)
    }
  }
}

extension ReadSession {
  fileprivate func seen(
    by users: [User], _ pages: [String], _ dashboards: [String]
  ) -> [(tables: [Seen], places: Places)] {
    users.map { user in
      let decisions = decisions(for: user)
      return (
        snapshot.schema.tables.indices.map { Seen(decisions, TableID($0)) },
        Places(
          pages: Set(pages.filter { decisions.denial(ofPage: $0) == nil }),
          dashboards: Set(dashboards.filter { decisions.denial(ofDashboard: $0) == nil }),
          powers: Set(decisions.powers.map(\.rawValue)))
      )
    }
  }
}

/// Collects what differs, each difference of scopes counted once.
private struct SeenComparison {
  private struct Change: Hashable {
    let table: TableID
    let old: Seen
    let new: Seen
  }

  private struct Pair: Hashable {
    let table: TableID
    let old: Filter
    let new: Filter
  }

  private(set) var lines: [AccessDifference.Line] = []
  /// The lines of each change of a table, and of the places.
  private var known: [Change: [Int]] = [:]
  private var knownPlaces: [[Places]: [Int]] = [:]
  private var counted: [Pair: Delta] = [:]

  private struct Delta {
    var gained = 0
    var lost = 0
    var gainedKeys: [[Value]] = []
    var lostKeys: [[Value]] = []

    var isEmpty: Bool { gained == 0 && lost == 0 }
  }

  /// How many records are named.
  private static let keysNamed = 3

  mutating func add(
    _ user: User, _ old: Seen, _ new: Seen, of table: TableID, _ reader: borrowing ReadSession
  ) throws(ServiceError) {
    guard old != new else { return }
    let change = Change(table: table, old: old, new: new)
    if known[change] == nil {
      let first = lines.count
      try compare(change, reader)
      known[change] = Array(first..<lines.count)
    }
    for index in known[change] ?? [] { lines[index].users.append(user) }
  }

  private mutating func compare(
    _ change: Change, _ reader: borrowing ReadSession
  ) throws(ServiceError) {
    let (old, new, table) = (change.old, change.new, reader.snapshot.schema[change.table])
    func delta(_ old: Filter, _ new: Filter) throws(ServiceError) -> Delta {
      try self.delta(Pair(table: change.table, old: old, new: new), reader)
    }
    func add(_ what: AccessDifference.What, _ delta: Delta) {
      guard !delta.isEmpty else { return }
      lines.append(
        AccessDifference.Line(
          users: [], table: table.name.string, what: what, gained: delta.gained, lost: delta.lost,
          gainedKeys: delta.gainedKeys, lostKeys: delta.lostKeys))
    }
    add(.records, try delta(old.rows, new.rows))
    for field in table.fieldIndices {
      let (before, after) = (old.shown[field] ?? .never, new.shown[field] ?? .never)
      // A field that every record shows is gained and lost with the records.
      if before == old.rows, after == new.rows { continue }
      add(.field(table[field].name.string), try delta(before, after))
    }
    add(.act(.edit), try delta(old.edited, new.edited))
    for field in table.fieldIndices {
      let (before, after) = (old.written[field] ?? .never, new.written[field] ?? .never)
      if before == old.edited, after == new.edited { continue }
      add(.writing(table[field].name.string), try delta(before, after))
    }
    add(.act(.delete), try delta(old.deleted, new.deleted))
    for right in Right.allCases {
      let (before, after) = (old.rights.contains(right), new.rights.contains(right))
      if before != after {
        add(.right(right.rawValue), Delta(gained: after ? 1 : 0, lost: before ? 1 : 0))
      }
    }
  }

  private mutating func delta(
    _ pair: Pair, _ reader: borrowing ReadSession
  ) throws(ServiceError) -> Delta {
    if pair.old == pair.new { return Delta() }
    if let known = counted[pair] { return known }
    let key = reader.snapshot.schema[pair.table].primaryKey
    func part(_ filter: Filter) throws(ServiceError) -> (Int, [[Value]]) {
      let filter = filter.simplified(in: reader.snapshot.schema, table: pair.table)
      guard filter != .never else { return (0, []) }
      let count = try reader.count(filter, of: pair.table)
      guard count > 0, !key.isEmpty else { return (count, []) }
      return (
        count,
        try reader.rows(of: pair.table, key, where: filter, upTo: Self.keysNamed, by: nil)
      )
    }
    var delta = Delta()
    (delta.gained, delta.gainedKeys) = try part(.all(pair.new, pair.old.complement))
    (delta.lost, delta.lostKeys) = try part(.all(pair.old, pair.new.complement))
    counted[pair] = delta
    return delta
  }

  mutating func add(_ user: User, _ old: Places, _ new: Places) {
    guard old != new else { return }
    if knownPlaces[[old, new]] == nil {
      let first = lines.count
      for (before, after, what) in [
        (old.pages, new.pages, { AccessDifference.What.page($0) }),
        (old.dashboards, new.dashboards, { .dashboard($0) }),
        (old.powers, new.powers, { .power($0) }),
      ] as [(Set<String>, Set<String>, (String) -> AccessDifference.What)] {
        for name in before.symmetricDifference(after).sorted() {
          lines.append(
            AccessDifference.Line(
              users: [], table: nil, what: what(name), gained: after.contains(name) ? 1 : 0,
              lost: before.contains(name) ? 1 : 0, gainedKeys: [], lostKeys: []))
        }
      }
      knownPlaces[[old, new]] = Array(first..<lines.count)
    }
    for index in knownPlaces[[old, new]] ?? [] { lines[index].users.append(user) }
  }
}
