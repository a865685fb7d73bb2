import AccessProfiles
import Documents
package import RowscopeModel

/// How many seats of a plan a workspace's users take, who takes one, and why.
///
/// A guest takes none. Of the others, whoever has a seat takes one if the seat is limited: a member's is not. Whoever has
/// none but a user type is paid for by that. Whoever has neither takes none.
package struct SeatUsage: Sendable {
  /// One user, and whether they count.
  package struct Line: Sendable, Hashable {
    package let user: User
    package let rule: Rule

    package var counts: Bool { rule.counts }
  }

  /// Why a user counts, or does not. The raw value is stable: it is the name in JSON.
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

    /// The rule for a user. A seat or type that there is none of gives nothing, and takes no seat.
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

  /// The most seats that may be taken; nil for any number.
  package let limit: Int?
  /// In the order of the users.
  package private(set) var lines: [Line]

  /// Complexity: linear in the number of users.
  package init(of users: [User], limit: Int? = nil) {
    self.limit = limit
    lines = users.map { Line(user: $0, rule: Rule($0)) }
  }

  /// How many seats are taken.
  package var count: Int { lines.count(where: \.counts) }

  /// How many more there are: nil where there is no limit, and never below 0.
  package var remaining: Int? { limit.map { max(0, $0 - count) } }

  package var isOverLimit: Bool { limit.map { count > $0 } ?? false }

  /// The usage with one user more, or with one user changed, where there is one of this id.
  ///
  /// Complexity: linear in the number of users.
  /// - Throws: ``WorkspaceError/Kind/seatLimit(count:limit:)`` where no seat is left for them;
  ///   ``WorkspaceError/Kind/notPromotable(from:to:)`` where a guest would become more;
  ///   ``WorkspaceError/Kind/unknownSeat(_:suggestion:)`` and its like where the seat or the type is none that there is.
  package func adding(_ user: User) throws(WorkspaceError) -> SeatUsage {
    if let name = user.seat, Seat(named: name) == nil { throw WorkspaceError(unknownSeat: name) }
    let type = user.userType.flatMap(UserType.init(named:))
    if let name = user.userType, type == nil { throw WorkspaceError(unknownUserType: name) }
    var changed = self
    let line = Line(user: user, rule: Rule(user))
    if let position = lines.firstIndex(where: { $0.user.idText == user.idText }) {
      let previous = lines[position].user.userType.flatMap(UserType.init(named:))
      // Without a type there is no ceiling either: that is more than any type.
      if let previous, type.map(previous.canBecome) ?? (previous != .guest) == false {
        throw WorkspaceError(.notPromotable(from: previous, to: type))
      }
      changed.lines[position] = line
    } else {
      changed.lines.append(line)
    }
    // A workspace over its limit may still change what takes no more seats than before.
    if let limit, changed.count > limit, changed.count > count {
      throw WorkspaceError(.seatLimit(count: count, limit: limit))
    }
    return changed
  }
}

extension WorkspaceContents {
  /// The seats that the workspace's users take, under its limit.
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
