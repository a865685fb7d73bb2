package import RowscopeModel

extension Seat {
  /// The powers that seats decide about. A seat neither gives nor denies any other.
  package static let catalogue: Set<Power> = developers

  /// What a profile may give to users with this seat. The rest of the ``catalogue`` is denied.
  package var powers: Set<Power> {
    switch self {
    case .member: Self.members
    case .noCode: Self.builders
    case .developer: Self.developers
    }
  }

  /// Whether a plan limits the number of these seats.
  package var countsAgainstLimit: Bool {
    switch self {
    case .member: false
    case .noCode, .developer: true
    }
  }

  // Each seat includes the one before.

  private static let members: Set<Power> = [
    .createRecords, .editRecords, .deleteRecords, .useTasks, .sendMessages, .useKanbanCards,
    .useDashboards, .useButtons, .useForms, .printPages, .editOwnInformation, .editOwnLogin,
    // The English documents let members create pages; the Portuguese list omits it.
    .createPages, .writePageText,
  ]

  private static let builders: Set<Power> = members.union([
    .manageTables, .manageFields, .manageViews, .manageDashboards, .managePages,
    .installTemplates, .manageAutomations, .manageChannels, .manageWorkspaces, .manageAPIs,
    .manageUsers, .manageSeats, .managePlan, .manageThemes, .manageLanguageAndRegion,
    .manageRoles, .readHistoryLog, .becomeSuperRoot,
  ])

  private static let developers: Set<Power> = builders.union(developersOnly)

  /// What only a developer seat gives. Users without a seat lack it too.
  static let developersOnly: Set<Power> = [
    .manageFunctions, .manageTriggers, .manageWebhooks, .manageDeveloperFields,
    .manageDeveloperBlocks, .editProfiles,
  ]
}
