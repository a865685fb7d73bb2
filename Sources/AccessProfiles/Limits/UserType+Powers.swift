package import RowscopeModel

extension UserType {
  /// The powers that user types decide about. A power outside the catalogue is decided by the one
  /// that includes it, see ``Power/serverPower``.
  package static let catalogue: Set<Power> = [
    .useAdministrationConsole, .addAndRemoveUsers, .manageServerSecurity, .manageAssets,
    .useSharedWorkspaces, .viewOrganizationAssets, .useInvitations,
  ]

  /// What a profile may give to users of this type. The rest of the ``catalogue`` is denied.
  package var powers: Set<Power> {
    switch self {
    case .admin: Self.catalogue
    case .user: Self.users
    case .guest: Self.guests
    }
  }

  private static let users: Set<Power> = [.manageAssets, .useSharedWorkspaces, .useInvitations]
  private static let guests: Set<Power> = [.useInvitations]

  /// Whether the type allows a power, itself or through the power that includes it; nil if the type
  /// does not decide it.
  func decision(on power: Power) -> Bool? {
    let decided = power.serverPower ?? power
    return Self.catalogue.contains(decided) ? powers.contains(decided) : nil
  }

  /// Whether the plan counts a user of this type as paid.
  package var countsAsPaidSeat: Bool { self != .guest }

  /// Whether a user of this type can get another. A guest stays a guest: to become more, they are
  /// added as a new user. Keeping the same type is always allowed.
  package func canBecome(_ other: UserType) -> Bool {
    self == other || self != .guest
  }

  /// The records that a user of this type can access before the profile narrows them.
  package enum Reach: String, Sendable, Hashable, CaseIterable {
    case all
    /// Their own, those of their teams, and those that they are invited to.
    case ownAndTeam = "own_and_team"
    /// Only those that they are invited to.
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
