import RowscopeModel
import Testing

@testable import AccessProfiles

/// The format's two tables of powers, by seat and by user type, cell by cell: each row names a
/// power, then says for each column whether it has it.
@Suite struct CatalogueTests {
  /// member | no_code | developer
  static let seats: [(row: String, powers: [Power], cells: String)] = [
    (
      "records: create, edit, delete; tasks; messages; kanban cards; dashboards (use); buttons; forms; print pages; own information; own login",
      [
        .createRecords, .editRecords, .deleteRecords, .useTasks, .sendMessages, .useKanbanCards,
        .useDashboards, .useButtons, .useForms, .printPages, .editOwnInformation, .editOwnLogin,
      ], "yes | yes | yes"
    ),
    ("pages: create, write text", [.createPages, .writePageText], "yes | yes | yes"),
    (
      "manage tables and fields, views, apps/dashboards, pages; install templates; automations; chat channels; workspaces; APIs; users, seats and plan; settings (plans, themes, language and region, roles, history log)",
      [
        .manageTables, .manageFields, .manageViews, .manageDashboards, .managePages,
        .installTemplates, .manageAutomations, .manageChannels, .manageWorkspaces, .manageAPIs,
        .manageUsers, .manageSeats, .managePlan, .manageThemes, .manageLanguageAndRegion,
        .manageRoles, .readHistoryLog,
      ], "no | yes | yes"
    ),
    (
      "low-code functions, triggers, webhooks; developer fields and blocks; advanced permissioning (edit profile documents)",
      [
        .manageFunctions, .manageTriggers, .manageWebhooks, .manageDeveloperFields,
        .manageDeveloperBlocks, .editProfiles,
      ], "no | no | yes"
    ),
    ("super-root administrator", [.becomeSuperRoot], "never | allowed | allowed"),
  ]

  /// admin | user | guest
  static let types: [(row: String, powers: [Power], cells: String)] = [
    (
      "administration console, add or remove users, server-wide security",
      [.useAdministrationConsole, .addAndRemoveUsers, .manageServerSecurity], "yes | no | no"
    ),
    ("create and manage assets", [.manageAssets], "yes | yes | no"),
    ("shared workspaces", [.useSharedWorkspaces], "yes | yes | no"),
    ("view organisation-wide assets", [.viewOrganizationAssets], "yes | no | no"),
    ("use what they are invited to", [.useInvitations], "yes | yes | yes"),
  ]

  private static func cells(_ row: String) throws -> [Bool] {
    try row.split(separator: " | ").map { cell in
      switch cell {
      case "yes", "allowed": true
      case "no", "never": false
      default: throw UnknownCell(text: String(cell))
      }
    }
  }

  struct UnknownCell: Error { let text: String }

  @Test(arguments: seats.indices)
  func `a seat has the powers of its column`(row: Int) throws {
    let (name, powers, text) = Self.seats[row]
    let cells = try Self.cells(text)
    #expect(cells.count == Seat.allCases.count)
    for (seat, isThere) in zip([Seat.member, .noCode, .developer], cells) {
      for power in powers {
        #expect(seat.powers.contains(power) == isThere, "\(seat), \(power): \(name)")
      }
    }
  }

  @Test(arguments: types.indices)
  func `a user type has the powers of its column`(row: Int) throws {
    let (name, powers, text) = Self.types[row]
    let cells = try Self.cells(text)
    #expect(cells.count == UserType.allCases.count)
    for (type, isThere) in zip([UserType.admin, .user, .guest], cells) {
      for power in powers {
        #expect(type.powers.contains(power) == isThere, "\(type), \(power): \(name)")
      }
    }
  }

  @Test func `the tables have every power once`() {
    let seats = Self.seats.flatMap(\.powers)
    let types = Self.types.flatMap(\.powers)
    #expect(Set(seats) == Seat.catalogue)
    #expect(Set(types) == UserType.catalogue)
    #expect(seats.count + types.count == Power.allCases.count)
    #expect(Set(seats + types) == Set(Power.allCases))
  }

  @Test func `powers that count, and powers that imply others`() {
    #expect(Seat.allCases.map(\.countsAgainstLimit) == [false, true, true])
    #expect(UserType.allCases.map(\.countsAsPaidSeat) == [true, true, false])
    #expect(UserType.allCases.map(\.reach) == [.all, .ownAndTeam, .invited])
    for type in UserType.allCases {
      #expect(UserType.guest.canBecome(type) == (type == .guest))
      #expect(UserType.user.canBecome(type))
      #expect(UserType.admin.canBecome(type))
    }
  }

  @Test func `a server's power is in the catalogue of user types`() {
    for power in Power.allCases {
      if let part = power.serverPower {
        #expect(UserType.catalogue.contains(part), "\(power)")
        #expect(!UserType.catalogue.contains(power), "\(power)")
      }
    }
    // No user type decides about what belongs to oneself.
    #expect(
      Power.allCases.filter { UserType.guest.decision(on: $0) == nil }
        == [.editOwnInformation, .editOwnLogin])
  }

  @Test(arguments: [
    ("member", Seat.member), ("Membro", .member), ("Member", .member), ("no_code", .noCode),
    ("business", .noCode), ("Business", .noCode), ("Construtor", .noCode),
    ("developer", .developer), ("low_code", .developer), ("Desenvolvedor", .developer),
    ("DEVELOPER", .developer),
  ])
  func `a seat has aliases and labels`(name: String, seat: Seat) {
    #expect(Seat(named: name) == seat)
  }

  @Test func `an unknown name is no power`() {
    for name in ["", "membr", "no code", "admin", "developer "] {
      #expect(Seat(named: name) == nil)
    }
    #expect(UserType(named: "Administrador") == .admin)
    #expect(UserType(named: "usuário") == .user)
    #expect(UserType(named: "convidado") == .guest)
    #expect(UserType(named: "member") == nil)
  }

  @Test func `names in JSON stay the same`() {
    // Services may store these names: changing one breaks them.
    #expect(
      Power.allCases.map(\.rawValue) == [
        "create_records", "edit_records", "delete_records", "use_tasks", "send_messages",
        "use_kanban_cards", "use_dashboards", "use_buttons", "use_forms", "print_pages",
        "edit_own_information", "edit_own_login", "create_pages", "write_page_text",
        "manage_tables", "manage_fields", "manage_views", "manage_dashboards", "manage_pages",
        "install_templates", "manage_automations", "manage_channels", "manage_workspaces",
        "manage_apis", "manage_users", "manage_seats", "manage_plan", "manage_themes",
        "manage_language_and_region", "manage_roles", "read_history_log", "manage_functions",
        "manage_triggers", "manage_webhooks", "manage_developer_fields",
        "manage_developer_blocks", "edit_profiles", "become_super_root",
        "use_administration_console", "add_and_remove_users", "manage_server_security",
        "manage_assets", "use_shared_workspaces", "view_organization_assets", "use_invitations",
      ])
    #expect(Set(Power.allCases.map(\.englishLabel)).count == Power.allCases.count)
    #expect(Set(Power.allCases.map(\.portugueseLabel)).count == Power.allCases.count)
  }
}
