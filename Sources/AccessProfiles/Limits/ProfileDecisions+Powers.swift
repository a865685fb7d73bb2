import RecordFilter
import RowscopeModel

extension ProfileDecisions {
  /// The powers that the profile, the seat or the user type gives and none of them denies.
  var powers: Set<Power> { Set(Power.allCases.filter { denial(of: $0) == nil }) }

  /// Why the user lacks a power; nil if they have it.
  ///
  /// A power over records needs the right in at least one table; the rights of each table are in
  /// its access.
  ///
  /// - Complexity: for a power over records, linear in the number of tables and their conditions.
  func denial(of power: Power) -> AccessReason? {
    let statement = profileStatement(on: power)
    if case .takes(let reason) = statement { return reason }
    if let denial = limitDenial(of: power) { return denial }
    if let right = power.right, userType == .guest {
      let isInvited = schema.tables.indices.contains {
        access(to: .init($0))?.access.rights.contains(right) == true
      }
      return isInvited ? nil : .notInvited
    }
    if case .gives = statement { return nil }
    if seat.map({ $0.powers.contains(power) }) == true || userType?.decision(on: power) == true {
      return nil
    }
    // Name the catalogue that would give the power.
    return UserType.catalogue.contains(power) ? .noUserType : .noSeat
  }

  private enum Statement {
    case gives
    case takes(AccessReason)
    case silent
  }

  /// What the profile says about a power.
  private func profileStatement(on power: Power) -> Statement {
    // Profiles do not decide about a user's own name and password.
    if power == .editOwnInformation || power == .editOwnLogin { return .gives }
    guard let profile = prepared?.profile else { return .takes(withoutProfile) }
    func flag(_ flag: Profile.Flag, _ isGiven: Bool) -> Statement {
      if isGiven { return .gives }
      guard let range = profile.range(of: flag) else {
        return .takes(absent("no \(flag.rawValue)", of: profile))
      }
      return .takes(line(flag.rawValue, key: flag.rawValue, at: range, of: profile))
    }
    func places(_ things: String, _ availability: Availability) -> Statement {
      availability.isNothing
        ? .takes(absent("no \(things) are enabled", of: profile)) : .gives
    }
    switch power {
    case .manageUsers, .manageSeats, .addAndRemoveUsers:
      return flag(.manageUsers, profile.manageUsers)
    case .manageTables: return flag(.createTable, profile.createTable)
    case .manageDashboards: return flag(.createDashboard, profile.createDashboard)
    case .useDashboards: return places("dashboards", profile.dashboards)
    case .printPages: return places("pages", profile.pages)
    case .createRecords, .editRecords, .deleteRecords, .manageFields, .manageDeveloperFields:
      guard let right = power.right, !isGranted(right) else { return .gives }
      return .takes(absent("no table has \(right.flag.rawValue)", of: profile))
    case .useTasks, .sendMessages, .useKanbanCards, .useButtons, .useForms, .editOwnInformation,
      .editOwnLogin, .createPages, .writePageText, .manageViews, .managePages, .installTemplates,
      .manageAutomations, .manageChannels, .manageWorkspaces, .manageAPIs, .managePlan,
      .manageThemes, .manageLanguageAndRegion, .manageRoles, .readHistoryLog, .manageFunctions,
      .manageTriggers, .manageWebhooks, .manageDeveloperBlocks, .editProfiles, .becomeSuperRoot,
      .useAdministrationConsole, .manageServerSecurity, .manageAssets, .useSharedWorkspaces,
      .viewOrganizationAssets, .useInvitations:
      return .silent
    }
  }

  /// Whether the profile grants a right in any table.
  private func isGranted(_ right: Right) -> Bool {
    schema.tables.indices.contains {
      prepared?.validGrant(.init($0))?.rights.contains(right) == true
    }
  }
}

extension Power {
  /// The table right behind this power. Nil if there is none, and for comments, which are only part
  /// of sending messages.
  fileprivate var right: Right? {
    Right.allCases.first { $0 != .comment && $0.power == self }
  }
}

extension Availability {
  /// Whether no name can be allowed.
  fileprivate var isNothing: Bool {
    if disabled.wildcard != nil { return true }
    return enabled.wildcard == nil && enabled.names.allSatisfy { disabled.contains($0.value) }
  }
}
