import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import RowscopeModel
import Workspaces

/// What users reach by their profiles: tables that nobody reaches, rules that need what users lack,
/// and rules that show nothing or everything.
struct ReachCheck {
  private let users: [User]
  private(set) var notes: [String] = []

  /// The most users of one profile whose rules are tried.
  private static let usersTried = 20
  /// The most records of a table that are counted for a rule.
  private static let recordsCounted = 5_000

  init(_ users: [User]) { self.users = users }

  mutating func run(_ reader: borrowing ReadSession) throws(ServiceError) {
    let snapshot = reader.snapshot
    let schema = snapshot.schema
    var disabled = schema.tables.indices.map(TableID.init)
    for name in snapshot.profiles.names {
      guard let entry = snapshot.profile(named: name) else {
        // What it would enable is not known.
        disabled = []
        continue
      }
      // A profile with mistakes about a table gives nothing of it, but means to.
      disabled.removeAll { table in
        if case .denied = entry.profiles.members[0].grant(table) { false } else { true }
      }
      try check(entry, named: name, reader)
    }
    if !snapshot.profiles.names.isEmpty, !disabled.isEmpty {
      let names = disabled.map { Printable.quoted(schema[$0].name.string) }
      notes.append("no profile enables \(names.joined(separator: ", "))")
    }
  }

  private mutating func check(
    _ entry: ServiceSnapshot.PreparedEntry, named name: String, _ reader: borrowing ReadSession
  ) throws(ServiceError) {
    let profile = entry.profiles.members[0]
    let own = users.filter { $0.profiles.contains { Text($0) == Text(name) } }
    guard !own.isEmpty else { return }
    var lacking: [String: Lack] = [:]
    var lackingForActs: [String: Lack] = [:]
    func line(of unknown: UnknownReference) -> Int {
      profile.profile.source.position(of: unknown.range.lowerBound).line
    }
    for id in profile.reachedTables {
      guard let grant = profile.validGrant(id) else { continue }
      for user in own.prefix(Self.usersTried) {
        let context = ReferenceContext(user: user, clock: reader.context.clock)
        guard let write = (try? entry.profiles.writeAccess(to: id, for: context)) ?? nil else {
          continue
        }
        for unknown in write.edit.unknowns + write.delete.unknowns + write.unknownPresets {
          lackingForActs[unknown.reference.description, default: Lack()].add(
            user, line: line(of: unknown))
        }
      }
      guard !grant.conditions.isEmpty else { continue }
      var shown: [Int] = []
      let total = try count(.always, of: id, entry, reader)
      for user in own.prefix(Self.usersTried) {
        let context = ReferenceContext(user: user, clock: reader.context.clock)
        guard let scoped = (try? profile.scopedAccess(to: id, for: context)) ?? nil else {
          continue
        }
        for unknown in scoped.unknowns {
          lacking[unknown.reference.description, default: Lack()].add(
            user, line: line(of: unknown))
        }
        guard scoped.unknowns.isEmpty, let total else { continue }
        let filter = scoped.profileFilter.simplified(in: profile.schema, table: id)
        shown.append(try count(filter, of: id, entry, reader) ?? total)
      }
      note(shown, of: total, profile.schema[id].name.string, name)
    }
    for (lacking, consequence) in [
      (lacking, "see no record there"), (lackingForActs, "write no record there"),
    ] {
      for (reference, lack) in lacking.sorted(by: { $0.key < $1.key }) {
        let names = lack.users.prefix(5).map { Printable.quoted($0.name ?? $0.id.literal) }
        let lines = lack.lines.sorted().map(String.init).joined(separator: ", ")
        notes.append(
          "profile \(Printable.quoted(name)): \(lack.users.count) of its \(own.count) users have "
            + "no \(Printable.quoted(reference)), which line \(lines) needs, and so "
            + "\(consequence): " + names.joined(separator: ", ")
            + (lack.users.count > 5 ? ", …" : ""))
      }
    }
  }

  /// Who has no value for a reference, and the lines that need it.
  private struct Lack {
    var users: [User] = []
    var lines: Set<Int> = []

    mutating func add(_ user: User, line: Int) {
      lines.insert(line)
      if users.last?.id != user.id { users.append(user) }
    }
  }

  private mutating func note(_ shown: [Int], of total: Int?, _ table: String, _ profile: String) {
    guard let total, total > 0, !shown.isEmpty else { return }
    let rule = "profile \(Printable.quoted(profile)): its rule for \(Printable.quoted(table))"
    let whom = shown.count == 1 ? "its user" : "any of its \(shown.count) users"
    if shown.allSatisfy({ $0 == 0 }) {
      notes.append("\(rule) shows no record to \(whom)")
    } else if shown.allSatisfy({ $0 == total }) {
      notes.append("\(rule) shows all \(total) records to \(shown.count == 1 ? whom : "each")")
    }
  }

  /// The number of records; nil for a table with too many to count.
  private func count(
    _ filter: Filter, of table: TableID, _ entry: ServiceSnapshot.PreparedEntry,
    _ reader: borrowing ReadSession
  ) throws(ServiceError) -> Int? {
    let query = Query(
      table: table, scope: .always, request: filter, projection: [], order: [])
    let count = try reader.snapshot.count(
      query, upTo: Self.recordsCounted + 1, of: entry, reader.connection)
    return count.flatMap { $0 > Self.recordsCounted ? nil : $0 }
  }
}
