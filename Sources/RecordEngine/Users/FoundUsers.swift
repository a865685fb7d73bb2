package import RecordStore
package import RowscopeModel

/// The users who were found on a connection, with what their request would read again: it holds
/// while the connection sees the same content of the database.
///
/// A look-up takes a statement for the user and one for each of their lists and profiles; asking
/// SQLite whether anything was committed since takes a fraction of the first.
package final class FoundUsers {
  private struct Asked: Hashable {
    let identifier: Value
    let narrowedBy: [Text]

    init(_ user: User) {
      identifier = user.id
      narrowedBy = user.narrowedBy.map { Text($0) }
    }
  }

  /// The most users that a connection keeps.
  private static let limit = 1_024

  private let state: Connection.DataState
  /// The snapshot that knows their profiles as they are in this state.
  private let snapshot: ServiceSnapshot
  private var users: [Asked: User] = [:]

  private init(_ state: Connection.DataState, _ snapshot: ServiceSnapshot) {
    (self.state, self.snapshot) = (state, snapshot)
  }

  /// Whom a user who is yet to be looked up was found to be, in the state of the connection's
  /// transaction; nil if that is not known. The snapshot knows their profiles.
  package static func user(
    _ asked: User, in snapshot: ServiceSnapshot, on connection: borrowing Connection
  ) throws(ServiceError) -> User? {
    guard let kept = connection.companion as? FoundUsers, kept.snapshot === snapshot,
      let user = kept.users[Asked(asked)], try kept.state == state(of: connection)
    else { return nil }
    return user
  }

  /// Keeps a user with the connection. Those whose look-up depends on the time are not kept.
  package static func remember(
    _ user: User, asked: User, in snapshot: ServiceSnapshot, on connection: borrowing Connection
  ) throws(ServiceError) {
    guard !snapshot.lookupsDependOnClock else { return }
    let state = try state(of: connection)
    let kept: FoundUsers
    if let known = connection.companion as? FoundUsers, known.snapshot === snapshot,
      known.state == state, known.users.count < limit
    {
      kept = known
    } else {
      kept = FoundUsers(state, snapshot)
      connection.companion = kept
    }
    kept.users[Asked(asked)] = user
  }

  private static func state(
    of connection: borrowing Connection
  ) throws(ServiceError) -> Connection.DataState {
    try serviceErrors { () throws(StoreError) in try connection.dataState() }
  }
}
