/// Something that a user may do, whatever the table: a row of the catalogue of seats or of that of
/// user types, with a case for each thing that the row names.
///
/// To manage is to create, to edit and to delete. Seats and user types are listed in the manual's
/// chapter Users. The raw value is stable: it is the name in JSON.
package enum Power: String, Sendable, Hashable, CaseIterable {
  // Use what there is.
  case createRecords = "create_records"
  case editRecords = "edit_records"
  case deleteRecords = "delete_records"
  case useTasks = "use_tasks"
  /// Comments are messages on a record.
  case sendMessages = "send_messages"
  case useKanbanCards = "use_kanban_cards"
  case useDashboards = "use_dashboards"
  case useButtons = "use_buttons"
  case useForms = "use_forms"
  case printPages = "print_pages"
  case editOwnInformation = "edit_own_information"
  case editOwnLogin = "edit_own_login"

  // Write pages.
  case createPages = "create_pages"
  case writePageText = "write_page_text"

  // Build.
  case manageTables = "manage_tables"
  case manageFields = "manage_fields"
  case manageViews = "manage_views"
  /// Apps as well.
  case manageDashboards = "manage_dashboards"
  case managePages = "manage_pages"
  case installTemplates = "install_templates"
  case manageAutomations = "manage_automations"
  case manageChannels = "manage_channels"
  case manageWorkspaces = "manage_workspaces"
  case manageAPIs = "manage_apis"
  case manageUsers = "manage_users"
  case manageSeats = "manage_seats"
  case managePlan = "manage_plan"
  case manageThemes = "manage_themes"
  case manageLanguageAndRegion = "manage_language_and_region"
  case manageRoles = "manage_roles"
  case readHistoryLog = "read_history_log"

  // Develop.
  case manageFunctions = "manage_functions"
  case manageTriggers = "manage_triggers"
  case manageWebhooks = "manage_webhooks"
  case manageDeveloperFields = "manage_developer_fields"
  case manageDeveloperBlocks = "manage_developer_blocks"
  /// Advanced permissioning: the documents that say what others may do.
  case editProfiles = "edit_profiles"

  /// May be made the one administrator above all others. The power alone makes no one that.
  case becomeSuperRoot = "become_super_root"

  // Of a whole server.
  case useAdministrationConsole = "use_administration_console"
  case addAndRemoveUsers = "add_and_remove_users"
  case manageServerSecurity = "manage_server_security"
  case manageAssets = "manage_assets"
  case useSharedWorkspaces = "use_shared_workspaces"
  case viewOrganizationAssets = "view_organization_assets"
  case useInvitations = "use_invitations"
}

extension Power {
  /// The power over a whole server that this one is a part of, so that a user type without that
  /// lacks this too; nil for what is everybody's own, and for the powers over a server themselves.
  ///
  /// The catalogue of user types names its powers broadly, that of seats one by one; that a table
  /// is an asset, and a profile the security of a server, is this project's reading.
  package var serverPower: Power? {
    switch self {
    case .createRecords, .editRecords, .useKanbanCards, .useButtons, .useForms: .useInvitations
    case .useTasks, .sendMessages, .useDashboards, .printPages: .useSharedWorkspaces
    case .deleteRecords, .createPages, .writePageText, .manageTables, .manageFields, .manageViews,
      .manageDashboards, .managePages, .installTemplates, .manageAutomations, .manageChannels,
      .manageWorkspaces, .manageAPIs, .manageFunctions, .manageTriggers, .manageWebhooks,
      .manageDeveloperFields, .manageDeveloperBlocks:
      .manageAssets
    case .manageUsers, .manageSeats: .addAndRemoveUsers
    case .managePlan, .manageThemes, .manageLanguageAndRegion, .readHistoryLog, .becomeSuperRoot:
      .useAdministrationConsole
    case .manageRoles, .editProfiles: .manageServerSecurity
    case .editOwnInformation, .editOwnLogin, .useAdministrationConsole, .addAndRemoveUsers,
      .manageServerSecurity, .manageAssets, .useSharedWorkspaces, .viewOrganizationAssets,
      .useInvitations:
      nil
    }
  }

  /// What people call it, in English: as it follows "may".
  package var englishLabel: String {
    switch self {
    case .createRecords: "create records"
    case .editRecords: "edit records"
    case .deleteRecords: "delete records"
    case .useTasks: "use tasks"
    case .sendMessages: "send messages"
    case .useKanbanCards: "use kanban cards"
    case .useDashboards: "use dashboards"
    case .useButtons: "use buttons"
    case .useForms: "use forms"
    case .printPages: "print pages"
    case .editOwnInformation: "edit their own information"
    case .editOwnLogin: "edit their own login"
    case .createPages: "create pages"
    case .writePageText: "write text on pages"
    case .manageTables: "manage tables"
    case .manageFields: "manage fields"
    case .manageViews: "manage views"
    case .manageDashboards: "manage apps and dashboards"
    case .managePages: "manage pages"
    case .installTemplates: "install templates"
    case .manageAutomations: "manage automations"
    case .manageChannels: "manage chat channels"
    case .manageWorkspaces: "manage workspaces"
    case .manageAPIs: "manage APIs"
    case .manageUsers: "manage users"
    case .manageSeats: "manage seats"
    case .managePlan: "manage the plan"
    case .manageThemes: "manage themes"
    case .manageLanguageAndRegion: "set language and region"
    case .manageRoles: "manage roles"
    case .readHistoryLog: "read the history log"
    case .manageFunctions: "manage low-code functions"
    case .manageTriggers: "manage triggers"
    case .manageWebhooks: "manage webhooks"
    case .manageDeveloperFields: "manage developer fields"
    case .manageDeveloperBlocks: "manage developer blocks"
    case .editProfiles: "edit profile documents"
    case .becomeSuperRoot: "be the super-root administrator"
    case .useAdministrationConsole: "use the administration console"
    case .addAndRemoveUsers: "add and remove users"
    case .manageServerSecurity: "manage server-wide security"
    case .manageAssets: "create and manage assets"
    case .useSharedWorkspaces: "use shared workspaces"
    case .viewOrganizationAssets: "view organisation-wide assets"
    case .useInvitations: "use what they are invited to"
    }
  }

  /// What people call it, in Portuguese: as it follows "pode".
  package var portugueseLabel: String {
    switch self {
    case .createRecords: "criar registros"
    case .editRecords: "editar registros"
    case .deleteRecords: "excluir registros"
    case .useTasks: "usar tarefas"
    case .sendMessages: "enviar mensagens"
    case .useKanbanCards: "usar cartões de kanban"
    case .useDashboards: "usar dashboards"
    case .useButtons: "usar botões"
    case .useForms: "usar formulários"
    case .printPages: "imprimir páginas"
    case .editOwnInformation: "editar as próprias informações"
    case .editOwnLogin: "editar o próprio login"
    case .createPages: "criar páginas"
    case .writePageText: "escrever textos em páginas"
    case .manageTables: "gerenciar tabelas"
    case .manageFields: "gerenciar campos"
    case .manageViews: "gerenciar visualizações"
    case .manageDashboards: "gerenciar aplicativos e dashboards"
    case .managePages: "gerenciar páginas"
    case .installTemplates: "instalar templates"
    case .manageAutomations: "gerenciar automações"
    case .manageChannels: "gerenciar canais de chat"
    case .manageWorkspaces: "gerenciar workspaces"
    case .manageAPIs: "gerenciar APIs"
    case .manageUsers: "gerenciar usuários"
    case .manageSeats: "gerenciar assentos"
    case .managePlan: "gerenciar o plano"
    case .manageThemes: "gerenciar temas"
    case .manageLanguageAndRegion: "definir idioma e região"
    case .manageRoles: "gerenciar funções"
    case .readHistoryLog: "ler o histórico"
    case .manageFunctions: "gerenciar funções low-code"
    case .manageTriggers: "gerenciar gatilhos"
    case .manageWebhooks: "gerenciar webhooks"
    case .manageDeveloperFields: "gerenciar campos de desenvolvedor"
    case .manageDeveloperBlocks: "gerenciar blocos de desenvolvedor"
    case .editProfiles: "editar documentos de perfil"
    case .becomeSuperRoot: "ser o administrador super-root"
    case .useAdministrationConsole: "usar o console de administração"
    case .addAndRemoveUsers: "adicionar e remover usuários"
    case .manageServerSecurity: "gerenciar a segurança do servidor"
    case .manageAssets: "criar e gerenciar ativos"
    case .useSharedWorkspaces: "usar workspaces compartilhados"
    case .viewOrganizationAssets: "ver ativos de toda a organização"
    case .useInvitations: "usar aquilo para que foram convidados"
    }
  }
}
