import AccessProfiles
package import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel
package import Workspaces

/// Who asks: users whom the service looks up.
extension RecordService {
  /// The workspace's user with this id, or with exactly this name, as they are now.
  ///
  /// To answer their requests, pass ``User/inWorkspace(_:)`` instead: the user is then looked up in
  /// the transaction that reads the records, and no right that was taken away meanwhile counts.
  ///
  /// Complexity: an indexed look-up for the user and for each of their lists, if they are in the
  /// database; O(1) otherwise.
  /// - Throws: `unknown_user`; `invalid_user` if what the database says of the user cannot be used;
  ///   `deadline_exceeded`, `cancelled`, `database_error`.
  public func user(_ identifier: Value) async throws(ServiceError) -> User {
    try await core().resolve(as: .inWorkspace(identifier)) { reader throws(ServiceError) in
      reader.context.user
    }
  }

  /// The user in the database whom a person at a terminal names, as in
  /// `UserDirectory.user(named:)`: yet to be looked up, by their id.
  package func storedUser(
    named name: String
  ) async throws(ServiceError) -> Result<User, WorkspaceError> {
    try await withSession(as: User(id: .null)) { session throws(ServiceError) in
      try session.onUsers { users, clock, connection throws(ServiceError) in
        try users.user(named: name, at: clock, on: connection)
      } ?? .failure(WorkspaceError(.unknownUser(name, suggestion: nil)))
    }
  }

  /// All users of the database, and what is wrong with those who cannot be used.
  package func everyone() async throws(ServiceError) -> (
    users: [User], faults: [(id: Value, fault: UserFault)]
  ) {
    try await withSession(as: User(id: .null)) { session throws(ServiceError) in
      try session.everyone() ?? ([], [])
    }
  }
}

extension ServiceCore {
  /// The user, if they are not looked up in the database; otherwise the same that is yet to be
  /// looked up.
  func settled(_ user: User) throws(ServiceError) -> User {
    guard user.isToBeLookedUp, workspace?.userTables == nil else { return user }
    guard let users else { throw .unknownUser(user.id.identifierText ?? "") }
    return try users.user(asking: user.id).narrowed(as: user)
  }

  /// The user of a request with what the database says of them, and a snapshot that knows their
  /// profiles, all as of the connection's transaction.
  ///
  /// - Parameter everyProfile: whether it knows all other profiles in the database too.
  func identify(
    _ user: User, at clock: RequestClock, everyProfile: Bool = false,
    on connection: borrowing Connection
  ) throws(ServiceError) -> (ServiceSnapshot, ReferenceContext) {
    var known = try snapshot(connection)
    var user = try settled(user)
    if case .database(let pool, _) = source, !pool.holdsRecords {
      // Their tables are known, and not who is in them.
      if user.isToBeLookedUp || known.documents != nil && !user.profiles.isEmpty {
        throw .noRecords
      }
    }
    let asked = user
    var isFound = false
    if asked.isToBeLookedUp {
      guard let users = known.users else { throw .unknownUser(asked.id.identifierText ?? "") }
      if let found = try FoundUsers.user(asked, in: known, on: connection) {
        user = found
        isFound = true
      } else {
        user = try users.user(asked.id, at: clock, on: connection).narrowed(as: asked)
      }
    }
    if let profileFiles {
      if !profileFiles.areSame(of: user) {
        if connection.meter.giveUp() { throw ServiceError(.cancelled, "a profile is to be read") }
        profileFiles.refresh(of: user, for: self)
      }
      // This request or another may have read them since the snapshot was taken.
      if lastSnapshot !== known {
        known = try snapshot(connection)
        isFound = false
      }
    }
    let context = ReferenceContext(user: user, clock: clock)
    if isFound, !everyProfile { return (known, context) }
    var names = user.profiles + user.narrowedBy
    if everyProfile, let documents = known.documents {
      names += try documents.names(at: clock, on: connection)
    }
    let snapshot = try known.knowing(profiles: names, for: context, on: connection)
    if snapshot !== known { replace(known, by: snapshot) }
    if asked.isToBeLookedUp {
      try FoundUsers.remember(user, asked: asked, in: snapshot, on: connection)
    }
    return (snapshot, context)
  }
}

extension ReadSession {
  /// Calls `body` with the look-up of users; nil if they are not in the database.
  func onUsers<Result>(
    _ body: (UserLookup, RequestClock, borrowing Connection) throws(ServiceError) -> Result
  ) throws(ServiceError) -> Result? {
    guard let users = snapshot.users else { return nil }
    guard holdsRecords else { throw .noRecords }
    switch connection {
    case .none: return nil
    case .some(let connection): return try body(users, context.clock, connection)
    }
  }

  /// All users of the database, and what is wrong with those who cannot be used; nil if the
  /// workspace's users are elsewhere.
  func everyone() throws(ServiceError) -> (users: [User], faults: [(id: Value, fault: UserFault)])?
  {
    try onUsers { users, clock, connection throws(ServiceError) in
      try users.everyone(at: clock, on: connection)
    }
  }

  /// The look-ups for which SQLite reads a table through. None in a folder of CSV files, where no
  /// index can be made.
  func unservedLookups() throws(ServiceError) -> [UnservedLookup] {
    guard let lookups = snapshot.lookups else { return [] }
    var unserved: [UnservedLookup] = []
    switch connection {
    case .none: break
    case .some(let connection):
      guard !connection.isImage else { break }
      for (lookup, place) in lookups.declared {
        let plan = try snapshot.statement(of: lookup).plan(at: context.clock, on: connection)
        let readsThrough = plan.contains { line in
          let words = line.drop { $0 == " " }
          // A list of values is read through, too.
          return words.hasPrefix("SCAN") && !words.contains("VIRTUAL TABLE")
            && !words.contains("CONSTANT ROW") || words.contains("AUTOMATIC")
        }
        guard readsThrough else { continue }
        let table = snapshot.schema[lookup.table]
        unserved.append(UnservedLookup(table: table, field: table[lookup.key], place: place))
      }
    }
    return unserved
  }

  /// The names of all profiles.
  func profileNames() throws(ServiceError) -> [String] {
    guard let documents = snapshot.documents else { return snapshot.profiles.names }
    switch connection {
    case .none: return []
    case .some(let connection): return try documents.names(at: context.clock, on: connection)
    }
  }
}

/// A look-up for which no index finds the rows.
struct UnservedLookup {
  let table: Table
  let field: Field
  /// The place of its declaration.
  let place: Range<Int>
}
