package import RowscopeModel

extension Seat {
  /// The powers that the catalogue of seats speaks of. Of any other a seat neither gives nor takes.
  package static let catalogue: Set<Power> = developers

  /// What a profile may give to those who have the seat; all else of the ``catalogue`` is taken away.
  package var powers: Set<Power> {
    switch self {
    case .member: Self.members
    case .noCode: Self.builders
    case .developer: Self.developers
    }
  }

  /// Whether the seat is one of those that a plan has a limited number of.
  package var countsAgainstLimit: Bool {
    switch self {
    case .member: false
    case .noCode, .developer: true
    }
  }

  // Each seat has what the one before it has, and more.

  private static let members: Set<Power> = [
    .createRecords, .editRecords, .deleteRecords, .useTasks, .sendMessages, .useKanbanCards,
    .useDashboards, .useButtons, .useForms, .printPages, .editOwnInformation, .editOwnLogin,
    // The English documents let members create pages, the Portuguese list leaves it out.
    .createPages, .writePageText,
  ]

  private static let builders: Set<Power> = members.union([
    .manageTables, .manageFields, .manageViews, .manageDashboards, .managePages,
    .installTemplates, .manageAutomations, .manageChannels, .manageWorkspaces, .manageAPIs,
    .manageUsers, .manageSeats, .managePlan, .manageThemes, .manageLanguageAndRegion,
    .manageRoles, .readHistoryLog, .becomeSuperRoot,
  ])

  private static let developers: Set<Power> = builders.union(developersOnly)

  /// What only a developer's seat gives: whoever has no seat at all is without it too.
  static let developersOnly: Set<Power> = [
    .manageFunctions, .manageTriggers, .manageWebhooks, .manageDeveloperFields,
    .manageDeveloperBlocks, .editProfiles,
  ]
}
