import AccessProfiles
import Documents
package import RowscopeModel

/// How many of a plan's seats are taken, by which users, and why.
///
/// A guest takes no seat. Any other user with a seat takes one, unless it is a member's, which is
/// not limited. A user without a seat takes one if they have a user type.
package struct SeatUsage: Sendable {
  /// One user, and whether they take a seat.
  package struct Line: Sendable, Hashable {
    package let user: User
    package let rule: Rule

    package var counts: Bool { rule.counts }
  }

  /// Why a user takes a seat or not. The raw value is stable: it is the name in JSON.
  package enum Rule: String, Sendable, Hashable, CaseIterable {
    case guest
    case unlimitedSeat = "unlimited_seat"
    case limitedSeat = "limited_seat"
    case paidUserType = "paid_user_type"
    case neither

    package var counts: Bool {
      switch self {
      case .limitedSeat, .paidUserType: true
      case .guest, .unlimitedSeat, .neither: false
      }
    }

    /// The rule for a user. An unknown seat or type gives no access, and takes no seat.
    package init(_ user: User) {
      let seat = user.seat.flatMap(Seat.init(named:))
      let type = user.userType.flatMap(UserType.init(named:))
      if let type, !type.countsAsPaidSeat {
        self = .guest
      } else if let seat {
        self = seat.countsAgainstLimit ? .limitedSeat : .unlimitedSeat
      } else {
        self = type == nil ? .neither : .paidUserType
      }
    }
  }

  /// The number of seats; nil for no limit.
  package let limit: Int?
  /// In the order of the users.
  package private(set) var lines: [Line]

  /// - Complexity: linear in the number of users.
  package init(of users: [User], limit: Int? = nil) {
    self.limit = limit
    lines = users.map { Line(user: $0, rule: Rule($0)) }
  }

  /// The number of seats taken.
  package var count: Int { lines.count(where: \.counts) }

  /// The number of free seats, never below 0; nil if there is no limit.
  package var remaining: Int? { limit.map { max(0, $0 - count) } }

  package var isOverLimit: Bool { limit.map { count > $0 } ?? false }

  /// The usage after adding a user, or changing the one with the same id.
  ///
  /// - Complexity: linear in the number of users.
  /// - Throws: ``WorkspaceError/Kind/seatLimit(count:limit:)`` if no seat is free;
  ///   ``WorkspaceError/Kind/notPromotable(from:to:)`` if a guest would get another type;
  ///   ``WorkspaceError/Kind/unknownSeat(_:suggestion:)`` and its like if the seat or the type does
  ///   not exist.
  package func adding(_ user: User) throws(WorkspaceError) -> SeatUsage {
    if let name = user.seat, Seat(named: name) == nil { throw WorkspaceError(unknownSeat: name) }
    let type = user.userType.flatMap(UserType.init(named:))
    if let name = user.userType, type == nil { throw WorkspaceError(unknownUserType: name) }
    var changed = self
    let line = Line(user: user, rule: Rule(user))
    if let position = lines.firstIndex(where: { $0.user.idText == user.idText }) {
      let previous = lines[position].user.userType.flatMap(UserType.init(named:))
      // A user without a type is not limited by one, so dropping a guest's type is a promotion.
      if let previous, type.map(previous.canBecome) ?? (previous != .guest) == false {
        throw WorkspaceError(.notPromotable(from: previous, to: type))
      }
      changed.lines[position] = line
    } else {
      changed.lines.append(line)
    }
    // A workspace over its limit still allows changes that take no further seat.
    if let limit, changed.count > limit, changed.count > count {
      throw WorkspaceError(.seatLimit(count: count, limit: limit))
    }
    return changed
  }
}

extension WorkspaceContents {
  /// The seats that the workspace's users take, with its limit.
  package var seatUsage: SeatUsage { SeatUsage(of: users.users, limit: document.seatLimit?.value) }
}

extension WorkspaceError {
  fileprivate init(unknownSeat name: String) {
    self.init(
      .unknownSeat(
        name,
        suggestion: Suggestion.nearest(to: name, among: Seat.allCases.flatMap(\.names))))
  }

  fileprivate init(unknownUserType name: String) {
    self.init(
      .unknownUserType(
        name,
        suggestion: Suggestion.nearest(to: name, among: UserType.allCases.flatMap(\.names))))
  }
}
