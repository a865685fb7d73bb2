package import RowscopeModel

extension UserType {
  /// The powers that the catalogue of user types speaks of. It decides of others by the one that they are a part of, see
  /// ``Power/serverPower``.
  package static let catalogue: Set<Power> = [
    .useAdministrationConsole, .addAndRemoveUsers, .manageServerSecurity, .manageAssets,
    .useSharedWorkspaces, .viewOrganizationAssets, .useInvitations,
  ]

  /// What a profile may give to users of this type; all else of the ``catalogue`` is taken away.
  package var powers: Set<Power> {
    switch self {
    case .admin: Self.catalogue
    case .user: Self.users
    case .guest: Self.guests
    }
  }

  private static let users: Set<Power> = [.manageAssets, .useSharedWorkspaces, .useInvitations]
  private static let guests: Set<Power> = [.useInvitations]

  /// Whether the type lets a user have a power, by itself or by the one that it is a part of; nil where it says nothing of it.
  func decision(on power: Power) -> Bool? {
    let decided = power.serverPower ?? power
    return Self.catalogue.contains(decided) ? powers.contains(decided) : nil
  }

  /// Whether a user of this type is paid for.
  package var countsAsPaidSeat: Bool { self != .guest }

  /// Whether somebody of this type can be made one of another. A guest stays a guest: whoever is to become more is added as a
  /// new user. Everybody can stay what they are.
  package func canBecome(_ other: UserType) -> Bool {
    self == other || self != .guest
  }

  /// The records that a user of this type reaches before the profile narrows them.
  package enum Reach: String, Sendable, Hashable, CaseIterable {
    case all
    /// Those that are their own or of a team that they are in, and those that they are invited to.
    case ownAndTeam = "own_and_team"
    /// Only what they are invited to.
    case invited
  }

  package var reach: Reach {
    switch self {
    case .admin: .all
    case .user: .ownAndTeam
    case .guest: .invited
    }
  }
}
