import AccessProfiles
import FilterSQL
import RecordFilter
package import RecordStore
package import RowscopeModel
import TimeZones
package import Workspaces

/// Looks up a workspace's users in its database: in the transaction that reads the records, so that
/// what is found is never out of date.
package final class UserLookup: Sendable {
  private let declared: UserLookups.Users
  private let schema: Schema
  package let byID: LookupStatement
  private let byName: LookupStatement?
  private let teams: LookupStatement?
  private let profiles: LookupStatement?
  private let lists: [(name: Text, statement: LookupStatement)]
  /// See ``LookupStatement/dependsOnClock``.
  let dependsOnClock: Bool

  init(_ declared: UserLookups.Users, _ schema: Schema, _ compiler: QueryCompiler) {
    func statement(_ lookup: RecordLookup) -> LookupStatement {
      LookupStatement(lookup, schema, compiler)
    }
    self.declared = declared
    self.schema = schema
    byID = statement(declared.byID)
    byName = declared.byName.map(statement)
    teams = declared.teams.map(statement)
    profiles = declared.profiles.map(statement)
    lists = declared.lists.map { (Text($0.name), statement($0.lookup)) }
    let statements = [byID, byName, teams, profiles].compactMap(\.self) + lists.map(\.statement)
    dependsOnClock = statements.contains(where: \.dependsOnClock)
  }

  /// The user with exactly this id, otherwise with exactly this name.
  ///
  /// - Throws: `unknown_user`, in the words that are said of users in a file; `invalid_user` if
  ///   what is stored cannot be used, without saying what it is.
  package func user(
    _ identifier: Value, at clock: RequestClock, on connection: borrowing Connection
  ) throws(ServiceError) -> User {
    let name: String
    switch identifier {
    case .integer(let id): name = String(id)
    case .text(let text):
      name = text.string
      guard text.validString != nil else { throw .unknownUser(name) }
    case .null, .real, .blob: throw .unnamedUser
    }
    do throws(UserFault) {
      return try find(identifier, at: clock, on: connection)
    } catch {
      throw error.serviceError(name)
    }
  }

  /// Finds the user, and says in detail what is wrong with what is stored.
  func find(
    _ identifier: Value, at clock: RequestClock, on connection: borrowing Connection
  ) throws(UserFault) -> User {
    let id = identifier.canonicalIdentifier
    if let user = try self.user(id: id, at: clock, on: connection) { return user }
    guard case .text = identifier,
      let id = try self.id(ofName: identifier, at: clock, on: connection),
      let user = try self.user(id: id, at: clock, on: connection)
    else { throw UserFault(.unknown) }
    return user
  }

  // MARK: Their own record

  /// - Returns: nil if there is none.
  private func user(
    id: Value, at clock: RequestClock, on connection: borrowing Connection
  ) throws(UserFault) -> User? {
    let nobody = ReferenceContext(user: User(id: .null), clock: clock)
    guard let row = try row(of: id, for: nobody, passing: true, on: connection) else {
      return nil
    }
    var user = try self.user(from: row, at: clock)
    func context() -> ReferenceContext { ReferenceContext(user: user, clock: clock) }
    // Lists come in the order in which conditions of every table may need what was found before.
    for (name, statement) in lists {
      user.attributes[name] = .list(try values(statement, .attribute, context(), on: connection))
    }
    if let teams {
      user.teams = try values(teams, .team, context(), on: connection)
    }
    if let profiles {
      let names = try values(profiles, .profile, context(), on: connection).map(\.identifierText)
      // In an order that does not depend on the database's: presets are tried in it.
      for name in names.compactMap(\.self).sorted(by: { Text($0) < Text($1) }) {
        user.add(profile: name)
      }
    }
    if byID.lookup.isOfUser {
      // What the workspace says of the user holds of their own record too.
      guard try self.row(of: id, for: context(), passing: false, on: connection) != nil else {
        return nil
      }
    }
    return user
  }

  /// The values of the only record with an id; nil if there is none.
  private func row(
    of id: Value, for context: ReferenceContext, passing: Bool, on connection: borrowing Connection
  ) throws(UserFault) -> [Value]? {
    var found: [Value]?
    var isShared = false
    try faults { () throws(ServiceError) in
      try byID.forEachRow(of: id, for: context, passing: passing, on: connection) {
        (row: borrowing LookupRow) throws(StoreError) in
        // Equal by SQLite's rules is not enough: "7.0" is not the id 7.
        guard isID(row[0], id) else { return true }
        isShared = found != nil
        found = declared.byID.fields.indices.map { row[$0] }
        return !isShared
      }
    }
    if isShared { throw UserFault(.sharedID) }
    return found
  }

  private func isID(_ stored: Value, _ id: Value) -> Bool {
    let field = schema[declared.byID.table][declared.byID.key]
    guard let text = field.shown(stored, in: nil).identifierText else {
      // It is found by this id, and is none: that is said, and denies.
      return true
    }
    return Text(text) == Self.canonical(id, in: field).identifierText.map { Text($0) }
  }

  /// An id that is asked for, as it is shown: a UUID in any form, also one that is not stored.
  private static func canonical(_ id: Value, in field: Field) -> Value {
    guard case .uuid? = field.type else { return id }
    let type = DeclaredType.uuid(nil)
    return type.value(of: id).map(type.shown) ?? id
  }

  private func user(from row: [Value], at clock: RequestClock) throws(UserFault) -> User {
    let table = schema[declared.byID.table]
    func shown(_ index: Int) -> Value {
      table[declared.byID.fields[index]].shown(row[index], in: clock)
    }
    let id = shown(0)
    guard id.identifierText.map({ !$0.isEmpty }) ?? false else {
      throw UserFault(.unusable(.id, row[0]))
    }
    var user = User(id: id)
    for (index, column) in declared.columns.enumerated() {
      let value = shown(index + 1)
      switch column {
      case .attribute(let name): user.attributes[Text(name)] = .scalar(value)
      case .property(let property):
        guard !value.isNull else { continue }
        guard let text = value.identifierText else {
          throw UserFault(.unusable(.property(property), value))
        }
        try user.set(property, text)
      }
    }
    return user
  }

  /// The id of the only user of a name; nil if there is none.
  private func id(
    ofName name: Value, at clock: RequestClock, on connection: borrowing Connection
  ) throws(UserFault) -> Value? {
    guard let byName else { return nil }
    let nobody = ReferenceContext(user: User(id: .null), clock: clock)
    let table = schema[byName.lookup.table]
    var ids: [Value] = []
    try faults { () throws(ServiceError) in
      try byName.forEachRow(of: name, for: nobody, passing: true, on: connection) {
        (row: borrowing LookupRow) throws(StoreError) in
        guard let text = row[1].identifierText, .text(text) == name else { return true }
        ids.append(table[byName.lookup.fields[0]].shown(row[0], in: nil))
        return ids.count < 2
      }
    }
    if ids.count > 1 { throw UserFault(.sharedName) }
    guard let id = ids.first else { return nil }
    guard id.identifierText != nil else { throw UserFault(.unusable(.id, id)) }
    return id.canonicalIdentifier
  }

  // MARK: Their lists

  private func values(
    _ statement: LookupStatement, _ kind: UserFault.Place, _ context: ReferenceContext,
    on connection: borrowing Connection
  ) throws(UserFault) -> [Value] {
    let field = schema[statement.lookup.table][statement.lookup.fields[0]]
    var values: [Value] = []
    try faults { () throws(ServiceError) in
      try statement.forEachRow(
        of: context.user.id.canonicalIdentifier, for: context, on: connection
      ) { (row: borrowing LookupRow) throws(StoreError) in
        values.append(field.shown(row[0], in: context.clock))
        return true
      }
    }
    guard kind != .attribute else { return values }
    for value in values where value.identifierText.map({ $0.isEmpty }) ?? true {
      throw UserFault(.unusable(kind, value))
    }
    return values
  }

  private func faults(_ body: () throws(ServiceError) -> Void) throws(UserFault) {
    try rethrowing({ UserFault(.service($0)) }, body)
  }

  // MARK: Users like a name

  /// The most users that are looked at for whom a name may mean.
  private static let candidateLimit = 200

  /// Users whose name or email address begins with a text, whatever the case of ASCII letters, with
  /// nothing but these and their ids. Looks through the table where no index helps.
  func candidates(
    like text: String, at clock: RequestClock, on connection: borrowing Connection
  ) throws(ServiceError) -> [User] {
    let table = schema[declared.byID.table]
    let pattern = TextPattern(Text(text), anchor: .start, ignoresCase: true)
    var filters: [Filter] = []
    var places: [(property: UserTables.Property, index: Int)] = []
    for (index, column) in declared.columns.enumerated() {
      guard case .property(let property) = column, property == .name || property == .email else {
        continue
      }
      filters.append(.test(declared.byID.fields[index + 1], .matches(pattern)))
      places.append((property, index + 1))
    }
    var users: [User] = []
    guard !filters.isEmpty, !text.isEmpty else { return [] }
    let nobody = ReferenceContext(user: User(id: .null), clock: clock)
    try byID.forEachRow(.any(filters), for: nobody, passing: true, on: connection) {
      (row: borrowing LookupRow) throws(StoreError) in
      var user = User(id: table[declared.byID.key].shown(row[0], in: clock))
      for (property, index) in places {
        guard let text = row[index].identifierText else { continue }
        if property == .name { user.name = text } else { user.email = text }
      }
      users.append(user)
      return users.count < Self.candidateLimit
    }
    return users
  }

  // MARK: All users

  /// All users in the order of their ids, and what is wrong with those who cannot be used.
  ///
  /// - Complexity: linear in the number of users, each of whom is looked up.
  package func everyone(
    at clock: RequestClock, on connection: borrowing Connection
  ) throws(ServiceError) -> (users: [User], faults: [(id: Value, fault: UserFault)]) {
    var ids: [Value] = []
    try forEachID(at: clock, on: connection) { id in
      ids.append(id.canonicalIdentifier)
      return true
    }
    var seen: Set<Text> = []
    var users: [User] = []
    var faults: [(id: Value, fault: UserFault)] = []
    for id in ids {
      guard let text = id.identifierText else {
        faults.append((id, UserFault(.unusable(.id, id))))
        continue
      }
      guard seen.insert(Text(text)).inserted else { continue }
      do throws(UserFault) {
        if let user = try user(id: id, at: clock, on: connection) { users.append(user) }
      } catch {
        if case .service(let error) = error.kind { throw error }
        faults.append((id, error))
      }
    }
    return (users, faults)
  }

  /// Calls `body` with the id of each row of a user, until it returns false.
  private func forEachID(
    at clock: RequestClock, on connection: borrowing Connection,
    _ body: (Value) -> Bool
  ) throws(ServiceError) {
    let nobody = ReferenceContext(user: User(id: .null), clock: clock)
    let field = schema[declared.byID.table][declared.byID.key]
    try byID.forEachRow(.always, for: nobody, passing: true, on: connection) {
      (row: borrowing LookupRow) throws(StoreError) in
      body(field.shown(row[0], in: clock))
    }
  }
}

extension Field {
  /// A stored value as people write it; what is none of the field's type stays as it is.
  ///
  /// - Parameter clock: of the request; nil where no value depends on it.
  fileprivate func shown(_ value: Value, in clock: RequestClock?) -> Value {
    guard var type, !value.isNull else { return value }
    if type.isLocal {
      guard let clock else { return value }
      type = type.resolved(in: clock.zone)
    }
    return type.value(of: value).map(type.shown) ?? value
  }
}

extension User {
  fileprivate mutating func set(
    _ property: UserTables.Property, _ text: String
  ) throws(UserFault) {
    switch property {
    case .name: name = text
    case .email: email = text
    case .profile: add(profile: text)
    case .seat:
      guard let known = Seat(named: text) else { throw UserFault(.noSuch(property, text)) }
      seat = known.name
    case .userType:
      guard let known = UserType(named: text) else { throw UserFault(.noSuch(property, text)) }
      userType = known.name
    case .timeZone:
      guard ZoneRule(named: text) != nil else { throw UserFault(.noSuch(property, text)) }
      timeZone = text
    }
  }

  fileprivate mutating func add(profile name: String) {
    guard !profiles.contains(where: { Text($0) == Text(name) }) else { return }
    profiles.append(name)
  }
}

extension UserLookup {
  /// Whom a person at a terminal names, by the rules of ``UserDirectory/user(named:)``. Who is
  /// found by exact id or name need not be usable: a request says so.
  package func user(
    named name: String, at clock: RequestClock, on connection: borrowing Connection
  ) throws(ServiceError) -> Result<User, WorkspaceError> {
    do throws(UserFault) {
      return .success(.inWorkspace(try find(.text(name), at: clock, on: connection).id))
    } catch {
      switch error.kind {
      case .unknown: break
      case .sharedID: return .failure(WorkspaceError(.sharedID(name)))
      case .service(let error): throw error
      case .sharedName, .unusable, .noSuch: return .success(.inWorkspace(.text(name)))
      }
    }
    let candidates = try candidates(like: name, at: clock, on: connection)
    do throws(WorkspaceError) {
      return .success(.inWorkspace(try UserDirectory(checked: candidates).user(named: name).id))
    } catch {
      return .failure(error)
    }
  }
}
