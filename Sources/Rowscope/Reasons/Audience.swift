import AccessProfiles
import RecordEngine
import RecordFilter
package import RowscopeModel

/// Who sees, edits or deletes one record: the users in groups for whom the rules decide alike. For
/// administrators: it names users and rules.
package struct RecordAudience: Sendable {
  package struct Group: Sendable {
    package fileprivate(set) var users: [User]
    package let isAllowed: Bool
    /// The rule that decides: `profile support, line 11: owner == @id_user`.
    package let decidedBy: String
  }

  package let table: String
  package let question: RecordQuestion
  /// Whether the database has the record. If not, there are no groups.
  package let isThere: Bool
  /// Those that are allowed it first; otherwise in the order of their first users.
  package let groups: [Group]
}

/// Who sees how much of one table: the users in groups that see the same.
package struct TableAudience: Sendable {
  package struct Group: Sendable {
    package fileprivate(set) var users: [User]
    /// The names of the users' profiles.
    package let profiles: [String]
    /// How many records they see; 0 for a denied table.
    package let count: Int
    /// Which, in words.
    package let records: String
    package let hidden: [String]
    /// The fields that some of these records hide.
    package let partlyHidden: [String]
    /// Why the table is denied.
    package let denial: AccessReason?
  }

  package let table: String
  package let groups: [Group]
}

extension RecordService {
  /// Which of these users may do something with one record, all in one snapshot.
  ///
  /// Complexity: O(n) in the users, with a small constant, and one evaluation of the rules for
  /// those that they tell apart: an id counts only where the record has it.
  /// - Throws: as ``ReadSession/reasons(_:by:)``.
  package func audience(
    of question: RecordQuestion, among users: [User], by engine: QueryEngine? = nil
  ) async throws(ServiceError) -> RecordAudience {
    try await core().withOwnSession(as: User(id: .null)) { session throws(ServiceError) in
      var reader = session
      try reader.know(profiles: users.profileNames)
      return try reader.audience(of: question, among: users, by: engine)
    }
  }

  /// How many records of one table each of these users sees, all in one snapshot.
  ///
  /// Complexity: O(n) in the users, and one count for each scope that one of them has.
  /// - Throws: `unknown_table`.
  package func audience(
    ofTable table: String, among users: [User]
  ) async throws(ServiceError) -> TableAudience {
    try await core().withOwnSession(as: User(id: .null)) { session throws(ServiceError) in
      var reader = session
      try reader.know(profiles: users.profileNames)
      return try reader.audience(ofTable: table, among: users)
    }
  }
}

extension [User] {
  /// The names of all of their profiles.
  var profileNames: [String] {
    var lists: Set<[String]> = []
    for user in self { lists.insert(user.profiles + user.narrowedBy) }
    return Set(lists.joined().map { Text($0) }).map(\.string)
  }
}

/// Users by what the rules look at.
private struct Grouped {
  private(set) var plans: [UserGrouping.Kind: UserGrouping] = [:]
  private var groups: [UserGrouping.Key: Int] = [:]

  /// The number of the user's group.
  ///
  /// - Parameters:
  ///   - plan: makes the grouping of a kind, of its number.
  ///   - new: makes a group, and returns its number.
  mutating func group(
    of user: User, plan: (Int) throws(ServiceError) -> UserGrouping,
    new: () throws(ServiceError) -> Int
  ) throws(ServiceError) -> Int {
    let kind = UserGrouping.Kind(user)
    let grouping: UserGrouping
    if let known = plans[kind] {
      grouping = known
    } else {
      grouping = try plan(plans.count)
      plans[kind] = grouping
    }
    let key = grouping.key(of: user)
    if let known = groups[key] { return known }
    let group = try new()
    groups[key] = group
    return group
  }
}

extension ReadSession {
  // MARK: One record

  fileprivate func audience(
    of question: RecordQuestion, among users: [User], by engine: QueryEngine?
  ) throws(ServiceError) -> RecordAudience {
    let goal = try goal(of: question)
    let table = snapshot.schema[goal.table]
    guard let record = try heldRecord(question.key, of: goal.table, by: engine) else {
      return RecordAudience(
        table: table.name.string, question: question, isThere: false, groups: [])
    }
    let known = KnownRecords()
    var groups: [RecordAudience.Group] = []
    var members: [[User]] = []
    var decided: [Decided: Int] = [:]
    var grouped = Grouped()
    for user in users {
      let index = try grouped.group(of: user) { kind throws(ServiceError) in
        let decisions = self.decisions(for: user)
        return UserGrouping(
          kind, decisions, of: goal.table,
          comparing: try compared(with: .idUser, in: record, decisions, known, engine))
      } new: { () throws(ServiceError) in
        let group = try group(of: user, goal, record, known, engine)
        let same = Decided(isAllowed: group.isAllowed, line: group.decidedBy)
        if let index = decided[same] { return index }
        groups.append(group)
        members.append([])
        decided[same] = groups.count - 1
        return groups.count - 1
      }
      members[index].append(user)
    }
    for index in groups.indices { groups[index].users = members[index] }
    return RecordAudience(
      table: table.name.string, question: question, isThere: true,
      groups: groups.filter(\.isAllowed) + groups.filter { !$0.isAllowed })
  }

  private struct Decided: Hashable {
    let isAllowed: Bool
    let line: String
  }

  /// What the rules of a user compare with a reference, in a record and those related to it.
  private func compared(
    with reference: Reference, in record: HeldRecord, _ decisions: AccessDecisions,
    _ known: KnownRecords, _ engine: QueryEngine?
  ) throws(ServiceError) -> [Value] {
    let (schema, id) = (snapshot.schema, record.table)
    let members = try self.members(of: record, by: engine)
    let owner = schema[id].ownerField.flatMap { record[$0] ?? members[$0] }
    return try settled(known, by: engine) { () throws(ServiceError) in
      var reading = ReasonReading(
        record, members: members, in: schema, related: known.related(in: schema),
        for: decisions.context, lookingAtAll: true)
      for grant in decisions.grants(of: id) {
        _ = reading.lines(
          grant.conditions + grant.editConditions + grant.deleteConditions
        ) { _ in nil }
      }
      _ = reading.lines(decisions.everywhere(of: id)) { _ in nil }
      if let owner, let field = schema[id].ownerField {
        reading.note(owner, of: schema[id][field], for: reference)
      }
      return reading.compared[reference] ?? []
    }
  }

  private func group(
    of user: User, _ goal: TurningGoal, _ record: HeldRecord, _ known: KnownRecords,
    _ engine: QueryEngine?
  ) throws(ServiceError) -> RecordAudience.Group {
    let decisions = decisions(for: user)
    let (schema, related) = (snapshot.schema, known.related(in: snapshot.schema))
    func isMet(_ filter: Filter) throws(ServiceError) -> Bool {
      let held = HeldFilter(filter, in: schema, on: goal.table)
      return try settled(known, by: engine) { held.decision(on: record, related) } == .allowed
    }
    let filter = decisions.prepared.map { goal.filter($0, for: decisions.context) } ?? .never
    let isAllowed = try isMet(filter)
    return RecordAudience.Group(
      users: [], isAllowed: isAllowed,
      decidedBy: try decidingLine(decisions, goal, isAllowed: isAllowed, isMet))
  }

  /// The profile that gives it, or the first rule that denies it.
  private func decidingLine(
    _ decisions: AccessDecisions, _ goal: TurningGoal, isAllowed: Bool,
    _ isMet: (Filter) throws(ServiceError) -> Bool
  ) throws(ServiceError) -> String {
    if !isAllowed {
      var reason = decisions.denial(of: goal.table)
      switch goal.act {
      case .see: break
      case .edit: reason = reason ?? decisions.denial(of: .edit, in: goal.table)
      case .delete: reason = reason ?? decisions.denial(of: .delete, in: goal.table)
      }
      if let field = goal.field, let access = decisions.access(to: goal.table)?.access,
        goal.act == .edit || !access.isVisible(field)
      {
        reason = reason ?? decisions.limit(of: field, in: goal.table)
      }
      if let reason { return reason.description }
    }
    let grants = decisions.grants(of: goal.table)
    var failing: String?
    for grant in grants where grant.denial == nil {
      let conditions: [ConditionReason] =
        switch goal.act {
        case .see: grant.conditions
        case .edit: grant.conditions + grant.editConditions
        case .delete: grant.conditions + grant.deleteConditions
        }
      var isWhole = true
      for condition in conditions where try !isMet(condition.holds) {
        isWhole = false
        let line = grant.line(of: condition).map { ", line \($0)" } ?? ""
        failing = failing ?? "profile \(grant.profile)\(line): \(condition.text)"
        break
      }
      if isAllowed, isWhole, !grant.isNarrowing {
        return "profile \(grant.profile)" + (grant.line.map { ", line \($0)" } ?? "")
      }
    }
    if let failing, !isAllowed { return failing }
    if let emptiness = decisions.emptiness(of: goal.table).first { return emptiness.description }
    for condition in decisions.everywhere(of: goal.table) where try !isMet(condition.holds) {
      return "the workspace, everywhere: \(condition.text)"
    }
    if isAllowed { return "several profiles together" }
    return decisions.context.user.userType.map { "user type \($0)" }
      ?? "no profile shows the field in this record"
  }

  // MARK: One table

  fileprivate func audience(
    ofTable name: String, among users: [User]
  ) throws(ServiceError) -> TableAudience {
    let schema = snapshot.schema
    guard let id = schema.tableID(named: name) else {
      throw .unknownTable(name, among: schema.tables.map(\.name.string))
    }
    var groups: [TableAudience.Group] = []
    var members: [[User]] = []
    var known: [SeenOfTable: Int] = [:]
    var counts: [Filter: Int] = [:]
    var grouped = Grouped()
    for user in users {
      let index = try grouped.group(of: user) { kind in
        UserGrouping(kind, self.decisions(for: user), of: id, comparing: nil)
      } new: { () throws(ServiceError) in
        let decisions = decisions(for: user)
        let access = decisions.access(to: id)?.access
        let seen = SeenOfTable(profiles: user.profiles, access: access)
        if let index = known[seen] { return index }
        let filter = access?.rows.filter ?? .never
        let count: Int
        if let counted = counts[filter] {
          count = counted
        } else {
          count = try self.count(filter, of: id)
          counts[filter] = count
        }
        let table = schema[id]
        groups.append(
          TableAudience.Group(
            users: [], profiles: user.profiles, count: count,
            records: filter.description(in: schema, table: id),
            hidden: table.fieldIndices.filter { access?.isVisible($0) != true }.map {
              table[$0].name.string
            },
            partlyHidden: table.fieldIndices.filter { access?.cells[$0] != nil }.map {
              table[$0].name.string
            }, denial: decisions.denial(of: id)))
        members.append([])
        known[seen] = groups.count - 1
        return groups.count - 1
      }
      members[index].append(user)
    }
    for index in groups.indices { groups[index].users = members[index] }
    return TableAudience(table: schema[id].name.string, groups: groups)
  }

  private struct SeenOfTable: Hashable {
    let profiles: [String]
    let access: TableAccess?
  }
}
